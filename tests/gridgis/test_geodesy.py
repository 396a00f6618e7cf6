"""Datums against golden values, their way back as a law, areas against PROJ."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridgis import geodesy
from gridgis.geodesy import UnknownDatum, area_m2, shapes_to_wgs84, to_wgs84

# One place in Wujiang, as three map services and two survey sheets have it.
WGS84 = (120.64, 30.98)
GCJ02 = (120.644175649, 30.977681607)
BD09 = (120.650753945, 30.983440938)
IN_METRES = {
    "EPSG:4549": (561136.083, 3428932.699),  # CGCS2000, central meridian 120 E
    "EPSG:4528": (40561136.083, 3428932.699),  # the same zone with its number in front
}

# China's extreme points lie within; the shift ends at a wider box.
CHINA = {"lon": st.floats(73.0, 135.5), "lat": st.floats(3.4, 53.6)}
FORWARD = {"gcj02": geodesy.wgs84_to_gcj02, "bd09": geodesy.wgs84_to_bd09}
CLOSE_DEGREES = 1e-9


def at(*places: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    lon, lat = np.array(places, dtype=np.float64).T
    return lon, lat


def shapes(*some: shapely.Geometry | None) -> np.ndarray:
    column = np.empty(len(some), dtype=object)
    column[:] = some
    return column


# --- Golden values --------------------------------------------------------------------------------


@pytest.mark.parametrize(("datum", "shown"), [("gcj02", GCJ02), ("bd09", BD09)])
def test_the_public_maps_show_it_there(datum: str, shown: tuple[float, float]) -> None:
    np.testing.assert_allclose(
        np.ravel(FORWARD[datum](*at(WGS84))), shown, rtol=0, atol=CLOSE_DEGREES
    )
    np.testing.assert_allclose(
        np.ravel(to_wgs84(*at(shown), datum)), WGS84, rtol=0, atol=CLOSE_DEGREES
    )


@pytest.mark.parametrize("datum", IN_METRES)
def test_survey_sheets_in_metres(datum: str) -> None:
    """Easting first, though these CRSs declare north first; a millimetre is 1e-8 degrees."""
    np.testing.assert_allclose(
        np.ravel(to_wgs84(*at(IN_METRES[datum]), datum)), WGS84, rtol=0, atol=2e-8
    )


@pytest.mark.parametrize("datum", ["wgs84", "cgcs2000", "EPSG:4326", "EPSG:4490"])
def test_what_is_wgs84_already_is_left_to_the_last_bit(datum: str) -> None:
    lon, lat = at(WGS84, (-87.6, 41.9))
    assert [c.tolist() for c in to_wgs84(lon, lat, datum)] == [lon.tolist(), lat.tolist()]


def test_feet_of_illinois() -> None:
    """The false origin of the zone, as EPSG defines it: 984,250 ft east on the meridian 88°20'."""
    lon, lat = to_wgs84(*at((984_250.0, 0.0)), "EPSG:3435")
    np.testing.assert_allclose((lon[0], lat[0]), (-(88 + 1 / 3), 36 + 2 / 3), rtol=0, atol=2e-5)


@given(lon=st.floats(-89.5, -87.0), lat=st.floats(37.0, 42.5))
@settings(max_examples=50)
def test_feet_of_illinois_come_back(lon: float, lat: float) -> None:
    feet = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:3435", always_xy=True)
    x, y = feet.transform(lon, lat)
    assert 200_000 < x < 1_400_000  # feet, not metres
    back = to_wgs84(*at((x, y)), "EPSG:3435")
    np.testing.assert_allclose(np.ravel(back), (lon, lat), rtol=0, atol=1e-9)


@pytest.mark.real_data
def test_the_city_of_chicago_converts_its_feet_alike(real_data: Path) -> None:
    """Its requests carry both: state plane feet, and the degrees that the city made of them."""
    columns = ["X_Coordinate", "Y_Coordinate", "Longitude", "Latitude"]
    path = real_data / "B_chicago_incidents" / "requests_311_sanitation.parquet"
    rows = pd.read_parquet(path, columns=columns).dropna()
    x, y, lon, lat = (rows[name].to_numpy(np.float64) for name in columns)
    found = to_wgs84(x, y, "EPSG:3435")
    assert len(rows) > 70_000
    np.testing.assert_allclose(found, (lon, lat), rtol=0, atol=2e-5)  # two metres


