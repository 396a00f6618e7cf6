"""Vector tiles, decoded: together they draw everything, once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely
from shapely.geometry import shape

from tests.api.conftest import Town, redraw
from tests.api.vector_tiles import TileFeature, column_row, in_core, read_tile, tiles_over

MVT = "application/vnd.mapbox-vector-tile"
FOR_EVER = "public, max-age=31536000, immutable"
BUFFER = 64


def tile(town: Town, layer: str, zoom: int, x: int, y: int, **parameters: Any) -> list[TileFeature]:
    """The features of one tile."""
    answer = town.client.get(f"/tiles/{layer}/{zoom}/{x}/{y}.mvt", params=parameters)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == MVT
    layers = read_tile(answer.content)
    assert set(layers) <= {layer}
    if layer not in layers:
        return []
    assert layers[layer].extent == 4096
    return layers[layer].features


def all_tiles(
    town: Town, layer: str, zoom: int, **parameters: Any
) -> dict[tuple[int, int], list[TileFeature]]:
    """The features of all tiles that the town meets, and of one ring around them."""
    bbox = town.get("/api/grids")["bbox"]
    over = tiles_over(bbox, zoom)
    ring = {(x + i, y + j) for x, y in over for i in (-1, 0, 1) for j in (-1, 0, 1)}
    last = (1 << zoom) - 1
    return {
        (x, y): tile(town, layer, zoom, x, y, **parameters)
        for x, y in sorted(ring)
        if 0 <= x <= last and 0 <= y <= last
    }


def own(tiles: dict[tuple[int, int], list[TileFeature]]) -> list[TileFeature]:
    """The points that lie in their tile itself: each of the world in one tile only."""
    found = [f for features in tiles.values() for f in features]
    assert all(f.kind == 1 and len(f.parts) == 1 for f in found)
    return [f for f in found if in_core(f.parts[0][0], 4096)]


# --- Cells ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("system", "tier"), [("comprehensive", 2), ("police", 1), ("safety", 1)])
@pytest.mark.parametrize("zoom", [9, 14])
def test_tiles_draw_every_cell_of_the_grid(town: Town, system: str, tier: int, zoom: int) -> None:
    grid = town.grid(system, tier)
    cells = {
        f["id"]: f for f in town.get("/api/cells", grid=grid, limit=1000)["features"]
    }  # fmt: skip
    drawn: dict[int, TileFeature] = {}
    for features in all_tiles(town, "cells", zoom, grid=grid).values():
        for f in features:
            assert f.kind == 3
            assert f.id is not None
            drawn[f.id] = f
    assert set(drawn) == set(cells)
    for identity, f in drawn.items():
        said = cells[identity]["properties"]
        names = ("code", "name", "name_en", "parent", "households", "population")
        assert f.properties == {name: said[name] for name in names if said[name] is not None}


def test_a_tile_draws_the_cells_that_lie_in_it_where_they_lie(town: Town) -> None:
    zoom, grid = 14, town.grid("comprehensive", 2)
    cells = {}
    for f in town.get("/api/cells", grid=grid, limit=1000)["features"]:
        boundary = shape(f["geometry"])
        cells[f["id"]] = shapely.transform(
            boundary, lambda at: np.array([column_row(lon, lat, zoom) for lon, lat in at])
        )
    met = 0
    for (x, y), features in all_tiles(town, "cells", zoom, grid=grid).items():
        around = shapely.box(x, y, x + 1, y + 1)
        drawn = {f.id: f for f in features}
        assert len(drawn) == len(features)
        inside = {i for i, cell in cells.items() if cell.intersection(around).area > 1e-5}
        near = {
            i for i, cell in cells.items() if cell.intersects(around.buffer(1.1 * BUFFER / 4096))
        }
        assert inside <= set(drawn) <= near
        for identity in inside:
            edge = (BUFFER + 1) / 4096
            clipped = cells[identity].intersection(shapely.box(
                x - BUFFER / 4096, y - BUFFER / 4096, x + 1 + BUFFER / 4096, y + 1 + BUFFER / 4096
            ))  # fmt: skip
            rings = [shapely.Polygon(part / 4096 + (x, y)) for part in drawn[identity].parts]
            picture = shapely.unary_union([ring for ring in rings if ring.exterior.is_ccw])
            # One unit of 4096 along every edge is what rounding may cost.
            missed = picture.symmetric_difference(clipped).area
            assert missed < clipped.length * 1.5 / 4096 + 1e-6
            assert around.buffer(edge, join_style="mitre").covers(picture)
            met += 1
    assert met > len(cells)


def test_gdal_reads_the_tiles_too(town: Town, tmp_path: Path) -> None:
    grid = town.grid("police", 1)
    [(x, y), *_] = tiles_over(town.get("/api/grids")["bbox"], 11)
    answer = town.client.get(f"/tiles/cells/11/{x}/{y}.mvt", params={"grid": grid})
    file = tmp_path / "tile.mvt"
    file.write_bytes(answer.content)
    frame = pyogrio.read_dataframe(file, layer="cells", read_geometry=False)
    ours = read_tile(answer.content)["cells"].features
    assert frame["code"].tolist() == [f.properties["code"] for f in ours]
    assert len(frame) > 0


def test_the_plan_of_a_tile_is_the_one_asked_for(own_town: Town) -> None:
    grid = own_town.grid("comprehensive", 2)
    (old,) = {f["properties"]["plan"] for f in own_town.get("/api/cells", grid=grid)["features"]}
    zoom = 12

    def drawn(**parameters: Any) -> dict[Any, Any]:
        return {
            (at, f.id): (f.properties["code"], [part.tolist() for part in f.parts])
            for at, features in all_tiles(own_town, "cells", zoom, grid=grid, **parameters).items()
            for f in features
        }

    before = drawn()
    assert before == drawn(v=old)
    split, made = redraw(own_town, grid)
    (new,) = {f["properties"]["plan"] for f in own_town.get("/api/cells", grid=grid)["features"]}
    assert new != old
    assert drawn(v=old) == before
    after = drawn()
    assert after == drawn(v=new)
    assert {code for code, _ in after.values()} - {code for code, _ in before.values()} == {made}
    changed = {code for at, (code, parts) in after.items() if before.get(at) != (code, parts)}
    assert changed == {split, made}


def test_a_plan_of_another_grid_is_refused(town: Town) -> None:
    [(other,)] = town.rows("SELECT current_plan_id FROM grid WHERE system = 'police'")
    answer = town.client.get(
        "/tiles/cells/0/0/0.mvt", params={"grid": town.grid("safety", 1), "v": other}
    )
    assert answer.status_code == 404
    assert answer.json()["title"] == "NoSuchTile"


def test_only_what_never_changes_is_kept_for_ever(town: Town) -> None:
    grid = town.grid("police", 1)
    [(plan,)] = town.rows("SELECT current_plan_id FROM grid WHERE id = :grid", grid=grid)
    for path, caching in (
        (f"/tiles/cells/5/26/13.mvt?grid={grid}", "no-cache"),
        (f"/tiles/cells/5/26/13.mvt?grid={grid}&v={plan}", FOR_EVER),
        ("/tiles/incidents/5/26/13.mvt", "no-cache"),
        ("/tiles/premises/5/26/13.mvt", "no-cache"),
    ):
        answer = town.client.get(path)
        assert answer.headers["cache-control"] == caching
        assert read_tile(answer.content)


@pytest.mark.parametrize("state", ["draft", "submitted", None])
def test_what_may_still_change_is_not_kept_for_ever(own_town: Town, state: str | None) -> None:
    """A draft can be redrawn, and a number that no plan has yet will be some plan's."""
    grid = own_town.grid("police", 1)
    if state is not None:
        own_town.write(
            "INSERT INTO plan (grid_id, number, name, state) VALUES (:grid, 99, 'x', :state)",
            grid=grid, state=state,
        )  # fmt: skip
    [(unsealed,)] = own_town.rows("SELECT max(id) FROM plan WHERE number = 99")
    answer = own_town.client.get(f"/tiles/cells/5/26/13.mvt?grid={grid}&v={unsealed or 1_000_000}")
    assert answer.status_code == 404
    assert answer.headers.get("cache-control", "no-cache") == "no-cache"


