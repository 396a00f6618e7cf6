"""Every path answers as the OpenAPI document says, and guards whoever reads the answer."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from pydantic import TypeAdapter
from sqlalchemy.exc import OperationalError

from api.app import create_app
from api.routes import incidents, onemap
from api.shapes import Hotspots
from layers.database import connect
from layers.locating import cells_at
from tests.api.conftest import Town

DOCUMENT = Path(__file__).parents[2] / "docs" / "openapi.json"
WINDOW = {"from": "2000-01-01", "to": "2100-01-01"}

# What to ask of each path so that it finds something; a path that is missing here fails a test.
ASKED: dict[str, dict[str, Any]] = {
    "/api/grids": {},
    "/api/areas": {"tier": "village"},
    "/api/cells": {"grid": 2, "limit": 1000},
    "/api/cells/{cell}": WINDOW | {"cell": 1},
    "/api/locate": {"lon": 120.6, "lat": 31.0},
    "/api/search": {"q": "网格"},
    "/api/incidents": WINDOW | {"limit": 1000},
    "/api/incidents/timeline": {"bucket": "week"},
    "/api/enterprises": {"limit": 1000},
    "/api/premises": {"limit": 1000},
    "/api/hotspots": WINDOW | {"resolution": 9},
    "/api/coverage": WINDOW,
}
NOT_JSON = {
    "/healthz",
    "/readyz",
    "/tiles/cells/{z}/{x}/{y}.mvt",
    "/tiles/incidents/{z}/{x}/{y}.mvt",
    "/tiles/premises/{z}/{x}/{y}.mvt",
}

SECURE = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


def ask(town: Town, path: str) -> Any:
    parameters = dict(ASKED[path])
    if "{cell}" in path:
        path = path.replace("{cell}", str(parameters.pop("cell")))
    return town.get(path, **parameters)


def model_of(app: FastAPI, path: str) -> Any:
    """What the document says that a path answers: the name of its model."""
    answer = app.openapi()["paths"][path]["get"]["responses"]["200"]
    return answer["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]


def models() -> dict[str, Any]:
    """The response model of each path."""
    return {
        route.path: route.response_model
        for module in (onemap, incidents)
        for route in module.router.routes
        if isinstance(route, APIRoute)
    }


def test_no_path_is_left_out(town: Town) -> None:
    document = town.app.openapi()["paths"]
    assert set(document) == set(ASKED) | NOT_JSON
    assert {method for path in document.values() for method in path} == {"get"}


@pytest.mark.parametrize("path", ASKED)
def test_answers_what_its_model_says_and_nothing_else(town: Town, path: str) -> None:
    model = models()[path]
    assert model.__name__.replace("[", "_").replace("]", "_") == model_of(town.app, path)
    adapter = TypeAdapter(model)
    answer = ask(town, path)
    said = adapter.dump_python(adapter.validate_python(answer), mode="json", by_alias=True)
    assert normal(said) == normal(answer)


def normal(value: Any) -> Any:
    """The same moment is the same text, whether it ends in Z or in +00:00."""
    if isinstance(value, dict):
        return {key: normal(item) for key, item in value.items()}
    if isinstance(value, list):
        return [normal(item) for item in value]
    return value.replace("+00:00", "Z") if isinstance(value, str) else value


def test_hotspots_keep_to_their_shape_though_nobody_checks_it(town: Town) -> None:
    answer = ask(town, "/api/hotspots")
    found = Hotspots.model_validate(answer)
    located = town.rows("SELECT count(*), count(location) FROM incident")
    assert [(found.incidents, found.located)] == located
    assert found.hexes == len(found.features) > 100
    assert found.on_land == sum(hexagon.properties.count for hexagon in found.features)
    assert set(found.significant) == {"hot99", "hot95", "hot90", "cold90", "cold95", "cold99"}
    classes = [hexagon.properties.class_ for hexagon in found.features]
    names = {3: "hot99", 2: "hot95", 1: "hot90", -1: "cold90", -2: "cold95", -3: "cold99"}
    for level, name in names.items():
        assert found.significant[name].hexes == classes.count(level)  # type: ignore[index]
    for hexagon in found.features:
        [ring] = hexagon.geometry.coordinates
        assert ring[0] == ring[-1]
        assert len(ring) >= 6
    json.dumps(answer, allow_nan=False)


def test_finds_something_wherever_it_looks(town: Town) -> None:
    """The answers above would keep to their shapes by being empty."""
    for path in ("/api/areas", "/api/cells", "/api/incidents", "/api/enterprises", "/api/premises"):
        assert len(ask(town, path)["features"]) > 5, path
    assert ask(town, "/api/search")["results"]
    assert ask(town, "/api/incidents/timeline")["buckets"]
    assert len(ask(town, "/api/grids")["grids"]) == len(ask(town, "/api/coverage")["grids"]) > 3
    card = ask(town, "/api/cells/{cell}")
    assert card["incidents"]["count"] > 0
    assert card["children"] > 0


def test_every_operation_says_what_it_answers(town: Town) -> None:
    for path, methods in town.app.openapi()["paths"].items():
        assert methods["get"].get("description"), path


def test_the_committed_document_is_what_the_api_says(town: Town) -> None:
    said = json.dumps(town.app.openapi(), ensure_ascii=False, indent=1) + "\n"
    said = said.replace("Unprocessable Content", "Unprocessable Entity")  # 422 in Python 3.13
    assert DOCUMENT.read_text("utf-8") == said


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/healthz", 200),
        ("/docs", 200),
        ("/openapi.json", 200),
        ("/api/grids", 200),
        ("/tiles/premises/0/0/0.mvt", 200),
        ("/api/cells/2000000000", 404),
        ("/no/such/path", 404),
        ("/api/locate", 422),
        ("/api/incidents?cursor=x", 400),
        ("/fails", 500),
    ],
)
def test_every_answer_is_guarded(town: Town, path: str, status: int) -> None:
    app = create_app(town.engine, front_end=Path("/nonexistent"))

    @app.get("/fails")
    def fails() -> None:
        raise RuntimeError

    answer = TestClient(app, raise_server_exceptions=False).get(path)
    assert answer.status_code == status
    for name, value in SECURE.items():
        assert answer.headers[name] == value
    policy = dict(
        part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";")
    )
    assert policy["default-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["base-uri"] == "'none'"
    # No script may be inline, and nothing comes from another host.
    assert "script-src" not in policy
    assert not any("http" in source for source in policy.values())


def test_big_answers_are_packed(town: Town) -> None:
    answer = town.client.get("/api/cells?grid=1", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.json() == town.get("/api/cells", grid=1)


def test_alive_from_the_start_and_ready_once_warm(town: Town) -> None:
    app = create_app(town.engine)
    cold = TestClient(app)  # its lifespan has not begun
    assert cold.get("/healthz").json() == {"status": "alive"}
    answer = cold.get("/readyz")
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"] == "NotReady"
    with TestClient(app) as client:
        assert once_ready(client) == {"status": "ready"}


def once_ready(client: TestClient) -> Any:
    """What it says when it says that it is ready."""
    until = time.monotonic() + 60
    while (answer := client.get("/readyz")).status_code == 503 and time.monotonic() < until:
        time.sleep(0.02)
    assert answer.status_code == 200
    return answer.json()


def test_ready_also_where_the_database_came_late(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def comes_late(*arguments: Any) -> Any:
        asked.append(arguments)
        if len(asked) < 3:
            raise OperationalError("SELECT", {}, Exception("the database system is starting up"))
        return cells_at(*arguments)

    monkeypatch.setattr("layers.locating.cells_at", comes_late)
    monkeypatch.setattr("api.app.AGAIN_AFTER_S", 0.01)
    with TestClient(create_app(town.engine)) as client:
        once_ready(client)
    assert len(asked) == 3


def test_without_its_database_it_is_alive_but_not_ready() -> None:
    engine = connect("postgresql+psycopg2://nobody@127.0.0.1:1/nothing")
    app = create_app(engine)
    app.state.kept.warm = True
    client = TestClient(app)
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["detail"] == "the database does not answer"
    engine.dispose()
