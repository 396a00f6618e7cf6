"""Incidents and enterprises as bureaus send them: located, upserted, refused with a reason."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from sqlalchemy import Engine

from gridgis.enterprises import uscc_check_digit
from gridgis.geodesy import wgs84_to_gcj02
from layers.arrivals import NoColumn, Said, import_incidents
from layers.database import Busy, transaction
from layers.drawings import Drawings
from layers.files import Sheet, Unreadable, read
from layers.summary import Summary
from tests.layers.squares import (
    EAST,
    MIDDLE,
    NORTH,
    SOUTH,
    WEST,
    WGS84,
    astray,
    codes_held,
    draw,
    halves,
    incident_sheet,
    one,
    register,
    report,
    rows,
    table,
)

ROW = 39.015
WEST_OF, EAST_OF = 116.01, 116.03


def uscc(first17: str) -> str:
    return first17 + uscc_check_digit(first17)


USCC = [uscc(f"9132058300000000{i}") for i in range(4)]


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


def refused(summary: Summary) -> list[tuple[int, str, str]]:
    return [(refusal.row, refusal.code, refusal.reason) for refusal in summary.refusals]


# --- Which cell -----------------------------------------------------------------------------------


def places(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Points anywhere, on borders, on corners."""
    rng = np.random.default_rng(seed)
    lon = rng.uniform(WEST - 0.01, EAST + 0.01, 400)
    lat = rng.uniform(SOUTH - 0.01, NORTH + 0.01, 400)
    lon[:40] = MIDDLE
    lon[40:50], lat[40:50] = np.tile((WEST, EAST), 5), np.repeat((SOUTH, NORTH), 5)
    return lon, lat


@pytest.fixture
def three_grids(engine: Engine) -> Engine:
    """Halves; an oblique net that overlaps itself and leaves gaps; one with a hole."""
    draw(engine, halves())
    rng = np.random.default_rng(8)
    corners = rng.uniform((WEST, SOUTH), (EAST, NORTH), (12, 3, 2))
    draw(
        engine,
        {f"T{i:02}": shapely.Polygon(three) for i, three in enumerate(corners)},
        "firemen",
        kind="professional",
    )
    hole = shapely.Point(MIDDLE, 39.02).buffer(0.01)
    draw(engine, {"P": hole, "R": shapely.box(WEST, SOUTH, EAST, NORTH) - hole}, "exclusive")
    return engine


def test_every_incident_s_cells_are_sql_s_in_every_grid(three_grids: Engine) -> None:
    lon, lat = places(1)
    summary = report(three_grids, incident_sheet(map(str, range(400)), lon, lat))
    assert counts(summary) == (400, 0, 0, 400, 0, 0)
    assert astray(three_grids) == []
    held = list(codes_held(three_grids).values())
    assert held[:40].count("A") == sum((lat[:40] >= SOUTH) & (lat[:40] <= NORTH))  # on the border
    assert {*held} == {"A", "B", None}
    assert summary.facts["in police tier 1"] == 400 - held.count(None)


def test_every_premises_cells_are_sql_s_in_every_grid(three_grids: Engine) -> None:
    lon, lat = places(2)
    names = [str(i) for i in range(400)]
    summary = register(three_grids, table(code=names, name=names, lon=lon, lat=lat))
    assert counts(summary) == (400, 0, 0, 400, 0, 0)
    assert summary.facts["with a place"] == summary.facts["premises added"] == 400
    assert astray(three_grids, "premises") == []
    assert one(three_grids, "SELECT count(*) FROM enterprise_premises") == 400


def test_a_row_outside_every_grid_holds_nothing(engine: Engine) -> None:
    draw(engine, halves())
    report(engine, incident_sheet(["far", "in"], [100.0, WEST_OF], [30.0, ROW]))
    assert rows(engine, "SELECT number, cells FROM incident ORDER BY number") == [
        ("far", []),
        ("in", [one(engine, "SELECT cell_id FROM cell_shape WHERE code = 'A'")]),
    ]


def test_the_row_keeps_what_came_and_in_which_datum(engine: Engine) -> None:
    lon, lat = wgs84_to_gcj02(np.array([116.3]), np.array([39.9]))
    report(engine, incident_sheet(["a"], lon, lat), Said("gcj02"))
    ((x, y, datum, east, north),) = rows(
        engine, "SELECT x, y, datum, ST_X(location), ST_Y(location) FROM incident"
    )
    assert (x, y, datum) == (lon[0], lat[0], "gcj02")
    np.testing.assert_allclose((east, north), (116.3, 39.9), rtol=0, atol=1e-9)


