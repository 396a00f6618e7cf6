"""H3 hexes as arrays: which hex holds a point, its parents, its neighbours, its outline.

"Hex" is an H3 index and nothing else; a cell is a polygon of a grid.
"""

from __future__ import annotations

import h3.api.numpy_int as h3
import numpy as np
import scipy.sparse as sp
import shapely
from numpy.typing import NDArray

Hexes = NDArray[np.uint64]

MODE_BITS, RESOLUTION_SHIFT, RESOLUTION_MASK = 3, 52, np.uint64(0xF)
FINEST = 15


def hexes_of(
    lon: NDArray[np.float64], lat: NDArray[np.float64], resolution: int
) -> NDArray[np.int64]:
    """The hex that holds each point, as the signed 64-bit integer that a database can store.

    The highest bit of an H3 index is reserved and zero, so no index changes by that.
    """
    one = h3.latlng_to_cell
    return np.fromiter(
        (one(y, x, resolution) for x, y in zip(lon.tolist(), lat.tolist(), strict=True)),
        dtype=np.int64,
        count=len(lon),
    )


def parents(hexes: Hexes, resolution: int) -> Hexes:
    """The ancestor of each hex at a coarser (or the same) resolution.

    An H3 index holds one digit of three bits for each resolution and its own resolution in bits
    52-55; an ancestor has the digits below it set to 7 (h3geo.org, "H3 index bit layout").
    """
    if len(hexes) and int(((hexes >> np.uint64(RESOLUTION_SHIFT)) & RESOLUTION_MASK).min()) < (
        resolution
    ):
        raise ValueError(f"a hex is coarser than resolution {resolution}")
    unused = np.uint64((1 << MODE_BITS * (FINEST - resolution)) - 1)
    kept = hexes & ~(RESOLUTION_MASK << np.uint64(RESOLUTION_SHIFT))
    return kept | np.uint64(resolution << RESOLUTION_SHIFT) | unused


def fill_overlapping(shape: shapely.Geometry, resolution: int) -> Hexes:
    """Every hex that a polygon in degrees touches, sorted; none for an empty one."""
    found: set[int] = set()
    for part in shapely.get_parts(shape):
        if not isinstance(part, shapely.Polygon) or part.is_empty:
            continue
        polygon = h3.LatLngPoly(
            [(y, x) for x, y in part.exterior.coords],
            *([(y, x) for x, y in hole.coords] for hole in part.interiors),
        )
        found.update(h3.h3shape_to_cells_experimental(polygon, resolution, "overlap").tolist())
        # h3 leaves out a hex that has a whole hole in it, and its own centre in the hole.
        corners = [hole.coords[0] for hole in part.interiors]
        found.update(h3.latlng_to_cell(y, x, resolution) for x, y in corners)
    return np.array(sorted(found), dtype=np.uint64)


def neighbours(hexes: Hexes) -> sp.csr_array:
    """Symmetric 0/1 matrix: entry (i, j) is 1 where hexes i and j share an edge.

    `hexes` must be sorted. A hex is not its own neighbour; a pentagon has five.
    """
    n = len(hexes)
    rows: list[NDArray[np.intp]] = []
    columns: list[NDArray[np.intp]] = []
    for row, one in enumerate(hexes.tolist()):
        ring = np.asarray(h3.grid_disk(one, 1), dtype=np.uint64)
        at = np.minimum(np.searchsorted(hexes, ring), n - 1)
        at = at[(hexes[at] == ring) & (at != row)]
        rows.append(np.full(len(at), row))
        columns.append(at)
    if not n:
        return sp.csr_array((0, 0))
    i, j = np.concatenate(rows), np.concatenate(columns)
    return sp.csr_array((np.ones(len(i)), (i, j)), shape=(n, n))


def outlines(hexes: Hexes) -> NDArray[np.object_]:
    """The outline of each hex as a Polygon in degrees."""
    rings = [[(lon, lat) for lat, lon in h3.cell_to_boundary(one)] for one in hexes.tolist()]
    return np.array([shapely.Polygon(ring) for ring in rings], dtype=object)
