"""Datums and the one conversion to WGS 84; areas on the ellipsoid.

Every coordinate that enters gridgis says what it was measured in and is converted once, here.
China's public maps shift what they show: GCJ-02 (国测局坐标, Amap, Tencent) by some 300-700 m, and
BD-09 (Baidu) by a second, fixed shift on top. Both are known only as a forward formula; the way
back is found by iteration.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from pyproj.exceptions import ProjError

from gridgis.errors import GridgisError

Floats = NDArray[np.float64]
Shift = Callable[[Floats, Floats], tuple[Floats, Floats]]

DATUMS = ("wgs84", "cgcs2000", "gcj02", "bd09")
ELLIPSOID = pyproj.Geod(ellps="WGS84")

# The formula is published nowhere officially; these constants are those that every known
# implementation shares (Krasovsky 1940), checked here against independent golden values.
SEMI_MAJOR_M = 6_378_245.0
ECCENTRICITY_SQUARED = 0.006_693_421_622_965_943
BAIDU_TURN = np.pi * 3000.0 / 180.0
BAIDU_EAST, BAIDU_NORTH = 0.0065, 0.006

# Outside this box the public maps shift nothing.
CHINA_WEST, CHINA_EAST, CHINA_SOUTH, CHINA_NORTH = 72.004, 137.8347, 0.8293, 55.8271

CONVERGED_DEGREES = 1e-11  # a thousandth of a millimetre
MOST_STEPS = 30


class UnknownDatum(GridgisError):
    """A datum that gridgis does not know, or coordinates that it cannot mean."""


def wgs84_to_gcj02(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """(lon, lat) as GCJ-02 maps show WGS 84 places; outside China unshifted. Degrees."""
    inside = _in_china(lon, lat)
    # The formula means nothing elsewhere, and overflows far out.
    x, y = np.where(inside, lon - 105.0, 0.0), np.where(inside, lat - 35.0, 0.0)
    root = np.sqrt(np.abs(x))
    waves = 20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)
    north = (
        -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
        + (waves + 20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
        + (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    )  # fmt: skip
    east = (
        300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
        + (waves + 20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
        + (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    )  # fmt: skip
    # Metres to degrees on the ellipsoid: by the meridian's and the parallel's radius.
    radians = np.radians(np.where(inside, lat, 35.0))
    squashed = 1.0 - ECCENTRICITY_SQUARED * np.sin(radians) ** 2
    meridian = SEMI_MAJOR_M * (1.0 - ECCENTRICITY_SQUARED) / squashed**1.5
    parallel = SEMI_MAJOR_M / np.sqrt(squashed) * np.cos(radians)
    return (
        np.where(inside, lon + np.degrees(east / parallel), lon),
        np.where(inside, lat + np.degrees(north / meridian), lat),
    )


def gcj02_to_wgs84(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """The WGS 84 places that GCJ-02 maps show at (lon, lat), to 1e-9 degrees."""
    return _inverse(wgs84_to_gcj02, lon, lat)


def gcj02_to_bd09(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """(lon, lat) in BD-09 of GCJ-02 places. Degrees."""
    inside = _in_china(lon, lat)
    x, y = np.where(inside, lon, 0.0), np.where(inside, lat, 0.0)
    distance = np.hypot(x, y) + 0.00002 * np.sin(y * BAIDU_TURN)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * BAIDU_TURN)
    return (
        np.where(inside, distance * np.cos(angle) + BAIDU_EAST, lon),
        np.where(inside, distance * np.sin(angle) + BAIDU_NORTH, lat),
    )


def wgs84_to_bd09(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """(lon, lat) as BD-09 maps show WGS 84 places; outside China unshifted. Degrees."""
    return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))


def bd09_to_wgs84(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """The WGS 84 places that BD-09 maps show at (lon, lat), to 1e-9 degrees."""
    return _inverse(wgs84_to_bd09, lon, lat)


def to_wgs84(x: Floats, y: Floats, datum: str) -> tuple[Floats, Floats]:
    """Longitude and latitude in degrees, WGS 84, of coordinates measured in `datum`.

    Parameters
    ----------
    x, y : (n,) arrays of float
        Longitude and latitude in degrees, or easting and northing where `datum` is a projected
        CRS: x is always east, whatever order the CRS itself declares. NaN stays NaN.
    datum : str
        One of DATUMS, or what PROJ understands: "EPSG:4549", a WKT.

    Returns
    -------
    (n,) arrays of float
        CGCS2000 is taken as WGS 84: they differ by centimetres, less than either is measured to.

    Raises
    ------
    UnknownDatum
        Where neither knows `datum`, or coordinates lie outside what it can mean.
    """
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if datum in ("wgs84", "cgcs2000", "EPSG:4326", "EPSG:4490"):
        return x, y
    if datum == "gcj02":
        return gcj02_to_wgs84(x, y)
    if datum == "bd09":
        return bd09_to_wgs84(x, y)
    lon, lat = _transformer(datum).transform(x, y)
    lon, lat = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    lost = ~np.isfinite(lon) & np.isfinite(x) & np.isfinite(y)
    if lost.any():
        first = int(np.flatnonzero(lost.ravel())[0])
        raise UnknownDatum(
            f"({x.ravel()[first]}, {y.ravel()[first]}) lies outside what {_short(datum)} can mean;"
            " declare what the coordinates were measured in"
        )
    return lon, lat


def shapes_to_wgs84(shapes: NDArray[np.object_], datum: str) -> NDArray[np.object_]:
    """The shapes with every vertex converted like `to_wgs84`; missing ones stay missing."""

    def convert(coordinates: Floats) -> Floats:
        return np.column_stack(to_wgs84(coordinates[:, 0], coordinates[:, 1], datum))

    return np.asarray(shapely.transform(shapes, convert), dtype=object)


def area_m2(shapes: NDArray[np.object_]) -> Floats:
    """Geodesic area of polygons in degrees, in m² on the WGS 84 ellipsoid; holes are taken off.

    Edges are geodesics (Karney 2013, as PROJ computes them). A missing shape has area 0.
    """
    return np.array(
        [
            0.0 if shape is None else sum(_part_m2(part) for part in shapely.get_parts(shape))
            for shape in shapes
        ],
        dtype=np.float64,
    )


def _part_m2(part: object) -> float:
    if not isinstance(part, shapely.Polygon):
        return 0.0
    rings = [part.exterior, *part.interiors]
    areas = [abs(ELLIPSOID.polygon_area_perimeter(*ring.coords.xy)[0]) for ring in rings]
    return float(areas[0] - sum(areas[1:]))


def _in_china(lon: Floats, lat: Floats) -> NDArray[np.bool_]:
    return (lon >= CHINA_WEST) & (lon <= CHINA_EAST) & (lat >= CHINA_SOUTH) & (lat <= CHINA_NORTH)


def _inverse(forward: Shift, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Where `forward` leads to (lon, lat): each step takes off what the last one missed by.

    The shift changes by less than 1 % of the distance moved, so each step gains two digits.
    """
    lon, lat = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    x, y = lon.copy(), lat.copy()
    for _ in range(MOST_STEPS):
        east, north = forward(x, y)
        missed_x, missed_y = east - lon, north - lat
        x, y = x - missed_x, y - missed_y
        worst = np.nanmax(np.abs((missed_x, missed_y)), initial=0.0)
        if worst < CONVERGED_DEGREES:
            break
    return x, y


@lru_cache(maxsize=64)  # EPSG:4549 takes a tenth of a second to make
def _transformer(datum: str) -> pyproj.Transformer:
    try:
        crs = pyproj.CRS.from_user_input(datum)
        # Heights, and metres from the centre of the earth, are numbers too, but no place on a map.
        if crs.is_geographic or crs.is_projected:
            return pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    except ProjError:
        pass
    raise UnknownDatum(
        f"{_short(datum)} is no datum known here; give one of {', '.join(DATUMS)} or EPSG:<code>"
    )


def _short(datum: str) -> str:
    """A datum's name for people; a WKT's first words."""
    return datum if len(datum) <= 60 else datum[:57] + "..."
