"""No stale cell, ever: what a publication relocates, and what happens beside it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import shapely
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from layers.arrivals import Said, import_incidents
from layers.boundaries import Boundaries, import_boundaries
from layers.counting import incidents
from layers.coverage import LandShares, coverage
from layers.database import (
    ALL_GRIDS,
    LOCK_SPACE,
    Busy,
    lock_for_publishing,
    lock_for_writing,
    transaction,
)
from layers.drawings import Drawings
from layers.features import Window
from layers.hotspots import Lands
from layers.locating import cells_at
from layers.publishing import NotInOrder
from tests.layers.squares import (
    EAST,
    NORTH,
    SOUTH,
    WEST,
    astray,
    cell_sheet,
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

PATIENCE_S = 20.0
ROW = 39.015  # a latitude inside every cell


def publish(session: Session, border: float, drawings: Drawings | None = None) -> None:
    sheet = cell_sheet(halves(border))
    import_boundaries(session, drawings or Drawings(), sheet, Boundaries("police"))


def spread(n: int, seed: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """Points in and around the squares."""
    rng = np.random.default_rng(seed)
    return rng.uniform(WEST - 0.005, EAST + 0.005, n), rng.uniform(SOUTH, NORTH, n)


# --- What a publication does ----------------------------------------------------------------------


def test_exactly_the_rows_whose_cell_changed_are_touched_and_noted(engine: Engine) -> None:
    draw(engine, halves(116.02))
    lon = [116.01, 116.022, 116.03, 116.05]  # A, B then A, B, outside
    report(engine, incident_sheet("abcd", lon, [ROW] * 4))
    register(engine, table(code=["p", "q"], name=["x", "y"], lon=[116.022, 116.03], lat=[ROW] * 2))
    assert codes_held(engine) == {"a": "A", "b": "B", "c": "B", "d": None}
    epoch = one(engine, "SELECT epoch FROM grid")
    summary = draw(engine, halves(116.025))

    assert summary.facts["incident rows moved"] == 1
    assert summary.facts["premises rows moved"] == 1
    assert codes_held(engine) == {"a": "A", "b": "A", "c": "B", "d": None}
    assert codes_held(engine, "premises") == {"p": "A", "q": "B"}
    revisions = rows(engine, "SELECT number, revision FROM incident ORDER BY number")
    assert revisions == [("a", 1), ("b", 2), ("c", 1), ("d", 1)]
    moves = rows(
        engine,
        "SELECT m.kind, coalesce(i.number, p.code), f.code, t.code, plan.number"
        " FROM cell_move m JOIN plan ON plan.id = m.plan_id"
        " LEFT JOIN incident i ON m.kind = 'incident' AND i.id = row_id"
        " LEFT JOIN premises p ON m.kind = 'premises' AND p.id = row_id"
        " LEFT JOIN cell_shape f ON f.plan_id = plan.id AND f.cell_id = m.from_cell_id"
        " LEFT JOIN cell_shape t ON t.plan_id = plan.id AND t.cell_id = m.to_cell_id"
        " ORDER BY m.kind",
    )
    assert moves == [("incident", "b", "B", "A", 2), ("premises", "p", "B", "A", 2)]
    assert one(engine, "SELECT epoch FROM grid") == epoch + 1
    assert astray(engine) == astray(engine, "premises") == []


def test_a_row_comes_in_from_outside_and_goes_out_again(engine: Engine) -> None:
    wide = halves() | {"C": shapely.box(EAST, SOUTH, 116.06, NORTH)}
    draw(engine, halves())
    report(engine, incident_sheet("z", [116.05], [ROW]))
    draw(engine, wide)
    assert codes_held(engine) == {"z": "C"}
    draw(engine, {"C": shapely.box(116.055, SOUTH, 116.06, NORTH)})
    assert codes_held(engine) == {"z": None}
    moves = rows(engine, "SELECT from_cell_id, to_cell_id FROM cell_move ORDER BY id")
    (cell,) = rows(engine, "SELECT DISTINCT cell_id FROM cell_shape WHERE code = 'C'")
    assert moves == [(None, *cell), (*cell, None)]
    assert astray(engine) == []


def test_the_first_plan_finds_the_rows_that_were_there_before(engine: Engine) -> None:
    lon, lat = spread(300)
    report(engine, incident_sheet(map(str, range(300)), lon, lat))
    summary = draw(engine, halves())
    inside = int(((lon > WEST) & (lon < EAST)).sum())
    assert summary.facts["incident rows moved"] == inside
    assert one(engine, "SELECT count(*) FROM cell_move WHERE from_cell_id IS NULL") == inside
    assert astray(engine) == []


def test_one_grid_s_publication_leaves_the_cells_of_another(engine: Engine) -> None:
    draw(engine, halves(116.02))
    draw(engine, halves(116.01), "squads", kind="professional")
    report(engine, incident_sheet("a", [116.015], [ROW]))
    draw(engine, halves(116.012), "police")
    assert codes_held(engine) == {"a": "B"}
    draw(engine, halves(116.018), "squads")
    assert codes_held(engine, system="squads") == {"a": "A"}
    assert codes_held(engine) == {"a": "B"}
    assert astray(engine) == []


def test_a_first_plan_reaches_back_and_a_later_one_does_not(engine: Engine) -> None:
    since = datetime(2020, 1, 1, tzinfo=UTC)
    draw(engine, halves(), since=since)
    report(engine, incident_sheet("a", [116.022], [ROW]))
    assert one(engine, "SELECT lower(in_force) FROM plan") == since
    before = rows(engine, "SELECT number, state, in_force FROM plan")
    with pytest.raises(NotInOrder, match=r"plan 2 cannot reach back to 2026-01-01.*plan 1"):
        draw(engine, halves(116.03), since=datetime(2026, 1, 1, tzinfo=UTC))
    assert rows(engine, "SELECT number, state, in_force FROM plan") == before
    assert codes_held(engine) == {"a": "B"}


def test_no_plan_is_in_force_before_its_time(engine: Engine) -> None:
    with pytest.raises(NotInOrder, match="lies in the future"):
        draw(engine, halves(), since=datetime.now(UTC) + timedelta(days=1))
    assert one(engine, "SELECT count(*) FROM plan") == 0


def test_plans_follow_each_other_without_a_gap(engine: Engine) -> None:
    for border in (116.01, 116.02, 116.03):
        draw(engine, halves(border))
    plans = rows(engine, "SELECT lower(in_force), upper(in_force) FROM plan ORDER BY number")
    assert [end for _, end in plans] == [*(start for start, _ in plans[1:]), None]
    current = "SELECT number FROM plan p JOIN grid g ON g.current_plan_id = p.id"
    assert one(engine, current) == 3


# --- The race of design 4.5 -----------------------------------------------------------------------


@contextmanager
def beside(work: Callable[[], None]) -> Iterator[Future[None]]:
    """Work in a thread of its own, whose failure is the test's."""
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(work)
        yield future
        future.result(PATIENCE_S)


