"""The service on the sample town: filled in once a worker, copied for whoever writes into it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import shapely
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text

from api.app import create_app
from gridgis.geodesy import area_m2
from layers.cluster import Cluster
from layers.database import connect, lock_for_publishing, transaction
from layers.drawings import Drawings
from layers.fill import fill_if_empty
from layers.grids import Grid
from layers.plandrafts import Cells, draft_plan, shapes_in_force
from layers.publishing import put_in_force
from layers.summary import Summary
from tests.postgis import TEMPLATE, create_database


@dataclass
class Town:
    """A service, its database, and what tests ask of both."""

    app: FastAPI
    client: TestClient
    engine: Engine

    def get(self, path: str, **parameters: Any) -> Any:
        """The JSON of a path that must answer 200; `since` and `until` are `from` and `to`."""
        answer = self.client.get(path, params=parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def rows(self, sql: str, **parameters: Any) -> list[Any]:
        """Rows straight from the database, asked past the service."""
        with self.engine.connect() as connection:
            return list(connection.execute(text(sql), parameters).all())

    def write(self, sql: str, **parameters: Any) -> None:
        """Change the database past the service."""
        with self.engine.begin() as connection:
            connection.execute(text(sql), parameters)

    def grid(self, system: str, tier: int) -> int:
        """The number of a grid."""
        [(identity,)] = self.rows(
            "SELECT id FROM grid WHERE system = :system AND tier = :tier", system=system, tier=tier
        )
        return int(identity)


@pytest.fixture(scope="session")
def sample_database(cluster: Cluster, worker_id: str) -> str:
    """The name of a database with the sample town; nobody stays connected to it."""
    name = f"api_{worker_id}_sample"
    create_database(cluster, name, template=TEMPLATE)
    engine = connect(cluster.url(name))
    with transaction(engine) as session:
        assert fill_if_empty(session, "sample")
    engine.dispose()
    return name


NewTown = Callable[[], Town]


@pytest.fixture(scope="session")
def new_town(cluster: Cluster, worker_id: str, sample_database: str) -> Iterator[NewTown]:
    """Make a service on a sample town of its own."""
    numbers = itertools.count(1)
    engines = []

    def make() -> Town:
        name = f"api_{worker_id}_{next(numbers)}"
        create_database(cluster, name, template=sample_database)
        engine = connect(cluster.url(name))
        engines.append(engine)
        app = create_app(engine)
        return Town(app, TestClient(app, raise_server_exceptions=False), engine)

    yield make
    for engine in engines:
        engine.dispose()


@pytest.fixture(scope="session")
def town(new_town: NewTown) -> Town:
    """The town of all tests that only read."""
    return new_town()


@pytest.fixture
def own_town(new_town: NewTown) -> Town:
    """The town of one test that writes."""
    return new_town()


def redraw(town: Town, grid: int) -> tuple[str, str]:
    """Cut the grid's last cell in two by a new plan, and put it in force: (old code, new code).

    The western half keeps code and identity, the eastern one is a new cell.
    """
    with transaction(town.engine) as session:
        lock_for_publishing(session, [grid])
        row = session.get_one(Grid, grid)
        drawn = shapes_in_force(session, row)
        assert drawn is not None
        boundary = drawn.boundary[-1]
        west, south, east, north = boundary.bounds
        middle = (west + east) / 2
        halves = np.empty(2, dtype=object)
        for i, side in enumerate(((west, middle), (middle, east))):
            half = boundary.intersection(shapely.box(side[0], south, side[1], north))
            halves[i] = shapely.MultiPolygon(shapely.get_parts(half).tolist())
        code = str(drawn.code[-1])
        nothing = np.array([None, None], dtype=object)
        plan = draft_plan(
            session,
            row,
            Cells(
                code=np.array([code, code + "E"], dtype=object),
                name=nothing.copy(),
                name_en=nothing.copy(),
                boundary=halves,
                area_m2=area_m2(halves),
                households=nothing.copy(),
                population=nothing.copy(),
                parents=[],
            ),
            np.array([drawn.parent_id[-1]] * 2, dtype=object),
            Summary("cells", read=2),
        )
        assert plan is not None
        put_in_force(session, Drawings(), plan)
    return code, code + "E"
