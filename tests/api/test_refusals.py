"""What is refused, how, and that a refusal says where the fault is and nothing of our insides."""

from __future__ import annotations

import base64
import importlib
import json
import pkgutil
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.exc import OperationalError

import api
import gridgis
import layers
from api.app import FRONT_END, create_app
from api.problems import STATUS, status_of
from gridgis.errors import GridgisError
from layers.database import Busy
from tests.api.conftest import Town

PROBLEM = "application/problem+json"

# Refusals that no route can raise, and why.
NOT_FOR_ROUTES = {
    "gridgis.locate.edges.NotACell": "boundaries are proved before they are stored",
    "gridgis.sample.NoZone": "the sample town is made by the command line",
    "layers.arrivals.NoColumn": "files are imported by the command line",
    "layers.fill.NoSuchProfile": "an empty database is filled when the server starts",
}


def cursor(**place: Any) -> str:
    """A cursor as the service would write it, had it meant this place."""
    packed = json.dumps(place, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def refusal(town: Town, path: str, **parameters: Any) -> dict[str, Any]:
    """What a path refuses with, having the shape that RFC 9457 gives it."""
    answer = town.client.get(path, params=parameters or None)
    assert answer.status_code >= 400, answer.text
    assert answer.headers["content-type"] == PROBLEM
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == answer.status_code
    assert problem["type"] == "about:blank"
    assert problem["title"]
    assert problem["detail"]
    return problem


# --- Wrong requests: 422, and which parameter it is -----------------------------------------------

WRONG = [
    *(
        (path, "bbox", box)
        for path in ("/api/areas", "/api/incidents", "/api/premises", "/api/enterprises")
        for box in ("1,2,3",)
    ),
    *(
        ("/api/cells?grid=1", "bbox", box)
        for box in (
            "", "1,2,3", "1,2,3,4,5", "a,b,c,d", "1;2;3;4", "120.7,30.9,120.5,31.1",
            "120.5,31.1,120.7,30.9", "-181,0,0,1", "0,-91,1,0", "0,0,181,1", "0,0,1,91",
            "nan,nan,nan,nan", "0,0,inf,1", "-inf,0,1,1",
        )
    ),
    *(
        (path, name, moment)
        for path in ("/api/incidents", "/api/cells/1", "/api/hotspots", "/api/coverage",
                     "/tiles/incidents/0/0/0.mvt")
        for name in ("from", "to")
        for moment in ("yesterday", "2026-02-30")
    ),
    *(
        ("/api/incidents", "from", moment)
        for moment in ("2026-1-1", "1767225600", "2026-01-01T25:00", "0000-01-01", "2026-13-01",
                       "0001-01-01", "9999-12-31T23:59:59Z", "\0", "２０２６-０１-０１Z")
    ),
    *(
        (path, "limit", limit)
        for path in ("/api/areas", "/api/cells?grid=1", "/api/incidents", "/api/premises",
                     "/api/enterprises", "/api/search?q=x")
        for limit in ("0", "-1", "1001", "x", "1.5", "", "9" * 30)
    ),
    *((path, "cursor", "A" * 401) for path in ("/api/areas", "/api/incidents")),
    *(("/api/cells", "grid", grid) for grid in ("0", "-1", "x", "", str(2**31))),
    *(("/api/cells?grid=1", "parent", parent) for parent in ("0", "x", str(2**31))),
    *(("/api/incidents", "cell", cell) for cell in ("0", "x", str(2**31))),
    ("/api/cells?grid=1", "q", "x" * 101),
    ("/api/cells?grid=1", "q", "\0"),
    *(("/api/search", "q", q) for q in ("", " ", "x" * 101, "\0")),
    ("/api/incidents", "category", "\0"),
    ("/api/areas", "tier", "hamlet"),
    ("/api/incidents/timeline", "bucket", "year"),
    *(("/api/hotspots", "resolution", resolution) for resolution in ("4", "12", "x")),
    *(("/api/locate?lat=31", "lon", lon) for lon in ("x", "nan", "inf", "-inf", "")),
    *(("/api/locate?lon=120", "lat", lat) for lat in ("x", "nan", "inf", "")),
    ("/api/locate?lon=120&lat=31", "datum", "x" * 21),
    *(("/tiles/cells/0/0/0.mvt", "grid", grid) for grid in ("0", "x")),
    *(("/tiles/cells/0/0/0.mvt?grid=1", "v", v) for v in ("0", "-1", "x")),
]  # fmt: skip


@pytest.mark.parametrize(("path", "name", "value"), WRONG)
def test_a_wrong_parameter_is_named(town: Town, path: str, name: str, value: str) -> None:
    path, _, rest = path.partition("?")
    parameters = dict(part.split("=") for part in rest.split("&") if part) | {name: value}
    problem = refusal(town, path, **parameters)
    assert problem["status"] == 422
    assert problem["title"] == "WrongRequest"
    places = [error["place"] for error in problem["errors"]]
    assert len(places) == 1
    assert places[0].split(".")[:2] == ["query", name]
    assert places[0] in problem["detail"]
    assert all(error["reason"] for error in problem["errors"])


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/api/cells", "query.grid"),
        ("/api/search", "query.q"),
        ("/api/locate?lat=1", "query.lon"),
        ("/api/locate?lon=1", "query.lat"),
        ("/tiles/cells/0/0/0.mvt", "query.grid"),
        ("/api/cells/0", "path.cell"),
        ("/api/cells/x", "path.cell"),
        (f"/api/cells/{2**31}", "path.cell"),
        ("/tiles/premises/23/0/0.mvt", "path.z"),
        ("/tiles/premises/x/0/0.mvt", "path.z"),
        ("/tiles/premises/1/-1/0.mvt", "path.x"),
        ("/tiles/premises/1/0/1.5.mvt", "path.y"),
    ],
)
def test_what_is_missing_or_wrong_in_the_path_is_named(town: Town, path: str, place: str) -> None:
    problem = refusal(town, path)
    assert problem["status"] == 422
    assert [error["place"] for error in problem["errors"]] == [place]


