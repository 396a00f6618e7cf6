"""What else a publication must leave right: doubtful neighbours, and the shape of the arrays."""

from __future__ import annotations

import numpy as np
import shapely
from pyproj import Geod
from sqlalchemy import Engine

from tests.layers.squares import (
    MIDDLE,
    NORTH,
    SOUTH,
    WEST,
    astray,
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
GEOD = Geod(ellps="WGS84")

NEIGHBOUR = """
    SELECT r.number, (
        SELECT s.cell_id FROM cell_shape s
        WHERE s.plan_id = g.current_plan_id AND s.cell_id IS DISTINCT FROM r.cells[g.slot]
          AND ST_DWithin(s.boundary::geography, r.location::geography, r.accuracy_m)
        ORDER BY ST_Distance(s.boundary::geography, r.location::geography), s.code LIMIT 1
    ), r.neighbours[g.slot] FROM incident r CROSS JOIN grid g
"""


def doubtful(engine: Engine, metres_west: list[float], accuracy_m: list[float]) -> None:
    """Incidents so many metres west of MIDDLE, each with its accuracy."""
    lon = [GEOD.fwd(MIDDLE, ROW, -90, metres)[0] for metres in metres_west]
    numbers = [f"{n:03d}" for n in range(len(lon))]
    report(
        engine,
        table(
            number=numbers, lon=lon, lat=[ROW] * len(lon), accuracy_m=accuracy_m,
            time=["2026-03-01"] * len(lon),
        ),
    )  # fmt: skip


def test_neighbours_follow_the_plan(engine: Engine) -> None:
    draw(engine, halves())
    a, b = (one(engine, "SELECT cell_id FROM cell_shape WHERE code = :c", c=c) for c in "AB")
    doubtful(engine, [10.0, 10.0, -10.0], [50.0, 5.0, 50.0])
    assert rows(engine, "SELECT cells[1], neighbours[1] FROM incident ORDER BY number") == [
        (a, b), (a, None), (b, a)
    ]  # fmt: skip
    revisions = "SELECT revision FROM incident ORDER BY number"

    # The border goes away: nothing is doubtful, and whoever reads the rows must hear of it.
    draw(engine, halves(MIDDLE + 0.01))
    assert rows(engine, "SELECT cells[1], neighbours[1] FROM incident ORDER BY number") == [
        (a, None), (a, None), (a, None)
    ]  # fmt: skip
    assert rows(engine, revisions) == [(2,), (1,), (2,)]
    # A neighbour is no move.
    moved = "SELECT i.number FROM cell_move m JOIN incident i ON i.id = m.row_id"
    assert rows(engine, moved) == [("002",)]

    # And it comes to the other side of them.
    draw(engine, halves(float(GEOD.fwd(MIDDLE, ROW, -90, 20)[0])))
    assert rows(engine, "SELECT cells[1], neighbours[1] FROM incident ORDER BY number") == [
        (b, a), (b, None), (b, a)
    ]  # fmt: skip


def test_the_neighbours_are_postgis_s_after_every_plan(engine: Engine) -> None:
    rng = np.random.default_rng(3)
    doubtful(engine, rng.uniform(-400, 400, 200).tolist(), rng.choice([20, 80, 200], 200).tolist())
    for border in (MIDDLE, MIDDLE + 0.002, MIDDLE - 0.001):
        draw(engine, halves(border))
        judged = rows(engine, NEIGHBOUR)
        assert len([number for number, theirs, _ in judged if theirs is not None]) > 20
        assert [line for line in judged if line[1] != line[2]] == []
        assert astray(engine) == []


def test_a_grid_s_neighbours_stay_when_another_is_drawn_anew(engine: Engine) -> None:
    draw(engine, halves())
    draw(engine, halves(), "squads", kind="professional")
    doubtful(engine, [10.0], [50.0])
    before = one(engine, "SELECT neighbours FROM incident")
    assert len(before) == 2
    draw(engine, halves(MIDDLE + 0.01), "squads")
    assert one(engine, "SELECT neighbours FROM incident") == before[:1]


def test_arrays_begin_at_the_first_slot_and_end_with_a_cell(engine: Engine) -> None:
    """However a row came by its cells, the list in Python is by slot and two lists compare."""
    report(engine, incident_sheet("ab", [116.01, 116.05], [ROW, ROW]))
    register(engine, table(code=["p"], name=["x"], lon=[116.01], lat=[ROW]))
    draw(engine, {"X": halves()["B"]}, "squads", kind="professional")  # slot 1, holds none of them
    draw(engine, halves(), "police")  # slot 2
    cell = one(engine, "SELECT cell_id FROM cell_shape WHERE code = 'A'")
    held = "SELECT cells FROM {} ORDER BY id"
    assert rows(engine, held.format("incident")) == [([None, cell],), ([],)]
    assert rows(engine, held.format("premises")) == [([None, cell],)]
    # One that comes in later has the same.
    report(engine, incident_sheet("c", [116.01], [ROW]))
    assert one(engine, "SELECT count(DISTINCT cells) FROM incident") == 2
    # And those that go out of every grid hold nothing, as if they had always been outside.
    away = shapely.box(WEST - 1, SOUTH, WEST - 0.5, NORTH)
    draw(engine, {"A": away, "B": away}, "police")
    assert set(one(engine, "SELECT array_agg(DISTINCT cells::text) FROM incident")) == {"{}"}
    bounds = "SELECT count(*) FROM incident WHERE array_lower(neighbours, 1) <> 1"
    assert one(engine, bounds) == 0
