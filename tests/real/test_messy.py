"""Files that others' importers choked on are read, or refused by name; never is anything broken.

The bug reports of mapshaper and of GEOS: encodings, bow-ties, corrupt records, no CRS, no shapes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
import shapely
from sqlalchemy import Engine

from gridgis.errors import GridgisError
from gridgis.outlines import tidy
from layers.boundaries import Boundaries, import_boundaries
from layers.database import transaction
from layers.drawings import Drawings
from layers.files import Sheet, Unreadable, read
from layers.summary import Summary

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def messy(real_data: Path) -> Path:
    return real_data / "G_messy" / "mapshaper"


def imported(
    engine: Engine, sheet: Sheet, datum: str | None = None
) -> tuple[Summary, dict[int, Any]]:
    """What an import of the sheet says, and the outlines that it wrote by row; it is undone.

    Whatever is written is valid, has an area, and every row is accounted for.
    """
    numbered = replace(sheet, frame=sheet.frame.assign(our_code=range(1, len(sheet.frame) + 1)))
    with transaction(engine) as session:
        summary, *_ = import_boundaries(
            session, Drawings(), numbered, Boundaries("police", code="our_code", datum=datum)
        )
        rows = session.connection().exec_driver_sql(
            "SELECT code::int, ST_AsBinary(boundary), ST_IsValidReason(boundary), area_m2"
            " FROM cell_shape ORDER BY 1"
        )
        drawn = {}
        for row, wkb, reason, area_m2 in rows:
            assert reason == "Valid Geometry"
            assert area_m2 > 0
            drawn[row] = shapely.from_wkb(bytes(wkb))
        session.rollback()
    assert {refusal.row for refusal in summary.refusals} | set(drawn) == set(
        range(1, summary.read + 1)
    )
    return summary, drawn


def test_every_file_is_read_or_refused_in_words(engine: Engine, messy: Path) -> None:
    """No other error, no warning, and nothing half written."""
    files = [path for path in sorted(messy.rglob("*")) if path.is_file()]
    outcome: dict[str, list[str]] = {"drawn": [], "refused": []}
    for path in files:
        refusal = None
        try:
            sheet = read(path)
            imported(engine, sheet, "wgs84" if sheet.crs is None else None)
        except GridgisError as error:
            refusal = str(error)
        outcome["drawn" if refusal is None else "refused"].append(path.name)
        assert refusal is None or path.name in refusal
    assert len(files) > 100
    # Those with polygons that mean something, and no others.
    assert len(outcome["drawn"]) == 28
    assert {"ex12_ogc.geojson", "d_geo.shp", "six_counties_three_null.json"} <= set(
        outcome["drawn"]
    )


REFUSED = {
    "clean/ex10_bowtie.json": "Self-intersection",
    "clean/ex18_ogc.json": "Self-intersection",
    "clean/ex20_ogc_line.json": "a LineString, not a polygon",
    "clean/ex7_britain.json": "lies outside the world; declare its --datum",
    "ex1_invalid_rings.json": "Hole lies outside shell",
    "data_only_tables.gpkg": "holds 2 layers with shapes, not one",
    "mixed_crs.gpkg": "holds 2 layers with shapes, not one",
    "gauss_kruger.shp": "Unable to open",
    "sample.json": "cannot be read",
    "data_corruption_error.shp": "a LineString, not a polygon",
    "points.shp": "does not say what its coordinates were measured in",
    "Albania.kmz": ".kmz files are not read",
    "empty.csv": "is empty",
    "gbk.dbf": ".dbf files are not read",
}


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_the_reason_is_the_file_s_own(engine: Engine, messy: Path, name: str) -> None:
    (path,) = (path for path in messy.rglob(Path(name).name) if str(path).endswith(name))
    with pytest.raises(GridgisError, match=re.escape(REFUSED[name])):
        imported(engine, read(path), None)


def test_three_of_six_counties_have_no_shape(engine: Engine, messy: Path) -> None:
    (path,) = messy.rglob("six_counties_three_null.json")
    summary, drawn = imported(engine, read(path))
    assert [refusal.reason for refusal in summary.refusals] == ["no shape"] * 3
    assert len(drawn) == 3


def test_precincts_that_adjoin_do_not_overlap_and_those_that_do_are_counted(
    engine: Engine, messy: Path
) -> None:
    for name, pairs in (
        ("ex22_three_ia_precincts.json", None),
        ("ex9_FranklinTwoPrecinctsDetail.json", None),
        ("ex5_three_precincts.json", "2 pairs of cells overlap (751 m²)"),
    ):
        (path,) = messy.rglob(name)
        summary, _ = imported(engine, read(path))
        noted = [note for note in summary.notes if "overlap" in note]
        assert [note.split(";")[0] for note in noted] == ([pairs] if pairs else [])


def test_one_place_in_utm_in_mercator_and_in_degrees(engine: Engine, messy: Path) -> None:
    """The reporter's four files of one island; one of them lost its .prj."""
    place = messy / "issues" / "166"
    _, degrees = imported(engine, read(place / "d_geo.shp"))
    for name, datum in (("b_utm", None), ("c_utm", "EPSG:26918"), ("e_merc", None)):
        _, found = imported(engine, read(place / f"{name}.shp"), datum)
        # A millionth of a degree is a tenth of a metre; they were converted by another hand.
        np.testing.assert_allclose(
            shapely.get_coordinates(found[1]), shapely.get_coordinates(degrees[1]), atol=1e-9
        )
    with pytest.raises(Unreadable, match="does not say what its coordinates were measured in"):
        imported(engine, read(place / "c_utm.shp"))
    with pytest.raises(Unreadable, match="says it is in NAD83 / UTM zone 18N"):
        imported(engine, read(place / "b_utm.shp"), "EPSG:26917")


