"""The tables as migrated are the tables as declared, up and down."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg2
import pytest
from alembic import command
from psycopg2 import sql
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from layers.cluster import Cluster
from layers.database import connect
from layers.migrate import configuration, migrate


@pytest.fixture
def bare(cluster: Cluster, worker_id: str) -> Iterator[Engine]:
    name = f"migration_{worker_id}_test"
    admin = psycopg2.connect(host=str(cluster.socket), user="gridgis", dbname="postgres")
    admin.autocommit = True
    with admin.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    engine = connect(cluster.url(name), role=None)
    yield engine
    engine.dispose()
    with admin.cursor() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))
    admin.close()


def test_up_check_down_up(bare: Engine) -> None:
    migrate(bare)
    with bare.connect() as connection:
        command.check(configuration(connection))  # raises where declaration and database differ
    assert {"grid", "plan", "cell_shape", "incident"} <= set(inspect(bare).get_table_names())
    with bare.begin() as connection:
        command.downgrade(configuration(connection), "base")
    left = set(inspect(bare).get_table_names()) - {"spatial_ref_sys", "alembic_version"}
    assert left == set()
    migrate(bare)
    migrate(bare)  # a second time changes nothing


HISTORY = (
    "UPDATE lineage SET area_share = 1",
    "UPDATE cell_move SET at = now()",
    "DELETE FROM cell_move",
    "DELETE FROM lineage",
    "TRUNCATE cell_move",
    "TRUNCATE plan CASCADE",
    "ALTER TABLE cell_shape DISABLE TRIGGER ALL",
)


@pytest.mark.parametrize("statement", HISTORY)
def test_the_service_may_not_rewrite_history(engine: Engine, statement: str) -> None:
    refused = "permission denied|must be owner"
    with Session(engine) as session, pytest.raises(ProgrammingError, match=refused):
        session.execute(text(statement))


GRID = "INSERT INTO grid (slot, kind, system, tier, name) VALUES (1, 'police', 'police', 1, 'x')"
PLAN = "INSERT INTO plan (grid_id, number, name, state, in_force) VALUES (1, {}, 'x', '{}', {})"


def test_one_plan_of_a_grid_is_in_force_at_a_time(engine: Engine) -> None:
    with Session(engine) as session:
        session.execute(text(GRID))
        session.execute(text(PLAN.format(1, "sealed", "'[2020-01-01,2021-01-01)'")))
        session.execute(text(PLAN.format(2, "sealed", "'[2021-01-01,)'")))
        with pytest.raises(IntegrityError, match="ex_plan_grid_id_in_force"):
            session.execute(text(PLAN.format(3, "sealed", "'[2020-06-01,2020-07-01)'")))


def test_only_a_sealed_plan_is_in_force(engine: Engine) -> None:
    with Session(engine) as session:
        session.execute(text(GRID))
        with pytest.raises(IntegrityError, match="sealed_before_in_force"):
            session.execute(text(PLAN.format(1, "draft", "'[2020-01-01,)'")))


SHAPE = (
    "INSERT INTO cell_shape (plan_id, cell_id, grid_id, code, name, boundary, area_m2) VALUES"
    " ({}, {}, 1, '{}', 'x',"
    " 'SRID=4326;MULTIPOLYGON(((0 0,1 0,1 1,0 0)))', 1)"
)


def test_a_code_belongs_to_one_cell_for_ever(engine: Engine) -> None:
    with Session(engine) as session:
        session.execute(text(GRID))
        for number in (1, 2):
            session.execute(text(PLAN.format(number, "draft", "NULL")))
        session.execute(text("INSERT INTO cell (grid_id) VALUES (1), (1)"))
        session.execute(text(SHAPE.format(1, 1, "A")))
        session.execute(text(SHAPE.format(2, 1, "A")))  # the same cell, drawn again
        session.execute(text("DELETE FROM cell_shape WHERE plan_id = 2"))
        with pytest.raises(IntegrityError, match="ex_cell_shape_code_cell_id"):
            session.execute(text(SHAPE.format(2, 2, "A")))


def test_a_sealed_plan_is_final(engine: Engine) -> None:
    with Session(engine) as session:
        session.execute(text(GRID))
        session.execute(text(PLAN.format(1, "draft", "NULL")))
        session.execute(text("INSERT INTO cell (grid_id) VALUES (1), (1)"))
        session.execute(text(SHAPE.format(1, 1, "A")))
        session.execute(text("UPDATE plan SET state = 'sealed'"))
        for statement in (
            SHAPE.format(1, 2, "B"),
            "UPDATE cell_shape SET name = 'y'",
            "DELETE FROM cell_shape",
        ):
            with pytest.raises(IntegrityError, match="sealed"), session.begin_nested():
                session.execute(text(statement))


UNSEALING = (
    "UPDATE plan SET state = 'draft', in_force = NULL WHERE number = 1",
    "UPDATE plan SET in_force = NULL WHERE number = 1",
    "UPDATE plan SET in_force = '[2019-01-01,2021-01-01)' WHERE number = 1",
    "UPDATE plan SET in_force = '[2020-01-01,2020-06-01)' WHERE number = 1",
    "UPDATE plan SET in_force = '[2021-02-01,)' WHERE number = 2",
    "UPDATE plan SET certificate = '{}' WHERE number = 2",
    "UPDATE plan SET number = 3 WHERE number = 2",
    "UPDATE plan SET state = 'submitted' WHERE number = 3",
    "DELETE FROM plan WHERE number = 1",
)


def test_a_sealed_plan_stays_sealed_and_as_it_was_in_force(engine: Engine) -> None:
    with Session(engine) as session:
        session.execute(text(GRID))
        session.execute(text(PLAN.format(1, "sealed", "'[2020-01-01,2021-01-01)'")))
        session.execute(text(PLAN.format(2, "sealed", "'[2021-01-01,)'")))
        session.execute(text(PLAN.format(3, "sealed", "NULL")))
        for statement in UNSEALING:
            with (
                pytest.raises(IntegrityError, match=r"plan \d is sealed and history"),
                session.begin_nested(),
            ):
                session.execute(text(statement))
        # It may end, once, and the one that waits sealed may begin; a name is only a name.
        for statement in (
            "UPDATE plan SET in_force = '[2021-01-01,2022-01-01)' WHERE number = 2",
            "UPDATE plan SET in_force = '[2022-01-01,)', name = 'y' WHERE number = 3",
        ):
            session.execute(text(statement))
        # A draft is nobody's history.
        session.execute(text(PLAN.format(4, "draft", "NULL")))
        session.execute(text("UPDATE plan SET number = 5 WHERE number = 4"))
        session.execute(text("DELETE FROM plan WHERE number = 5"))


def test_what_held_a_row_then_is_history(engine: Engine) -> None:
    with Session(engine) as session:
        session.execute(
            text(
                "INSERT INTO incident (number, occurred_at, cells_then, location, hex)"
                " VALUES ('1', '2020-01-01', '{7}', 'SRID=4326;POINT(0 0)', 1)"
            )
        )
        with (
            pytest.raises(IntegrityError, match="cells_then of incident 1 is history"),
            session.begin_nested(),
        ):
            session.execute(text("UPDATE incident SET cells_then = '{8}'"))
        # A corrected place is another matter.
        session.execute(
            text("UPDATE incident SET cells_then = '{8}', location = 'SRID=4326;POINT(1 1)'")
        )
