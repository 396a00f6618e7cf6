"""Where the command line finds its database: the operator's, or the private cluster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from layers.cluster import Cluster
from layers.database import connect
from layers.migrate import migrate
from layers.settings import Settings


def database_url(settings: Settings) -> str:
    """The URL to connect to; starts the private cluster where no other database is named."""
    if settings.database_url is not None:
        return settings.database_url
    cluster = Cluster(settings.data)
    cluster.start()
    return cluster.url()


@contextmanager
def database(settings: Settings) -> Iterator[Engine]:
    """The service's engine on a database that has this version's tables."""
    url = database_url(settings)
    owner = connect(url, role=None)
    try:
        migrate(owner)
    finally:
        owner.dispose()
    engine = connect(url)
    try:
        yield engine
    finally:
        engine.dispose()
