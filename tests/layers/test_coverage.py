"""Coverage: every numerator and denominator is what SQL counts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
import shapely
from sqlalchemy import Engine, text

from layers.coverage import LandShares, coverage
from layers.database import transaction
from layers.drawings import Drawings
from layers.features import Window
from layers.hotspots import Lands
from tests.layers.squares import (
    EAST,
    MIDDLE,
    NORTH,
    SOUTH,
    WEST,
    draw,
    halves,
    one,
    register,
    report,
    table,
)

ALWAYS = Window()
HELD = (
    "EXISTS (SELECT FROM cell_shape s WHERE s.plan_id = (SELECT current_plan_id FROM grid"
    " WHERE id = :grid) AND ST_RelateMatch(ST_Relate(s.boundary, r.location), '******FF*'))"
)
UNION = (
    "(SELECT ST_Union(s.boundary) FROM cell_shape s JOIN grid g ON g.current_plan_id = s.plan_id"
)


def ask(engine: Engine, window: Window = ALWAYS, kept: LandShares | None = None) -> list[Any]:
    with transaction(engine) as session:
        found = coverage(session, Drawings(), Lands(), kept or LandShares(), window)
    return list(found["grids"])


@pytest.fixture
def town(engine: Engine) -> Engine:
    """Two grids, one of half the town; incidents in and out of them; enterprises of all sorts."""
    draw(engine, halves())
    draw(engine, {"X": shapely.box(WEST, SOUTH, MIDDLE, NORTH)}, "fire", kind="professional")
    rng = np.random.default_rng(4)
    n = 200
    days = rng.integers(1, 29, n)
    sheet = table(
        number=[str(i) for i in range(n)],
        lon=rng.uniform(WEST - 0.01, EAST + 0.01, n),
        lat=rng.uniform(SOUTH, NORTH, n),
        time=[f"2026-02-{day:02} 12:00" for day in days],
    )
    report(engine, sheet)
    lon = [WEST + 0.001, WEST + 0.001, EAST - 0.001, EAST + 0.001, None]
    lat = [SOUTH + 0.001] * 4 + [None]
    register(engine, table(code=[*"abcde"], name=[*"abcde"], lon=lon, lat=lat))
    with transaction(engine) as session:  # the enterprise outside has a second place, inside
        session.execute(
            text(
                "INSERT INTO enterprise_premises SELECT e.id, p.id FROM enterprise e, premises p"
                " WHERE e.code = 'd' AND p.code = 'c'"
            )
        )
    return engine


def area(engine: Engine, boundary: str, code: str = "329999001", parent: str = "NULL") -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO area (code, tier, name, boundary, parent_id) VALUES (:code, 'town',"
                f" 'x', ST_Multi(ST_GeomFromText(:boundary, 4326)), {parent})"
            ),
            {"code": code, "boundary": boundary},
        )


WINDOWS = [
    ALWAYS,
    Window(since=datetime(2026, 2, 10, tzinfo=UTC)),
    Window(datetime(2026, 2, 10, 4, tzinfo=UTC), datetime(2026, 2, 20, 4, tzinfo=UTC)),
]


@pytest.mark.parametrize("window", WINDOWS)
def test_incidents_and_enterprises_are_counted_as_sql_counts_them(
    town: Engine, window: Window
) -> None:
    lines = ask(town, window)
    assert len(lines) == 2
    for line in lines:
        located = f"FROM incident r WHERE location IS NOT NULL AND {window.sql('occurred_at')}"
        for name, condition in (("total", "true"), ("covered", HELD)):
            expected = one(
                town,
                f"SELECT count(*) {located} AND {condition} AND :grid > 0",
                grid=line["grid"],
                **window.parameters(),
            )
            assert line["incidents"][name] == expected > 0
            firms = one(
                town,
                "SELECT count(DISTINCT enterprise_id) FROM premises r JOIN enterprise_premises l"
                " ON l.premises_id = r.id WHERE location IS NOT NULL"
                f" AND {condition} AND :grid > 0",
                grid=line["grid"],
            )
            assert line["enterprises"][name] == firms > 0
        for what in ("incidents", "enterprises"):
            share = line[what]
            assert share["share"] == share["covered"] / share["total"]
    assert [line["enterprises"]["covered"] for line in lines] == [2, 4]
    assert [line["system"] for line in lines] == ["fire", "police"]


def test_land_without_an_area_is_that_of_all_grids(town: Engine) -> None:
    fire, police = ask(town)
    total = one(town, f"SELECT ST_Area({UNION})::geography)")
    part = one(town, f"SELECT ST_Area({UNION} WHERE g.system = 'fire')::geography)")
    assert police["land"]["total_m2"] == fire["land"]["total_m2"] == pytest.approx(total, rel=1e-9)
    assert police["land"]["share"] == 1.0
    assert fire["land"]["covered_m2"] == pytest.approx(part, rel=1e-9)
    assert fire["land"]["share"] == fire["land"]["covered_m2"] / fire["land"]["total_m2"]


def test_land_is_that_of_the_outermost_area(town: Engine) -> None:
    """What a grid covers outside of it does not count, and villages in it count once."""
    area(town, shapely.box(MIDDLE - 0.01, SOUTH, EAST + 0.02, NORTH).wkt)
    village = shapely.box(MIDDLE, SOUTH, EAST, NORTH).wkt
    area(town, village, "329999001001", "(SELECT id FROM area)")
    fire, police = ask(town)
    place = "(SELECT boundary FROM area WHERE parent_id IS NULL)"
    total = one(town, f"SELECT ST_Area({place}::geography)")
    for line, system in ((fire, "fire"), (police, "police")):
        part = one(
            town,
            f"SELECT ST_Area(ST_Intersection({UNION} WHERE g.system = :system), {place})"
            "::geography)",
            system=system,
        )
        assert line["land"]["total_m2"] == pytest.approx(total, rel=1e-9)
        assert line["land"]["covered_m2"] == pytest.approx(part, rel=1e-6)
    assert fire["land"]["share"] == pytest.approx(1 / 5, rel=1e-3)


def test_what_is_kept_gives_way_to_the_next_plan_and_to_a_redrawn_area(town: Engine) -> None:
    kept = LandShares()
    first = ask(town, kept=kept)
    assert ask(town, kept=kept) == first
    draw(town, {"X": shapely.box(WEST, SOUTH, WEST + 0.01, NORTH)}, "fire")
    (fire, _) = ask(town, kept=kept)
    assert fire["land"]["share"] == pytest.approx(0.25, rel=1e-3)
    area(town, shapely.box(WEST, SOUTH, WEST + 0.02, NORTH).wkt)
    (fire, _) = ask(town, kept=kept)
    assert fire["land"]["share"] == pytest.approx(0.5, rel=1e-3)


def test_a_share_without_a_denominator_is_null(engine: Engine) -> None:
    assert ask(engine) == []
    draw(engine, halves())
    (line,) = ask(engine)
    assert line["incidents"] == line["enterprises"] == {"covered": 0, "total": 0, "share": None}
    assert line["land"]["share"] == 1.0


def test_a_grid_without_a_plan_is_not_measured(town: Engine) -> None:
    with town.begin() as connection:
        connection.execute(
            text("INSERT INTO grid (slot, kind, system, tier, name)"
                 " VALUES (9, 'police', 'later', 1, 'x')")
        )  # fmt: skip
    assert [line["system"] for line in ask(town)] == ["fire", "police"]
