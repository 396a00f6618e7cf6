"""Beijing: 343 townships under 16 districts, with Chinese names, real overlaps and one repair."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from sqlalchemy import Engine, text

from gridgis.geodesy import to_wgs84, wgs84_to_gcj02
from layers.boundaries import Boundaries
from layers.database import transaction
from layers.drawings import Drawings
from layers.locating import cells_at
from layers.summary import Summary
from tests.real.conftest import draw

pytestmark = pytest.mark.real_data

TIANANMEN = (116.3912, 39.9073)


@pytest.fixture(scope="module")
def beijing(place: Engine, real_data: Path) -> tuple[Engine, Summary, Summary]:
    china = real_data / "E_china"
    said = {"code": "code", "name": "Name", "name_en": "pinyin"}
    (districts,) = draw(
        place,
        china / "beijing_districts_merged.geojson",
        Boundaries("comprehensive", 1, **said),  # type: ignore[arg-type]
    )
    (townships,) = draw(
        place,
        china / "beijing_subdistricts_merged.geojson",
        Boundaries("comprehensive", 2, parents=("parentCode",), **said),  # type: ignore[arg-type]
    )
    return place, districts, townships


def test_every_district_is_drawn_and_the_repaired_one_named(
    beijing: tuple[Engine, Summary, Summary],
) -> None:
    _, districts, _ = beijing
    assert (districts.read, districts.added, districts.refused) == (16, 16, 0)
    (repaired,) = [note for note in districts.notes if note.startswith("repaired")]
    assert repaired.startswith("repaired: 110106000000: ")
    (overlapping,) = [note for note in districts.notes if "overlap" in note and "pairs" in note]
    assert overlapping.startswith("11 pairs of cells overlap")


def test_townships_nest_and_their_overlaps_are_counted(
    beijing: tuple[Engine, Summary, Summary],
) -> None:
    _, _, townships = beijing
    assert (townships.added, townships.refused) == (343, 0)
    assert not [note for note in townships.notes if "parent" in note]  # all within 99 %
    (note,) = [note for note in townships.notes if "overlap" in note]
    assert note.startswith("62 pairs of cells overlap (45,")


def test_names_and_codes_are_kept_as_they_are(
    beijing: tuple[Engine, Summary, Summary], real_data: Path
) -> None:
    engine, _, _ = beijing
    theirs = gpd.read_file(real_data / "E_china" / "beijing_subdistricts_merged.geojson")
    with transaction(engine) as session:
        rows = session.execute(
            text(
                "SELECT s.code, s.name, d.code FROM cell_shape s"
                " JOIN cell_shape d ON d.cell_id = s.parent_id JOIN grid g ON g.id = s.grid_id"
                " WHERE g.tier = 2"
            )
        ).all()
    assert {tuple(row) for row in rows} == set(
        zip(theirs.code, theirs.Name, theirs.parentCode, strict=True)
    )


def test_the_lowest_code_holds_a_place_that_several_claim(
    beijing: tuple[Engine, Summary, Summary], real_data: Path
) -> None:
    engine, _, _ = beijing
    theirs = gpd.read_file(real_data / "E_china" / "beijing_subdistricts_merged.geojson")
    shapes = theirs.geometry.to_numpy()
    i, j = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    twice = shapely.intersection(shapes[i[i < j]], shapes[j[i < j]])
    large = twice[np.argsort(shapely.area(twice))[-10:]]
    with transaction(engine) as session:
        for point in shapely.point_on_surface(large):
            claimed = theirs[theirs.intersects(point)]
            assert len(claimed) >= 2
            found = cells_at(session, Drawings(), point.x, point.y)
            assert found[1]["cell"]["code"] == min(claimed.code)


def test_a_place_given_in_gcj02_lies_in_the_same_cell(
    beijing: tuple[Engine, Summary, Summary], real_data: Path
) -> None:
    engine, _, _ = beijing
    theirs = gpd.read_file(real_data / "E_china" / "beijing_subdistricts_merged.geojson")
    (expected,) = theirs[theirs.contains(shapely.Point(TIANANMEN))].Name
    shown = wgs84_to_gcj02(*(np.array([c]) for c in TIANANMEN))
    back = to_wgs84(*shown, "gcj02")
    with transaction(engine) as session:
        for lon, lat in (TIANANMEN, (float(back[0][0]), float(back[1][0]))):
            district, township = cells_at(session, Drawings(), lon, lat)
            assert township["cell"]["name"] == expected
            assert district["cell"]["name"] in ("东城区", "西城区")
