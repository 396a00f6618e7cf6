"""Files of cells: drawn into the next plan, by code, all or nothing."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from sqlalchemy import Engine, text

from gridgis.errors import GridgisError
from gridgis.geodesy import wgs84_to_gcj02
from layers.boundaries import Boundaries, UnknownGrid, import_boundaries
from layers.database import lock_for_publishing, transaction
from layers.drawings import Drawings
from layers.files import Sheet, Unreadable, read
from layers.plans import Plan
from layers.publishing import put_in_force
from layers.summary import Summary
from tests.layers.squares import (
    EAST,
    NORTH,
    SOUTH,
    WEST,
    WGS84,
    cell_sheet,
    codes_held,
    draw,
    halves,
    incident_sheet,
    one,
    report,
    rows,
)

POLICE = Boundaries("police")


def load(engine: Engine, sheet: Sheet, said: Boundaries = POLICE) -> list[Summary]:
    with transaction(engine) as session:
        return import_boundaries(session, Drawings(), sheet, said)


def counts(summary: Summary) -> tuple[int, int, int, int, int, int]:
    """read, refused, merged, added, changed, unchanged."""
    return (
        summary.read,
        summary.refused,
        summary.merged,
        summary.added,
        summary.changed,
        summary.unchanged,
    )


def frame_of(cells: Mapping[str, shapely.Geometry], **columns: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"code": list(cells), **columns}, geometry=list(cells.values()), crs="EPSG:4326"
    )


def zipped(frame: gpd.GeoDataFrame, folder: Path, name: str = "cells") -> Path:
    frame.to_file(folder / f"{name}.shp")
    path = folder / f"{name}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for part in folder.glob(f"{name}.[!z]*"):
            archive.write(part, part.name)
    return path


def geojson(frame: gpd.GeoDataFrame, folder: Path) -> Path:
    frame.to_file(folder / "cells.geojson", driver="GeoJSON")
    return folder / "cells.geojson"


def geopackage(frame: gpd.GeoDataFrame, folder: Path) -> Path:
    frame.to_file(folder / "cells.gpkg", driver="GPKG")
    return folder / "cells.gpkg"


def parquet(frame: gpd.GeoDataFrame, folder: Path) -> Path:
    frame.to_parquet(folder / "cells.parquet")
    return folder / "cells.parquet"


def drawn(engine: Engine, system: str = "police", tier: int = 1) -> dict[str, shapely.Geometry]:
    """What the plan in force draws, by code."""
    found = rows(
        engine,
        "SELECT s.code, ST_AsText(s.boundary, 17) FROM cell_shape s"
        " JOIN grid g ON g.current_plan_id = s.plan_id WHERE system = :system AND tier = :tier",
        system=system,
        tier=tier,
    )
    return {code: shapely.from_wkt(wkt) for code, wkt in found}


def identities(engine: Engine) -> dict[str, int]:
    """The cell of every code that any plan draws; a code with two would not fit."""
    found = rows(engine, "SELECT DISTINCT code, cell_id FROM cell_shape")
    assert len({code for code, _ in found}) == len(found)
    return dict(found)


# --- Files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("write", [geojson, zipped, geopackage, parquet])
def test_cells_of_every_kind_of_file(
    engine: Engine, tmp_path: Path, write: Callable[[gpd.GeoDataFrame, Path], Path]
) -> None:
    cells = halves()
    frame = frame_of(cells, name=["西片", "东片"], homes=[210, None], people=[600, 700])
    said = Boundaries("police", name="name", households="homes", population="people")
    (summary,) = load(engine, read(write(frame, tmp_path)), said)
    assert counts(summary) == (2, 0, 0, 2, 0, 0)
    assert summary.facts["datum"] == "wgs84"
    assert summary.facts["plan"] == 1
    for code, outline in drawn(engine).items():
        assert shapely.equals(outline, cells[code])
    shown = rows(
        engine,
        "SELECT code, name, households, population, area_m2, ST_Area(boundary::geography)"
        " FROM cell_shape ORDER BY code",
    )
    assert [row[:4] for row in shown] == [("A", "西片", 210, 600), ("B", "东片", None, 700)]
    for row in shown:
        assert row[4] == pytest.approx(row[5], rel=1e-9)


def test_a_csv_has_no_shapes(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "cells.csv").write_text("code,lon,lat\nA,116,39\n")
    with pytest.raises(UnknownGrid, match=r"cells\.csv has no shapes"):
        load(engine, read(tmp_path / "cells.csv"))
    assert one(engine, "SELECT count(*) FROM grid") == 0


# --- Plans and identities -------------------------------------------------------------------------


def test_an_unchanged_file_makes_no_plan(engine: Engine) -> None:
    draw(engine, halves())
    before = rows(engine, "SELECT *, xmin::text FROM grid")
    summary = draw(engine, halves())
    assert counts(summary) == (2, 0, 0, 0, 0, 2)
    assert summary.notes == ["nothing changed: no new plan"]
    assert one(engine, "SELECT count(*) FROM plan") == 1
    assert rows(engine, "SELECT *, xmin::text FROM grid") == before


def test_one_changed_cell_is_the_next_plan_with_all_cells(engine: Engine) -> None:
    draw(engine, halves())
    before = identities(engine)
    smaller = shapely.box(WEST, SOUTH, 116.01, NORTH)
    assert counts(draw(engine, {"A": smaller})) == (1, 0, 0, 0, 1, 0)
    assert identities(engine) == before
    now = drawn(engine)
    assert shapely.equals(now["A"], smaller)
    assert shapely.equals(now["B"], halves()["B"])
    plans = rows(engine, "SELECT number, state, upper_inf(in_force) FROM plan ORDER BY number")
    assert plans == [(1, "sealed", False), (2, "sealed", True)]


def test_a_new_cell_joins_those_that_are_drawn(engine: Engine) -> None:
    draw(engine, halves())
    before = identities(engine)
    new = {"C": shapely.box(EAST, SOUTH, 116.05, NORTH)}
    assert counts(draw(engine, halves() | new)) == (3, 0, 0, 1, 0, 2)
    after = identities(engine)
    assert {code: after[code] for code in "AB"} == before
    assert after["C"] not in before.values()


def test_a_name_alone_is_a_change_and_silence_is_none(engine: Engine) -> None:
    sheet = cell_sheet(halves(), name=["west", "east"], homes=[1, 2])
    load(engine, sheet, Boundaries("police", name="name", households="homes"))
    assert counts(draw(engine, halves())) == (2, 0, 0, 0, 0, 2)
    renamed = cell_sheet(halves(), name=["west", "sunrise"])
    assert counts(load(engine, renamed, Boundaries("police", name="name"))[0])[4:] == (1, 1)
    said = rows(
        engine,
        "SELECT code, s.name, households FROM cell_shape s JOIN plan p ON p.id = plan_id"
        " WHERE number = 2 ORDER BY code",
    )
    assert said == [("A", "west", 1), ("B", "sunrise", 2)]


def test_a_retired_code_is_never_given_to_another_cell(engine: Engine) -> None:
    draw(engine, halves())
    before = identities(engine)
    with transaction(engine) as session:
        grid = session.execute(text("SELECT id FROM grid")).scalar_one()
        lock_for_publishing(session, [grid])
        plan = Plan(grid_id=grid, number=2, name="without B")
        session.add(plan)
        session.flush()
        session.execute(
            text(
                "INSERT INTO cell_shape (plan_id, cell_id, grid_id, code, name, boundary, area_m2)"
                " SELECT :plan, cell_id, grid_id, code, name, boundary, area_m2"
                " FROM cell_shape WHERE code = 'A'"
            ),
            {"plan": plan.id},
        )
        put_in_force(session, Drawings(), plan)
    assert set(drawn(engine)) == {"A"}
    far = {code: shapely.box(117, 39, 117.1, 39.1 + i) for i, code in enumerate("BD")}
    assert counts(draw(engine, far)) == (2, 0, 0, 2, 0, 0)
    after = identities(engine)
    assert after["B"] == before["B"]
    assert after["D"] not in before.values()
    assert set(drawn(engine)) == {"A", "B", "D"}


def test_lineage_says_how_much_of_each_cell_went_where(engine: Engine) -> None:
    draw(engine, halves(116.02))
    draw(engine, halves(116.03))
    found = rows(
        engine,
        "SELECT p.number, f.code, t.code, area_share FROM lineage l JOIN plan p ON p.id = l.plan_id"
        " JOIN cell_shape f ON f.plan_id = p.id AND f.cell_id = from_cell_id"
        " JOIN cell_shape t ON t.plan_id = p.id AND t.cell_id = to_cell_id ORDER BY 2, 3",
    )
    assert [row[:3] for row in found] == [(2, "A", "A"), (2, "B", "A"), (2, "B", "B")]
    np.testing.assert_allclose([row[3] for row in found], [1, 0.5, 0.5], rtol=1e-9)


def test_rows_of_one_code_are_parts_of_one_cell(engine: Engine) -> None:
    parts = [shapely.box(WEST + i / 100, SOUTH, WEST + (i + 1) / 100, NORTH) for i in (0, 1, 3)]
    sheet = Sheet(
        Path("parts.geojson"),
        pd.DataFrame({"code": ["A", "A", "A"]}),
        np.array(parts, dtype=object),
        cell_sheet({}).crs,
    )
    (summary,) = load(engine, sheet)
    assert counts(summary) == (3, 0, 2, 1, 0, 0)
    assert shapely.equals(drawn(engine)["A"], shapely.union_all(parts))


def test_what_a_code_column_may_be(engine: Engine, tmp_path: Path) -> None:
    frame = frame_of(halves(), district=[1, 2], sector=["01", "02"])
    load(engine, read(geojson(frame, tmp_path)), Boundaries("police", code="DISTRICT+sector"))
    assert set(drawn(engine)) == {"101", "202"}
    with pytest.raises(Unreadable, match="no column 'beat'; it has code, district, sector"):
        load(engine, read(tmp_path / "cells.geojson"), Boundaries("police", code="beat"))


# --- Refusals -------------------------------------------------------------------------------------


def test_refused_rows_are_named_with_their_reason(engine: Engine, tmp_path: Path) -> None:
    bow_tie = shapely.Polygon([(WEST, SOUTH), (EAST, NORTH), (EAST, SOUTH), (WEST, NORTH)])
    cells = list(halves().values())
    shapes = [cells[0], cells[1], bow_tie, shapely.Point(WEST, SOUTH), None, cells[1], cells[1]]
    frame = gpd.GeoDataFrame(
        {
            "code": ["A", None, "T", "P", "N", "B", "M"],
            "homes": [1, 2, 3, 4, 5, 6, -7],
        },
        geometry=shapes,
        crs="EPSG:4326",
    )
    said = Boundaries("police", households="homes")
    (summary,) = load(engine, read(geojson(frame, tmp_path)), said)
    assert counts(summary) == (7, 5, 0, 2, 0, 0)
    refusals = [(refusal.row, refusal.code, refusal.reason) for refusal in summary.refusals]
    assert refusals[0] == (2, "", "no code in column code")
    assert refusals[1][:2] == (3, "T")
    assert refusals[1][2].startswith("Self-intersection")
    assert refusals[2:] == [
        (4, "P", "a Point, not a polygon"),
        (5, "N", "no shape"),
        (7, "M", "-7 in column homes is no count"),
    ]
    assert set(drawn(engine)) == {"A", "B"}


def test_a_file_without_one_good_row_is_refused(engine: Engine) -> None:
    with pytest.raises(UnknownGrid, match="no row can be used; the first: a Point, not a polygon"):
        draw(engine, {"A": shapely.Point(1, 1)})
    with pytest.raises(UnknownGrid, match="no row can be used; the first: it is empty"):
        draw(engine, {})
    assert one(engine, "SELECT count(*) FROM grid") == 0


def test_a_grid_is_made_only_where_its_kind_is_clear(engine: Engine) -> None:
    with pytest.raises(UnknownGrid, match="no grid 'fire' yet; say its --kind"):
        draw(engine, halves(), "fire")
    with pytest.raises(UnknownGrid, match="'hexes' is no kind of grid; there are comprehensive"):
        draw(engine, halves(), "fire", kind="hexes")
    with pytest.raises(UnknownGrid, match=r"tier 1 has 0 tier\(s\) above it, and 1 parent"):
        load(engine, cell_sheet(halves(), up=["x", "x"]), Boundaries("police", parents=("up",)))
    assert one(engine, "SELECT count(*) FROM grid") == 0
    draw(engine, halves(), "fire", kind="professional", title="消防", title_en="Fire")
    draw(engine, halves(116.03), "fire")  # known by now
    grids = rows(engine, "SELECT kind, name, name_en, must_tile, epoch FROM grid")
    assert grids == [("professional", "消防", "Fire", False, 2)]


def test_overlapping_cells_are_noted_and_the_lower_code_holds(engine: Engine) -> None:
    wide = {"A": shapely.box(WEST, SOUTH, 116.03, NORTH), "B": halves()["B"]}
    summary = draw(engine, wide)
    (note,) = summary.notes
    assert note.startswith("1 pairs of cells overlap")
    assert one(engine, "SELECT certificate->>'overlapping_pairs' FROM plan") == "1"
    area = one(
        engine,
        "SELECT ST_Area(ST_Intersection(a.boundary, b.boundary)::geography)"
        " FROM cell_shape a, cell_shape b WHERE a.code = 'A' AND b.code = 'B'",
    )
    said = one(engine, "SELECT (certificate->>'overlap_m2')::float8 FROM plan")
    assert said == pytest.approx(area, rel=1e-6)
    report(engine, incident_sheet("a", [116.025], [39.01]), WGS84)
    assert codes_held(engine) == {"a": "A"}


# --- Datums ---------------------------------------------------------------------------------------

CHICAGO = {"A": shapely.box(-87.64, 41.87, -87.63, 41.88)}
FEET = "EPSG:3435"


def test_feet_are_read_as_the_file_says(engine: Engine, tmp_path: Path) -> None:
    path = zipped(frame_of(CHICAGO).to_crs(FEET), tmp_path)
    (summary,) = load(engine, read(path))
    assert summary.facts["datum"] == FEET
    corners = shapely.get_coordinates(shapely.normalize(drawn(engine)["A"]))
    expected = shapely.get_coordinates(shapely.normalize(CHICAGO["A"]))
    np.testing.assert_allclose(corners, expected, rtol=0, atol=1e-7)


def test_feet_are_not_taken_for_degrees(engine: Engine, tmp_path: Path) -> None:
    feet = frame_of(CHICAGO).to_crs(FEET)
    with pytest.raises(Unreadable, match=r"Illinois East .*foot.*not in wgs84"):
        load(engine, read(geopackage(feet, tmp_path)), Boundaries("police", datum="wgs84"))
    pretending = feet.set_crs("EPSG:4326", allow_override=True)
    with pytest.raises(UnknownGrid, match="read as wgs84 lies outside the world"):
        load(engine, read(geojson(pretending, tmp_path)))
    with pytest.raises(Unreadable, match=r"in degrees \(WGS 84\), not in EPSG:3435"):
        load(engine, cell_sheet(CHICAGO), Boundaries("police", datum=FEET))
    assert one(engine, "SELECT count(*) FROM grid") == 0


def test_a_file_that_does_not_say_its_datum_must_be_told(engine: Engine, tmp_path: Path) -> None:
    whole = zipped(frame_of(halves()), tmp_path, "whole")
    path = tmp_path / "cells.zip"
    with zipfile.ZipFile(whole) as said, zipfile.ZipFile(path, "w") as mute:
        for name in said.namelist():
            if not name.endswith(".prj"):
                mute.writestr(name, said.read(name))
    with pytest.raises(Unreadable, match=r"does not say .* add --datum with one of wgs84"):
        load(engine, read(path))
    (summary,) = load(engine, read(path), Boundaries("police", datum="cgcs2000"))
    assert summary.facts["datum"] == "cgcs2000"
    assert shapely.equals(drawn(engine)["A"], halves()["A"])


@pytest.mark.parametrize("datum", ["EPSG:99999", "mars"])
def test_a_datum_that_nobody_knows_is_refused(engine: Engine, datum: str) -> None:
    sheet = cell_sheet(halves())
    for one_sheet in (sheet, Sheet(sheet.path, sheet.frame, sheet.shapes, None)):
        with pytest.raises(GridgisError, match=f"{datum} is no datum known here"):
            load(engine, one_sheet, Boundaries("police", datum=datum))


def test_a_declared_shift_is_undone(engine: Engine) -> None:
    cells = {"A": shapely.box(116.3, 39.9, 116.31, 39.91)}
    shifted = shapely.transform(
        cells["A"], lambda c: np.column_stack(wgs84_to_gcj02(c[:, 0], c[:, 1]))
    )
    load(engine, cell_sheet({"A": shifted}), Boundaries("police", datum="gcj02"))
    found = shapely.get_coordinates(drawn(engine)["A"])
    np.testing.assert_allclose(found, shapely.get_coordinates(cells["A"]), rtol=0, atol=1e-9)


# --- Nested tiers ---------------------------------------------------------------------------------

NESTED = Boundaries("comprehensive", 2, parents=("village",), households="homes")


def quarters(border: float = 116.02) -> dict[str, shapely.Polygon]:
    """Four cells, two in each of villages V and W, whose border runs at 39.02."""
    west, east = (WEST, border), (border, EAST)
    south, north = (SOUTH, 39.02), (39.02, NORTH)
    spans = {"V1": (west, south), "V2": (east, south), "W1": (west, north), "W2": (east, north)}
    return {code: shapely.box(x[0], y[0], x[1], y[1]) for code, (x, y) in spans.items()}


def villages(cells: Mapping[str, shapely.Geometry], **columns: Any) -> Sheet:
    homes = [int(code[1]) * 100 for code in cells]
    return cell_sheet(cells, village=[code[0] for code in cells], homes=homes, **columns)


def are_unions(engine: Engine) -> None:
    """Each village is the union of the cells that name it."""
    children = drawn(engine, "comprehensive", 2)
    parents = drawn(engine, "comprehensive", 1)
    assert set(parents) == {code[0] for code in children}
    for code, outline in parents.items():
        whole = shapely.union_all([shape for c, shape in children.items() if c[0] == code])
        assert shapely.equals(outline, whole), code


def test_parents_are_the_unions_of_their_children(engine: Engine) -> None:
    cells, parents = load(engine, villages(quarters()), NESTED)
    assert counts(cells) == (4, 0, 0, 4, 0, 0)
    assert counts(parents) == (2, 0, 0, 2, 0, 0)
    are_unions(engine)
    tree = rows(
        engine,
        "SELECT s.code, up.code, up.households FROM cell_shape s"
        " JOIN cell_shape up ON up.cell_id = s.parent_id ORDER BY 1",
    )
    assert tree == [("V1", "V", 300), ("V2", "V", 300), ("W1", "W", 300), ("W2", "W", 300)]
    grids = rows(
        engine, "SELECT c.tier, p.tier, c.must_tile FROM grid c JOIN grid p ON p.id = c.nests_in_id"
    )
    assert grids == [(2, 1, True)]
    slots = "SELECT count(DISTINCT slot) FROM grid"
    assert one(engine, slots) == 2


def test_parents_are_derived_again_when_a_child_changes(engine: Engine) -> None:
    load(engine, villages(quarters()), NESTED)
    before = identities(engine)
    grown = quarters()["W2"] | shapely.box(EAST, 39.02, 116.05, NORTH)
    (cells, parents) = load(engine, villages({"W2": grown}), NESTED)
    assert counts(cells) == (1, 0, 0, 0, 1, 0)
    assert counts(parents) == (2, 0, 0, 0, 1, 1)
    assert identities(engine) == before
    are_unions(engine)


def test_a_border_inside_a_village_leaves_the_village(engine: Engine) -> None:
    load(engine, villages(quarters()), NESTED)
    cells, _ = load(engine, villages(quarters(116.03)), NESTED)
    assert counts(cells)[4:] == (4, 0)
    are_unions(engine)
    outlines = drawn(engine, "comprehensive", 1)
    assert shapely.equals(outlines["V"], shapely.box(WEST, SOUTH, EAST, 39.02))


def test_a_part_of_an_unchanged_file_changes_nothing(engine: Engine) -> None:
    load(engine, villages(quarters()), NESTED)
    for code in quarters():
        cells, parents = load(engine, villages({code: quarters()[code]}), NESTED)
        assert counts(cells) == (1, 0, 0, 0, 0, 1)
        assert counts(parents) == (2, 0, 0, 0, 0, 2)
    assert one(engine, "SELECT count(*) FROM plan") == 2


def test_parents_drawn_on_their_own_are_not_derived(engine: Engine) -> None:
    whole = {"V": shapely.box(WEST, SOUTH, EAST, 39.03), "W": shapely.box(WEST, 39.03, EAST, NORTH)}
    load(engine, cell_sheet(whole), Boundaries("comprehensive"))
    (cells,) = load(engine, villages(quarters() | {"X1": shapely.box(117, 39, 118, 40)}), NESTED)
    assert shapely.equals(drawn(engine, "comprehensive")["V"], whole["V"])
    assert "1 cells name a parent that is not drawn: X" in cells.notes
    note = next(note for note in cells.notes if "less than 99 %" in note)
    assert note.startswith("2 of 4 cells have less than 99 %")  # the northern two, of village W
    nesting = one(engine, "SELECT certificate->'nesting' FROM plan WHERE certificate ? 'nesting'")
    assert nesting["cells"] == 4
    assert nesting["least_share"] == pytest.approx(0.5)


def test_three_tiers_from_one_file(engine: Engine) -> None:
    said = Boundaries("comprehensive", 3, parents=("village", "town"))
    found = load(engine, villages(quarters(), town=["T"] * 4), said)
    assert [counts(summary)[3] for summary in found] == [4, 2, 1]
    (top,) = drawn(engine, "comprehensive", 1).values()
    assert shapely.equals(top, shapely.box(WEST, SOUTH, EAST, NORTH))
    chain = rows(
        engine,
        "SELECT s.code, v.code, t.code FROM cell_shape s JOIN cell_shape v"
        " ON v.cell_id = s.parent_id JOIN cell_shape t ON t.cell_id = v.parent_id ORDER BY 1",
    )
    assert chain == [(code, code[0], "T") for code in quarters()]


# --- All or nothing -------------------------------------------------------------------------------

TABLES = ("grid", "plan", "cell", "cell_shape", "lineage", "cell_move")


def state(engine: Engine) -> dict[str, list[Any]]:
    return {table: rows(engine, f"SELECT t::text FROM {table} t ORDER BY 1") for table in TABLES}


@pytest.mark.parametrize("at", ["judging shapes", "comprehensive tier 1", "comprehensive tier 2"])
def test_a_failure_halfway_leaves_nothing(engine: Engine, at: str) -> None:
    load(engine, villages(quarters()), NESTED)
    report(engine, incident_sheet("a", [116.025], [39.01]), WGS84)
    before = state(engine)

    def pull(doing: str, _done: int, _total: int) -> None:
        if at in doing:
            raise RuntimeError("the plug is pulled")

    sheet = villages(quarters(116.03) | {"X1": shapely.box(117, 39, 118, 40)})
    with pytest.raises(RuntimeError, match="pulled"), transaction(engine) as session:
        import_boundaries(session, Drawings(), sheet, NESTED, pull)
    assert state(engine) == before
    # And nothing stands in the way of the next one.
    cells, _ = load(engine, sheet, NESTED)
    assert counts(cells) == (5, 0, 0, 1, 4, 0)


def test_a_first_plan_may_be_dated_back(engine: Engine) -> None:
    since = datetime(2024, 1, 1, tzinfo=UTC)
    load(engine, villages(quarters()), Boundaries(**(vars(NESTED) | {"since": since})))
    assert rows(engine, "SELECT DISTINCT lower(in_force) FROM plan") == [(since,)]
