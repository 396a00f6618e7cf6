"""The sample town fills an empty database, once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Engine, text

from layers.database import transaction
from layers.fill import NoSuchProfile, fill_if_empty
from tests.layers.squares import astray, draw, halves, one, rows

TABLES = ("area", "grid", "plan", "cell", "cell_shape", "incident", "enterprise", "premises")


def fill(engine: Engine, profile: str = "sample") -> str | None:
    with transaction(engine) as session:
        return fill_if_empty(session, profile)


def sizes(engine: Engine) -> dict[str, int]:
    return {table: one(engine, f"SELECT count(*) FROM {table}") for table in TABLES}


def test_an_empty_database_is_filled_and_a_full_one_is_left(engine: Engine) -> None:
    said = fill(engine)
    first = sizes(engine)
    assert said is not None
    assert f"{first['cell_shape']} cells in {first['grid']} grids" in said
    assert f"{first['enterprise']} enterprises, {first['incident']:,} incidents" in said
    assert min(first.values()) > 0
    # Each row is where SQL says, today and, as there has been one plan, then.
    assert astray(engine) == astray(engine, "premises") == []
    assert one(engine, "SELECT bool_and(cells = cells_then) FROM incident") is True
    # Children lie in the parents they name.
    assert (
        rows(
            engine,
            "SELECT s.code FROM cell_shape s JOIN cell_shape up ON up.cell_id = s.parent_id"
            " WHERE ST_Area(ST_Difference(s.boundary, up.boundary)::geography) > 1",
        )
        == []
    )
    assert one(engine, "SELECT count(*) FROM cell_shape WHERE parent_id IS NOT NULL") > 0

    marks = "SELECT id, revision, xmin::text FROM incident ORDER BY id"
    before = rows(engine, marks)
    assert fill(engine) is None
    assert sizes(engine) == first
    assert rows(engine, marks) == before


def test_two_servers_that_start_at_once_fill_it_once(engine: Engine) -> None:
    both = Barrier(2, timeout=20)

    def start() -> str | None:
        with transaction(engine) as session:
            session.execute(text("SELECT 1"))
            both.wait()
            return fill_if_empty(session, "sample")

    with ThreadPoolExecutor(2) as pool:
        said = [future.result(60) for future in [pool.submit(start) for _ in range(2)]]
    assert sorted(word is None for word in said) == [False, True]
    assert one(engine, "SELECT count(*) = count(DISTINCT number) FROM incident") is True
    assert one(engine, "SELECT count(*) FROM plan") == one(engine, "SELECT count(*) FROM grid") > 0


def test_the_smallest_thing_of_one_s_own_keeps_the_sample_out(engine: Engine) -> None:
    draw(engine, halves())
    assert fill(engine) is None
    assert one(engine, "SELECT count(*) FROM incident") == 0
    assert one(engine, "SELECT count(*) FROM cell_shape") == 2


def test_none_fills_nothing(engine: Engine) -> None:
    assert fill(engine, "none") is None
    assert set(sizes(engine).values()) == {0}


def test_an_unknown_profile_is_refused(engine: Engine) -> None:
    with pytest.raises(
        NoSuchProfile, match="'chicago'; set GRIDGIS_PROFILE to one of sample, none"
    ):
        fill(engine, "chicago")
    assert set(sizes(engine).values()) == {0}


def test_a_fill_that_breaks_leaves_it_empty(engine: Engine) -> None:
    with pytest.raises(RuntimeError, match="pulled"), transaction(engine) as session:
        assert fill_if_empty(session, "sample") is not None
        raise RuntimeError("the plug is pulled")
    assert set(sizes(engine).values()) == {0}
