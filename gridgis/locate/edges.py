"""Shapes as edges: finite, none of length zero, and each written once however many share it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from gridgis.errors import GridgisError
from gridgis.locate.kernel import Floats, Ints, Longs

LARGEST = 1e100  # beyond any map; below it no table is ever out of a double's range


class NotACell(GridgisError):
    """A shape that no cell index can be built from."""


class Edges(NamedTuple):
    """The borders of all shapes.

    Every edge runs from west to east (due north where it is vertical). Two shapes that share a
    border thereby share its edges to the last bit, and every question about an edge has one
    answer, whoever asks.
    """

    ends: Floats  # (n, 4): x, y of the western end, x, y of the eastern, shape by shape
    starts: Longs  # (m + 1): edges starts[i] to starts[i + 1] bound shape i
    unique: Floats  # (u, 4): the same, each once, sorted
    owners: Ints  # the shapes of each unique edge, ascending
    owner_starts: Longs  # (u + 1): where each edge's owners start


def edges_of(shapes: NDArray[np.object_]) -> Edges:
    """The edges of an array of Polygon or MultiPolygon; shapes may be empty, not missing."""
    _refuse(shapes)
    parts, shape_of_part = shapely.get_parts(shapes, return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    points, ring_of_point = shapely.get_coordinates(rings, return_index=True)
    points += 0.0  # -0.0 becomes 0.0: equal numbers must have equal bits
    joined = (ring_of_point[1:] == ring_of_point[:-1]) & (points[1:] != points[:-1]).any(axis=1)
    first = np.flatnonzero(joined)
    a, b = points[first], points[first + 1]
    backward = (a[:, 0] > b[:, 0]) | ((a[:, 0] == b[:, 0]) & (a[:, 1] > b[:, 1]))
    ends = np.where(backward[:, None], np.hstack((b, a)), np.hstack((a, b)))
    shape = shape_of_part[part_of_ring[ring_of_point[first]]]

    order = np.lexsort((shape, *ends.T[::-1]))
    ordered = ends[order]
    new = np.ones(len(ends), dtype=bool)
    new[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    return Edges(
        ends=ends,
        starts=np.searchsorted(shape, np.arange(len(shapes) + 1)),
        unique=ordered[new],
        owners=shape[order].astype(np.int32),
        owner_starts=np.append(np.flatnonzero(new), len(ends)),
    )


def _refuse(shapes: NDArray[np.object_]) -> None:
    kinds = shapely.get_type_id(shapes)
    wrong = np.flatnonzero(
        (kinds != shapely.GeometryType.POLYGON) & (kinds != shapely.GeometryType.MULTIPOLYGON)
    )
    if len(wrong):
        raise NotACell(
            f"shape {wrong[0]} is no Polygon or MultiPolygon ({len(wrong)} such in all);"
            " tidy the outlines first"
        )
    points, shape = shapely.get_coordinates(shapes, return_index=True)
    wrong = np.flatnonzero(~(np.abs(points) <= LARGEST).all(axis=1))
    if len(wrong):
        raise NotACell(
            f"shape {shape[wrong[0]]} has a coordinate that is not a number below {LARGEST:g}:"
            f" {points[wrong[0]].tolist()}; correct the outline first"
        )
