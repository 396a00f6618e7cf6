"""How near a point lies to a border, where its own accuracy leaves the cell in doubt."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

METRES_PER_DEGREE = 111_195.0  # of latitude, on the sphere of mean radius 6371.0088 km
DIRECTIONS = 32  # a 32-gon around the point errs by less than 0.5 % of its radius
BAND_DEGREES = 0.5  # of latitude, within which a degree of longitude has one length


def nearest_other(
    shapes: NDArray[np.object_],
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    accuracy_m: NDArray[np.float64],
    own: NDArray[np.int32],
) -> NDArray[np.int32]:
    """Index of the nearest other shape that lies within each point's accuracy, else -1.

    Parameters
    ----------
    shapes : (m,) array of Polygon or MultiPolygon
        In degrees, WGS 84.
    lon, lat : (n,) arrays
        Points in degrees, WGS 84.
    accuracy_m : (n,) array
        Radius of doubt in metres.
    own : (n,) array of int
        Index of the shape that holds each point, -1 for none; it is never the answer.
    """
    found = np.full(len(lon), -1, dtype=np.int32)
    if not len(shapes) or not len(lon):
        return found
    turn = np.linspace(0, 2 * np.pi, DIRECTIONS, endpoint=False)
    north = accuracy_m / METRES_PER_DEGREE
    east = north / np.cos(np.radians(lat))
    ring = np.stack(
        (
            lon[:, None] + east[:, None] * np.cos(turn),
            lat[:, None] + north[:, None] * np.sin(turn),
        ),
        axis=-1,
    )
    point, shape = shapely.STRtree(shapes).query(shapely.polygons(ring), predicate="intersects")
    other = shape != own[point]
    point, shape = point[other], shape[other]
    distance = _distances(lon[point], lat[point], shapes, shape)
    # Farthest first, so that the nearest is written last; the lowest index wins a tie.
    order = np.lexsort((-shape, -distance))
    found[point[order]] = shape[order]
    return found


def _distances(
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    shapes: NDArray[np.object_],
    shape: NDArray[np.intp],
) -> NDArray[np.float64]:
    """From each point to its shape, in degrees of latitude: a degree of longitude is shorter."""
    distance = np.empty(len(lon))
    band = np.floor(lat / BAND_DEGREES)
    for one in np.unique(band):
        here = np.flatnonzero(band == one)
        squeeze = np.array([np.cos(np.radians((one + 0.5) * BAND_DEGREES)), 1.0])
        needed, of = np.unique(shape[here], return_inverse=True)
        squeezed = shapely.set_coordinates(
            shapes[needed], shapely.get_coordinates(shapes[needed]) * squeeze
        )
        at = shapely.points(np.column_stack((lon[here], lat[here])) * squeeze)
        distance[here] = shapely.distance(at, squeezed[of])
    return distance
