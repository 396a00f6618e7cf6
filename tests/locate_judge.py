"""A judge of point location in rational arithmetic, and the points that are hardest to locate.

It shares no code with the core: its edges come straight from the rings, and doubles are compared
as they are or turned into fractions, so that it never rounds.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def orientation(ax: float, ay: float, bx: float, by: float, x: float, y: float) -> int:
    """1 where (x, y) lies left of the line from a to b, -1 right of it, 0 on it."""
    ax_, ay_, bx_, by_, x_, y_ = map(Fraction, (ax, ay, bx, by, x, y))
    exact = (bx_ - ax_) * (y_ - ay_) - (by_ - ay_) * (x_ - ax_)
    return (exact > 0) - (exact < 0)


class Judge:
    """The lowest shape that covers a point, by the parity of a ray to the east."""

    def __init__(self, shapes: NDArray[np.object_]) -> None:
        ends, owners = [], []
        for number, shape in enumerate(shapes):
            for polygon in shapely.get_parts(shape):
                for ring in (polygon.exterior, *polygon.interiors):
                    points = shapely.get_coordinates(ring)
                    ends.append(np.hstack((points[:-1], points[1:])))
                    owners.append(np.full(len(points[1:]), number))
        self.ends = np.concatenate(ends)
        self.owners = np.concatenate(owners)
        self.west, self.east = np.sort(self.ends[:, ::2], axis=1).T
        self.south, self.north = np.sort(self.ends[:, 1::2], axis=1).T
        self.count = len(shapes)

    def lowest(self, x: float, y: float) -> int:
        """The lowest shape that covers the point, border included; -1 where none does."""
        if not (np.isfinite(x) and np.isfinite(y)):
            return -1
        near = np.flatnonzero((self.south <= y) & (y <= self.north) & (x <= self.east))
        ends, owners = self.ends[near], self.owners[near]
        crosses = (ends[:, 1] > y) != (ends[:, 3] > y)
        beyond = self.west[near] > x
        crossings = np.bincount(owners[crosses & beyond], minlength=self.count)
        on_border = set()
        for edge, owner, crossing in zip(
            ends[~beyond], owners[~beyond], crosses[~beyond], strict=True
        ):
            turn = orientation(*edge, x, y)
            if turn == 0:  # and inside the edge's box, so on the edge
                on_border.add(owner)
            elif crossing and (turn > 0) == (edge[3] > edge[1]):
                crossings[owner] += 1
        covering = on_border | set(np.flatnonzero(crossings % 2))
        return int(min(covering, default=-1))

    def all(self, lon: Floats, lat: Floats) -> NDArray[np.int32]:
        """The answer for every point."""
        pairs = zip(lon.tolist(), lat.tolist(), strict=True)
        return np.array([self.lowest(x, y) for x, y in pairs], dtype=np.int32)


def beside(points: Floats) -> Floats:
    """The points and their eight neighbours one float away."""
    x, y = points.T
    steps = [(-np.inf, 0), (0, 0), (np.inf, 0)]
    moved = [
        np.column_stack((_moved(x, right), _moved(y, up))) for right, _ in steps for up, _ in steps
    ]
    return np.concatenate(moved)


def _moved(values: Floats, towards: float) -> Floats:
    return values if towards == 0 else np.nextafter(values, towards)


def hard_points(shapes: NDArray[np.object_], rng: np.random.Generator, most: int) -> Floats:
    """Vertices, midpoints and other points of edges, at most so many, each with its neighbours."""
    judge = Judge(shapes)
    a, b = judge.ends[:, :2], judge.ends[:, 2:]
    share = rng.uniform(size=(len(a), 1))
    base = np.concatenate((a, a + (b - a) / 2, a + (b - a) * share))
    if len(base) > most:
        base = rng.choice(base, most, replace=False)
    return beside(base)
