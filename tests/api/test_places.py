"""Which cells hold a place, asked of the service in every datum that it may have been read in."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyproj
import pytest
import shapely
from shapely.geometry import shape

from gridgis.geodesy import wgs84_to_bd09, wgs84_to_gcj02
from tests.api.conftest import Town, redraw


def there(town: Town, lon: float, lat: float, datum: str | None = None) -> dict[str, Any]:
    """What the service says of a place."""
    told = {} if datum is None else {"datum": datum}
    return dict(town.get("/api/locate", lon=repr(lon), lat=repr(lat), **told))


def codes(answer: dict[str, Any]) -> dict[int, str | None]:
    """The code of the cell by grid."""
    return {
        line["grid"]: None if line["cell"] is None else line["cell"]["code"]
        for line in answer["cells"]
    }


@pytest.fixture(scope="module")
def drawn(town: Town) -> dict[int, dict[str, Any]]:
    """The boundaries of all cells by grid and code, to the last bit, in order of code."""
    found: dict[int, dict[str, Any]] = {}
    for grid, code, wkb in town.rows(
        "SELECT g.id, s.code, ST_AsBinary(s.boundary) FROM grid g"
        " JOIN cell_shape s ON s.plan_id = g.current_plan_id ORDER BY s.code"
    ):
        found.setdefault(grid, {})[code] = shapely.from_wkb(bytes(wkb))
    return found


@pytest.fixture(scope="module")
def places(drawn: dict[int, dict[str, Any]]) -> list[tuple[float, float]]:
    """Places in and around the town, clear of every border."""
    rng = np.random.default_rng(11)
    west, south, east, north = shapely.total_bounds(list(drawn[1].values()))
    points = rng.uniform((west - 0.01, south - 0.01), (east + 0.01, north + 0.01), (40, 2))
    borders = shapely.union_all([s.boundary for cells in drawn.values() for s in cells.values()])
    clear = shapely.distance(shapely.points(points), borders) > 1e-6
    return [(float(x), float(y)) for x, y in points[clear]]


def holders(drawn: dict[int, dict[str, Any]], lon: float, lat: float) -> dict[int, str | None]:
    """The cell of each grid by brute force: the lowest code that covers the place."""
    point = shapely.Point(lon, lat)
    return {
        grid: next((code for code, boundary in cells.items() if boundary.covers(point)), None)
        for grid, cells in drawn.items()
    }


def test_places_are_in_the_cells_that_cover_them(
    town: Town, drawn: dict[int, dict[str, Any]], places: list[tuple[float, float]]
) -> None:
    inside = 0
    for lon, lat in places:
        answer = there(town, lon, lat)
        assert codes(answer) == holders(drawn, lon, lat)
        assert answer["wgs84"] == [lon, lat]
        assert (answer["lon"], answer["lat"], answer["datum"]) == (lon, lat, "wgs84")
        inside += codes(answer)[1] is not None
    assert 0 < inside < len(places)


def test_an_incident_is_where_its_row_says(town: Town) -> None:
    slots = {grid["id"]: grid["slot"] for grid in town.get("/api/grids")["grids"]}
    rows = town.rows(
        "SELECT ST_X(location), ST_Y(location), cells FROM incident WHERE id % 101 = 0"
    )
    assert len(rows) > 20
    for lon, lat, cells in rows:
        for line in there(town, lon, lat)["cells"]:
            found = None if line["cell"] is None else line["cell"]["id"]
            slot = slots[line["grid"]]
            assert found == (cells[slot - 1] if slot <= len(cells) else None)


@pytest.mark.parametrize("datum", ["cgcs2000", "EPSG:4326", "EPSG:4490"])
def test_other_names_of_the_same_degrees(
    town: Town, places: list[tuple[float, float]], datum: str
) -> None:
    for lon, lat in places[:8]:
        answer = there(town, lon, lat, datum)
        assert answer["cells"] == there(town, lon, lat)["cells"]
        assert answer["wgs84"] == [lon, lat]
        assert answer["datum"] == datum


@pytest.mark.parametrize(("datum", "shift"), [("gcj02", wgs84_to_gcj02), ("bd09", wgs84_to_bd09)])
def test_a_place_that_a_public_map_shows(
    town: Town, places: list[tuple[float, float]], datum: str, shift: Any
) -> None:
    misread = 0
    for lon, lat in places:
        shown = [float(c[0]) for c in shift(np.array([lon]), np.array([lat]))]
        assert np.hypot(shown[0] - lon, shown[1] - lat) > 0.003
        right = there(town, lon, lat)
        answer = there(town, *shown, datum)
        assert answer["cells"] == right["cells"]
        np.testing.assert_allclose(answer["wgs84"], [lon, lat], rtol=0, atol=1e-9)
        # As it was told, to the last bit.
        assert (answer["lon"], answer["lat"], answer["datum"]) == (*shown, datum)
        misread += there(town, *shown)["cells"] != right["cells"]
    assert misread > 5  # the datum mattered


@pytest.mark.parametrize("epsg", ["EPSG:4549", "EPSG:32651", "EPSG:3857"])
def test_a_place_in_metres(town: Town, places: list[tuple[float, float]], epsg: str) -> None:
    """x is east, although EPSG:4549 itself declares north first."""
    project = pyproj.Transformer.from_crs("EPSG:4326", epsg, always_xy=True)
    for lon, lat in places[::8]:
        x, y = project.transform(lon, lat)
        answer = there(town, x, y, epsg)
        assert answer["cells"] == there(town, lon, lat)["cells"]
        np.testing.assert_allclose(answer["wgs84"], [lon, lat], rtol=0, atol=1e-8)


@pytest.mark.parametrize("place", [(0, 0), (120.3, 31.0), (120.62, 31.2), (-180, -90), (180, 90)])
def test_outside_no_grid_has_it(town: Town, place: tuple[float, float]) -> None:
    answer = there(town, *place)
    grids = [grid["id"] for grid in town.get("/api/grids")["grids"]]
    assert [(line["grid"], line["cell"]) for line in answer["cells"]] == [(g, None) for g in grids]


def test_on_a_border_the_lowest_code_has_it(town: Town, drawn: dict[int, dict[str, Any]]) -> None:
    """Vertices are on their borders exactly, whatever a computer makes of the lines between."""
    grid = town.grid("comprehensive", 2)
    cells = drawn[grid]
    owners: dict[tuple[float, float], list[str]] = {}
    for code, boundary in cells.items():
        for x, y in np.unique(shapely.get_coordinates(boundary), axis=0).tolist():
            owners.setdefault((x, y), []).append(code)
    shared = {at: held for at, held in owners.items() if len(held) > 1}
    corners = [at for at, held in shared.items() if len(held) > 2]
    some = [*corners[:12], *list(shared)[:: max(1, len(shared) // 24)]]
    assert len(corners) > 2
    assert len(some) > 20
    for at in some:
        assert codes(there(town, *at))[grid] == min(shared[at])


def test_a_cell_has_its_own_outermost_border(town: Town, drawn: dict[int, dict[str, Any]]) -> None:
    grid = town.grid("comprehensive", 2)
    whole = shapely.union_all(list(drawn[grid].values()))
    for lon, lat in shapely.get_coordinates(whole)[::40].tolist():
        code = codes(there(town, lon, lat))[grid]
        assert code is not None
        assert drawn[grid][code].touches(shapely.Point(lon, lat))


def test_after_a_new_plan_the_new_cell_has_it(own_town: Town) -> None:
    grid = own_town.grid("comprehensive", 2)
    before = own_town.get("/api/cells", grid=grid, limit=1000)["features"][-1]
    boundary = shape(before["geometry"])
    west, _, east, _ = boundary.bounds
    half = boundary.intersection(shapely.box((west + east) / 2, -90, 180, 90))
    at = half.representative_point()
    assert codes(there(own_town, at.x, at.y))[grid] == before["properties"]["code"]
    _, made = redraw(own_town, grid)
    assert codes(there(own_town, at.x, at.y))[grid] == made


def test_before_a_grid_has_a_plan_it_is_not_asked(own_town: Town) -> None:
    own_town.write(
        "INSERT INTO grid (slot, kind, system, tier, name) VALUES (9, 'police', 'later', 1, 'x')"
    )
    answer = there(own_town, 120.62, 31.02)
    assert len(answer["cells"]) == len(own_town.get("/api/grids")["grids"]) - 1