# --- Which cell then ------------------------------------------------------------------------------


def test_cells_then_are_those_of_the_plan_in_force_at_the_time(engine: Engine) -> None:
    draw(engine, halves(116.02), since=datetime(2026, 1, 1, tzinfo=UTC))
    between = one(engine, "SELECT clock_timestamp()")
    draw(engine, halves(116.03))  # and from now on the place lies in A
    after = one(engine, "SELECT clock_timestamp()")
    times = {
        "before": "2025-12-31T23:59:59Z",
        "first moment": "2026-01-01T08:00+08:00",
        "between": between.isoformat(),
        "after": after.isoformat(),
    }
    n = len(times)
    sheet = table(number=list(times), lon=[116.025] * n, lat=[ROW] * n, time=list(times.values()))
    report(engine, sheet)
    then = rows(
        engine,
        "SELECT i.number, (SELECT DISTINCT code FROM cell_shape WHERE cell_id = i.cells_then[1])"
        " FROM incident i",
    )
    assert dict(then) == {"before": None, "first moment": "B", "between": "B", "after": "A"}
    assert set(codes_held(engine).values()) == {"A"}
    (empty,) = rows(engine, "SELECT cells_then FROM incident WHERE number = 'before'")
    assert empty == ([],)


def test_cells_then_stay_when_a_plan_follows_and_when_the_row_comes_again(engine: Engine) -> None:
    draw(engine, halves(116.02), since=datetime(2020, 1, 1, tzinfo=UTC))
    sheet = incident_sheet(["a"], [116.025], [ROW])
    report(engine, sheet)
    then = one(engine, "SELECT cells_then FROM incident")
    draw(engine, halves(116.03))
    again = Sheet(sheet.path, sheet.frame.assign(title="said later"), None, None)
    assert counts(report(engine, again)) == (1, 0, 0, 0, 1, 0)
    assert one(engine, "SELECT cells_then FROM incident") == then
    assert one(engine, "SELECT cells FROM incident") != then
    # A corrected time is another matter.
    report(engine, incident_sheet(["a"], [116.025], [ROW], at="2019-06-01 08:00"))
    assert one(engine, "SELECT cells_then FROM incident") == []


# --- Borderline -----------------------------------------------------------------------------------


def test_the_neighbour_is_named_where_the_border_is_nearer_than_the_accuracy(
    engine: Engine,
) -> None:
    draw(engine, halves())
    # PostGIS says how far it is to the other half, on the ellipsoid.
    lon = np.round(MIDDLE + np.array([-0.0001, -0.001, 0.0001, 0.001]), 4).tolist()
    metres = [
        one(
            engine,
            "SELECT min(d) FROM (SELECT ST_Distance(boundary::geography,"
            " ST_SetSRID(ST_MakePoint(:x, :y), 4326)::geography) AS d FROM cell_shape) AS s"
            " WHERE d > 0",
            x=x,
            y=ROW,
        )
        for x in lon
    ]
    accuracy = [m * factor for m in metres for factor in (0.97, 1.03)] + [0, -5, None]
    number = [f"{i}" for i in range(11)]
    at = [*np.repeat(lon, 2), *[MIDDLE - 0.0001] * 3]
    sheet = table(
        number=number, lon=at, lat=[ROW] * 11, time=["2026-03-01"] * 11, accuracy=accuracy
    )
    report(engine, sheet)
    ids = dict(rows(engine, "SELECT code, cell_id FROM cell_shape"))
    neighbours = dict(rows(engine, "SELECT number::int, neighbours FROM incident"))
    assert [neighbours[i] for i in range(8)] == [[], [ids["B"]]] * 2 + [[], [ids["A"]]] * 2
    assert [neighbours[i] for i in range(8, 11)] == [[]] * 3


# --- Upsert ---------------------------------------------------------------------------------------


