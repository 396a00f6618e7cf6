"""What a border square remembers, so that a point in it is answered by as few tests as possible.

Three kinds of record, told apart by the two lowest bits of row * 4 + kind:

LINE     one edge runs right through the square; left and right of it are two answers.
WEDGE    two edges meet in a vertex and both run out of the square; inside the smaller angle
         between them is one answer, outside another.
GENERAL  anything else: the edges themselves, each with a mask of the shapes it bounds, and the
         shapes that hold the square's centre. From the point a path runs along its row to the
         column of the centre and along that to the centre; every edge it crosses flips the
         shapes of its mask.

Only shapes that can win are remembered: where one covers the whole square, none after it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridgis.locate.edges import Edges
from gridgis.locate.exact import above, side_of
from gridgis.locate.frame import MARGIN, Frame
from gridgis.locate.kernel import Floats, Ints, Longs, kernel
from gridgis.locate.squares import Squares

LINE, WEDGE, GENERAL = 0, 1, 2
BLOCK = 62  # shapes in one mask; a square with more has several groups, tried in turn


class Records(NamedTuple):
    """All records. A LINE is one row, a WEDGE two, a GENERAL record one group of its own."""

    # Rows: A, B, C of A*x + B*y + C, which is positive left of the edge; the fourth number is
    # two int32 in its place, the answers left and right (inside and outside the wedge).
    rows: Floats
    # Per row the answer on the border itself, and its edge: e, or ~e for edge e backwards.
    borders: Ints
    # Groups: first edge, last edge + 1, mask of the centre, first shape, code if none covers.
    groups: Longs
    ends: Floats  # of the groups' edges, west to east
    masks: Longs
    legs: Ints  # 0: the column of the centre misses the edge; 1: centre below it; 2: above
    shapes: Ints  # of the groups; bit k of a mask stands for shapes[first shape + k]


def records_of(edges: Edges, frame: Frame, squares: Squares) -> Records:
    """The records of all border squares; their numbers in `squares.tiles` become codes."""
    places = edges.unique - np.tile((frame.west, frame.south), 2)
    places *= np.tile((frame.per_x, frame.per_y), 2)
    count = len(squares.slot)
    # An edge is written once for each of its shapes at most. What is not used costs nothing.
    most = int(np.diff(edges.owner_starts)[squares.edges].sum())
    room = Records(
        rows=np.empty((2 * count, 4)),
        borders=np.empty((2 * count, 2), np.int32),
        groups=np.empty((most, 5), np.int64),
        ends=np.empty((most, 4)),
        masks=np.empty(most, np.int64),
        legs=np.empty(most, np.int32),
        shapes=np.empty(most, np.int32),
    )
    used = np.zeros(4, np.int64)
    _classify(edges, places, squares, frame.centre_x, frame.centre_y, room, used)
    rows, groups, listed, shapes = used
    return Records(
        room.rows[:rows].copy(),
        room.borders[:rows].copy(),
        room.groups[:groups].copy(),
        room.ends[:listed].copy(),
        room.masks[:listed].copy(),
        room.legs[:listed].copy(),
        room.shapes[:shapes].copy(),
    )


ROWS, GROUPS, ENDS, SHAPES = 0, 1, 2, 3  # positions in `used`


@kernel
def _classify(
    edges: Edges,
    places: Floats,
    squares: Squares,
    centre_x: Floats,
    centre_y: Floats,
    room: Records,
    used: Longs,
) -> None:
    """Write the record of every border square."""
    latest = np.full(len(places), -1, np.int64)  # the last LINE of an edge, shared along it
    most = np.int64(1)
    for s in range(len(squares.slot)):
        most = max(most, _owned(edges, squares, s))
    shapes = np.empty(most, np.int32)
    holds = np.empty(most, np.bool_)
    for s in range(len(squares.slot)):
        touching = squares.edges[squares.edge_starts[s] : squares.edge_starts[s + 1]]
        count, cover = _gather(edges, squares, s, touching, shapes, holds)
        x, y = centre_x[squares.column[s]], centre_y[squares.row[s]]
        if count == 0:
            code = cover
        else:
            corner = (squares.column[s], squares.row[s])
            kind, one, other, inside = _figure(
                edges, places, touching, count, cover, corner, (x, y)
            )
            if kind == GENERAL:
                code = _write_groups(
                    edges, touching, shapes[:count], holds, cover, (x, y), room, used
                )
            else:
                code = _write_rows(
                    edges,
                    kind,
                    one,
                    other,
                    inside,
                    shapes[:count],
                    holds,
                    cover,
                    latest,
                    room,
                    used,
                )
        squares.tiles[squares.slot[s]] = code


@kernel
def _owned(edges: Edges, squares: Squares, s: int) -> np.int64:
    """How many shapes the edges in a square have, each counted per edge."""
    count = np.int64(0)
    for i in range(squares.edge_starts[s], squares.edge_starts[s + 1]):
        e = squares.edges[i]
        count += edges.owner_starts[e + 1] - edges.owner_starts[e]
    return count


@kernel
def _gather(edges, squares, s, touching, shapes, holds):  # type: ignore[no-untyped-def]
    """(count, cover): how many shapes have a border here and can win, and what covers the rest.

    `shapes` receives them ascending, `holds` whether they hold the centre. `cover` is the lowest
    shape without a border here that holds the centre, and so the whole square, or -1.
    """
    count = 0
    for e in touching:
        for i in range(edges.owner_starts[e], edges.owner_starts[e + 1]):
            shape = edges.owners[i]
            at = np.searchsorted(shapes[:count], shape)
            if at < count and shapes[at] == shape:
                continue
            for k in range(count, at, -1):
                shapes[k] = shapes[k - 1]
            shapes[at] = shape
            count += 1
    holds[:count] = False
    cover = -1
    link = squares.first[s]
    while link >= 0:
        shape = squares.holder[link]
        at = np.searchsorted(shapes[:count], shape)
        if at < count and shapes[at] == shape:
            holds[at] = True
        elif cover < 0 or shape < cover:
            cover = shape
        link = squares.following[link]
    if cover >= 0:
        count = int(np.searchsorted(shapes[:count], cover))
    return count, cover


@kernel
def _figure(edges, places, touching, count, cover, corner, centre):  # type: ignore[no-untyped-def]
    """(kind, one edge, other edge, is the centre left of both): what the borders look like.

    An edge is e, or ~e for edge e backwards; the two of a wedge run into the vertex and out of it
    again, turning left.
    """
    general = (GENERAL, 0, 0, False)
    found = 0
    first = second = -1
    for e in touching:
        owners = 0
        for i in range(edges.owner_starts[e], edges.owner_starts[e + 1]):
            owners += cover < 0 or edges.owners[i] < cover
        if owners == 0:
            continue
        if owners != count:  # every edge must bound all the shapes, or two sides are not enough
            return general
        if found == 0:
            first = e
        second = e
        found += 1
    x, y = centre
    ends = edges.unique
    if found == 1 and _leaves(places[first], 0, corner) and _leaves(places[first], 1, corner):
        at = side_of(ends, first, x, y)
        return (LINE, first, first, at > 0) if at != 0 else general
    if found != 2:
        return general
    for i in range(2):
        for j in range(2):
            met = ends[first, 2 * i] == ends[second, 2 * j]
            met = met and ends[first, 2 * i + 1] == ends[second, 2 * j + 1]
            if not met or not _leaves(places[first], i, corner):
                continue
            if not _leaves(places[second], j, corner):
                continue
            one = first if i == 1 else ~first
            other = second if j == 0 else ~second
            if side_of(ends, one, ends[second, 2 - 2 * j], ends[second, 3 - 2 * j]) < 0:
                one, other = ~other, ~one
            at_one, at_other = side_of(ends, one, x, y), side_of(ends, other, x, y)
            if at_one != 0 and at_other != 0:
                return (WEDGE, one, other, at_one > 0 and at_other > 0)
    return general


@kernel
def _leaves(place, end, corner):  # type: ignore[no-untyped-def]
    """Whether an edge, seen from one of its ends, provably runs out past the square.

    That no other edge is listed does not say so: an edge may end inside, near the square's side.
    """
    for axis in range(2):
        here, there = place[2 * end + axis], place[2 - 2 * end + axis]
        low = corner[axis]
        if there < here and there <= low - MARGIN:
            return True
        if there > here and there >= low + 1 + MARGIN:
            return True
    return False


@kernel
def _write_rows(  # type: ignore[no-untyped-def]
    edges, kind, one, other, inside, shapes, holds, cover, latest, room, used
):
    """The code of a LINE or a WEDGE, written unless the edge's last LINE says the same."""
    left = right = cover
    for k in range(len(shapes) - 1, -1, -1):
        if holds[k] == inside:
            left = shapes[k]
        else:
            right = shapes[k]
    answers = room.rows.view(np.int32)
    row = used[ROWS]
    if kind == LINE:
        last = latest[one]
        same = last >= 0 and answers[last, 6] == left and answers[last, 7] == right
        if same and room.borders[last, 0] == shapes[0]:
            return -2 - (last * 4 + LINE)
        latest[one] = row
    for k in range(kind + 1):
        edge = one if k == 0 else other
        e = max(edge, ~edge)
        start = 0 if edge >= 0 else 2
        ax, ay = edges.unique[e, start], edges.unique[e, start + 1]
        bx, by = edges.unique[e, 2 - start], edges.unique[e, 3 - start]
        a, b = ay - by, bx - ax
        room.rows[row + k, 0] = a
        room.rows[row + k, 1] = b
        room.rows[row + k, 2] = -(a * ax + b * ay)
        answers[row + k, 6] = left
        answers[row + k, 7] = right
        room.borders[row + k, 0] = shapes[0]
        room.borders[row + k, 1] = edge
    used[ROWS] += kind + 1
    return -2 - (row * 4 + kind)


