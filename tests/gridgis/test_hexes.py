"""Hexes against h3 itself, and what a cover of hexes must hold."""

from __future__ import annotations

import h3.api.numpy_int as h3
import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gridgis.hexes import Hexes, fill_overlapping, hexes_of, neighbours, outlines, parents

TOWN = shapely.box(120.58, 30.98, 120.66, 31.05)
LAKE = shapely.box(120.60, 31.00, 120.63, 31.02)

world = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


def hexes(*indexes: int) -> Hexes:
    return np.array(sorted(indexes), dtype=np.uint64)


def all_pentagons(resolution: int) -> Hexes:
    return hexes(*h3.get_pentagons(resolution).tolist())


# --- Which hex, and its parents -------------------------------------------------------------------


@given(st.lists(world, max_size=20), st.integers(0, 15))
def test_the_hex_of_a_point_is_h3_s(points: list[tuple[float, float]], resolution: int) -> None:
    lon, lat = np.array(points, dtype=np.float64).reshape(-1, 2).T
    found = hexes_of(lon, lat, resolution)
    assert found.dtype == np.int64  # what a database's bigint holds
    assert (found > 0).all()
    assert found.tolist() == [h3.latlng_to_cell(y, x, resolution) for x, y in points]


@given(st.lists(world, min_size=1, max_size=20), st.data())
def test_parents_are_h3_s(points: list[tuple[float, float]], data: st.DataObject) -> None:
    fine = data.draw(st.integers(0, 15))
    coarse = data.draw(st.integers(0, fine))
    children = np.array([h3.latlng_to_cell(y, x, fine) for x, y in points], dtype=np.uint64)
    found = parents(children, coarse)
    assert found.tolist() == [h3.cell_to_parent(one, coarse) for one in children.tolist()]


@pytest.mark.parametrize("coarse", range(6))
def test_parents_of_pentagons(coarse: int) -> None:
    fine = all_pentagons(5)
    assert parents(fine, coarse).tolist() == [h3.cell_to_parent(p, coarse) for p in fine.tolist()]


def test_one_resolution_and_then_another_is_the_other_at_once() -> None:
    fine = fill_overlapping(TOWN, 9)
    np.testing.assert_array_equal(parents(parents(fine, 8), 6), parents(fine, 6))


def test_a_hex_has_no_parent_that_is_finer() -> None:
    mixed = hexes(h3.latlng_to_cell(31, 120.6, 9), h3.latlng_to_cell(31, 120.6, 7))
    with pytest.raises(ValueError, match="coarser than resolution 8"):
        parents(mixed, 8)
    assert len(parents(hexes(), 8)) == 0


# --- The hexes that a shape touches ---------------------------------------------------------------


@st.composite
def lands(draw: st.DrawFn) -> shapely.Polygon:
    """A star of some kilometres with a hole in it, anywhere that has an outline in degrees."""
    lon, lat = draw(st.floats(-170, 170)), draw(st.floats(-70, 70))
    turns = np.linspace(0, 2 * np.pi, draw(st.integers(3, 12)), endpoint=False)
    reach = np.array(draw(st.lists(st.floats(0.003, 0.03), min_size=12, max_size=12)))
    around = np.column_stack((np.cos(turns) / np.cos(np.radians(lat)), np.sin(turns)))
    ring = around * reach[: len(turns), None] + (lon, lat)
    land = shapely.Polygon(ring)
    hole = shapely.Polygon(around * draw(st.floats(0.0001, 0.0025)) + (lon, lat))
    assume(land.is_valid)
    return land - hole if land.contains_properly(hole) else land


@given(lands(), st.integers(6, 9), st.data())
@settings(max_examples=60)
def test_the_hex_of_any_point_of_the_land_is_there(
    land: shapely.Polygon, resolution: int, data: st.DataObject
) -> None:
    found = fill_overlapping(land, resolution)
    assert (np.diff(found.astype(object)) > 0).all()  # sorted, each once
    # Well inside, all over it, and just inside its outline.
    at = data.draw(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=20, max_size=60))
    west, south, east, north = land.bounds
    anywhere = np.array(at) * (east - west, north - south) + (west, south)
    edge = shapely.get_coordinates(land.buffer(-1e-7))
    points = np.concatenate((anywhere[shapely.contains_xy(land, *anywhere.T)], edge))
    held = hexes_of(*points.T, resolution).astype(np.uint64)
    assert set(held.tolist()) <= set(found.tolist())


@given(lands(), st.integers(6, 9))
@settings(max_examples=40)
def test_every_hex_touches_the_land(land: shapely.Polygon, resolution: int) -> None:
    found = fill_overlapping(land, resolution)
    assert len(found)
    apart = shapely.distance(outlines(found), land)
    assert apart.max() < 1e-9