def test_what_comes_again_unchanged_is_not_touched(engine: Engine) -> None:
    draw(engine, halves())
    sheet = incident_sheet("ab", [WEST_OF, EAST_OF], [ROW] * 2)
    assert counts(report(engine, sheet)) == (2, 0, 0, 2, 0, 0)
    before = rows(engine, "SELECT *, xmin::text FROM incident ORDER BY id")
    assert counts(report(engine, sheet)) == (2, 0, 0, 0, 0, 2)
    assert rows(engine, "SELECT *, xmin::text FROM incident ORDER BY id") == before


def test_what_comes_again_with_another_word_is_revised(engine: Engine) -> None:
    draw(engine, halves())
    report(engine, incident_sheet("ab", [WEST_OF, EAST_OF], [ROW] * 2))
    sheet = incident_sheet("ab", [WEST_OF, EAST_OF], [ROW] * 2)
    sheet.frame["category"] = pd.Series([pd.NA, "noise"], dtype="string")
    assert counts(report(engine, sheet)) == (2, 0, 0, 0, 1, 1)
    said = rows(engine, "SELECT number, category, revision FROM incident ORDER BY number")
    assert said == [("a", None, 1), ("b", "noise", 2)]
    assert one(engine, "SELECT count(*) FROM cell_move") == 0


def test_what_comes_again_elsewhere_has_moved(engine: Engine) -> None:
    draw(engine, halves())
    draw(engine, {"X": shapely.box(WEST, SOUTH, EAST, NORTH)}, "squads", kind="professional")
    report(engine, incident_sheet("abc", [WEST_OF, EAST_OF, WEST_OF], [ROW] * 3))
    summary = report(engine, incident_sheet("abc", [EAST_OF, EAST_OF, 117.0], [ROW] * 3))
    assert counts(summary) == (3, 0, 0, 0, 2, 1)
    moves = rows(
        engine,
        "SELECT m.kind, i.number, g.system, m.plan_id,"
        " (SELECT code FROM cell_shape WHERE cell_id = from_cell_id),"
        " (SELECT code FROM cell_shape WHERE cell_id = to_cell_id)"
        " FROM cell_move m JOIN incident i ON i.id = m.row_id JOIN grid g ON g.id = m.grid_id"
        " ORDER BY 2, 3",
    )
    assert moves == [
        ("incident", "a", "police", None, "A", "B"),
        ("incident", "c", "police", None, "A", None),
        ("incident", "c", "squads", None, "X", None),
    ]
    assert astray(engine) == []


def test_a_later_row_of_the_file_has_the_last_word_where_it_says_anything(engine: Engine) -> None:
    sheet = table(
        number=["a", "b", "a"],
        lon=[WEST_OF, WEST_OF, EAST_OF],
        lat=[ROW] * 3,
        time=["2026-03-01 08:00"] * 3,
        category=["noise", "noise", None],
        title=["first", "x", "last"],
    )
    assert counts(report(engine, sheet)) == (3, 0, 1, 2, 0, 0)
    said = rows(engine, "SELECT category, title, ST_X(location) FROM incident WHERE number = 'a'")
    assert said == [("noise", "last", EAST_OF)]


def test_a_later_row_without_a_place_takes_none_away(engine: Engine) -> None:
    sheet = table(
        code=["e"] * 3, name=["x", "y", "z"], lon=[WEST_OF, 0, EAST_OF], lat=[ROW, 0, None]
    )
    assert counts(register(engine, sheet)) == (3, 0, 2, 1, 0, 0)
    assert rows(engine, "SELECT name FROM enterprise") == [("z",)]
    place = rows(engine, "SELECT x, y, ST_X(location), ST_Y(location) FROM premises")
    assert place == [(WEST_OF, ROW, WEST_OF, ROW)]


# --- Refusals -------------------------------------------------------------------------------------


