"""The lowest cell that covers a point, exactly: against rational arithmetic."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import shapely
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from locate_judge import Judge, beside, hard_points, orientation
from numpy.typing import NDArray

from gridgis.locate import CellIndex
from gridgis.locate.exact import side

Shapes = NDArray[np.object_]

ODD = np.array([np.nan, np.inf, -np.inf, 1e300, -1e300, 1.8e19, 5e-324, -5e-324, 0.0, -0.0])
EXAMPLES = settings(max_examples=60, deadline=None)


def located(shapes: Shapes, points: NDArray[np.float64]) -> NDArray[np.int32]:
    return CellIndex.build(shapes).locate(points[:, 0], points[:, 1])


def array(*shapes: shapely.Geometry) -> Shapes:
    result = np.empty(len(shapes), dtype=object)
    result[:] = shapes
    return result


def agree(shapes: Shapes, points: NDArray[np.float64]) -> None:
    found = located(shapes, points)
    expected = Judge(shapes).all(points[:, 0], points[:, 1])
    wrong = np.flatnonzero(found != expected)
    assert not len(wrong), [
        (points[i].tolist(), int(found[i]), int(expected[i])) for i in wrong[:5]
    ]


def around(shapes: Shapes, rng: np.random.Generator) -> NDArray[np.float64]:
    """Points in the extent and about it, at its corners, and far outside."""
    west, south, east, north = shapely.total_bounds(shapes)
    span = np.array((east - west, north - south))
    near = rng.uniform(-0.3, 1.3, (60, 2)) * span + (west, south)
    corners = np.array([(x, y) for x in (west, east) for y in (south, north)])
    odd = np.array([(x, y) for x in ODD for y in (*ODD[:6], south, (south + north) / 2)])
    return np.concatenate((near, beside(corners), odd, odd[:, ::-1]))


# --- The sign of a turn ---------------------------------------------------------------------------

doubles = st.floats(allow_nan=False, allow_infinity=False)
tame = st.floats(min_value=-180, max_value=180, allow_nan=False)


@EXAMPLES
@given(st.tuples(doubles, doubles, doubles, doubles, doubles, doubles))
@example((0.0, 0.0, 3.0, 1.0, 5e-324, 5e-324))
@example((0.0, 0.0, 5e-324, 1e-323, 5e-324, 5e-324))
@example((-1.7e308, -1.7e308, 1.7e308, 1.7e308, 0.0, 5e-324))
@example((1.7e308, 5e-324, -1.7e308, 5e-324, 5e-324, 0.0))
@example((5e-324, 5e-324, 5e-324, 0.0, 5e-324, 1.0))
def test_side_is_the_sign_of_the_rational_turn(numbers: tuple[float, ...]) -> None:
    assert np.sign(side(*numbers)) == orientation(*numbers)


@settings(max_examples=300, deadline=None)
@given(tame, tame, tame, tame, st.floats(0, 1), st.integers(-2, 2), st.integers(-1000, 300))
def test_side_is_exact_beside_the_line_at_every_scale(
    ax: float, ay: float, bx: float, by: float, share: float, steps: int, power: int
) -> None:
    """Points that rounding put on the line or a few floats off it, down to the smallest doubles."""
    scale = 2.0**power
    ax, ay, bx, by = ax * scale, ay * scale, bx * scale, by * scale
    x, y = ax + share * (bx - ax), ay + share * (by - ay)
    for _ in range(abs(steps)):
        y = np.nextafter(y, np.inf if steps > 0 else -np.inf)
    assert np.sign(side(ax, ay, bx, by, x, y)) == orientation(ax, ay, bx, by, x, y)


# --- The index against the judge ------------------------------------------------------------------

lattice = st.tuples(st.integers(0, 9), st.integers(0, 9))


@st.composite
def outlines(draw: st.DrawFn) -> shapely.Geometry:
    """A valid outline made of lattice triangles: joined, cut out of one another, or apart."""
    outline = shapely.Polygon()
    for _ in range(draw(st.integers(1, 3))):
        corners = draw(st.lists(lattice, min_size=3, max_size=4, unique=True))
        piece = shapely.MultiPoint(corners).convex_hull
        assume(piece.geom_type == "Polygon")
        join = draw(st.sampled_from((shapely.union, shapely.symmetric_difference)))
        outline = join(outline, piece)
    polygons = [part for part in shapely.get_parts(outline) if part.geom_type == "Polygon"]
    whole = shapely.multipolygons(polygons)
    assume(whole.area > 0 and whole.is_valid)
    return whole


@st.composite
def drawings(draw: st.DrawFn) -> Shapes:
    """Overlapping, holed and several-part outlines on the lattice or moved off it."""
    shapes = array(*draw(st.lists(outlines(), min_size=1, max_size=5)))
    scale = draw(st.sampled_from((1.0, 0.1, 1 / 3, 1e-3, 12345.678, 1e-9)))
    shift = draw(st.sampled_from((0.0, 0.1, 116.4, -87.65, 4.4e6)))
    moved = shapely.transform(shapes, lambda points: points * scale + shift)
    assume(shapely.is_valid(moved).all())
    return moved


@EXAMPLES
@given(drawings(), st.integers(0, 2**32 - 1))
def test_agrees_with_rational_arithmetic(shapes: Shapes, seed: int) -> None:
    """At vertices, on edges, one float beside both, at random, at the extent's corners, far out.

    Checked by hand: fails when places outside the extent are not moved to the outermost squares,
    be it in both tables (then the process dies) or only in the tiles.
    """
    rng = np.random.default_rng(seed)
    agree(shapes, np.concatenate((hard_points(shapes, rng, 40), around(shapes, rng))))


@EXAMPLES
@given(outlines(), st.integers(-1060, 300), st.integers(0, 2**32 - 1))
def test_is_exact_for_outlines_of_any_size(
    outline: shapely.Geometry, power: int, seed: int
) -> None:
    """Scaling by a power of two is exact, unless a coordinate drowns in the last bit."""
    rng = np.random.default_rng(seed)
    whole = shapely.get_coordinates(outline)
    # GEOS itself cannot be asked at this size: its products underflow.
    assume(np.array_equal(np.ldexp(np.ldexp(whole, power), -power), whole))
    shapes = shapely.transform(array(outline), lambda points: np.ldexp(points, power))
    agree(shapes, np.concatenate((hard_points(shapes, rng, 20), around(shapes, rng))))


def test_needs_the_exact_sign_beside_long_edges() -> None:
    """Where the rounded sign of the turn is wrong, the answer is still right.

    Checked by hand: fails when `side` returns the rounded difference without its filter, and when
    the kernel takes the sign of A*x + B*y + C without asking whether it is in doubt.
    """
    rng = np.random.default_rng(7)
    shapes = array(
        shapely.Polygon([(115.41712, 39.44278), (117.50031, 41.06017), (115.41712, 41.06017)]),
        shapely.Polygon([(115.41712, 39.44278), (117.50031, 39.44278), (117.50031, 41.06017)]),
    )
    a, b = np.array((115.41712, 39.44278)), np.array((117.50031, 41.06017))
    points = beside(a + (b - a) * rng.uniform(size=(700, 1)))
    x, y = points.T
    rounded = np.sign((b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0]))
    row_a, row_b = a[1] - b[1], b[0] - a[0]
    by_row = np.sign(row_a * x + row_b * y - (row_a * a[0] + row_b * a[1]))
    exact = np.array([orientation(*a, *b, *point) for point in points])
    assert (rounded != exact).any(), "the points are too easy to prove anything"
    assert (by_row != exact).any(), "the points are too easy to prove anything"
    np.testing.assert_array_equal(located(shapes, points), np.where(exact >= 0, 0, 1))


def test_agrees_with_shapely_on_a_tessellation() -> None:
    """Where the two differ, rational arithmetic sides with the core."""
    rng = np.random.default_rng(3)
    seeds = shapely.MultiPoint(rng.uniform((116, 39), (117, 40), (300, 2)))
    cells = np.array(shapely.get_parts(shapely.voronoi_polygons(seeds)), dtype=object)
    points = rng.uniform((115.8, 38.8), (117.2, 40.2), (200_000, 2))
    hard = hard_points(cells, rng, 1_000)
    points[: len(hard)] = hard
    point, cell = shapely.STRtree(cells).query(shapely.points(points), predicate="intersects")
    expected = np.full(len(points), len(cells))
    np.minimum.at(expected, point, cell)
    expected[expected == len(cells)] = -1
    found = located(cells, points)
    differ = np.flatnonzero(found != expected)
    np.testing.assert_array_equal(found[differ], Judge(cells).all(*points[differ].T))


@EXAMPLES
@given(drawings(), st.randoms(use_true_random=False))
def test_order_decides_ties_and_nothing_else(shapes: Shapes, random: object) -> None:
    """A shape covers a point whatever its place in the array: asked alone or among others."""
    rng = np.random.default_rng(random.randrange(2**32))  # type: ignore[attr-defined]
    points = np.concatenate((hard_points(shapes, rng, 60), around(shapes, rng)))
    alone = np.array([located(shapes[i : i + 1], points) == 0 for i in range(len(shapes))])
    lowest = np.where(alone.any(axis=0), alone.argmax(axis=0), -1)
    np.testing.assert_array_equal(located(shapes, points), lowest)


def test_more_shapes_in_one_square_than_a_mask_has_bits() -> None:
    """200 slices of a cake meet in its middle, each point of which belongs to the lowest."""
    turn = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    rim = np.column_stack((np.cos(turn), np.sin(turn)))
    slices = array(*(shapely.Polygon([(0, 0), rim[i], rim[(i + 1) % 200]]) for i in range(200)))
    rng = np.random.default_rng(1)
    tiny = rng.normal(0, 1e-4, (300, 2))
    agree(slices, np.concatenate((beside(np.zeros((1, 2))), tiny, rim, rng.normal(0, 1, (100, 2)))))


def test_cells_smaller_than_a_square_of_the_table() -> None:
    """A thousand cells and slivers in a corner that is one square of the table; one far away."""
    rng = np.random.default_rng(5)
    corner = rng.uniform(0, 1e-3, (300, 2))
    small = [shapely.box(x, y, x + 1e-5, y + 1e-5) for x, y in corner]
    slivers = [
        shapely.Polygon([(x, y), (x + 1e-3, y + 1e-3), (x + 1e-3, np.nextafter(y + 1e-3, 1))])
        for x, y in corner
    ]
    shapes = array(*small, *slivers, shapely.box(100, 100, 101, 101))
    shapes = shapes[shapely.is_valid(shapes)]
    agree(shapes, np.concatenate((hard_points(shapes, rng, 60), around(shapes, rng))))


def test_edges_nearly_along_the_axes() -> None:
    """One float off vertical and horizontal, where interpolation along the edge breaks down."""
    east, north = np.nextafter(1.0, 2), np.nextafter(1.0, 0)
    shapes = array(
        shapely.Polygon([(0, 0), (1, 0), (east, 1), (0, north)]),
        shapely.Polygon([(1, 0), (2, 0), (2, north), (east, 1)]),
        shapely.Polygon([(0, north), (east, 1), (1, 2), (5e-324, 2)]),
    )
    rng = np.random.default_rng(2)
    agree(shapes, np.concatenate((hard_points(shapes, rng, 200), around(shapes, rng))))


def test_the_judge_itself_on_a_known_triangle() -> None:
    """Thirds are no doubles: the point just beside the true one is outside, as it must be."""
    judge = Judge(array(shapely.Polygon([(0, 0), (3, 1), (0, 1)])))
    third = 1 / 3
    assert Fraction(third) < Fraction(1, 3)
    assert [judge.lowest(1, third), judge.lowest(1, np.nextafter(third, 1))] == [-1, 0]
    assert [judge.lowest(1.5, 0.5), judge.lowest(0, 0), judge.lowest(3, 1)] == [0, 0, 0]
    assert [judge.lowest(-1, 0.5), judge.lowest(2, 1.5), judge.lowest(np.nan, 0)] == [-1, -1, -1]