# --- The way back ---------------------------------------------------------------------------------


@pytest.mark.parametrize("datum", FORWARD)
def test_all_of_china_comes_back(datum: str) -> None:
    lon, lat = np.meshgrid(np.linspace(73, 135.5, 251), np.linspace(3.4, 53.6, 201))
    back = to_wgs84(*FORWARD[datum](lon, lat), datum)
    np.testing.assert_allclose(back, (lon, lat), rtol=0, atol=CLOSE_DEGREES)


@pytest.mark.parametrize("datum", FORWARD)
@given(**CHINA)
@settings(max_examples=200)
def test_any_place_in_china_comes_back(datum: str, lon: float, lat: float) -> None:
    there = FORWARD[datum](*at((lon, lat)))
    back = to_wgs84(*there, datum)
    np.testing.assert_allclose(np.ravel(back), (lon, lat), rtol=0, atol=CLOSE_DEGREES)


@pytest.mark.parametrize(("datum", "least_m", "most_m"), [("gcj02", 5, 900), ("bd09", 100, 2000)])
@given(**CHINA)
@settings(max_examples=100)
def test_the_shift_is_of_hundreds_of_metres(
    datum: str, least_m: float, most_m: float, lon: float, lat: float
) -> None:
    east, north = (float(c[0]) for c in FORWARD[datum](*at((lon, lat))))
    assert least_m < geodesy.ELLIPSOID.inv(lon, lat, east, north)[2] < most_m


@pytest.mark.parametrize("datum", FORWARD)
@pytest.mark.parametrize("place", [(-87.6, 41.9), (24.94, 60.17), (151.2, -33.9), (0.0, 0.0)])
def test_outside_china_nothing_is_shifted(datum: str, place: tuple[float, float]) -> None:
    for shifted in (FORWARD[datum](*at(place)), to_wgs84(*at(place), datum)):
        assert np.ravel(shifted).tolist() == list(place)


@pytest.mark.parametrize("datum", ["wgs84", "gcj02", "bd09", "EPSG:4549"])
def test_what_is_not_known_stays_unknown(datum: str) -> None:
    nowhere = (np.nan, np.nan)
    lon, lat = to_wgs84(*at(nowhere), datum)
    assert np.isnan([lon, lat]).all()
    here = GCJ02 if datum == "gcj02" else BD09 if datum == "bd09" else IN_METRES["EPSG:4549"]
    alone = to_wgs84(*at(here), datum)
    lon, lat = to_wgs84(*at(nowhere, here), datum)
    assert np.isnan([lon[0], lat[0]]).all()
    assert (lon[1], lat[1]) == (alone[0][0], alone[1][0])


def test_nothing_becomes_nothing() -> None:
    for datum in ("wgs84", "gcj02", "bd09", "EPSG:4549"):
        assert [len(c) for c in to_wgs84(np.array([]), np.array([]), datum)] == [0, 0]


# --- Refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "datum",
    [
        "gcj-02",
        "",
        "EPSG:999999",
        "EPSG:",
        "火星",
        "x" * 300,
        "EPSG:5773",  # heights above the sea
        "EPSG:4978",  # metres from the centre of the earth
        "IAU_2015:49900",  # Mars
        'LOCAL_CS["the site\'s own",UNIT["metre",1]]',
    ],
)
def test_an_unknown_datum_is_refused_in_words(datum: str) -> None:
    with pytest.raises(
        UnknownDatum, match="no datum known here; give one of wgs84, cgcs2000"
    ) as no:
        to_wgs84(*at(WGS84), datum)
    assert len(str(no.value)) < 200