@pytest.mark.parametrize(("name", "word"), [("ldid/chinese.shp", "简体"), ("cpg/big5.shp", "國語")])
def test_chinese_in_old_encodings(messy: Path, name: str, word: str) -> None:
    assert read(messy / "dbf" / name).frame["NAME"].tolist() == [word]


# --- GEOS: shapes, and what its authors say of them -----------------------------------------------

POLYGONAL = ("Polygon", "MultiPolygon")


def geometry(said: str) -> Any:
    said = "".join(said.split("\n")).strip()
    # One of them has a coordinate that is not a number, as it is meant to.
    with np.errstate(invalid="ignore"):
        return (
            shapely.from_wkb(said)
            if re.fullmatch(r"[0-9A-Fa-f]+", said)
            else shapely.from_wkt(said)
        )


def validity_cases(folder: Path) -> Iterator[tuple[str, Any, bool]]:
    for name in ("TestValid.xml", "TestValid2.xml", "TestIsValid.xml"):
        for case in ElementTree.parse(folder / name).iter("case"):  # noqa: S314 - no stranger's
            for operation in case.iter("op"):
                if operation.get("name", "").lower() != "isvalid":
                    continue
                try:
                    shape = geometry(case.findtext("a") or "")
                except shapely.errors.GEOSException:
                    continue  # a ring that is not even closed cannot be made
                expected = (operation.text or "").strip() == "true"
                yield case.findtext("desc") or name, shape, expected


def test_shapes_that_geos_finds_valid_are_kept_and_others_mended_or_refused(
    real_data: Path,
) -> None:
    kept = mended = refused = 0
    for name, shape, valid in validity_cases(real_data / "G_messy" / "geos_xml"):
        if shape.geom_type not in POLYGONAL or shape.is_empty:
            continue
        outline, repair, fault = tidy(shape)
        if valid:
            assert fault is None, name
            assert shapely.area(outline) == shapely.area(shape), name
            # Empty holes are dropped before anything is asked of them: GEOS may crash on one.
            assert repair is not None or shapely.equals(outline, shape), name
            kept += 1
        elif fault is None:
            assert shapely.is_valid(outline), name
            assert repair, name
            mended += 1
        else:
            assert outline is None, name
            refused += 1
    assert (kept, mended + refused) == (279, 47)
    assert min(mended, refused) > 10
