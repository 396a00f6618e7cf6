"""Where the command line finds its database: the operator's, or the private cluster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from gridgis.errors import GridgisError
from layers.cluster import Cluster, ClusterError
from layers.database import connect
from layers.migrate import migrate
from layers.settings import Settings


class NoDatabase(GridgisError):
    """There is no database to work with."""


@contextmanager
def private_cluster(settings: Settings) -> Iterator[Cluster]:
    """The private cluster, running until the block ends. Raises NoDatabase."""
    cluster = Cluster(settings.data)
    try:
        with cluster.use():
            yield cluster
    except ClusterError as error:
        raise NoDatabase(str(error)) from error


def with_driver(url: str) -> str:
    """The URL with the driver that is installed, whichever way the operator spelt it."""
    try:
        told = make_url(url)
    except ArgumentError as error:
        raise NoDatabase(
            "GRIDGIS_DATABASE_URL is no URL of a database; one looks like"
            " postgresql://user@host/database"
        ) from error
    if told.drivername in ("postgres", "postgresql"):
        told = told.set(drivername="postgresql+psycopg2")
    return told.render_as_string(hide_password=False)


@contextmanager
def database_url(settings: Settings) -> Iterator[str]:
    """The URL to connect to until the block ends. Raises NoDatabase."""
    if settings.database_url is not None:
        yield with_driver(settings.database_url)
    else:
        with private_cluster(settings) as cluster:
            yield cluster.url()


def bring_up_to_date(url: str) -> None:
    """Give the database the tables of this version. Raises NoDatabase."""
    owner = connect(url, role=None)
    try:
        migrate(owner)
    except OperationalError as error:
        shown = make_url(url).render_as_string(hide_password=True)
        raise NoDatabase(f"the database {shown} cannot be used: {error.orig}") from error
    finally:
        owner.dispose()


@contextmanager
def database(settings: Settings) -> Iterator[Engine]:
    """The service's engine on a database that has this version's tables."""
    with database_url(settings) as url:
        bring_up_to_date(url)
        engine = connect(url)
        try:
            yield engine
        finally:
            engine.dispose()
