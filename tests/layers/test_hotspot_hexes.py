"""Hotspots of what is in the database: every incident counted once, Gi* as written in 1995."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import h3
import numpy as np
import pytest
import shapely
from scipy.stats import false_discovery_control, norm
from sqlalchemy import Engine

from layers.database import transaction
from layers.features import Window
from layers.hotspots import MOST_HEXES, Lands, TooFine, hotspot_hexes
from tests.layers.squares import EAST, NORTH, SOUTH, WEST, draw, halves, one, report, rows, table

RESOLUTION = 9
ALWAYS = Window()
FEBRUARY = Window(datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC))


def ask(
    engine: Engine,
    resolution: int = RESOLUTION,
    window: Window = ALWAYS,
    category: tuple[str, ...] = (),
    lands: Lands | None = None,
) -> dict[str, Any]:
    with transaction(engine) as session:
        return hotspot_hexes(session, lands or Lands(), resolution, window, category)


@pytest.fixture
def town(engine: Engine) -> Engine:
    """Noise about a market, litter anywhere, some of both well outside the land."""
    draw(engine, halves())
    rng = np.random.default_rng(6)
    n = 900
    lon = np.r_[rng.normal(116.012, 0.002, 300), rng.uniform(WEST - 0.02, EAST + 0.02, 600)]
    lat = np.r_[rng.normal(39.012, 0.002, 300), rng.uniform(SOUTH, NORTH, 600)]
    sheet = table(
        number=[str(i) for i in range(n)],
        lon=lon,
        lat=lat,
        category=["noise"] * 300 + ["litter"] * 600,
        time=[f"2026-0{1 + i % 3}-05 12:00" for i in range(n)],
    )
    report(engine, sheet)
    return engine


def judged(town: Engine, resolution: int, where: str = "true") -> dict[str, int]:
    """Incidents by hex, by the reference implementation of H3."""
    counts: dict[str, int] = {}
    for lon, lat in rows(
        town, f"SELECT ST_X(location), ST_Y(location) FROM incident WHERE {where}"
    ):
        hex_ = h3.latlng_to_cell(lat, lon, resolution)
        counts[hex_] = counts.get(hex_, 0) + 1
    return counts


CASES = [
    (ALWAYS, (), "true"),
    (FEBRUARY, (), "occurred_at >= '2026-02-01' AND occurred_at < '2026-03-01'"),
    (ALWAYS, ("noise",), "category = 'noise'"),
    (FEBRUARY, ("litter", "none"), "extract(month FROM occurred_at) = 2 AND category = 'litter'"),
]


@pytest.mark.parametrize(("window", "category", "where"), CASES)
@pytest.mark.parametrize("resolution", [8, 9])
def test_every_incident_is_counted_once(
    town: Engine, resolution: int, window: Window, category: tuple[str, ...], where: str
) -> None:
    found = ask(town, resolution, window, category)
    counted = {f["id"]: f["properties"]["count"] for f in found["features"]}
    # A hex of resolution 11 belongs to its parent, which may differ from the hex of the point.
    fine = judged(town, 11, where)
    coarse: dict[str, int] = {}
    for hex_, count in fine.items():
        up = h3.cell_to_parent(hex_, resolution)
        coarse[up] = coarse.get(up, 0) + count
    assert {h: n for h, n in counted.items() if n} == {
        h: n for h, n in coarse.items() if h in counted
    }
    assert sum(counted.values()) == found["on_land"] > 0
    total = one(town, f"SELECT count(*) FROM incident WHERE {where}")
    assert found["incidents"] == found["located"] == sum(fine.values()) == total
    assert found["on_land"] == total - sum(n for h, n in coarse.items() if h not in counted)
    assert found["hexes"] == len(counted)


def test_the_hexes_are_all_that_touch_the_land(town: Engine) -> None:
    land = shapely.box(WEST, SOUTH, EAST, NORTH)
    found = {f["id"]: shapely.Polygon(f["geometry"]["coordinates"][0])
             for f in ask(town)["features"]}  # fmt: skip
    assert all(shape.intersects(land) for shape in found.values())
    near = set()
    for hex_ in found:
        near.update(h3.grid_disk(hex_, 1))
    for hex_ in near - set(found):
        ring = shapely.Polygon([(lon, lat) for lat, lon in h3.cell_to_boundary(hex_)])
        assert not ring.intersects(land)


def test_z_p_and_classes_are_those_of_an_independent_computation(town: Engine) -> None:
    found = ask(town)
    properties = [feature["properties"] for feature in found["features"]]
    hexes = [p["hex"] for p in properties]
    x = np.array([p["count"] for p in properties], dtype=float)
    n = len(hexes)
    # Ord and Getis 1995, by the full matrix, one place after another.
    weights = np.array([[h3.grid_distance(a, b) <= 1 for b in hexes] for a in hexes], dtype=float)
    mean = x.sum() / n
    s = np.sqrt((x * x).sum() / n - mean**2)
    z = np.empty(n)
    for i in range(n):
        w = weights[i]
        z[i] = ((w * x).sum() - w.sum() * mean) / (
            s * np.sqrt((n * (w**2).sum() - w.sum() ** 2) / (n - 1))
        )
    np.testing.assert_allclose([p["z"] for p in properties], z, rtol=0, atol=5.1e-5)
    p_value = 2 * norm.sf(np.abs(z))
    np.testing.assert_allclose([p["p"] for p in properties], p_value, rtol=6e-4, atol=1e-300)
    adjusted = false_discovery_control(p_value)
    np.testing.assert_allclose([p["p_adjusted"] for p in properties], adjusted, rtol=6e-4)
    level = np.select([adjusted <= 0.01, adjusted <= 0.05, adjusted <= 0.1], [3, 2, 1], 0)
    classes = np.array([p["class"] for p in properties])
    np.testing.assert_array_equal(classes, level * np.sign(z))
    assert 3 in classes
    market = h3.latlng_to_cell(39.012, 116.012, RESOLUTION)
    assert classes[hexes.index(market)] == 3

    names = {3: "hot99", 2: "hot95", 1: "hot90", -1: "cold90", -2: "cold95", -3: "cold99"}
    assert found["significant"] == {
        name: {"hexes": int((classes == c).sum()), "incidents": int(x[classes == c].sum())}
        for c, name in names.items()
    }


def test_a_resolution_that_is_too_fine_is_refused(engine: Engine) -> None:
    draw(engine, {"A": shapely.box(116.0, 39.0, 116.3, 39.3)})
    assert ask(engine, 9)["hexes"] <= MOST_HEXES
    with pytest.raises(TooFine, match=r"resolution 10 would be about 5\d,\d{3} hexes; 20,000 are"):
        ask(engine, 10)


def test_land_without_incidents_is_judged_and_no_land_is_none(engine: Engine) -> None:
    nothing = ask(engine)
    assert (nothing["hexes"], nothing["features"], nothing["on_land"]) == (0, [], 0)
    draw(engine, halves())
    quiet = ask(engine)
    assert quiet["hexes"] > 0
    assert {f["properties"]["class"] for f in quiet["features"]} == {0}
    assert {f["properties"]["z"] for f in quiet["features"]} == {0.0}


def test_kept_land_gives_way_to_the_next_plan(town: Engine) -> None:
    lands = Lands()
    before = ask(town, lands=lands)
    assert ask(town, lands=lands) == before
    draw(town, {"C": shapely.box(EAST, SOUTH, EAST + 0.02, NORTH)})
    after = ask(town, lands=lands)
    assert after["hexes"] > before["hexes"]
    assert after["on_land"] > before["on_land"]