def test_refusals_name_row_and_reason_and_the_numbers_add_up(engine: Engine) -> None:
    good = "2026-03-01 08:00"
    lines: list[tuple[Any, ...]] = [
        ("ok", WEST_OF, ROW, good, None, None),
        (None, WEST_OF, ROW, good, None, None),
        ("untimed", WEST_OF, ROW, None, None, None),
        ("soon", WEST_OF, ROW, "soon", None, None),
        ("nowhere", None, ROW, good, None, None),
        ("null island", 0, 0, good, None, None),
        ("far", 200, ROW, good, None, None),
        ("odd", WEST_OF, ROW, good, None, "feast"),
        ("early", WEST_OF, ROW, good, "2026-02-01", None),
        ("words", "east", ROW, good, None, None),
        ("ok", EAST_OF, ROW, good, None, "part"),
        ("  ", 0, 0, None, None, None),
    ]
    number, lon, lat, time, closed, kind = zip(*lines, strict=True)
    sheet = table(number=number, lon=lon, lat=lat, time=time, closed_at=closed, kind=kind)
    summary = report(engine, sheet)
    assert counts(summary) == (12, 10, 1, 1, 0, 0)
    assert refused(summary) == [
        (2, "", "no number"),
        (3, "untimed", "no time of occurrence that can be read"),
        (4, "soon", "no time of occurrence that can be read"),
        (5, "nowhere", "no coordinates"),
        (6, "null island", "no coordinates"),
        (7, "far", "coordinates out of range"),
        (8, "odd", "kind is neither event nor part"),
        (9, "early", "closed before it occurred"),
        (10, "words", "no coordinates"),
        (12, "", "no number"),
    ]
    assert rows(engine, "SELECT number, kind FROM incident") == [("ok", "part")]


def test_enterprises_without_a_place_come_in_and_those_without_a_name_do_not(
    engine: Engine,
) -> None:
    sheet = table(
        code=["1", "2", "3", None, "5"],
        name=["a", None, "c", "d", "e"],
        lon=[WEST_OF, WEST_OF, 0, WEST_OF, 900],
        lat=[ROW, ROW, 0, ROW, ROW],
    )
    summary = register(engine, sheet)
    assert counts(summary) == (5, 3, 0, 2, 0, 0)
    assert refused(summary) == [
        (2, "2", "no name"),
        (4, "", "no code"),
        (5, "5", "coordinates out of range"),
    ]
    assert summary.facts["with a place"] == summary.facts["without a place"] == 1
    assert rows(engine, "SELECT code FROM enterprise ORDER BY code") == [("1",), ("3",)]
    assert rows(engine, "SELECT code FROM premises") == [("1",)]


def test_a_file_that_cannot_be_used_leaves_nothing(engine: Engine) -> None:
    metres = incident_sheet("ab", [500_000, 500_100], [4_400_000, 4_400_100])
    with pytest.raises(Unreadable, match="no row lies in the world"):
        report(engine, metres)
    with pytest.raises(NoColumn, match=r"which column holds the number\? Name it by --code"):
        report(engine, table(lon=[1], lat=[1], time=["2026-03-01"]))
    with pytest.raises(NoColumn, match=r"holds the occurred at.*--time"):
        report(engine, table(number=[1], lon=[1], lat=[1]))
    with pytest.raises(Unreadable, match="has no column 'Nummer'; it has number, lon, lat, time"):
        report(engine, incident_sheet("a", [1], [1]), Said("wgs84", columns={"number": "Nummer"}))
    with pytest.raises(Unreadable, match="does not say what its coordinates were measured in"):
        report(engine, incident_sheet("a", [1], [1]), Said())
    assert one(engine, "SELECT count(*) FROM incident") == 0


def test_a_file_of_no_rows_is_no_fault(engine: Engine) -> None:
    draw(engine, halves())
    assert counts(report(engine, incident_sheet([], [], []))) == (0,) * 6
    empty = table(code=[], name=[], lon=[], lat=[])
    assert counts(register(engine, empty)) == (0,) * 6


# --- USCC -----------------------------------------------------------------------------------------


def firms(codes: str, usccs: list[str | None]) -> Sheet:
    n = len(codes)
    return table(code=[*codes], name=[*codes], uscc=usccs, lon=[WEST_OF] * n, lat=[ROW] * n)


def test_a_wrong_uscc_is_flagged_and_never_refused(engine: Engine) -> None:
    wrong = USCC[0][:17] + ("0" if USCC[0][17] != "0" else "1")
    summary = register(engine, firms("abcd", [USCC[0], wrong, "short", None]))
    assert counts(summary) == (4, 0, 0, 4, 0, 0)
    assert summary.facts["USCC flagged"] == 2
    said = rows(engine, "SELECT code, uscc, uscc_fault FROM enterprise ORDER BY code")
    assert said == [
        ("a", USCC[0], None),
        ("b", wrong, f"check digit {wrong[17]}, not {USCC[0][17]}"),
        ("c", "short", "5 characters, not 18"),
        ("d", None, None),
    ]


