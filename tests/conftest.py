"""A real PostGIS for every test: a throw-away cluster, one database a worker from a template."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import Engine

from layers.cluster import Cluster
from layers.database import connect
from layers.migrate import migrate
from tests.postgis import TEMPLATE, create_database, exists

# The same examples for everybody, so that a change is judged by what it changes, and as long as
# they take on a busy machine. HYPOTHESIS_PROFILE=search looks for new ones.
settings.register_profile("house", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "house"))


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data, or a skip that says so; CI demands that it is there."""
    named = os.environ.get("GRIDGIS_REAL_DATA")
    if not named:
        pytest.skip("real data: GRIDGIS_REAL_DATA names no folder")
    folder = Path(named)
    if not (folder / "README.md").exists():
        pytest.skip(f"real data: {folder} is absent")
    return folder


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Cluster]:
    """One cluster for all workers of this run; the last one to leave stops and deletes it."""
    # pytest's own folders are closed to the postgres user, so the cluster lives beside them.
    shared = tmp_path_factory.getbasetemp()
    shared = shared if worker_id == "master" else shared.parent
    notes = shared / "cluster"
    with _locked(notes):
        if notes.exists() and notes.read_text():
            root, users = notes.read_text().split("\n")
        else:
            root, users = tempfile.mkdtemp(prefix="gridgis-test-"), "0"
            Path(root).chmod(0o755)
        cluster = Cluster(Path(root), durable=False)
        cluster.start()
        if users == "0" and not exists(cluster, TEMPLATE):
            create_database(cluster, TEMPLATE)
            engine = connect(cluster.url(TEMPLATE), role=None)
            migrate(engine)
            engine.dispose()
        notes.write_text(f"{root}\n{int(users) + 1}")
    yield cluster
    with _locked(notes):
        root, users = notes.read_text().split("\n")
        if users == "1":
            cluster.stop("immediate")
            shutil.rmtree(root)
            notes.write_text("")
        else:
            notes.write_text(f"{root}\n{int(users) - 1}")


@pytest.fixture(scope="session")
def database(cluster: Cluster, worker_id: str) -> str:
    """The URL of this worker's own database, made from the template."""
    name = f"gridgis_{worker_id}_test"
    create_database(cluster, name, template=TEMPLATE)
    return cluster.url(name)


@pytest.fixture(scope="session")
def owner(database: str) -> Iterator[Engine]:
    """An engine that acts as the database's owner."""
    engine = connect(database, role=None)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def shared_engine(database: str) -> Iterator[Engine]:
    """An engine that acts as the service does; tests that read only may share what is there."""
    engine = connect(database)
    yield engine
    engine.dispose()


@pytest.fixture
def engine(shared_engine: Engine, owner: Engine) -> Iterator[Engine]:
    """The service's engine on a database that is empty before and after the test."""
    empty(owner)
    yield shared_engine
    empty(owner)


def empty(owner: Engine) -> None:
    """Take every row out of every table, and start the numbering again."""
    tables = (
        "area, grid, plan, cell, cell_shape, lineage, cell_move,"
        " incident, enterprise, premises, enterprise_premises"
    )
    with owner.begin() as connection:
        connection.exec_driver_sql(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.with_suffix(".lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
