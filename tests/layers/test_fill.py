"""An empty database is filled once, and no other ever."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from sqlalchemy import Engine, text

from gridgis.sample import town
from layers.database import transaction
from layers.fill import NoSuchProfile, fill_if_empty
from tests.layers.squares import astray, draw, halves, incident_sheet, one, report, rows, table
from tests.layers.squares import register as register_enterprises

TABLES = (
    "area", "grid", "plan", "cell", "cell_shape", "lineage", "cell_move", "incident",
    "enterprise", "premises", "enterprise_premises",
)  # fmt: skip


def counts(engine: Engine) -> dict[str, int]:
    return {name: one(engine, f"SELECT count(*) FROM {name}") for name in TABLES}


def fill(engine: Engine, profile: str = "sample") -> str | None:
    with transaction(engine) as session:
        return fill_if_empty(session, profile)


def test_a_database_is_filled_once_with_what_the_sample_holds(engine: Engine) -> None:
    said = fill(engine)
    assert said is not None
    filled = counts(engine)
    sample = town(datetime.now(UTC))
    cells = sum(len(grid.cells) for grid in sample.grids)
    assert filled == {
        "area": len(sample.areas),
        "grid": len(sample.grids),
        "plan": len(sample.grids),
        "cell": cells,
        "cell_shape": cells,
        "lineage": 0,
        "cell_move": 0,
        "incident": len(sample.incidents),
        "enterprise": len(sample.enterprises),
        "premises": len(sample.premises),
        "enterprise_premises": sum(len(place.enterprises) for place in sample.premises),
    }
    assert f"{cells} cells in {len(sample.grids)} grids" in said
    assert f"{filled['enterprise']} enterprises, {filled['incident']:,} incidents" in said
    assert "(fictional)" in said

    marks = "SELECT id, revision, xmin::text FROM incident ORDER BY id"
    written = rows(engine, marks)
    assert fill(engine) is None
    assert counts(engine) == filled
    assert rows(engine, marks) == written


def test_every_row_of_the_sample_is_where_sql_says(engine: Engine) -> None:
    fill(engine)
    assert astray(engine) == astray(engine, "premises") == []
    # Every incident happened under the plans that are in force, so it was then where it is now.
    assert one(engine, "SELECT count(*) FROM incident WHERE cells_then <> cells") == 0
    assert one(engine, "SELECT count(*) FROM incident WHERE occurred_at > now()") == 0
    # The numbering goes on behind what was filled in.
    report(engine, incident_sheet(["a"], [116.01], [39.01]))
    draw(engine, halves(), "squads", kind="professional")
    assert one(engine, "SELECT count(*) FROM incident WHERE number = 'a'") == 1
    assert one(engine, "SELECT count(DISTINCT slot) = count(*) FROM grid")


def test_nested_cells_of_the_sample_name_the_parent_that_holds_them(engine: Engine) -> None:
    fill(engine)
    nested = rows(
        engine,
        "SELECT s.code, ST_Area(ST_Intersection(s.boundary, above.boundary)) / ST_Area(s.boundary)"
        " FROM grid g JOIN cell_shape s ON s.plan_id = g.current_plan_id"
        " LEFT JOIN grid up ON up.id = g.nests_in_id LEFT JOIN cell_shape above"
        " ON above.plan_id = up.current_plan_id AND above.cell_id = s.parent_id"
        " WHERE g.nests_in_id IS NOT NULL",
    )
    assert len(nested) > 10
    assert [code for code, share in nested if share is None or share < 0.999_999] == []


@pytest.mark.parametrize("already", ["area", "grid", "incident", "enterprise"])
def test_a_database_that_holds_anything_is_not_filled(engine: Engine, already: str) -> None:
    if already == "area":
        with transaction(engine) as session:
            session.execute(
                text("INSERT INTO area (code, tier, name) VALUES ('110101', 'county', '东城区')")
            )
    elif already == "grid":
        draw(engine, halves())
    elif already == "incident":
        report(engine, incident_sheet(["a"], [116.01], [39.01]))
    else:
        # A register without a single address.
        register_enterprises(engine, table(code=["1"], name=["面馆"], lon=[None], lat=[None]))
        assert one(engine, "SELECT count(*) FROM premises") == 0
    before = counts(engine)
    assert before[already] == 1
    assert fill(engine) is None
    assert counts(engine) == before


def test_none_fills_nothing(engine: Engine) -> None:
    assert fill(engine, "none") is None
    assert set(counts(engine).values()) == {0}


def test_a_sample_that_is_not_shipped_is_refused(engine: Engine) -> None:
    for profile in ("Sample", "chicago", ""):
        with pytest.raises(NoSuchProfile, match="set GRIDGIS_PROFILE to one of sample, none"):
            fill(engine, profile)
    assert set(counts(engine).values()) == {0}


def test_servers_that_start_at_once_fill_once(engine: Engine) -> None:
    start = Barrier(3, timeout=20)

    def serve(_: int) -> str | None:
        start.wait()
        return fill(engine)

    with ThreadPoolExecutor(3) as pool:
        said = list(pool.map(serve, range(3)))
    assert len([one for one in said if one is not None]) == 1
    assert one(engine, "SELECT count(*) FROM grid") == len(town(datetime.now(UTC)).grids)
    assert one(engine, "SELECT count(*) FROM area WHERE tier = 'town'") == 1


def test_a_fill_that_fails_leaves_the_database_empty(engine: Engine) -> None:
    class Cut(Exception):
        pass

    with pytest.raises(Cut), transaction(engine) as session:
        assert fill_if_empty(session, "sample") is not None
        raise Cut
    assert set(counts(engine).values()) == {0}
    assert fill(engine) is not None