@kernel
def _write_groups(edges, touching, shapes, holds, cover, centre, room, used):  # type: ignore[no-untyped-def]
    """The code of a GENERAL record; the lowest shapes are in the group that is tried first."""
    x, y = centre
    code = np.int64(cover)
    for low in range((len(shapes) - 1) // BLOCK * BLOCK, -1, -BLOCK):
        block = shapes[low : low + BLOCK]
        group, first_edge, first_shape = used[GROUPS], used[ENDS], used[SHAPES]
        holding = 0
        for k in range(len(block)):
            if holds[low + k]:
                holding |= 1 << k
            room.shapes[first_shape + k] = block[k]
        used[SHAPES] += len(block)
        for e in touching:
            mask = 0
            for i in range(edges.owner_starts[e], edges.owner_starts[e + 1]):
                at = np.searchsorted(block, edges.owners[i])
                if at < len(block) and block[at] == edges.owners[i]:
                    mask |= 1 << at
            if mask == 0:
                continue
            ax, ay, bx, by = edges.unique[e]
            leg = 0
            if ax < x and x <= bx:
                leg = 2 if above(ax, ay, bx, by, x, y) else 1
            written = used[ENDS]
            room.ends[written] = edges.unique[e]
            room.masks[written] = mask
            room.legs[written] = leg
            used[ENDS] += 1
        room.groups[group, 0] = first_edge
        room.groups[group, 1] = used[ENDS]
        room.groups[group, 2] = holding
        room.groups[group, 3] = first_shape
        room.groups[group, 4] = code
        used[GROUPS] += 1
        code = -2 - (group * 4 + GENERAL)
    return code
