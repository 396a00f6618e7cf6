"""The index itself: built once, asked by any number of threads."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridgis.locate.edges import edges_of
from gridgis.locate.exact import ROUNDING, UNDERFLOW
from gridgis.locate.frame import Frame, frame_of, size_for
from gridgis.locate.kernel import Floats, Ints
from gridgis.locate.query import Table, locate
from gridgis.locate.records import records_of
from gridgis.locate.squares import squares_of

SHARE = 1 << 17  # points; fewer are not worth a second thread


@dataclass(frozen=True)
class CellIndex:
    """Which of many shapes covers a point, exactly and fast.

    The plane is cut into squares. A square that no border touches has one answer, stored in a
    table; a square that is touched has a short record of its borders (`records`). Whether a point
    is left or right of a border is decided without any rounding error (`exact`).
    """

    table: Table

    @classmethod
    def build(cls, shapes: NDArray[np.object_]) -> CellIndex:
        """The index of an array of valid Polygon or MultiPolygon.

        Parameters
        ----------
        shapes : (m,) array
            Longitude and latitude, or any plane coordinates; overlaps, gaps and holes are
            allowed. Shapes across the antimeridian must be cut at it first.

        Raises
        ------
        NotACell
            A shape is missing, of another kind, or has a coordinate that is not finite.
        """
        edges = edges_of(shapes)
        frame = frame_of(edges.ends.reshape(-1, 2), size_for(len(edges.unique)))
        squares = squares_of(edges, frame)
        records = records_of(edges, frame, squares)
        return cls(
            Table(
                west=frame.west,
                south=frame.south,
                per_x=frame.per_x,
                per_y=frame.per_y,
                size=frame.size,
                doubt=_doubt(records.rows, frame),
                centre_x=frame.centre_x,
                coarse=squares.coarse,
                tiles=squares.tiles,
                rows=records.rows,
                answers=records.rows.view(np.int32),
                borders=records.borders,
                unique=edges.unique,
                groups=records.groups,
                ends=records.ends,
                masks=records.masks,
                legs=records.legs,
                shapes=records.shapes,
            )
        )

    def locate(self, lon: Floats, lat: Floats) -> Ints:
        """Index of the lowest shape that covers each point, border included; -1 for none.

        Parameters
        ----------
        lon, lat : (n,) arrays
            Any doubles; what is not finite lies in no shape.
        """
        lon = np.ascontiguousarray(lon, dtype=np.float64)
        lat = np.ascontiguousarray(lat, dtype=np.float64)
        if lon.ndim != 1 or lon.shape != lat.shape:
            raise ValueError(
                f"lon and lat: one array each of one length, not {lon.shape}, {lat.shape}"
            )
        found = np.empty(len(lon), dtype=np.int32)
        starts = range(0, len(lon), SHARE)
        if len(starts) < 2:
            locate(lon, lat, found, self.table)
            return found

        def share(start: int) -> None:
            part = slice(start, start + SHARE)
            locate(lon[part], lat[part], found[part], self.table)

        with ThreadPoolExecutor(min(os.cpu_count() or 1, len(starts))) as threads:
            list(threads.map(share, starts))
        return found

    @property
    def nbytes(self) -> int:
        """Memory that the index holds."""
        held = sum(field.nbytes for field in self.table if isinstance(field, np.ndarray))
        return held - self.table.answers.nbytes


def _doubt(rows: Floats, frame: Frame) -> float:
    """A bound of the rounding error of A*x + B*y + C for every row and every point in its square.

    There are ten roundings, each of a number no larger than (|A| + |B|) times the largest
    coordinate. The outermost centres lie beyond every square that has a row.
    """
    steepest = np.abs(rows[:, :2]).sum(axis=1).max(initial=0.0)
    largest = np.abs((frame.centre_x, frame.centre_y)).max()
    return float(16 * ROUNDING * steepest * largest + UNDERFLOW)
