"""The other shape within a point's accuracy, against geodesic distances measured one by one."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from gridgis.borders import nearest_other

GEOD = pyproj.Geod(ellps="WGS84")
# The disc of doubt is drawn as a polygon on a sphere: within this share of its radius of true.
TOLERANCE = 0.01


def town(lat: float, seed: int) -> NDArray[np.object_]:
    """Thirty cells of about a kilometre that tile a square."""
    rng = np.random.default_rng(seed)
    east = 0.03 / np.cos(np.radians(lat))
    frame = shapely.box(120.6 - east, lat - 0.03, 120.6 + east, lat + 0.03)
    seeds = shapely.MultiPoint(rng.uniform(frame.bounds[:2], frame.bounds[2:], (30, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=frame))
    return np.array(shapely.intersection(cells, frame), dtype=object)


def metres(shape: shapely.Geometry, lon: float, lat: float) -> float:
    """Geodesic distance to a shape: the least to points a metre apart on its border."""
    if shapely.intersects_xy(shape, lon, lat):
        return 0.0
    around = shapely.clip_by_rect(
        shape.boundary, lon - 0.012, lat - 0.006, lon + 0.012, lat + 0.006
    )
    if around.is_empty:
        return np.inf  # more than 600 m away
    along = shapely.get_coordinates(shapely.segmentize(around, 1e-5))
    here = np.broadcast_to((lon, lat), along.shape)
    return float(GEOD.inv(here[:, 0], here[:, 1], along[:, 0], along[:, 1])[2].min())


def nearest(
    shapes: NDArray[np.object_], points: NDArray[np.float64], accuracy: float
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """(own, found) of points of one accuracy."""
    lon, lat = points.T
    inside = shapely.contains_xy(shapes[:, None], lon, lat)
    own = np.where(inside.any(axis=0), inside.argmax(axis=0), -1).astype(np.int32)
    return own, nearest_other(shapes, lon, lat, np.full(len(lon), accuracy), own)


@settings(max_examples=12)
@given(
    lat=st.sampled_from([0.0, 31.0, 45.0, 60.0]),
    seed=st.integers(0, 1000),
    accuracy=st.sampled_from([5.0, 30.0, 200.0]),
)
def test_the_nearest_other_within_the_accuracy(lat: float, seed: int, accuracy: float) -> None:
    shapes = town(lat, seed)
    rng = np.random.default_rng(seed + 1)
    west, south, east, north = shapely.total_bounds(shapes)
    points = rng.uniform((west - 0.002, south - 0.002), (east + 0.002, north + 0.002), (15, 2))
    own, found = nearest(shapes, points, accuracy)
    for (lon, lat_), mine, other in zip(points.tolist(), own, found, strict=True):
        distances = np.array([metres(shape, lon, lat_) for shape in shapes])
        if mine >= 0:
            distances[mine] = np.inf
        if other < 0:
            assert distances.min() > accuracy * (1 - TOLERANCE)
        else:
            assert other != mine
            assert distances[other] < accuracy * (1 + TOLERANCE)


@settings(max_examples=12)
@given(lat=st.sampled_from([0.0, 31.0, 60.0]), seed=st.integers(0, 1000))
def test_of_several_within_the_accuracy_the_nearest(lat: float, seed: int) -> None:
    """Beside a corner, where three cells meet."""
    shapes = town(lat, seed)
    corners = shapely.get_coordinates(shapes[:8])
    rng = np.random.default_rng(seed)
    points = rng.choice(corners, 15) + rng.uniform(-1, 1, (15, 2)) * 5e-4
    own, found = nearest(shapes, points, 300.0)
    for (lon, lat_), mine, other in zip(points.tolist(), own, found, strict=True):
        distances = np.array([metres(shape, lon, lat_) for shape in shapes])
        if mine >= 0:
            distances[mine] = np.inf
        if other < 0:
            assert distances.min() > 300 * (1 - TOLERANCE)
        else:
            assert distances[other] <= distances.min() + 1.0


def test_a_metre_on_either_side_of_the_accuracy() -> None:
    """A border along a meridian: 100 m to the east are that many degrees of longitude."""
    shapes = np.array([shapely.box(120, 30, 121, 31), shapely.box(121, 30, 122, 31)])
    for away, expected in ((99.0, 1), (101.5, -1)):
        lon, lat, _ = GEOD.fwd(121.0, 30.5, 270.0, away)
        found = nearest_other(
            shapes, np.array([lon]), np.array([lat]), np.array([100.0]), np.array([0], np.int32)
        )
        assert found.tolist() == [expected]


def test_ties_go_to_the_lowest_and_each_point_has_its_own_accuracy() -> None:
    east = shapely.box(1, 0, 2, 1)
    shapes = np.array([shapely.box(0, 0, 1, 1), east, east, shapely.box(0, 1, 1, 2)])
    lon, lat = np.array([1.0, 0.7, 0.7]), np.array([1.0, 0.5, 0.5])
    accuracy = np.array([10.0, 10.0, 80_000.0])
    own = np.array([0, 0, 0], np.int32)
    assert nearest_other(shapes, lon, lat, accuracy, own).tolist() == [1, -1, 1]
    # Outside everything there is no own one, and the lowest index has it.
    own = np.array([-1, -1, -1], np.int32)
    assert nearest_other(shapes, lon, lat, accuracy, own).tolist() == [0, 0, 0]


def test_east_is_nearer_than_north_where_meridians_draw_together() -> None:
    """At 60 degrees a degree of longitude is half as long as one of latitude."""
    own, east = shapely.box(24.0, 60.0, 24.1, 60.1), shapely.box(24.1, 60.0, 24.2, 60.1)
    north = shapely.box(24.0, 60.1, 24.1, 60.2)
    lon, lat = np.array([24.1 - 0.0015]), np.array([60.1 - 0.0010])  # 84 m, 111 m
    for shapes, nearer in (((own, east, north), 1), ((own, north, east), 2)):
        found = nearest_other(
            np.array(shapes), lon, lat, np.array([150.0]), np.array([0], np.int32)
        )
        assert found.tolist() == [nearer]


@pytest.mark.parametrize("cells", [0, 3])
def test_nothing_to_find_or_nobody_to_ask(cells: int) -> None:
    shapes = np.array([shapely.box(x, 0, x + 1, 1) for x in range(cells)], dtype=object)
    one, none = np.array([0.5]), np.array([])
    own = np.array([0], np.int32)
    assert nearest_other(shapes, one, one, one, own).tolist() == [-1]
    found = nearest_other(shapes, none, none, none, own[:0])
    assert (found.dtype, found.tolist()) == (np.int32, [])