def test_a_hole_is_left_out_and_parts_are_put_together() -> None:
    whole, lake = fill_overlapping(TOWN, 10), fill_overlapping(LAKE, 10)
    around = fill_overlapping(TOWN - LAKE, 10)
    assert set(whole.tolist()) == set(around.tolist()) | set(lake.tolist())
    shore = set(around.tolist()) & set(lake.tolist())
    assert 0 < len(shore) < len(lake)
    both = shapely.MultiPolygon([LAKE, shapely.box(120.70, 31.0, 120.71, 31.01)])
    east = fill_overlapping(shapely.get_parts(both)[1], 10)
    assert fill_overlapping(both, 10).tolist() == sorted([*lake.tolist(), *east.tolist()])


def test_a_hole_in_the_middle_of_a_hex_takes_nothing_away() -> None:
    """As two cells leave it that do not quite meet; h3 alone leaves out the hex around it."""
    middle = h3.latlng_to_cell(31.01, 120.62, 8)
    lat, lon = h3.cell_to_latlng(middle)
    sliver = shapely.Point(lon, lat).buffer(1e-5)
    assert fill_overlapping(TOWN - sliver, 8).tolist() == fill_overlapping(TOWN, 8).tolist()


def test_a_land_smaller_than_a_hex_is_one_hex() -> None:
    point = shapely.Point(120.6, 31.0)
    found = fill_overlapping(point.buffer(1e-6), 7)
    assert found.tolist() == [h3.latlng_to_cell(31.0, 120.6, 7)]


@pytest.mark.parametrize(
    "nothing",
    [
        shapely.Polygon(),
        shapely.MultiPolygon(),
        shapely.GeometryCollection(),
        shapely.LineString([(120, 31), (121, 31)]),
        shapely.Point(120, 31),
    ],
)
def test_what_has_no_land_has_no_hex(nothing: shapely.Geometry) -> None:
    found = fill_overlapping(nothing, 8)
    assert (found.dtype, len(found)) == (np.uint64, 0)


# --- Neighbours and outlines ----------------------------------------------------------------------


@given(lands(), st.integers(6, 9))
@settings(max_examples=30)
def test_neighbours_are_mutual_and_one_step_away(land: shapely.Polygon, resolution: int) -> None:
    found = fill_overlapping(land, resolution)
    matrix = neighbours(found)
    assert matrix.shape == (len(found), len(found))
    assert (matrix != matrix.T).nnz == 0
    assert matrix.diagonal().sum() == 0
    assert set(matrix.data.tolist()) <= {1.0}
    near = {
        (i, j)
        for i, one in enumerate(found.tolist())
        for j, other in enumerate(found.tolist())
        if len(found) < 120 and h3.are_neighbor_cells(one, other)
    }
    if len(found) < 120:
        assert set(zip(*(a.tolist() for a in matrix.nonzero()), strict=True)) == near


def test_a_hex_inside_has_six_neighbours() -> None:
    disk = hexes(*h3.grid_disk(h3.latlng_to_cell(31.0, 120.6, 8), 5).tolist())
    inner = np.isin(disk, h3.grid_disk(h3.latlng_to_cell(31.0, 120.6, 8), 4))
    degree = neighbours(disk).sum(axis=1)
    assert set(degree[inner].tolist()) == {6.0}
    assert degree[~inner].max() < 6


def test_a_pentagon_has_five() -> None:
    pentagon = int(all_pentagons(7)[3])
    disk = hexes(*h3.grid_disk(pentagon, 2).tolist())
    assert neighbours(disk).sum(axis=1)[disk.tolist().index(pentagon)] == 5


def test_none_one_and_two_far_apart() -> None:
    one, far = h3.latlng_to_cell(31.0, 120.6, 8), h3.latlng_to_cell(41.9, -87.6, 8)
    for some in (hexes(), hexes(one), hexes(one, far)):
        assert neighbours(some).shape == (len(some), len(some))
        assert neighbours(some).nnz == 0
        assert len(outlines(some)) == len(some)


def test_outlines_hold_their_points() -> None:
    rng = np.random.default_rng(4)
    lon, lat = rng.uniform((120.5, 30.9), (120.7, 31.1), (500, 2)).T
    drawn = outlines(hexes_of(lon, lat, 8).astype(np.uint64))
    assert shapely.is_valid(drawn).all()
    assert shapely.contains_xy(drawn, lon, lat).all()


def test_outlines_of_a_land_tile_it() -> None:
    drawn = outlines(fill_overlapping(TOWN, 8))
    whole = shapely.union_all(drawn, grid_size=1e-9)
    assert whole.buffer(1e-9).covers(TOWN)
    np.testing.assert_allclose(shapely.area(drawn).sum(), whole.area, rtol=1e-6)
