"""Databases filled once a module by the command line's own functions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from layers.boundaries import Boundaries, import_boundaries
from layers.cluster import Cluster
from layers.database import connect, transaction
from layers.drawings import Drawings
from layers.files import read
from layers.summary import Summary
from tests.postgis import TEMPLATE, create_database


@pytest.fixture(scope="module")
def place(cluster: Cluster, worker_id: str, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A database for the place of this module, empty at first."""
    name = f"{request.module.__name__.split('.')[-1]}_{worker_id}"
    create_database(cluster, name, template=TEMPLATE)
    engine = connect(cluster.url(name))
    yield engine
    engine.dispose()


def draw(engine: Engine, path: Path, said: Boundaries) -> list[Summary]:
    """Import boundaries in a transaction of their own."""
    with transaction(engine) as session:
        return import_boundaries(session, Drawings(), read(path), said)
