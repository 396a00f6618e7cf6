"""Databases of the throw-away cluster, for those tests that need one of their own."""

from __future__ import annotations

import contextlib

import psycopg2
from psycopg2 import sql

from layers.cluster import Cluster

TEMPLATE = "template_test"


def _admin(cluster: Cluster) -> psycopg2.extensions.connection:
    connection = psycopg2.connect(host=str(cluster.socket), user="gridgis", dbname="postgres")
    connection.autocommit = True
    return connection


def exists(cluster: Cluster, name: str) -> bool:
    """Whether there is a database of that name."""
    with contextlib.closing(_admin(cluster)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
        return cursor.fetchone() is not None


def create_database(cluster: Cluster, name: str, template: str = "template1") -> None:
    """Make a database of that name."""
    with contextlib.closing(_admin(cluster)) as connection, connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
