"""Squares numbered, and which shapes hold the centre of each: a scan conversion, exact.

A code >= -1 is an answer: the lowest shape that covers the square, or none. A code <= -2 says
where to look next: -2 - code is the number of a tile (in the coarse table), of a border square
(in a tile, while the table is being built) or of a record (in a finished tile).
"""

from __future__ import annotations

from math import ceil
from typing import NamedTuple

import numpy as np

from gridgis.locate.edges import Edges
from gridgis.locate.exact import side
from gridgis.locate.frame import SHIFT, Frame, squares_touched
from gridgis.locate.kernel import Floats, Ints, Longs, kernel

TILE = 1 << SHIFT  # squares along a coarse square


class Squares(NamedTuple):
    """The two tables, and of each border square its place, its edges and its centre's shapes."""

    coarse: Ints  # (size / TILE)**2 codes
    tiles: Ints  # TILE**2 codes of each tile
    slot: Longs  # (s,): of each border square, its slot in `tiles`
    row: Longs
    column: Longs
    edges: Longs  # the edges that touch each border square
    edge_starts: Longs  # (s + 1): where each square's edges start
    # The shapes that hold a square's centre are a linked list: holder[first[s]] is one of them,
    # holder[following[first[s]]] the next; -1 ends the list.
    first: Longs
    following: Longs
    holder: Ints


def squares_of(edges: Edges, frame: Frame) -> Squares:
    """The tables with every free square answered and every border square numbered."""
    places = edges.unique - np.tile((frame.west, frame.south), 2)
    places *= np.tile((frame.per_x, frame.per_y), 2)
    square, edge = squares_touched(places, frame.size)
    order = np.argsort(square, kind="stable")
    square = square[order]
    new = np.append(True, square[1:] != square[:-1])[: len(square)]
    starts = np.append(np.flatnonzero(new), len(square))
    row, column = np.divmod(square[new], frame.size)

    coarse_square = (row >> SHIFT) * (frame.size >> SHIFT) + (column >> SHIFT)
    tiled, tile = np.unique(coarse_square, return_inverse=True)
    coarse = np.full((frame.size >> SHIFT) ** 2, -1, np.int32)
    coarse[tiled] = -2 - np.arange(len(tiled))
    slot = slot_of(tile, row, column)
    tiles = np.full(len(tiled) << 2 * SHIFT, -1, np.int32)
    tiles[slot] = -2 - np.arange(len(slot))

    first = np.full(len(slot), -1, np.int64)
    keys = np.empty(_most_crossings(edges, frame), np.int64)
    following, holder = _paint(
        edges.ends,
        edges.starts,
        frame.centre_x,
        frame.centre_y,
        (frame.west, frame.south, frame.per_x, frame.per_y),
        keys,
        coarse,
        tiles,
        first,
    )
    return Squares(coarse, tiles, slot, row, column, edge[order], starts, first, following, holder)


@kernel
def slot_of(tile, row, column):  # type: ignore[no-untyped-def]
    """The slot of a square in its tile; of numbers or of arrays."""
    return (tile << 2 * SHIFT) + ((row & (TILE - 1)) << SHIFT) + (column & (TILE - 1))


def _most_crossings(edges: Edges, frame: Frame) -> int:
    """An upper bound of the rows crossed by the edges of any one shape, all edges together."""
    rows = np.abs(edges.ends[:, 3] - edges.ends[:, 1]) * frame.per_y + 2
    total = np.append(0.0, np.cumsum(rows))
    return int(np.diff(total[edges.starts]).max(initial=0)) + 2


@kernel
def _paint(
    ends: Floats,
    starts: Longs,
    centre_x: Floats,
    centre_y: Floats,
    scale: tuple[float, float, float, float],
    keys: Longs,
    coarse: Ints,
    tiles: Ints,
    first: Longs,
) -> tuple[Longs, Ints]:
    """Scan-convert every shape at the centres of the squares; return the linked lists.

    A centre that lies *on* an edge is counted as if it lay an infinitesimal step up and an
    infinitely smaller one to the left. The queries take the same step, so it cancels out.
    """
    size = len(centre_x)
    following = np.empty(1 << 12, np.int64)
    holder = np.empty(1 << 12, np.int32)
    listed = 0
    for shape in range(len(starts) - 1):
        crossings = 0
        for e in range(starts[shape], starts[shape + 1]):
            crossings = _cross(ends[e], centre_x, centre_y, scale, keys, crossings)
        # Sorted by row, then column: between the first and the second crossing of a row the
        # centres lie inside, between the third and the fourth again, and so on.
        ordered = np.sort(keys[:crossings])
        for i in range(0, crossings, 2):
            row, column = ordered[i] // size, ordered[i] % size
            stop = column + ordered[i + 1] - ordered[i]
            while column < stop:
                at = (row >> SHIFT) * (size >> SHIFT) + (column >> SHIFT)
                if coarse[at] >= -1:  # no border in this coarse square: it is inside as a whole
                    if coarse[at] == -1:
                        coarse[at] = shape
                    column = ((column >> SHIFT) + 1) << SHIFT
                    continue
                slot = slot_of(-2 - coarse[at], row, column)
                if tiles[slot] == -1:
                    tiles[slot] = shape
                elif tiles[slot] < -1:
                    if listed == len(holder):
                        following = np.concatenate((following, following))
                        holder = np.concatenate((holder, holder))
                    square = -2 - tiles[slot]
                    holder[listed] = shape
                    following[listed] = first[square]
                    first[square] = listed
                    listed += 1
                column += 1
    return following[:listed].copy(), holder[:listed].copy()


@kernel
def _cross(
    edge: Floats,
    centre_x: Floats,
    centre_y: Floats,
    scale: tuple[float, float, float, float],
    keys: Longs,
    crossings: int,
) -> int:
    """Note for every row whose centre line the edge crosses: row * size + column.

    The column is the first whose centre lies strictly right of the edge.
    """
    lx, ly, hx, hy = edge
    if ly == hy:
        return crossings
    if ly > hy:
        lx, ly, hx, hy = hx, hy, lx, ly
    west, south, per_x, per_y = scale
    size = len(centre_x)
    row = max(0, int((ly - south) * per_y - 0.5) - 1)
    while centre_y[row] < ly:
        row += 1
    while centre_y[row] < hy:  # ly <= centre < hy: a vertex on the line is crossed once
        y = centre_y[row]
        x = lx + (y - ly) / (hy - ly) * (hx - lx)
        guess = ceil((x - west) * per_x - 0.5)
        column = min(max(guess, 1), size - 1)
        while side(lx, ly, hx, hy, centre_x[column - 1], y) < 0:
            column -= 1
        while side(lx, ly, hx, hy, centre_x[column], y) >= 0:
            column += 1
        keys[crossings] = row * size + column
        crossings += 1
        row += 1
    return crossings