# --- Points ---------------------------------------------------------------------------------------


def test_each_incident_is_one_point_from_zoom_13(town: Town) -> None:
    features = {f["id"]: f for f in _incidents(town)}
    found = own(all_tiles(town, "incidents", 13))
    assert Counter(f.id for f in found) == Counter(features.keys())
    for f in found:
        assert f.id is not None
        said = features[f.id]["properties"]
        assert f.properties["count"] == 1
        assert f.properties["state"] == said["state"]
        assert f.properties.get("category") == said["category"]
        assert f.properties.get("title") == said["title"]


def test_points_lie_where_the_incidents_are(town: Town) -> None:
    zoom = 13
    places = {f["id"]: f["geometry"]["coordinates"] for f in _incidents(town)}
    looked = 0
    for (x, y), features in all_tiles(town, "incidents", zoom).items():
        for f in features:
            column, row = column_row(*places[f.id], zoom)
            wanted = np.array([column - x, row - y]) * 4096
            assert np.abs(f.parts[0][0] - wanted).max() <= 1
            looked += 1
    assert looked >= len(places)


def _incidents(town: Town, **parameters: Any) -> list[dict[str, Any]]:
    answer = town.get("/api/incidents", limit=1000, **parameters)
    features = list(answer["features"])
    while answer["next"]:
        answer = town.get("/api/incidents", limit=1000, cursor=answer["next"], **parameters)
        features += answer["features"]
    return features


