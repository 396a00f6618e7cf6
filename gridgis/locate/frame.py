"""The square raster laid over the extent, and which of its squares a border can touch."""

from __future__ import annotations

from math import floor
from typing import NamedTuple

import numpy as np

from gridgis.locate.kernel import Floats, Longs, kernel

SMALLEST, LARGEST = 512, 4096  # squares along a side
SHIFT = 3  # a coarse square is 8 x 8 squares: its tile fills four cache lines
MARGIN = 1e-9  # of a square; places are computed with an error below 1e-11
COARSEST = 2.0**-36  # least width of a square, of the largest coordinate: 2**17 doubles abreast
TINIEST = 1e-140  # least width of a square


class Frame(NamedTuple):
    """A raster of size x size squares. Places in it are counted in squares from its corner."""

    west: float
    south: float
    per_x: float  # squares per unit of x
    per_y: float
    size: int
    centre_x: Floats  # (size,): of each column
    centre_y: Floats  # (size,): of each row


def frame_of(points: Floats, size: int) -> Frame:
    """The raster that holds all points inside a free ring of more than one square.

    Points outside the extent are moved to the nearest square of the ring, which no border
    touches: they need no test of their own.
    """
    low = points.min(axis=0, initial=np.inf)
    high = points.max(axis=0, initial=-np.inf)
    if not len(points):
        low = high = np.zeros(2)
    width = np.maximum(
        (high - low) / (size - 2.5), max(COARSEST * np.abs((low, high)).max(), TINIEST)
    )
    corner = low - 1.25 * width
    centres = corner[:, None] + (np.arange(size) + 0.5) * width[:, None]
    return Frame(
        west=float(corner[0]),
        south=float(corner[1]),
        per_x=float(1 / width[0]),
        per_y=float(1 / width[1]),
        size=size,
        centre_x=centres[0].copy(),
        centre_y=centres[1].copy(),
    )


def size_for(edges: int) -> int:
    """Squares along a side: few where a build must be quick, many where borders are dense."""
    size = SMALLEST
    while size < LARGEST and size * size < 192 * edges:
        size *= 2
    return size


def squares_touched(places: Floats, size: int) -> tuple[Longs, Longs]:
    """(square, edge) of every square that an edge touches, and possibly of some it only nears.

    Parameters
    ----------
    places : (u, 4) array
        The ends of the edges, as places in the raster.
    size : int
        Squares along a side; square = row * size + column.
    """
    nothing = np.empty(0, np.int64)
    count = _walk(places, size, nothing, nothing)
    square, edge = np.empty(count, np.int64), np.empty(count, np.int64)
    _walk(places, size, square, edge)
    return square, edge


@kernel
def _walk(places: Floats, size: int, square: Longs, edge: Longs) -> int:
    """How many pairs there are; those that there is room for are written."""
    count = 0
    for e in range(len(places)):
        ax, ay, bx, by = places[e]
        low = min(ay, by) - MARGIN
        high = max(ay, by) + MARGIN
        steep = bx - ax < 1e-6  # too steep to compute a height from: all rows of the edge
        slope = 0.0 if steep else (by - ay) / (bx - ax)
        for column in range(floor(ax - MARGIN), floor(bx + MARGIN) + 1):
            bottom, top = low, high
            if not steep:
                # Between the column's sides, moved apart by the margin: where the slope is
                # great, the smallest error in x would be a great one in y.
                enter = ay + (max(ax, column - MARGIN) - ax) * slope
                leave = ay + (min(bx, column + 1 + MARGIN) - ax) * slope
                bottom = max(low, min(enter, leave) - MARGIN)
                top = min(high, max(enter, leave) + MARGIN)
            for row in range(floor(bottom), floor(top) + 1):
                if count < len(square):
                    square[count] = row * size + column
                    edge[count] = e
                count += 1
    return count
