"""Pages add up to the whole, and filters leave exactly what they should."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import shapely
from shapely.geometry import shape

from tests.api.conftest import Town, redraw

SHANGHAI = ZoneInfo("Asia/Shanghai")
# PostGIS compares boxes in single precision: at 120 degrees a float is 8e-6 wide.
FLOAT_DEGREES = 2e-5


def pages(town: Town, path: str, limit: int, **parameters: Any) -> Iterator[dict[str, Any]]:
    """All pages by following `next`."""
    cursor: dict[str, str] = {}
    while True:
        answer = town.get(path, limit=limit, **parameters, **cursor)
        yield answer
        if answer["next"] is None:
            return
        cursor = {"cursor": answer["next"]}


def every(town: Town, path: str, limit: int = 1000, **parameters: Any) -> list[dict[str, Any]]:
    """All features of all pages."""
    return [f for page in pages(town, path, limit, **parameters) for f in page["features"]]


def ids(features: list[dict[str, Any]]) -> set[int]:
    return {feature["id"] for feature in features}


# --- Pages ----------------------------------------------------------------------------------------

# Path, parameters, the identities that it must give and their order, asked past the service.
WHOLE: dict[str, tuple[str, dict[str, Any], str]] = {
    "cells": (
        "/api/cells",
        {"grid": 2},
        "SELECT cell_id FROM cell_shape s JOIN grid g ON g.current_plan_id = s.plan_id"
        ' WHERE g.id = 2 ORDER BY code COLLATE "C"',
    ),
    "areas": ("/api/areas", {}, 'SELECT id FROM area ORDER BY code COLLATE "C"'),
    "incidents": (
        "/api/incidents",
        {},
        "SELECT id FROM incident ORDER BY occurred_at DESC, id DESC",
    ),
    "incidents of a category": (
        "/api/incidents",
        {"category": "噪声扰民"},
        "SELECT id FROM incident WHERE category = '噪声扰民' ORDER BY occurred_at DESC, id DESC",
    ),
    "premises": ("/api/premises", {}, 'SELECT id FROM premises ORDER BY code COLLATE "C"'),
    "enterprises": ("/api/enterprises", {}, 'SELECT id FROM enterprise ORDER BY code COLLATE "C"'),
}


@pytest.mark.parametrize(
    ("whole", "limit"),
    [
        ("cells", 1), ("cells", 7), ("cells", 29), ("cells", 57), ("cells", 58), ("cells", 59),
        ("areas", 1), ("areas", 4), ("areas", 1000),
        ("incidents", 499), ("incidents", 1000),
        ("incidents of a category", 3),
        ("premises", 37), ("premises", 200),
        ("enterprises", 11), ("enterprises", 150), ("enterprises", 149),
    ],
)  # fmt: skip
def test_pages_give_every_feature_once_and_in_order(town: Town, whole: str, limit: int) -> None:
    path, parameters, query = WHOLE[whole]
    wanted = [identity for (identity,) in town.rows(query)]
    assert len(wanted) > 10
    found = list(pages(town, path, limit, **parameters))
    assert [f["id"] for page in found for f in page["features"]] == wanted
    assert {page["matched"] for page in found} == {len(wanted)}
    # Only the last page may be short, and none is empty.
    assert [len(page["features"]) for page in found[:-1]] == [limit] * (len(found) - 1)
    assert 1 <= len(found[-1]["features"]) <= limit


def test_one_a_page_also_where_many_have_the_same_moment(own_town: Town) -> None:
    own_town.write(
        "UPDATE incident SET occurred_at = '2020-05-05 05:05:05.123456Z', closed_at = NULL"
        " WHERE id % 200 = 0"
    )
    window = {"from": "2020-05-05", "to": "2020-05-06"}
    found = [f["id"] for f in every(own_town, "/api/incidents", 1, **window)]
    assert found == [i for (i,) in own_town.rows(
        "SELECT id FROM incident WHERE id % 200 = 0 ORDER BY id DESC"
    )]  # fmt: skip
    assert len(found) == 15


def test_nothing_found_is_a_page_too(town: Town) -> None:
    answer = town.get("/api/incidents", category="no such category")
    assert answer == {"type": "FeatureCollection", "features": [], "matched": 0, "next": None}


def test_a_cursor_goes_on_in_its_own_plan_after_another_is_in_force(own_town: Town) -> None:
    grid = own_town.grid("comprehensive", 2)
    before = every(own_town, "/api/cells", grid=grid)
    first = own_town.get("/api/cells", grid=grid, limit=20)
    split, made = redraw(own_town, grid)
    rest = []
    answer = first
    while answer["next"]:
        answer = own_town.get("/api/cells", grid=grid, limit=20, cursor=answer["next"])
        rest += answer["features"]
        assert answer["matched"] == len(before)
    # What it began it ends, in the old drawing, to the last vertex.
    assert (first["features"] + rest) == before

    after = every(own_town, "/api/cells", grid=grid)
    assert [f["properties"]["code"] for f in after] == [
        *(f["properties"]["code"] for f in before), made
    ]  # fmt: skip
    [plan] = {f["properties"]["plan"] for f in after}
    assert plan not in {f["properties"]["plan"] for f in before}
    old = {f["properties"]["code"]: f for f in before}[split]
    new = {f["properties"]["code"]: f for f in after}
    assert new[split]["id"] == old["id"]
    halves = [new[code]["properties"]["area_m2"] for code in (split, made)]
    assert sum(halves) == pytest.approx(old["properties"]["area_m2"], rel=1e-6)


def test_a_cursor_of_another_grid_finds_nothing(town: Town) -> None:
    cursor = town.get("/api/cells", grid=2, limit=1)["next"]
    assert town.get("/api/cells", grid=3, limit=1, cursor=cursor)["features"] == []


# --- The box --------------------------------------------------------------------------------------


def boxes() -> list[tuple[float, float, float, float]]:
    """Boxes of many sizes in and around the town."""
    rng = np.random.default_rng(20)
    corners = rng.uniform((120.57, 30.98), (120.67, 31.055), (8, 2, 2))
    low, high = corners.min(axis=1), corners.max(axis=1)
    found = [(*map(float, a), *map(float, b)) for a, b in zip(low, high, strict=True)]
    return [*found, (0.0, 0.0, 1.0, 1.0), (-180.0, -90.0, 180.0, 90.0)]


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        ("/api/cells", {"grid": 2}),
        ("/api/areas", {}),
        ("/api/incidents", {}),
        ("/api/premises", {}),
        ("/api/enterprises", {}),
    ],
)
def test_a_box_finds_what_meets_it(town: Town, path: str, parameters: dict[str, Any]) -> None:
    features = [f for f in every(town, path, **parameters) if f["geometry"] is not None]
    found_some = left_some = False
    for box in boxes():
        sure, maybe = set(), set()
        for f in features:
            # A box meets the box around a polygon, but each point of an enterprise for itself.
            parts = shapely.get_parts(shape(f["geometry"])) if path == "/api/enterprises" else [
                shape(f["geometry"])
            ]  # fmt: skip
            gaps = [gap(part.bounds, box) for part in parts]
            if min(gaps) <= -FLOAT_DEGREES:
                sure.add(f["id"])
            if min(gaps) <= FLOAT_DEGREES:
                maybe.add(f["id"])
        found = every(town, path, **parameters, bbox=",".join(map(repr, box)))
        assert len(found) == len(ids(found))
        assert sure <= ids(found) <= maybe
        found_some |= bool(sure)
        left_some |= len(maybe) < len(features)
    assert found_some
    assert left_some


def gap(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    """How far two boxes are apart, in degrees; below 0 by how much they overlap."""
    return max(a[0] - b[2], b[0] - a[2], a[1] - b[3], b[1] - a[3])


def test_a_box_around_all_leaves_out_what_is_nowhere(own_town: Town) -> None:
    own_town.write("UPDATE incident SET location = NULL, hex = NULL WHERE id % 1000 = 0")
    everything = own_town.get("/api/incidents", limit=1)["matched"]
    assert own_town.get("/api/incidents", limit=1, bbox="-180,-90,180,90")["matched"] == (
        everything - 3
    )
    nowhere = [f for f in every(own_town, "/api/incidents") if f["geometry"] is None]
    assert {f["id"] for f in nowhere} == {1000, 2000, 3000}


# --- The window -----------------------------------------------------------------------------------


def matched(town: Town, **parameters: Any) -> int:
    return int(town.get("/api/incidents", limit=1, **parameters)["matched"])


def test_the_window_includes_its_first_moment_and_excludes_its_last(town: Town) -> None:
    [(moment, at_it)] = town.rows(
        "SELECT occurred_at, count(*) FROM incident GROUP BY 1 ORDER BY 2 DESC, 1 OFFSET 7 LIMIT 1"
    )
    [(before, after)] = town.rows(
        "SELECT count(*) FILTER (WHERE occurred_at < :m), count(*) FILTER (WHERE occurred_at > :m)"
        " FROM incident", m=moment,
    )  # fmt: skip
    assert before > 0 < after
    everything = before + at_it + after
    assert matched(town) == everything
    for written in (moment, moment.astimezone(SHANGHAI)):
        assert matched(town, **{"from": written.isoformat()}) == at_it + after
        assert matched(town, **{"to": written.isoformat()}) == before
        assert matched(town, **{"from": written.isoformat(), "to": _later(written)}) == at_it
    assert matched(town, **{"from": _later(moment)}) == after
    assert matched(town, **{"to": _later(moment)}) == before + at_it
    # No zone written is Shanghai's; a + that was not escaped arrives as a space.
    bare = moment.astimezone(SHANGHAI).replace(tzinfo=None)
    assert matched(town, **{"from": bare.isoformat()}) == at_it + after
    spaced = moment.astimezone(SHANGHAI).isoformat().replace("+", " ")
    assert matched(town, **{"from": spaced}) == at_it + after


def _later(moment: datetime) -> str:
    return (moment + timedelta(microseconds=1)).isoformat()


def test_a_bare_date_is_its_first_moment_in_shanghai(own_town: Town) -> None:
    for identity, moment in (
        (1, "2020-05-04 23:59:59.999999+08"),
        (2, "2020-05-05 00:00:00+08"),
        (3, "2020-05-05 23:59:59.999999+08"),
        (4, "2020-05-06 00:00:00+08"),
    ):
        own_town.write(
            "UPDATE incident SET occurred_at = :moment, closed_at = NULL WHERE id = :id",
            moment=moment, id=identity,
        )  # fmt: skip
    day = every(own_town, "/api/incidents", **{"from": "2020-05-05", "to": "2020-05-06"})
    assert [f["id"] for f in day] == [3, 2]
    window = {"from": "2020-05-05", "to": "2020-05-06", "resolution": 8}
    assert own_town.get("/api/hotspots", **window)["incidents"] == 2
    buckets = own_town.get("/api/incidents/timeline", bucket="day")["buckets"]
    assert [bucket["count"] for bucket in buckets[:3]] == [1, 2, 1]


# --- Category and cell ----------------------------------------------------------------------------


def test_categories_are_this_or_that(town: Town) -> None:
    features = every(town, "/api/incidents")
    categories = sorted({f["properties"]["category"] for f in features})
    assert len(categories) > 4
    for chosen in ([categories[0]], categories[1:4], [categories[0], "no such"]):
        wanted = {f["id"] for f in features if f["properties"]["category"] in chosen}
        found = every(town, "/api/incidents", category=chosen)
        assert ids(found) == wanted
        assert len(found) == len(wanted) > 0
    assert matched(town, category=categories) == len(features)


@pytest.mark.parametrize("path", ["/api/incidents", "/api/premises"])
def test_a_cell_has_what_postgis_says_it_covers(town: Town, path: str) -> None:
    """The cells that rows hold, against the same question asked of PostGIS."""
    table = {"/api/incidents": "incident", "/api/premises": "premises"}[path]
    features = every(town, path)
    covered: dict[int, set[int]] = {}
    for cell, row in town.rows(
        f"SELECT s.cell_id, r.id FROM grid g JOIN cell_shape s ON s.plan_id = g.current_plan_id"
        f" JOIN {table} r ON s.boundary && r.location AND ST_Covers(s.boundary, r.location)"
        " WHERE g.tier = 2 OR g.system = 'police'"
    ):
        covered.setdefault(cell, set()).add(row)
    some = sorted(covered, key=lambda cell: (-len(covered[cell]), cell))[:12]
    assert len(some) == 12
    for cell in some:
        found = ids(every(town, path, cell=cell))
        assert found == covered[cell]
        assert found == {f["id"] for f in features if cell in f["properties"]["cells"]}


def test_the_enterprises_of_a_cell_are_those_with_premises_there(town: Town) -> None:
    [(cell, _)] = town.rows(
        "SELECT c, count(*) FROM premises, unnest(cells) c WHERE c IS NOT NULL GROUP BY 1"
        " ORDER BY 2 DESC, 1 LIMIT 1"
    )
    wanted = {i for (i,) in town.rows(
        "SELECT enterprise_id FROM enterprise_premises l JOIN premises p ON p.id = l.premises_id"
        " WHERE :cell = ANY(p.cells)", cell=cell,
    )}  # fmt: skip
    assert ids(every(town, "/api/enterprises", 3, cell=cell)) == wanted != set()
    card = town.get(f"/api/cells/{cell}")
    assert card["enterprises"]["count"] == len(wanted)
    assert card["premises"]["count"] == len(every(town, "/api/premises", cell=cell))
    assert card["incidents"]["count"] == matched(town, cell=cell)


def test_filters_together_leave_what_passes_each(town: Town) -> None:
    features = every(town, "/api/incidents")
    middle = sorted(f["properties"]["occurred_at"] for f in features)[len(features) // 2]
    cell = next(c for f in features for c in f["properties"]["cells"] if c is not None)
    category = next(
        f["properties"]["category"] for f in features if cell in f["properties"]["cells"]
    )
    wanted = {
        f["id"] for f in features
        if cell in f["properties"]["cells"] and f["properties"]["category"] == category
        and f["properties"]["occurred_at"] < middle
    }  # fmt: skip
    found = every(town, "/api/incidents", 2, cell=cell, category=category, to=middle)
    assert ids(found) == wanted != set()


def test_cells_by_parent_and_by_name(town: Town) -> None:
    second = every(town, "/api/cells", grid=town.grid("comprehensive", 2))
    parents = {f["properties"]["parent"] for f in second}
    assert len(parents) == 14
    for parent in parents:
        found = every(town, "/api/cells", 2, grid=town.grid("comprehensive", 2), parent=parent)
        assert ids(found) == {f["id"] for f in second if f["properties"]["parent"] == parent}
        assert town.get(f"/api/cells/{parent}")["children"] == len(found)
    code = second[5]["properties"]["code"]
    assert ids(every(town, "/api/cells", grid=town.grid("comprehensive", 2), q=code)) == {
        second[5]["id"]
    }
    # What a pattern would mean is taken as it is written.
    for pattern in ("%", "_", "\\"):
        assert every(town, "/api/cells", grid=town.grid("comprehensive", 2), q=pattern) == []