def wait_for_a_waiter(owner: Engine, beside_it: Future[None]) -> None:
    """Until somebody waits for a lock of gridgis."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        waiting = one(
            owner,
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = :space"
            " AND NOT granted AND database ="
            " (SELECT oid FROM pg_database WHERE datname = current_database())",
            space=LOCK_SPACE,
        )
        if waiting:
            assert not beside_it.done()
            return
        assert not beside_it.done(), "it went through without waiting"
        time.sleep(0.01)
    raise AssertionError("nobody waits")


def test_a_writer_that_has_not_committed_holds_up_a_publication(
    engine: Engine, owner: Engine
) -> None:
    draw(engine, halves(116.02))
    with transaction(engine) as writer:
        sheet = incident_sheet("a", [116.022], [ROW])
        import_incidents(writer, Drawings(), sheet, Said("wgs84"))
        # The row stays invisible to the publication that begins now.
        with beside(lambda: draw(engine, halves(116.03)) and None) as publication:
            wait_for_a_waiter(owner, publication)
            assert one(engine, "SELECT max(number) FROM plan") == 1
            writer.commit()
    assert codes_held(engine) == {"a": "A"}
    assert one(engine, "SELECT count(*) FROM cell_move") == 1
    assert astray(engine) == []


def test_a_writer_waits_for_a_publication_and_locates_by_the_new_plan(
    engine: Engine, owner: Engine
) -> None:
    drawings = Drawings()
    draw(engine, halves(116.02), drawings=drawings)
    report(engine, incident_sheet("a", [116.022], [ROW]), drawings=drawings)  # knows the old plan
    with transaction(engine) as planner:
        publish(planner, 116.03)
        sheet = incident_sheet("b", [116.022], [ROW])
        with beside(lambda: report(engine, sheet, drawings=drawings) and None) as writer:
            wait_for_a_waiter(owner, writer)
            planner.commit()
    assert codes_held(engine) == {"a": "A", "b": "A"}
    # It was born there: only the row that was there before has moved.
    assert one(engine, "SELECT count(*) FROM cell_move") == 1
    assert astray(engine) == []


def test_a_publication_that_is_undone_leaves_the_writer_the_old_plan(
    engine: Engine, owner: Engine
) -> None:
    drawings = Drawings()
    draw(engine, halves(116.02), drawings=drawings)
    with transaction(engine) as planner:
        publish(planner, 116.03, drawings)
        sheet = incident_sheet("b", [116.022], [ROW])
        with beside(lambda: report(engine, sheet, drawings=drawings) and None) as writer:
            wait_for_a_waiter(owner, writer)
            planner.rollback()
    assert codes_held(engine) == {"b": "B"}
    # The number of the plan that was undone may be given to another: its drawing was not kept.
    draw(engine, halves(116.021), drawings=drawings)
    report(engine, incident_sheet("c", [116.022], [ROW]), drawings=drawings)
    assert astray(engine) == []


def test_writers_and_alternating_plans_leave_no_stale_cell(engine: Engine) -> None:
    drawings = Drawings()
    draw(engine, halves(116.018), drawings=drawings)
    over = threading.Event()

    def write(name: int) -> int:
        rng = np.random.default_rng(name)
        written = 0
        while not over.is_set():
            lon = rng.uniform(116.012, 116.028, 20)
            numbers = [f"{name}-{written + i}" for i in range(20)]
            report(engine, incident_sheet(numbers, lon, [ROW] * 20), drawings=drawings)
            written += 20
        return written

    with ThreadPoolExecutor(4) as pool:
        writers = [pool.submit(write, name) for name in range(4)]
        try:
            for turn in range(36):
                draw(engine, halves((116.022, 116.018)[turn % 2]), drawings=drawings)
        finally:
            over.set()
        written = [writer.result(PATIENCE_S) for writer in writers]
    assert min(written) > 0
    assert one(engine, "SELECT count(*) FROM incident") == sum(written)
    assert (
        one(engine, "SELECT max(number) FROM plan") == one(engine, "SELECT epoch FROM grid") == 37
    )
    assert one(engine, "SELECT count(*) FROM cell_move") > 36  # the plans did fight over rows
    assert astray(engine) == []


def test_two_planners_at_once_publish_one_after_the_other(engine: Engine, owner: Engine) -> None:
    """The one who began first and waited does not end up before the other."""
    draw(engine, halves(116.02))
    with transaction(engine) as early:
        early.execute(text("SELECT now()"))
        with transaction(engine) as late:
            publish(late, 116.03)
            with beside(lambda: publish(early, 116.01)) as waits:
                wait_for_a_waiter(owner, waits)
                late.commit()
    report(engine, incident_sheet("a", [116.015], [ROW]))
    assert codes_held(engine) == {"a": "B"}
    plans = rows(engine, "SELECT lower(in_force), upper(in_force) FROM plan ORDER BY number")
    assert len(plans) == 3
    assert [end for _, end in plans] == [*(start for start, _ in plans[1:]), None]


def test_a_plan_is_in_force_from_when_it_holds_the_grid(engine: Engine) -> None:
    """Not from when its transaction began: what was located in between went by the plan before."""
    draw(engine, halves(116.02), since=datetime(2020, 1, 1, tzinfo=UTC))
    with transaction(engine) as planner:
        planner.execute(text("SELECT now()"))
        at = one(engine, "SELECT clock_timestamp()")
        report(engine, incident_sheet("a", [116.022], [ROW], at=at.isoformat()))
        publish(planner, 116.03)
    then = one(
        engine,
        "SELECT s.code FROM incident i JOIN plan p ON p.in_force @> i.occurred_at"
        " JOIN grid g ON g.id = p.grid_id JOIN cell_shape s"
        " ON s.plan_id = p.id AND s.cell_id = i.cells_then[g.slot] AND p.number = 1",
    )
    assert then == "B"


def test_two_first_imports_of_one_grid_make_it_once(engine: Engine, owner: Engine) -> None:
    with transaction(engine) as first:
        publish(first, 116.02)
        with beside(lambda: draw(engine, halves(116.03)) and None) as second:
            wait_for_a_waiter(owner, second)
            first.commit()
    assert rows(engine, "SELECT system, epoch FROM grid") == [("police", 2)]


def test_a_grid_that_does_not_come_free_is_busy(engine: Engine) -> None:
    draw(engine, halves())
    grid = one(engine, "SELECT id FROM grid")
    with transaction(engine) as writer:
        (held,) = lock_for_writing(writer)
        assert held.id == grid
        for wanted in ([grid], [ALL_GRIDS], [grid, ALL_GRIDS]):
            started = time.monotonic()
            with (
                pytest.raises(Busy, match=r"did not come free in 0\.2 s"),
                transaction(engine) as planner,
            ):
                lock_for_publishing(planner, wanted, timeout_s=0.2)
            assert 0.2 <= time.monotonic() - started < PATIENCE_S
    with transaction(engine) as planner:  # and now it is free
        lock_for_publishing(planner, [grid, ALL_GRIDS], timeout_s=0.2)
        assert planner.scalar(text("SHOW lock_timeout")) == "0"


def test_writers_do_not_hold_each_other_up(engine: Engine) -> None:
    draw(engine, halves())
    with transaction(engine) as first:
        lock_for_writing(first)
        with transaction(engine) as second:
            second.execute(text("SET LOCAL lock_timeout = '200ms'"))
            import_incidents(
                second, Drawings(), incident_sheet("a", [116.01], [ROW]), Said("wgs84")
            )
    assert astray(engine) == []


def test_readers_take_no_lock(engine: Engine) -> None:
    """Under a publication that has written everything they see the plan before, at once."""
    drawings = Drawings()
    draw(engine, halves(116.02), drawings=drawings)
    report(engine, incident_sheet("a", [116.022], [ROW]))
    old = one(engine, "SELECT cell_id FROM cell_shape WHERE code = 'B'")
    with transaction(engine) as planner:
        publish(planner, 116.03)
        with transaction(engine) as reader:
            reader.execute(text("SET LOCAL lock_timeout = '200ms'"))
            (found,) = cells_at(reader, drawings, 116.022, ROW)
            assert found["cell"]["code"] == "B"
            (line,) = coverage(reader, drawings, Lands(), LandShares(), Window())["grids"]
            assert line["incidents"] == {"covered": 1, "total": 1, "share": 1.0}
            (feature,) = incidents(reader).features
            assert feature["properties"]["cells"] == [old]
            held = reader.scalar(
                text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
                     " AND pid = pg_backend_pid()")
            )  # fmt: skip
            assert held == 0
    with transaction(engine) as reader:
        (found,) = cells_at(reader, drawings, 116.022, ROW)
        assert found["cell"]["code"] == "A"