def test_two_enterprises_of_a_file_with_one_uscc_are_flagged(engine: Engine) -> None:
    assert register(engine, firms("ab", [USCC[0]] * 2)).facts["USCC flagged"] == 1
    said = rows(engine, "SELECT code, uscc, uscc_fault FROM enterprise ORDER BY code")
    assert said == [
        ("a", USCC[0], None),
        ("b", None, f"another enterprise has it: {USCC[0]}"),
    ]


def test_a_uscc_that_another_enterprise_has_already_is_flagged(engine: Engine) -> None:
    register(engine, firms("a", [USCC[0]]))
    summary = register(engine, firms("b", [USCC[0]]))
    assert counts(summary) == (1, 0, 0, 1, 0, 0)
    said = rows(engine, "SELECT code, uscc, uscc_fault FROM enterprise ORDER BY code")
    assert said == [
        ("a", USCC[0], None),
        ("b", None, f"another enterprise has it: {USCC[0]}"),
    ]
    assert counts(register(engine, firms("b", [USCC[0]]))) == (1, 0, 0, 0, 0, 1)


def test_enterprises_may_change_their_usccs_round(engine: Engine) -> None:
    register(engine, firms("abc", USCC[:3]))
    summary = register(engine, firms("abc", [USCC[1], USCC[0], USCC[2]]))
    assert counts(summary) == (3, 0, 0, 0, 2, 1)
    said = rows(engine, "SELECT code, uscc, uscc_fault, revision FROM enterprise ORDER BY code")
    assert said == [
        ("a", USCC[1], None, 2),
        ("b", USCC[0], None, 2),
        ("c", USCC[2], None, 1),
    ]


# --- As bureaus write -----------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-8"])
def test_a_chinese_csv_in_gcj02(engine: Engine, tmp_path: Path, encoding: str) -> None:
    draw(engine, halves(116.302), since=datetime(2020, 1, 1, tzinfo=UTC))
    draw(
        engine,
        {
            "A": shapely.box(116.29, 39.89, 116.3, 39.91),
            "B": shapely.box(116.3, 39.89, 116.31, 39.91),
        },
    )
    # 100 m either side of the border: unshifted, both would lie 500 m off, in B.
    lon, lat = wgs84_to_gcj02(np.array([116.2988, 116.3012]), np.array([39.9, 39.9]))
    file = tmp_path / "工单.csv"
    lines = [
        "工单编号,发生时间,经度,纬度,类别",
        f"0012,2026-03-01 08:00,{lon[0]:.9f},{lat[0]:.9f},噪音扰民",
        f"0013,2026-03-01 08:00,{lon[1]:.9f},{lat[1]:.9f},占道经营",
    ]
    file.write_bytes("\r\n".join(lines).encode(encoding))
    summary = report(engine, read(file), Said("gcj02"))
    assert counts(summary) == (2, 0, 0, 2, 0, 0)
    assert codes_held(engine) == {"0012": "A", "0013": "B"}
    said = rows(engine, "SELECT category, occurred_at FROM incident ORDER BY number")
    at = datetime(2026, 3, 1, 0, 0, tzinfo=UTC)
    assert said == [("噪音扰民", at), ("占道经营", at)]
    assert astray(engine) == []


AT = datetime(2026, 3, 1, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "zone"),
    [
        ("2026-03-01 08:30", "Asia/Shanghai"),
        ("2026-03-01T08:30:00", "Asia/Shanghai"),
        ("2026/3/1 8:30", "Asia/Shanghai"),
        ("2026年3月1日 08:30", "Asia/Shanghai"),
        ("20260301 0830", "Asia/Shanghai"),
        ("2026-02-28 18:30", "America/Chicago"),
        ("02/28/2026 06:30:00 PM", "America/Chicago"),
        ("28/02/2026 18:30", "America/Chicago"),
        ("2026-03-01 00:30", "UTC"),
        ("2026-03-01T00:30Z", "Asia/Shanghai"),
        ("2026-03-01T08:30+08:00", "America/Chicago"),
        ("2026-03-01 08:30:00.000+0800", "America/Chicago"),
    ],
)
def test_times_are_read_in_their_own_zone_or_the_one_said(
    engine: Engine, written: str, zone: str
) -> None:
    report(engine, incident_sheet("a", [WEST_OF], [ROW], at=written), Said("wgs84", zone))
    assert one(engine, "SELECT occurred_at FROM incident") == AT


