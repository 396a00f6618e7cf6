"""Laws of the cell index that need no judge."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import shapely
from locate_judge import beside
from numpy.typing import NDArray

from gridgis.locate import CellIndex, NotACell

Shapes = NDArray[np.object_]

ODD = np.array([np.nan, np.inf, -np.inf, 1e300, -1e300, 5e-324, 0.0, -0.0])


def located(shapes: Shapes, points: NDArray[np.float64]) -> NDArray[np.int32]:
    return CellIndex.build(shapes).locate(points[:, 0], points[:, 1])


def array(*shapes: shapely.Geometry) -> Shapes:
    result = np.empty(len(shapes), dtype=object)
    result[:] = shapes
    return result


def test_the_lowest_of_identical_shapes_wins() -> None:
    box = shapely.box(0, 0, 1, 1)
    points = beside(np.array([(0.0, 0.0), (0.5, 0.5), (1.0, 0.25)]))
    found = located(array(box, box, box), points)
    assert set(found.tolist()) == {0, -1}


def test_a_hole_filled_by_a_higher_shape_is_that_shape_but_for_its_border() -> None:
    ring = shapely.box(0, 0, 3, 3) - shapely.box(1, 1, 2, 2)
    points = np.array([(0.5, 0.5), (1.5, 1.5), (1.0, 1.5), (np.nextafter(1.0, 2), 1.5), (4, 4)])
    assert located(array(ring, shapely.box(1, 1, 2, 2)), points).tolist() == [0, 1, 0, 1, -1]


@pytest.mark.parametrize("count", [0, 1, 2047, 2048, 2049, 300_000])
def test_any_number_of_points(count: int) -> None:
    """Each point is answered by itself, wherever it falls in the chunks and threads."""
    rng = np.random.default_rng(count)
    index = CellIndex.build(array(shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)))
    x, y = rng.uniform(-1, 3, count), rng.uniform(-1, 2, count)
    inside = (y >= 0) & (y <= 1) & (x >= 0) & (x <= 2)
    found = index.locate(x, y)
    assert found.dtype == np.int32
    np.testing.assert_array_equal(found, np.where(inside, np.where(x <= 1, 0, 1), -1))


def test_arrays_of_any_layout() -> None:
    index = CellIndex.build(array(shapely.box(0, 0, 1, 1)))
    points = np.array([(0.5, 0.5), (2.0, 0.5), (1.0, 1.0)])
    frozen = points.copy()
    frozen.setflags(write=False)
    assert index.locate(points[:, 0], points[:, 1]).tolist() == [0, -1, 0]
    assert index.locate(frozen[::-1, 0], frozen[::-1, 1]).tolist() == [0, -1, 0]


def test_no_shapes_cover_nothing() -> None:
    for shapes in (array(), array(shapely.Polygon(), shapely.MultiPolygon())):
        assert located(shapes, np.column_stack((ODD, ODD))).tolist() == [-1] * len(ODD)


def test_empty_shapes_keep_their_place() -> None:
    shapes = array(shapely.Polygon(), shapely.box(0, 0, 1, 1), shapely.MultiPolygon())
    assert located(shapes, np.array([(0.5, 0.5), (2, 2)])).tolist() == [1, -1]


@pytest.mark.parametrize(
    ("wkt", "says"),
    [
        (None, "shape 1 is no Polygon"),
        ("POINT (0 0)", "shape 1 is no Polygon"),
        ("GEOMETRYCOLLECTION EMPTY", "shape 1 is no Polygon"),
        ("POLYGON ((0 0, inf 0, 1 1, 0 0))", "shape 1 has a coordinate"),
        ("POLYGON ((0 0, 1 nan, 1 1, 0 0))", "shape 1 has a coordinate"),
        ("POLYGON ((0 0, 1e200 0, 1 1, 0 0))", "shape 1 has a coordinate"),
    ],
)
def test_refuses_what_is_not_a_cell(wkt: str | None, says: str) -> None:
    with np.errstate(invalid="ignore"):  # reading "nan" is noted as an invalid operation
        shape = shapely.from_wkt(wkt)
    with pytest.raises(NotACell, match=says):
        CellIndex.build(array(shapely.box(0, 0, 1, 1), shape))


def test_refuses_coordinates_that_do_not_pair() -> None:
    index = CellIndex.build(array(shapely.box(0, 0, 1, 1)))
    with pytest.raises(ValueError, match="of one length"):
        index.locate(np.zeros(2), np.zeros(3))


def test_a_small_plan_is_small() -> None:
    """Sixty cells: under 2 MB, so that a service can keep many plans at hand."""
    seeds = shapely.MultiPoint(np.random.default_rng(0).uniform(size=(60, 2)))
    cells = np.array(shapely.get_parts(shapely.voronoi_polygons(seeds)), dtype=object)
    assert CellIndex.build(cells).nbytes < 2_000_000


def test_eight_threads_at_once_give_the_serial_answers() -> None:
    rng = np.random.default_rng(11)
    seeds = shapely.MultiPoint(rng.uniform(size=(80, 2)))
    cells = np.array(shapely.get_parts(shapely.voronoi_polygons(seeds)), dtype=object)
    index = CellIndex.build(cells)
    batches = [rng.uniform(-0.1, 1.1, (2, 40_000)) for _ in range(24)]
    serial = [index.locate(*batch) for batch in batches]
    with ThreadPoolExecutor(8) as threads:
        at_once = list(threads.map(lambda batch: index.locate(*batch), batches))
    for one, other in zip(serial, at_once, strict=True):
        np.testing.assert_array_equal(one, other)