def test_all_faults_are_said_at_once(town: Town) -> None:
    problem = refusal(town, "/api/incidents", limit=0, cell=0)
    assert {error["place"] for error in problem["errors"]} == {"query.limit", "query.cell"}


@pytest.mark.parametrize(
    ("since", "until"), [("2026-01-02", "2026-01-01"), ("2026-01-01", "2026-01-01")]
)
def test_a_window_that_holds_nothing_is_refused(town: Town, since: str, until: str) -> None:
    problem = refusal(town, "/api/incidents", **{"from": since, "to": until})
    assert problem["status"] == 422
    assert [error["place"] for error in problem["errors"]] == ["query.to"]


# --- What cannot be had ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "status", "title", "named"),
    [
        ("/api/cells?grid=999", 404, "NoSuchGrid", "999"),
        ("/api/cells/99999", 404, "NoSuchCell", "99999"),
        ("/tiles/cells/0/0/0.mvt?grid=999", 404, "NoSuchGrid", "999"),
        ("/tiles/cells/0/0/0.mvt?grid=1&v=999", 404, "NoSuchTile", "999"),
        ("/tiles/cells/3/8/0.mvt?grid=1", 404, "NoSuchTile", "3/8/0"),
        ("/tiles/incidents/3/0/8.mvt", 404, "NoSuchTile", "3/0/8"),
        ("/tiles/premises/0/1/0.mvt", 404, "NoSuchTile", "0/1/0"),
        ("/api/hotspots?resolution=11", 422, "TooFine", "11"),
        ("/api/locate?lon=120&lat=31&datum=mars", 422, "UnknownDatum", "mars"),
        ("/api/locate?lon=120&lat=31&datum=EPSG:1", 422, "UnknownDatum", "EPSG:1"),
        ("/api/locate?lon=120&lat=31&datum=EPSG:5773", 422, "UnknownDatum", "EPSG:5773"),
        ("/api/locate?lon=120&lat=31&datum=EPSG:4978", 422, "UnknownDatum", "EPSG:4978"),
        ("/api/locate?lon=500&lat=31", 422, "UnknownDatum", "500"),
        ("/api/locate?lon=120&lat=91&datum=gcj02", 422, "UnknownDatum", "91"),
        ("/api/locate?lon=1e30&lat=1&datum=EPSG:4549", 422, "UnknownDatum", "EPSG:4549"),
    ],
)
def test_what_is_not_there(town: Town, path: str, status: int, title: str, named: str) -> None:
    problem = refusal(town, path)
    assert (problem["status"], problem["title"]) == (status, title)
    assert named in problem["detail"]


PAGED = ("/api/areas", "/api/cells?grid=2", "/api/incidents", "/api/premises", "/api/enterprises")
FOREIGN = [
    "",
    "x",
    "é",
    "%%%",
    base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    cursor(),
    cursor(code=1),
    cursor(code=None),
    cursor(code="x", more="y"),
    cursor(id=1),
    cursor(at="2026-01-01T00:00:00+00:00", id="1"),
    cursor(plan="1", code="x"),
    base64.urlsafe_b64encode(b"[]").decode(),
    base64.urlsafe_b64encode(b'"code"').decode(),
    base64.urlsafe_b64encode(b"1").decode(),
    base64.urlsafe_b64encode(b"null").decode(),
    base64.urlsafe_b64encode(b"[" * 290).decode(),
]


@pytest.mark.parametrize("path", PAGED)
@pytest.mark.parametrize("given", FOREIGN)
def test_a_cursor_that_is_not_ours(town: Town, path: str, given: str) -> None:
    path, _, rest = path.partition("?")
    parameters = dict(part.split("=") for part in rest.split("&") if part)
    problem = refusal(town, path, **parameters, cursor=given)
    assert (problem["status"], problem["title"]) == (400, "BadCursor")


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/api/incidents", {"at": "yesterday", "id": 1}),
        ("/api/incidents", {"at": "", "id": 1}),
        ("/api/incidents", {"at": "2026-01-01T00:00:00+00:00", "id": True}),
        ("/api/premises", {"code": "\0"}),
        ("/api/enterprises", {"code": "\ud800"}),
        ("/api/areas", {"code": "\0"}),
        ("/api/cells?grid=2", {"plan": 2, "code": "\0"}),
        ("/api/cells?grid=2", {"plan": True, "code": "x"}),
    ],
)
def test_a_forged_cursor(town: Town, path: str, place: dict[str, Any]) -> None:
    """It has our keys and kinds, and places that no page ends at."""
    path, _, rest = path.partition("?")
    parameters = dict(part.split("=") for part in rest.split("&") if part)
    problem = refusal(town, path, **parameters, cursor=cursor(**place))
    assert (problem["status"], problem["title"]) == (400, "BadCursor")