def test_each_row_s_time_is_read_for_itself(engine: Engine) -> None:
    """Whatever the rows before it look like."""
    written = [
        "soon", "2026-03-01", "2026-03-01 08:30", "2026-03-01 08:30:15", "2026-03-01T08:30+08:00",
        "2026-03-01T00:30:00Z", "2026/3/1 8:30", "03:00", "46082",
    ]  # fmt: skip
    n = len(written)
    names = [str(i) for i in range(n)]
    sheet = table(number=names, lon=[WEST_OF] * n, lat=[ROW] * n, time=written)
    summary = report(engine, sheet)
    assert [refusal.code for refusal in summary.refusals] == ["0", "7", "8"]
    times = dict(rows(engine, "SELECT number::int, occurred_at FROM incident"))
    assert times == {
        1: datetime(2026, 2, 28, 16, tzinfo=UTC),
        2: AT,
        3: AT.replace(second=15),
        4: AT,
        5: AT,
        6: AT,
    }


def test_hours_that_the_clock_repeats_or_leaves_out(engine: Engine) -> None:
    """Chicago, 2025-11-02 and 2026-03-08: the earlier of the two, and the first that there was."""
    sheet = table(
        number=["twice", "never"],
        lon=[WEST_OF] * 2,
        lat=[ROW] * 2,
        time=["2025-11-02 01:30", "2026-03-08 02:30"],
    )
    report(engine, sheet, Said("wgs84", "America/Chicago"))
    assert dict(rows(engine, "SELECT number, occurred_at FROM incident")) == {
        "twice": datetime(2025, 11, 2, 6, 30, tzinfo=UTC),
        "never": datetime(2026, 3, 8, 8, 0, tzinfo=UTC),
    }


def test_times_of_a_parquet_come_as_they_are(engine: Engine, tmp_path: Path) -> None:
    frame = pd.DataFrame({"number": ["a"], "lon": [WEST_OF], "lat": [ROW]})
    for name, times in {
        "naive": pd.to_datetime(["2026-03-01 08:30"]),
        "zoned": pd.to_datetime(["2026-02-28 18:30"]).tz_localize("America/Chicago"),
    }.items():
        file = tmp_path / f"{name}.parquet"
        frame.assign(number=name, time=times).to_parquet(file)
        report(engine, read(file))
    assert rows(engine, "SELECT DISTINCT occurred_at FROM incident") == [(AT,)]
    assert one(engine, "SELECT count(*) FROM incident") == 2


def test_shapes_of_points_are_places(engine: Engine) -> None:
    draw(engine, halves())
    shapes = np.array([shapely.Point(WEST_OF, ROW), shapely.box(0, 0, 1, 1), None, shapely.Point()])
    frame = pd.DataFrame({"number": [*"abcd"], "time": ["2026-03-01"] * 4})
    summary = report(engine, Sheet(Path("points.gpkg"), frame, shapes, None))
    assert [(r.code, r.reason) for r in summary.refusals] == [
        (code, "no coordinates") for code in "bcd"
    ]
    assert codes_held(engine) == {"a": "A"}


def test_what_raises_later_leaves_nothing(engine: Engine) -> None:
    draw(engine, halves())
    sheet = incident_sheet("a", [WEST_OF], [ROW])
    with pytest.raises(RuntimeError, match="pulled"), transaction(engine) as session:
        assert import_incidents(session, Drawings(), sheet, WGS84).added == 1
        raise RuntimeError("the plug is pulled")
    assert one(engine, "SELECT count(*) FROM incident") == 0


def test_two_imports_of_one_number_at_once_add_it_once(engine: Engine, owner: Engine) -> None:
    sheet = incident_sheet("a", [WEST_OF], [ROW])
    waiting = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    with ThreadPoolExecutor(1) as pool, transaction(engine) as first:
        import_incidents(first, Drawings(), sheet, WGS84)
        second = pool.submit(report, engine, sheet)
        deadline = time.monotonic() + 20
        while not one(owner, waiting):
            assert time.monotonic() < deadline, "nobody waits"
            time.sleep(0.01)
        first.commit()
        with pytest.raises(Busy, match="another import writes the same rows of incident"):
            second.result(20)
    assert counts(report(engine, sheet)) == (1, 0, 0, 0, 0, 1)