@pytest.mark.parametrize("zoom", [0, 8, 11, 12])
def test_thinned_counts_add_up_to_all(town: Town, zoom: int) -> None:
    found = own(all_tiles(town, "incidents", zoom))
    [(total, still_open)] = town.rows(
        "SELECT count(*), count(*) FILTER (WHERE closed_at IS NULL) FROM incident"
    )
    assert sum(f.properties["count"] for f in found) == total
    assert sum(f.properties["open"] for f in found) == still_open > 0
    assert len(found) < total
    # One point a spot, and 128 spots along a tile.
    spots = [tuple(f.parts[0][0]) for f in found]
    assert all(value % 32 == 0 for spot in spots for value in spot)
    for features in all_tiles(town, "incidents", zoom).values():
        here = [tuple(f.parts[0][0]) for f in features]
        assert len(set(here)) == len(here)


@pytest.mark.parametrize(("zoom", "nearest"), [(12, 32), (13, BUFFER - 1)])
def test_a_point_near_an_edge_is_whole_in_both_tiles(town: Town, zoom: int, nearest: int) -> None:
    """What is drawn around it would otherwise be cut where the tiles meet."""
    tiles = all_tiles(town, "incidents", zoom)
    drawn = {
        at: {(f.id, *f.parts[0][0].tolist(), f.properties["count"]) for f in features}
        for at, features in tiles.items()
    }
    looked = 0
    for (x, y), points in drawn.items():
        for identity, east, south, count in points:
            if not in_core(np.array([east, south]), 4096):
                continue
            for i, j in ((-1, 0), (1, 0), (0, -1), (0, 1)):
                there = east - 4096 * i, south - 4096 * j
                if max(there) <= 4096 + nearest and min(there) >= -nearest:
                    around = {(identity, there[0] + a, there[1] + b, count)
                              for a in (-1, 0, 1) for b in (-1, 0, 1)}  # fmt: skip
                    assert around & drawn[x + i, y + j]
                    looked += 1
    assert looked > 4


@pytest.mark.parametrize("zoom", [12, 13])
def test_tiles_of_a_window_and_a_category(town: Town, zoom: int) -> None:
    [(since, until)] = town.rows(
        "SELECT percentile_disc(0.3) WITHIN GROUP (ORDER BY occurred_at),"
        " percentile_disc(0.6) WITHIN GROUP (ORDER BY occurred_at) FROM incident"
    )
    category = ["噪声扰民", "占道经营"]
    window = {"from": since.isoformat(), "to": until.isoformat()}
    for asked in (window, {"category": category}, window | {"category": category}):
        matched = town.get("/api/incidents", limit=1, **asked)["matched"]
        found = own(all_tiles(town, "incidents", zoom, **asked))
        assert sum(f.properties["count"] for f in found) == matched > 0
    everything = town.get("/api/incidents", limit=1)["matched"]
    assert matched < everything


@pytest.mark.parametrize("zoom", [8, 15])
def test_each_premises_is_one_point(town: Town, zoom: int) -> None:
    names = dict(town.rows("SELECT id, name FROM premises"))
    found = own(all_tiles(town, "premises", zoom))
    assert Counter(f.id for f in found) == Counter(names.keys())
    assert all(f.properties == {"name": names[f.id]} for f in found)


def test_what_is_nowhere_is_on_no_tile(own_town: Town) -> None:
    own_town.write("UPDATE incident SET location = NULL, hex = NULL WHERE id <= 10")
    for zoom in (0, 13):
        found = own(all_tiles(own_town, "incidents", zoom))
        assert sum(f.properties["count"] for f in found) == 2990


def test_a_tile_of_empty_land_is_empty(town: Town) -> None:
    for layer, parameters in (("cells", {"grid": 1}), ("incidents", {}), ("premises", {})):
        assert tile(town, layer, 10, 0, 0, **parameters) == []