def test_a_cursor_of_another_layer(town: Town) -> None:
    areas = town.get("/api/areas", limit=1)["next"]
    incidents = town.get("/api/incidents", limit=1)["next"]
    cells = town.get("/api/cells", grid=1, limit=1)["next"]
    for path, foreign in (
        ("/api/areas", incidents), ("/api/areas", cells), ("/api/incidents", areas),
        ("/api/incidents", cells), ("/api/premises", cells), ("/api/enterprises", incidents),
    ):  # fmt: skip
        assert refusal(town, path, cursor=foreign)["title"] == "BadCursor"


@pytest.mark.parametrize("front_end", [FRONT_END, FRONT_END / "nothing is built here"])
@pytest.mark.parametrize(
    "path",
    ["/no/such/path", "/api", "/api/", "/api/cells/1/2", "/tiles/no/0/0/0.mvt",
     "/tiles/cells/0/0/0", "/docs/assets/no.js", "/..%2f..%2fpyproject.toml", "/%2e%2e/x"],
)  # fmt: skip
def test_a_path_that_is_not_served(town: Town, path: str, front_end: Any) -> None:
    app = create_app(town.engine, front_end)
    answer = TestClient(app, follow_redirects=False).get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == PROBLEM
    assert answer.json()["status"] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["/api/grids", "/api/cells/1", "/tiles/premises/0/0/0.mvt"])
def test_nothing_can_be_written(town: Town, method: str, path: str) -> None:
    answer = town.client.request(method, path)
    assert answer.status_code == 405
    assert answer.headers["content-type"] == PROBLEM
    assert "GET" in answer.headers["allow"]


# --- Defects --------------------------------------------------------------------------------------

SECRET = "password=hunter2 in /work/secret.py"


class Unlisted(GridgisError):
    """A refusal that was made for the command line, and reached a route."""


@pytest.mark.parametrize(
    "defect",
    [
        RuntimeError(SECRET),
        KeyError(SECRET),
        Unlisted(SECRET),
        OperationalError(SECRET, {"secret": SECRET}, Exception(SECRET)),
    ],
)
def test_a_defect_says_nothing_of_itself(
    town: Town, monkeypatch: pytest.MonkeyPatch, defect: Exception
) -> None:
    def fails(*_: Any) -> None:
        raise defect

    monkeypatch.setattr("layers.cells.grids", fails)
    answer = town.client.get("/api/grids")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == PROBLEM
    assert answer.json() == {
        "type": "about:blank",
        "title": "Defect",
        "status": 500,
        "detail": "gridgis failed here; the log says where",
    }
    for word in ("hunter2", "secret", type(defect).__name__, "Traceback", ".py"):
        assert word not in answer.text
    # It is raised again, so that the server's log has it.
    with pytest.raises(type(defect)):
        TestClient(town.app).get("/api/grids")


def test_a_listed_refusal_keeps_its_words(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> None:
        raise Busy("somebody publishes; try again")

    monkeypatch.setattr("layers.cells.grids", fails)
    problem = refusal(town, "/api/grids")
    assert problem["status"] == 503
    assert problem["title"] == "Busy"
    assert problem["detail"] == "somebody publishes; try again"


# --- The table of refusals ------------------------------------------------------------------------


def refusals() -> dict[str, type[GridgisError]]:
    """Every refusal of the core, the layers and the routes, by its full name."""
    for package in (gridgis, layers, api):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.startswith("layers.migrations"):
                importlib.import_module(module.name)
    found, todo = {}, [GridgisError]
    while todo:
        for cls in todo.pop().__subclasses__():
            todo.append(cls)
            if cls.__module__.split(".")[0] in ("gridgis", "layers", "api"):
                found[f"{cls.__module__}.{cls.__qualname__}"] = cls
    return found


def test_every_refusal_has_a_status_or_a_reason_why_not() -> None:
    found = refusals()
    assert len(found) > 10
    assert set(NOT_FOR_ROUTES) <= set(found)
    assert {name for name, cls in found.items() if status_of(cls) is None} == set(NOT_FOR_ROUTES)


def test_the_table_holds_only_refusals_of_the_client_or_for_now() -> None:
    assert set(STATUS) <= set(refusals().values())
    assert all(400 <= status < 500 or status == 503 for status in STATUS.values())


def test_a_kind_of_a_listed_refusal_has_its_status() -> None:
    class Busier(Busy):
        pass

    assert status_of(Busier) == STATUS[Busy]
    assert status_of(GridgisError) is None
