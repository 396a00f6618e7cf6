"""What the service counts adds up, here counted again one by one."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import h3
import numpy as np
import pytest
import shapely
from shapely.geometry import shape

from gridgis.geodesy import area_m2
from tests.api.conftest import Town

SHANGHAI = timedelta(hours=8)


def features(town: Town, path: str, **parameters: Any) -> list[dict[str, Any]]:
    """All features of a path, in as many pages as it takes."""
    found: list[dict[str, Any]] = []
    answer = town.get(path, limit=1000, **parameters)
    found += answer["features"]
    while answer["next"] is not None:
        answer = town.get(path, limit=1000, cursor=answer["next"], **parameters)
        found += answer["features"]
    return found


@pytest.fixture(scope="module")
def incidents(town: Town) -> list[dict[str, Any]]:
    return [feature["properties"] for feature in features(town, "/api/incidents")]


# --- Cells ----------------------------------------------------------------------------------------


def test_a_grid_is_what_its_cells_are(town: Town) -> None:
    answer = town.get("/api/grids")
    assert (answer["place"]["name"], answer["place"]["code"]) == ("苇渡镇", "329901104")
    drawn = {}
    for grid in answer["grids"]:
        cells = features(town, "/api/cells", grid=grid["id"])
        outlines = np.array([shape(cell["geometry"]) for cell in cells], dtype=object)
        drawn[grid["id"]] = outlines
        assert grid["cells"] == len(cells)
        np.testing.assert_allclose(grid["bbox"], shapely.total_bounds(outlines), rtol=0, atol=1e-7)
        said = [cell["properties"]["area_m2"] for cell in cells]
        np.testing.assert_allclose(area_m2(outlines), said, rtol=1e-6)
        assert {cell["properties"]["plan"] for cell in cells} == {grid["plan"]["id"]}
        if grid["must_tile"]:
            assert shapely.coverage_is_valid(outlines)
    everywhere = np.concatenate(list(drawn.values()))
    np.testing.assert_allclose(answer["bbox"], shapely.total_bounds(everywhere), rtol=0, atol=1e-7)


def test_a_card_s_children_add_up_to_it(town: Town) -> None:
    second = features(town, "/api/cells", grid=town.grid("comprehensive", 2))
    by_parent: dict[int, list[dict[str, Any]]] = {}
    for cell in second:
        by_parent.setdefault(cell["properties"]["parent"], []).append(cell["properties"])
    for parent, children in by_parent.items():
        card = town.get(f"/api/cells/{parent}")
        assert card["children"] == len(children)
        for what in ("households", "population"):
            assert card[what] == sum(child[what] for child in children)
        assert card["area_m2"] == pytest.approx(sum(child["area_m2"] for child in children))
        assert {child["parent_code"] for child in children} == {card["code"]}
        assert {child["parent_name"] for child in children} == {card["name"]}
        counted = [town.get(f"/api/cells/{c['id']}")["incidents"]["count"] for c in children]
        assert card["incidents"]["count"] == sum(counted)


def test_a_card_s_window(town: Town, incidents: list[dict[str, Any]]) -> None:
    """Its counts are those of the window, and `previous` those of as long a time before it."""
    cell = Counter(i["cells"][1] for i in incidents).most_common(1)[0][0]
    held = [i for i in incidents if cell in i["cells"]]
    times = sorted(datetime.fromisoformat(i["occurred_at"]) for i in held)
    since, until = times[len(times) // 2], times[-len(times) // 8]
    before = since - (until - since)
    window = {"from": since.isoformat(), "to": until.isoformat()}
    found = town.get(f"/api/cells/{cell}", **window)["incidents"]
    here = [
        i for i in held if since <= datetime.fromisoformat(i["occurred_at"]).astimezone(UTC) < until
    ]
    assert found["count"] == len(here) > 5
    assert found["closed"] == sum(i["state"] == "closed" for i in here)
    assert found["previous"] == sum(before <= t < since for t in times) > 0
    categories = Counter(i["category"] for i in here)
    assert all(categories[c["category"]] == c["count"] for c in found["by_category"])
    assert [c["count"] for c in found["by_category"]] == sorted(categories.values())[:-9:-1]
    days = Counter(f"{datetime.fromisoformat(i['occurred_at']) + SHANGHAI:%Y-%m-%d}" for i in here)
    assert {d["day"]: d["count"] for d in found["by_day"]} == days
    half_open = town.get(f"/api/cells/{cell}", to=until.isoformat())["incidents"]
    assert half_open["previous"] is None


# --- Incidents ------------------------------------------------------------------------------------


@pytest.mark.parametrize("bucket", ["day", "week", "month"])
def test_a_timeline_counts_each_incident_once(
    town: Town, incidents: list[dict[str, Any]], bucket: str
) -> None:
    local = [datetime.fromisoformat(i["occurred_at"]) + SHANGHAI for i in incidents]
    start = {
        "day": lambda day: day,
        "week": lambda day: day - timedelta(days=day.weekday()),
        "month": lambda day: day.replace(day=1),
    }[bucket]
    answer = town.get("/api/incidents/timeline", bucket=bucket)
    found = {
        (datetime.fromisoformat(b["start"]) + SHANGHAI).date(): b["count"]
        for b in answer["buckets"]
    }
    assert found == Counter(start(moment.date()) for moment in local)
    assert answer["total"] == len(incidents)
    categories = {c["category"]: c["count"] for c in answer["categories"]}
    assert categories == Counter(i["category"] for i in incidents)
    first, last = (datetime.fromisoformat(answer[end]) + SHANGHAI for end in ("from", "to"))
    assert (first, last) == (min(local), max(local))


def test_a_timeline_of_a_category_still_counts_the_others(
    town: Town, incidents: list[dict[str, Any]]
) -> None:
    """So that a filter can be changed by what it shows."""
    category, count = Counter(i["category"] for i in incidents).most_common(1)[0]
    one = town.get("/api/incidents/timeline", category=category)
    assert one["total"] == count
    assert one["categories"] == town.get("/api/incidents/timeline")["categories"]


@pytest.mark.parametrize("resolution", [7, 8, 9, 10])
def test_hexes_hold_the_incidents_that_h3_gives_them(town: Town, resolution: int) -> None:
    """By the fine hex of each incident and its ancestors; each hex is drawn as h3 draws it."""
    answer = town.get("/api/hotspots", resolution=resolution)
    at = town.rows("SELECT ST_X(location), ST_Y(location) FROM incident")
    expected = Counter(
        h3.cell_to_parent(h3.latlng_to_cell(lat, lon, 11), resolution) for lon, lat in at
    )
    found = {f["id"]: f["properties"]["count"] for f in answer["features"]}
    assert {hex_: count for hex_, count in found.items() if count} == expected
    assert answer["on_land"] == answer["located"] == answer["incidents"] == len(at)
    assert 0 in found.values() or resolution < 9  # those without an incident are judged, too
    for feature in answer["features"][:50]:
        (ring,) = feature["geometry"]["coordinates"]
        drawn = [(lon, lat) for lat, lon in h3.cell_to_boundary(feature["id"])]
        np.testing.assert_allclose(ring[:-1], drawn, rtol=0, atol=1e-6)
        assert ring[0] == ring[-1]


def test_the_night_market_is_a_hotspot_in_the_evening(town: Town) -> None:
    """The sample has it at 新港; its hex is among the hottest, and is named by what it is."""
    answer = town.get("/api/hotspots", resolution=9, category="噪声扰民")
    hottest = max(answer["features"], key=lambda f: f["properties"]["z"])
    assert hottest["properties"]["class"] == 3
    lon, lat = np.mean(hottest["geometry"]["coordinates"][0][:-1], axis=0).tolist()
    village = town.get("/api/locate", lon=lon, lat=lat)["cells"][0]["cell"]
    assert village["name"] == "新港社区"


def test_a_window_without_incidents_has_no_hotspot(town: Town) -> None:
    answer = town.get("/api/hotspots", **{"from": "2000-01-01", "to": "2000-02-01"})
    assert (answer["incidents"], answer["on_land"]) == (0, 0)
    assert {f["properties"]["class"] for f in answer["features"]} == {0}
    assert {f["properties"]["z"] for f in answer["features"]} == {0}


def test_coverage_is_whole_where_a_grid_must_tile(town: Town) -> None:
    answer = town.get("/api/coverage")
    must_tile = {grid["id"]: grid["must_tile"] for grid in town.get("/api/grids")["grids"]}
    assert [line["grid"] for line in answer["grids"]] == list(must_tile)
    for line in answer["grids"]:
        held = sum(cell["properties"]["area_m2"] for cell in features(
            town, "/api/cells", grid=line["grid"]
        ))  # fmt: skip
        assert line["land"]["covered_m2"] == pytest.approx(held, rel=1e-6)
        shares = [line["land"]["share"], line["incidents"]["share"], line["enterprises"]["share"]]
        for what in ("incidents", "enterprises"):
            assert line[what]["share"] == line[what]["covered"] / line[what]["total"]
        if must_tile[line["grid"]]:
            assert shares == [1.0, 1.0, 1.0]
        else:
            assert all(0 < share < 1 for share in shares)
    empty = town.get("/api/coverage", **{"from": "2000-01-01", "to": "2000-02-01"})
    assert {line["incidents"]["share"] for line in empty["grids"]} == {None}


# --- Search ---------------------------------------------------------------------------------------


def test_search_finds_by_name_and_by_code_the_exact_first(
    town: Town, incidents: list[dict[str, Any]]
) -> None:
    def results(q: str, **more: Any) -> list[dict[str, Any]]:
        return list(town.get("/api/search", q=q, **more)["results"])

    cell = features(town, "/api/cells", grid=town.grid("comprehensive", 2))[7]
    named = cell["properties"]
    for words in (named["code"], named["name"], named["name_en"], f"  {named['name']} "):
        first = results(words)[0]
        assert (first["kind"], first["id"]) == ("cell", cell["id"])
        np.testing.assert_allclose(first["bbox"], shape(cell["geometry"]).bounds, rtol=0, atol=1e-7)
    (found,) = results(incidents[7]["number"])
    assert (found["kind"], found["id"]) == ("incident", incidents[7]["id"])
    firm = features(town, "/api/enterprises")[7]["properties"]
    for words in (firm["uscc"], firm["name"], firm["code"]):
        assert results(words)[0]["code"] == firm["code"]
    # A village has its name in two registers: its cell comes first, then the area.
    kinds = [result["kind"] for result in results("新港社区")]
    assert kinds[:2] == ["cell", "area"]
    assert {r["kind"] for r in results("苇渡", limit=50)} == {"area", "enterprise"}
    assert len(results("新港", limit=3)) == 3


@pytest.mark.parametrize("q", ["%", "_", "\\", "'", "绝无此名"])
def test_what_a_pattern_would_mean_is_taken_as_it_is_written(town: Town, q: str) -> None:
    assert town.get("/api/search", q=q)["results"] == []