def test_coordinates_that_a_crs_cannot_mean_are_refused_with_the_first_of_them() -> None:
    degrees_as_metres = at(IN_METRES["EPSG:4549"], (1e12, 1e12), (-1e12, 1e12))
    with pytest.raises(UnknownDatum, match=r"\(1000000000000\.0, .* lies outside .*EPSG:4549"):
        to_wgs84(*degrees_as_metres, "EPSG:4549")


# --- Shapes ---------------------------------------------------------------------------------------


def test_shapes_keep_their_parts_rings_and_vertices() -> None:
    holed = shapely.Polygon(
        [(120.0, 30.0), (121.0, 30.0), (121.0, 31.0), (120.0, 31.0)],
        [[(120.2, 30.2), (120.4, 30.2), (120.4, 30.4)]],
    )
    two = shapely.MultiPolygon([holed, shapely.box(122, 30, 123, 31)])
    given_shapes = shapes(holed, None, two, shapely.Polygon())
    found = shapes_to_wgs84(given_shapes, "gcj02")
    assert found[1] is None
    assert found[3].is_empty
    for before, after in ((holed, found[0]), (two, found[2])):
        assert after.geom_type == before.geom_type
        assert [len(p.interiors) for p in shapely.get_parts(after)] == [
            len(p.interiors) for p in shapely.get_parts(before)
        ]
        expected = to_wgs84(*shapely.get_coordinates(before).T, "gcj02")
        np.testing.assert_array_equal(shapely.get_coordinates(after).T, expected)
    assert shapely.equals_exact(given_shapes[0], holed)  # untouched


# --- Areas ----------------------------------------------------------------------------------------


def test_a_degree_square_at_the_equator() -> None:
    """12,308,778,361.469 m² by GeographicLib's own test of Planimeter."""
    np.testing.assert_allclose(
        area_m2(shapes(shapely.box(0, 0, 1, 1))), [12_308_778_361.469], rtol=0, atol=0.001
    )


def test_a_hectare_of_the_town_s_own_projection() -> None:
    """Drawn in metres near the central meridian, where the map's scale is within 1e-6 of true."""
    drawn = shapes(shapely.box(500_000, 3_430_000, 500_100, 3_430_100))
    np.testing.assert_allclose(area_m2(shapes_to_wgs84(drawn, "EPSG:4549")), [10_000.0], rtol=1e-6)


@st.composite
def patches(draw: st.DrawFn) -> shapely.MultiPolygon:
    """Parts side by side, some with holes, wound either way."""
    parts = []
    west, south = draw(st.floats(-170, 150)), draw(st.floats(-80, 75))
    for column in range(draw(st.integers(1, 3))):
        turns = np.sort(draw(st.lists(st.floats(0, 6.2), min_size=3, max_size=9, unique=True)))
        size = draw(st.floats(0.001, 1.0))
        ring = np.column_stack((np.cos(turns), np.sin(turns))) * size + (west + 3 * column, south)
        part = shapely.Polygon(ring)
        hole = shapely.Polygon(shapely.get_coordinates(part) * 0.4 + 0.6 * ring.mean(axis=0))
        if draw(st.booleans()) and hole.area > 1e-9 and part.contains_properly(hole):
            part = shapely.Polygon(ring, [hole.exterior])
        parts.append(part if draw(st.booleans()) else shapely.reverse(part))
    return shapely.MultiPolygon(parts)


@given(patches())
@settings(max_examples=100)
def test_areas_are_proj_s(patch: shapely.MultiPolygon) -> None:
    wound = shapely.orient_polygons(patch)
    expected = pyproj.Geod(ellps="WGS84").geometry_area_perimeter(wound)[0]
    np.testing.assert_allclose(area_m2(shapes(patch)), [expected], rtol=1e-9, atol=1e-3)


def test_what_has_no_area() -> None:
    line = shapely.LineString([(0, 0), (1, 1)])
    mixed = shapely.GeometryCollection([line, shapely.box(0, 0, 1, 1)])
    found = area_m2(shapes(None, shapely.Polygon(), line, mixed))
    assert found[:3].tolist() == [0.0, 0.0, 0.0]
    assert found[3] == area_m2(shapes(shapely.box(0, 0, 1, 1)))[0]
    assert area_m2(shapes()).shape == (0,)
