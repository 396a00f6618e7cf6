"""The query kernel: tables first, then one test, then two, then the rest."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridgis.locate.exact import above, side, side_of
from gridgis.locate.frame import SHIFT
from gridgis.locate.kernel import Floats, Ints, Longs, kernel
from gridgis.locate.records import GENERAL, LINE, WEDGE

CHUNK = 2048  # points taken through all stages at a time: 40 KB, which stay in the first caches


class Table(NamedTuple):
    """A finished index, as the kernel reads it; nothing of it is ever written again."""

    west: float
    south: float
    per_x: float
    per_y: float
    size: int
    doubt: float  # rows' results no larger than this may have the wrong sign
    centre_x: Floats
    coarse: Ints
    tiles: Ints
    rows: Floats
    answers: Ints  # `rows` again, as int32
    borders: Ints
    unique: Floats
    groups: Longs
    ends: Floats
    masks: Longs
    legs: Ints
    shapes: Ints


@kernel
def locate(lon: Floats, lat: Floats, found: Ints, table: Table) -> None:
    """Write for every point the lowest shape that covers it, or -1.

    Each stage is a loop over the points that the one before left open, so that loads of several
    points are under way at once. The lists of these points are filled without a branch: every
    point is written, and the end moves on only if it belongs there. Unsigned indexes spare the
    test for negative ones.
    """
    top = float(table.size - 1)
    coarse_size = np.uint32(table.size >> SHIFT)
    west, south, per_x, per_y = table.west, table.south, table.per_x, table.per_y
    coarse, tiles, rows, answers = table.coarse, table.tiles, table.rows, table.answers
    borders, unique, doubt, centre_x = table.borders, table.unique, table.doubt, table.centre_x
    groups, ends, masks, legs, shapes = (
        table.groups,
        table.ends,
        table.masks,
        table.legs,
        table.shapes,
    )
    within = (1 << SHIFT) - 1
    tiled = np.empty(CHUNK, np.uint32)
    lines = np.empty(CHUNK, np.uint32)
    wedges = np.empty(CHUNK, np.uint32)
    others = np.empty(CHUNK, np.uint32)
    for start in range(0, len(lon), CHUNK):
        x, y, code = (
            lon[start : start + CHUNK],
            lat[start : start + CHUNK],
            found[start : start + CHUNK],
        )
        for i in range(len(x)):
            column = square_of(x[i], west, per_x, top) >> SHIFT
            row = square_of(y[i], south, per_y, top) >> SHIFT
            code[i] = coarse[np.uint32(row) * coarse_size + np.uint32(column)]
        in_tiles = np.uint32(0)
        for i in range(len(x)):
            tiled[in_tiles] = i
            in_tiles += np.uint32(code[i] < -1)
        on_lines = on_wedges = on_others = np.uint32(0)
        for j in range(in_tiles):
            i = tiled[j]
            column = square_of(x[i], west, per_x, top)
            row = square_of(y[i], south, per_y, top)
            tile = np.int32(-2) - code[i]
            slot = (tile << 2 * SHIFT) + ((row & within) << SHIFT) + (column & within)
            code[i] = tiles[np.uint32(slot)]
            record = np.int32(-2) - code[i]
            kind = record & 3
            lines[on_lines] = i
            on_lines += np.uint32((record >= 0) & (kind == LINE))
            wedges[on_wedges] = i
            on_wedges += np.uint32((record >= 0) & (kind == WEDGE))
            others[on_others] = i
            on_others += np.uint32((record >= 0) & (kind == GENERAL))
        for j in range(on_lines):
            i = lines[j]
            k = np.uint32((np.int32(-2) - code[i]) >> 2)
            at = rows[k, 0] * x[i] + rows[k, 1] * y[i] + rows[k, 2]
            code[i] = answers[k, np.uint32(6) + np.uint32(at < 0.0)]
            if abs(at) <= doubt:
                code[i] = _settled(answers, borders, unique, k, k, x[i], y[i])
        for j in range(on_wedges):
            i = wedges[j]
            k = np.uint32((np.int32(-2) - code[i]) >> 2)
            m = k + np.uint32(1)
            at = rows[k, 0] * x[i] + rows[k, 1] * y[i] + rows[k, 2]
            also = rows[m, 0] * x[i] + rows[m, 1] * y[i] + rows[m, 2]
            code[i] = answers[k, np.uint32(6) + np.uint32((at < 0.0) | (also < 0.0))]
            if (abs(at) <= doubt) | (abs(also) <= doubt):
                code[i] = _settled(answers, borders, unique, k, m, x[i], y[i])
        for j in range(on_others):
            i = others[j]
            group = (np.int32(-2) - code[i]) >> 2
            column = square_of(x[i], west, per_x, top)
            code[i] = _counted(
                group, x[i], y[i], centre_x[column], groups, ends, masks, legs, shapes
            )


@kernel
def square_of(coordinate: float, origin: float, scale: float, top: float) -> np.int32:
    """The column of an x, or the row of a y; the outermost for what lies beyond.

    What is not a number goes to 0: into the free ring, like all that lies outside.
    """
    place = (coordinate - origin) * scale
    place = place if place > 0.0 else 0.0
    return np.int32(place if place < top else top)


@kernel
def _settled(answers, borders, unique, k, m, x, y):  # type: ignore[no-untyped-def]
    """The answer of a LINE (k = m) or a WEDGE by exact signs."""
    at = min(side_of(unique, borders[k, 1], x, y), side_of(unique, borders[m, 1], x, y))
    if at > 0:
        return answers[k, 6]
    return answers[k, 7] if at < 0 else borders[k, 0]


@kernel
def _counted(group, x, y, centre, groups, ends, masks, legs, shapes):  # type: ignore[no-untyped-def]
    """The answer of a GENERAL record: crossings of the path to the square's centre are counted.

    The path starts the infinitesimal step of `squares._paint` beside the point, so that it never
    meets a vertex. A point on an edge itself is covered by that edge's shapes whatever the count.
    """
    while True:
        covering = groups[group, 2]
        on_border = 0
        for j in range(groups[group, 0], groups[group, 1]):
            ax, ay, bx, by = ends[j, 0], ends[j, 1], ends[j, 2], ends[j, 3]
            if min(ay, by) <= y and y <= max(ay, by):
                at = side(ax, ay, bx, by, x, y)
                if at == 0 and ax <= x and x <= bx:
                    on_border |= masks[j]
                if (ay > y) != (by > y):  # the edge crosses the row: do point and turn differ?
                    turn = side(ax, ay, bx, by, centre, y)
                    rising = by > ay
                    if (at < 0) != (turn < 0) if rising else (at > 0) != (turn > 0):
                        covering ^= masks[j]
            if legs[j] != 0 and above(ax, ay, bx, by, centre, y) != (legs[j] == 2):
                covering ^= masks[j]
        covering |= on_border
        if covering != 0:
            k = 0
            while not covering >> k & 1:
                k += 1
            return shapes[groups[group, 3] + k]
        code = groups[group, 4]
        if code >= -1:
            return np.int32(code)
        group = (-2 - code) >> 2
