"""Files that say less than what is known, or say it badly, take nothing away and stop nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine

from gridgis.errors import GridgisError
from layers.arrivals import Said
from layers.files import Unreadable
from layers.summary import Summary
from tests.layers.squares import draw, halves, one, register, report, rows, table

ROW = 39.015
WEST_OF, EAST_OF = 116.01, 116.03


def counts(summary: Summary) -> tuple[int, ...]:
    return (
        summary.read, summary.refused, summary.merged, summary.added, summary.changed,
        summary.unchanged,
    )  # fmt: skip


def incident(**said: Any) -> dict[str, list[Any]]:
    place = {"number": "a", "lon": WEST_OF, "lat": ROW, "time": "2026-03-01 08:00"}
    return {name: [value] for name, value in (place | said).items()}


FULL = {
    "kind": "part", "category": "噪声", "title": "t", "description": "d", "address": "桥头",
    "source": "12345", "closed_at": "2026-03-01 09:00",
}  # fmt: skip
KEPT = (
    "SELECT kind, category, title, description, address, source, closed_at, revision FROM incident"
)


def test_a_column_that_is_not_there_takes_nothing_away(engine: Engine) -> None:
    draw(engine, halves())
    report(engine, table(**incident(**FULL)))
    before = rows(engine, KEPT)
    assert counts(report(engine, table(**incident()))) == (1, 0, 0, 0, 0, 1)
    assert rows(engine, KEPT) == before
    # Only what is said changes.
    assert counts(report(engine, table(**incident(title="u")))) == (1, 0, 0, 0, 1, 0)
    assert rows(engine, KEPT) == [(*before[0][:2], "u", *before[0][3:7], 2)]


@pytest.mark.parametrize("column", sorted(set(FULL) - {"kind"}))
def test_a_column_that_is_there_and_blank_clears(engine: Engine, column: str) -> None:
    report(engine, table(**incident(**FULL)))
    report(engine, table(**incident(**(FULL | {column: None}))))
    assert one(engine, f"SELECT {column} FROM incident") is None
    others = "SELECT num_nulls(category, title, description, address, source, closed_at)"
    assert one(engine, f"{others} FROM incident") == 1


def test_what_no_column_says_is_an_event(engine: Engine) -> None:
    report(engine, table(**incident()))
    assert one(engine, "SELECT kind FROM incident") == "event"


def test_a_closing_that_would_come_before_the_corrected_time_is_gone(engine: Engine) -> None:
    report(engine, table(**incident(closed_at="2026-03-01 09:00")))
    report(engine, table(**incident(time="2026-03-01 08:30")))
    assert one(engine, "SELECT closed_at FROM incident") == datetime(2026, 3, 1, 1, tzinfo=UTC)
    report(engine, table(**incident(time="2026-03-02 08:30")))
    assert rows(engine, "SELECT occurred_at, closed_at FROM incident") == [
        (datetime(2026, 3, 2, 0, 30, tzinfo=UTC), None)
    ]


def test_two_rows_that_contradict_each_other_are_refused_by_the_last(engine: Engine) -> None:
    sheet = table(
        number=["a", "b", "a"],
        lon=[WEST_OF] * 3,
        lat=[ROW] * 3,
        time=["2026-03-01 08:00", "2026-03-01 08:00", "2026-03-01 10:00"],
        closed_at=["2026-03-01 09:00", None, None],
    )
    summary = report(engine, sheet)
    assert counts(summary) == (3, 1, 1, 1, 0, 0)
    assert [(r.row, r.code, r.reason) for r in summary.refusals] == [
        (3, "a", "closed before it occurred")
    ]


def test_one_coordinate_out_of_its_projection_is_one_refusal(engine: Engine) -> None:
    """In metres of a zone of Gauss-Krüger, of which one row has a digit too many."""
    draw(engine, halves())
    easting, northing = ["413000", "413000", "4130000000000"], ["4318000"] * 3
    sheet = table(number=["a", "b", "c"], lon=easting, lat=northing, time=["2026-03-01"] * 3)
    summary = report(engine, sheet, Said("EPSG:4548"))
    assert counts(summary) == (3, 1, 0, 2, 0, 0)
    assert [(r.row, r.reason) for r in summary.refusals] == [(3, "coordinates out of range")]
    assert one(engine, "SELECT count(*) FROM incident WHERE location IS NOT NULL") == 2
    # All of them out: not the rows are wrong, but what was said of them.
    sheet = table(number=["d"], lon=["4130000000000"], lat=["4318000"], time=["2026-03-01"])
    with pytest.raises(Unreadable, match="not what --datum says"):
        report(engine, sheet, Said("EPSG:4548"))
    with pytest.raises(GridgisError, match="mars is no datum"):
        report(engine, sheet, Said("mars"))


def test_characters_that_spreadsheets_leave_behind(engine: Engine) -> None:
    report(engine, table(**incident(title="a\0b\rc", category="\\N", address="\0")))
    assert rows(engine, "SELECT title, category, address FROM incident") == [("ab\rc", "\\N", None)]


SHOP = {"code": ["1"], "name": ["面馆"], "lon": [WEST_OF], "lat": [ROW]}
GOOD = "911100001000000013"


def test_a_register_without_usccs_leaves_them(engine: Engine) -> None:
    full = SHOP | {"uscc": [GOOD], "industry": ["餐饮"], "scale": ["小"], "address": ["桥头"]}
    kept = "SELECT uscc, uscc_fault, industry, scale, e.revision, address, p.revision FROM" \
           " enterprise e CROSS JOIN premises p"  # fmt: skip
    register(engine, table(**full))
    before = rows(engine, kept)
    assert before[0][0] == GOOD
    assert counts(register(engine, table(**SHOP))) == (1, 0, 0, 0, 0, 1)
    assert rows(engine, kept) == before
    # Another that claims it is flagged as before, in a file that says nothing of the first.
    register(engine, table(code=["2"], name=["药店"], uscc=[GOOD], lon=[None], lat=[None]))
    assert rows(engine, "SELECT code, uscc, uscc_fault FROM enterprise ORDER BY code") == [
        ("1", GOOD, before[0][1]),
        ("2", None, f"another enterprise has it: {GOOD}"),
    ]
