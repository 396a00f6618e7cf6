"""Every repair leaves what is covered as it was; every refusal says what and where."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from gridgis.outlines import Shapes, merged, overlaps, shares, tidy

SQUARE = shapely.box(0, 0, 1, 1)
EAST = shapely.box(1, 0, 2, 1)  # shares an edge
OVER = shapely.box(0.5, 0.5, 1.5, 1.5)
FAR = shapely.box(5, 5, 6, 6)
RING = shapely.box(0, 0, 4, 4) - shapely.box(1, 1, 3, 3)
# The outer ring runs to a corner of the courtyard and around it: one ring that touches itself.
KEYHOLE = shapely.Polygon(
    [(0, 0), (4, 0), (4, 4), (2, 4), (1, 3), (3, 3), (3, 1), (1, 1), (1, 3), (2, 4), (0, 4)]
)
FIGURE_OF_8 = shapely.Polygon([(0, 0), (1, 1), (2, 0), (2, 2), (1, 1), (0, 2)])
BOW_TIE = shapely.Polygon([(10, 0), (12, 2), (12, 0), (10, 3)])
EVEN_BOW_TIE = shapely.Polygon([(10, 0), (12, 2), (12, 0), (10, 2)])  # its halves cancel
FLAT = shapely.Polygon([(7, 7), (8, 8), (9, 9)])
BAY = shapely.Polygon(SQUARE.exterior, [[(0, 0.2), (0.5, 0.2), (0.5, 0.8), (0, 0.8)]])
# Around one place twice and around another backwards: by the shoelace that adds up.
SCRIBBLE = shapely.Polygon([(0, 0), (1, 0), (0, 3), (1, 4), (0, 0), (0, 4), (1, 1)])
TWICE_AROUND = shapely.Polygon(
    [(0, 0), (4, 0), (4, 4), (0, 4), (0, 0), (3, 0.5), (3, 3), (0.5, 3), (0, 0)]
)


def shapes(*some: BaseGeometry | None) -> Shapes:
    column = np.empty(len(some), dtype=object)
    column[:] = some
    return column


def spoilt(shape: BaseGeometry, value: float) -> BaseGeometry:
    """The shape with one coordinate of its second vertex replaced."""

    def spoil(xy: np.ndarray) -> np.ndarray:
        return np.where(np.arange(xy.size).reshape(xy.shape) == 2, value, xy)

    return shapely.transform(shape, spoil)


def good(shape: BaseGeometry) -> tuple[shapely.MultiPolygon, str | None]:
    """The outline and the repair of a shape that is taken."""
    outline, repair, fault = tidy(shape)
    assert fault is None
    assert isinstance(outline, shapely.MultiPolygon)
    assert shapely.is_valid(outline)
    assert not outline.has_z
    return outline, repair


# --- As it came -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "shape", [SQUARE, RING, shapely.MultiPolygon([SQUARE, FAR]), shapely.reverse(RING)]
)
def test_what_is_in_order_is_left_to_the_last_bit(shape: BaseGeometry) -> None:
    outline, repair = good(shape)
    assert repair is None
    assert shapely.equals_identical(outline, shapely.multipolygons(shapely.get_parts(shape)))


# --- Repairs --------------------------------------------------------------------------------------


def test_heights_are_dropped() -> None:
    high = shapely.force_3d(shapely.MultiPolygon([RING, FAR]), 12.5)
    unknown = shapely.from_wkt("POLYGON Z ((1 0 nan, 1 1 nan, 0 1 nan, 0 0 nan, 1 0 nan))")
    assert shapely.equals_identical(good(high)[0], shapely.MultiPolygon([RING, FAR]))
    assert shapely.equals_identical(good(unknown)[0], shapely.MultiPolygon([SQUARE]))


@pytest.mark.parametrize(
    ("ring", "area", "rings"), [(KEYHOLE, 12.0, [1]), (FIGURE_OF_8, 2.0, [0, 0])]
)
def test_a_ring_that_touches_itself_is_redrawn(
    ring: shapely.Polygon, area: float, rings: list[int]
) -> None:
    """As a ring with a hole, or as two parts; with the same area."""
    assert not ring.is_valid
    outline, repair = good(ring)
    assert repair == "a ring that touches itself redrawn"
    assert outline.area == area
    assert [len(part.interiors) for part in outline.geoms] == rings


@pytest.mark.parametrize("other", [EAST, OVER, SQUARE, shapely.box(0.2, 0.2, 0.4, 0.4)])
def test_parts_that_share_an_edge_or_overlap_are_united(other: shapely.Polygon) -> None:
    outline, repair = good(shapely.MultiPolygon([SQUARE, other, FAR]))
    assert repair == "3 parts that share an edge or overlap united"
    assert shapely.equals(outline, shapely.union_all([SQUARE, other, FAR]))


def test_parts_that_meet_in_a_corner_are_left() -> None:
    outline, repair = good(shapely.MultiPolygon([SQUARE, shapely.box(1, 1, 2, 2)]))
    assert (len(outline.geoms), repair) == (2, None)


def test_what_has_no_area_is_dropped() -> None:
    """A part that is a line; a hole that is a line."""
    outline, repair = good(shapely.MultiPolygon([SQUARE, FLAT]))
    assert repair == "1 part(s) without area dropped"
    assert shapely.equals_identical(outline, shapely.MultiPolygon([SQUARE]))
    slit = shapely.Polygon(RING.exterior, [*RING.interiors, [(0.2, 0.2), (0.5, 0.5), (0.8, 0.8)]])
    outline, repair = good(slit)
    assert repair == "1 hole(s) without area dropped"
    assert shapely.equals(outline, RING)


def test_polygons_are_taken_out_of_collections_of_any_depth() -> None:
    line = shapely.LineString([(0, 0), (9, 9)])
    inner = shapely.GeometryCollection([shapely.Point(1, 1), shapely.MultiPolygon([FAR, RING])])
    outline, repair = good(shapely.GeometryCollection([line, inner, shapely.box(8, 0, 9, 1)]))
    assert repair is None
    assert shapely.equals(outline, shapely.union_all([FAR, RING, shapely.box(8, 0, 9, 1)]))


def test_several_repairs_are_all_told() -> None:
    outline, repair = good(shapely.MultiPolygon([FIGURE_OF_8, FLAT, shapely.box(1.5, 0, 3, 2)]))
    assert repair == (
        "1 part(s) without area dropped; a ring that touches itself redrawn;"
        " 3 parts that share an edge or overlap united"
    )
    assert shapely.equals(
        outline, shapely.union_all([shapely.make_valid(FIGURE_OF_8), shapely.box(1.5, 0, 3, 2)])
    )


# --- Refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "says"),
    [
        (None, "no shape"),
        (shapely.Polygon(), "no shape"),
        (shapely.MultiPolygon(), "no shape"),
        (shapely.GeometryCollection(), "no shape"),
        (shapely.Point(1, 2), "a Point, not a polygon"),
        (shapely.LineString([(0, 0), (1, 1)]), "a LineString, not a polygon"),
        (shapely.LinearRing([(0, 0), (1, 1), (1, 0)]), "a LinearRing, not a polygon"),
        (FLAT, "no polygon with an area"),
        (shapely.MultiPolygon([FLAT, FLAT]), "no polygon with an area"),
        (shapely.GeometryCollection([shapely.Point(1, 2)]), "no polygon with an area"),
        (spoilt(SQUARE, np.inf), "a coordinate is not a number"),
        (shapely.MultiPolygon([FAR, spoilt(RING, np.nan)]), "a coordinate is not a number"),
        (BOW_TIE, "Self-intersection[11.2 1.2]"),
        (EVEN_BOW_TIE, "Self-intersection[11 1]"),
        (shapely.MultiPolygon([SQUARE, EVEN_BOW_TIE]), "Self-intersection[11 1]"),
        (shapely.GeometryCollection([FAR, BOW_TIE]), "Self-intersection[11.2 1.2]"),
        (shapely.Polygon(SQUARE.exterior, [FAR.exterior]), "Hole lies outside shell"),
        (shapely.Polygon(SQUARE.exterior, [OVER.exterior]), "Self-intersection"),
        (
            shapely.Polygon(
                shapely.box(9, -1, 13, 4).exterior, [EVEN_BOW_TIE.exterior]
            ),
            "Self-intersection[11 1]",
        ),
        (BAY, "Self-intersection[0 0.8]"),
        (SCRIBBLE, "Self-intersection"),
        (TWICE_AROUND, "Ring Self-intersection[0 0]"),
    ],
)  # fmt: skip
def test_what_has_no_single_reading_is_refused(shape: BaseGeometry | None, says: str) -> None:
    outline, repair, fault = tidy(shape)
    assert outline is None
    assert repair is None
    assert fault is not None
    assert fault.startswith(says)


# --- The law --------------------------------------------------------------------------------------

steps = st.integers(0, 5)
rings = st.lists(st.tuples(steps, steps), min_size=3, max_size=7)


@given(st.lists(st.tuples(rings, st.lists(rings, max_size=1)), min_size=1, max_size=2))
def test_a_repair_changes_nothing_of_what_is_covered(
    parts: list[tuple[list[tuple[int, int]], list[list[tuple[int, int]]]]],
) -> None:
    """Scribbles on a small board: what is taken is valid and winds around each place once.

    A place is covered by a part if the part's ring winds around it once and its hole does not;
    the outline covers just the places that some part covers.
    """
    shape = shapely.MultiPolygon([shapely.Polygon(*part) for part in parts])
    outline, _, fault = tidy(shape)
    if fault is not None:
        assert outline is None
        return
    assert shapely.is_valid(outline)
    # Places through which no line between whole numbers goes.
    places = np.array(
        [(x, y) for x in np.arange(0.1301, 5, 0.3131) for y in np.arange(0.1709, 5, 0.3177)]
    )
    covered = np.zeros(len(places), dtype=bool)
    for ring, holes in parts:
        turns = np.abs(winding(ring, places))
        if turns.any():  # else it is no part, and its holes are none
            turns -= sum((np.abs(winding(hole, places)) for hole in holes), start=0)
        assert set(turns.tolist()) <= {0, 1}
        covered |= turns == 1
    assert shapely.contains_xy(outline, places).tolist() == covered.tolist()


def winding(ring: list[tuple[int, int]], places: np.ndarray) -> np.ndarray:
    """How many times a ring goes around each place; none is on it."""
    x, y = places.T
    turns = np.zeros(len(places), dtype=int)
    for (ax, ay), (bx, by) in pairwise([*ring, ring[0]]):
        left = (bx - ax) * (y - ay) - (x - ax) * (by - ay)
        turns += (ay <= y) & (y < by) & (left > 0)
        turns -= (by <= y) & (y < ay) & (left < 0)
    return turns


# --- Many shapes ----------------------------------------------------------------------------------

boxes = st.builds(
    lambda x, y, w, h: shapely.box(x, y, x + w, y + h),
    st.integers(0, 8), st.integers(0, 8), st.integers(1, 4), st.integers(1, 4),
)  # fmt: skip


@given(st.lists(st.tuples(boxes, st.integers(0, 3)), max_size=12))
def test_merged_is_the_union_of_each_group(drawn: list[tuple[shapely.Polygon, int]]) -> None:
    whole = shapes(*(shape for shape, _ in drawn))
    group = np.array([number for _, number in drawn], dtype=np.intp)
    found = merged(whole, group, 4)
    assert len(found) == 4
    for number in range(4):
        members = whole[group == number]
        assert isinstance(found[number], shapely.MultiPolygon)
        assert shapely.is_valid(found[number])
        assert found[number].symmetric_difference(shapely.union_all(members)).area == 0
        if len(members) == 1:
            assert shapely.equals_identical(found[number].geoms[0], members[0])


def test_a_group_of_one_keeps_its_parts_as_drawn() -> None:
    two = shapely.MultiPolygon([RING, FAR])
    (found,) = merged(shapes(two), np.array([0]), 1)
    assert shapely.equals_identical(found, two)


@given(st.lists(boxes, max_size=12))
def test_overlaps_are_the_pairs_that_share_area(drawn: list[shapely.Polygon]) -> None:
    i, j, shared = overlaps(shapes(*drawn))
    expected = {
        (a, b)
        for a in range(len(drawn))
        for b in range(a + 1, len(drawn))
        if drawn[a].intersection(drawn[b]).area > 0
    }
    pairs = list(zip(i.tolist(), j.tolist(), strict=True))
    assert set(pairs) == expected
    assert len(pairs) == len(expected)
    for a, b, common in zip(i, j, shared, strict=True):
        assert shapely.equals(common, drawn[a].intersection(drawn[b]))


def test_a_shape_inside_another_overlaps_it_and_neighbours_do_not() -> None:
    i, j, shared = overlaps(shapes(EAST, RING, SQUARE, shapely.box(1.2, 0.2, 1.4, 0.4)))
    assert sorted(zip(i.tolist(), j.tolist(), strict=True)) == [(0, 1), (0, 3), (1, 2), (1, 3)]
    assert shapely.area(shared).sum() == pytest.approx(1 + 0.04 + 1 + 0.04)


@given(boxes, boxes)
def test_shares_are_of_the_inner_area(inner: shapely.Polygon, outer: shapely.Polygon) -> None:
    (share,) = shares(shapes(inner), shapes(outer))
    assert share == pytest.approx(inner.intersection(outer).area / inner.area)
    assert shares(shapes(inner), shapes(inner.union(outer))).tolist() == pytest.approx([1.0])
    left = inner.difference(outer)
    rest = 0.0 if left.is_empty else shares(shapes(inner), shapes(left))[0]
    assert share + rest == pytest.approx(1.0)
