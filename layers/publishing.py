"""Putting a plan in force, so that no located row keeps a stale cell (design 4.5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.orm import Session

from gridgis.errors import GridgisError
from layers.copying import fetch, stage
from layers.drawings import Drawings
from layers.plans import Plan

LOCATED = ("incident", "premises")
Cells = NDArray[np.int32]


class NotInOrder(GridgisError):
    """A plan cannot be put in force at that time."""


@dataclass(frozen=True)
class Relocation:
    """How many located rows of a table were looked at, and how many changed their cell."""

    table: str
    rows: int
    moved: int


def put_in_force(
    session: Session, drawings: Drawings, plan: Plan, since: datetime | None = None
) -> list[Relocation]:
    """Seal the plan, make it the grid's current one from `since`, and relocate every located row.

    The caller holds the grid by `lock_for_publishing`; None is this moment. The first plan of a
    grid may reach back as far as one likes; a later one may not, because `cells_then` of the rows
    since then is history.
    """
    # Not now(): the transaction may have begun long before it got the lock, and others wrote.
    now = session.execute(text("SELECT clock_timestamp()")).scalar_one()
    since = now if since is None else since
    if since > now:
        raise NotInOrder(f"plan {plan.number}: {since:%Y-%m-%d %H:%M} lies in the future")
    previous = session.execute(
        text(
            "SELECT id, number, lower(in_force) FROM plan"
            " WHERE grid_id = :grid AND in_force IS NOT NULL AND upper_inf(in_force)"
        ),
        {"grid": plan.grid_id},
    ).one_or_none()
    if previous is not None:
        if since < now:
            raise NotInOrder(
                f"plan {plan.number} cannot reach back to {since:%Y-%m-%d %H:%M}: plan"
                f" {previous.number} was in force then, and what it decided is history"
            )
        session.execute(
            text(
                "UPDATE plan SET in_force = tstzrange(lower(in_force), :since),"
                " changed_at = now(), revision = revision + 1 WHERE id = :id"
            ),
            {"since": since, "id": previous.id},
        )
    session.execute(
        text(
            "UPDATE plan SET state = 'sealed', in_force = tstzrange(:since, NULL),"
            " changed_at = now(), revision = revision + 1 WHERE id = :id"
        ),
        {"since": since, "id": plan.id},
    )
    slot = session.execute(
        text(
            "UPDATE grid SET current_plan_id = :plan, epoch = epoch + 1, changed_at = now(),"
            " revision = revision + 1 WHERE id = :grid RETURNING slot"
        ),
        {"plan": plan.id, "grid": plan.grid_id},
    ).scalar_one()
    # The session's objects do not see what these statements wrote.
    session.expire_all()
    return [_relocate(session, drawings, plan, slot, table) for table in LOCATED]


def _relocate(
    session: Session, drawings: Drawings, plan: Plan, slot: int, table: str
) -> Relocation:
    """Decide this grid's cell and neighbour anew for every row; touch the rows that changed.

    Where another town shares the slot, its cells stay: a row is this grid's only where one of
    this grid's cells holds it now or held it before.
    """
    rows = fetch(
        session,
        "SELECT r.id, ST_X(r.location), ST_Y(r.location), coalesce(r.accuracy_m, 0),"
        f" coalesce(c.id, 0), coalesce(r.cells[{slot:d}], 0),"
        f" coalesce(n.id, 0), coalesce(r.neighbours[{slot:d}], 0)"
        f" FROM {table} r"
        f" LEFT JOIN cell c ON c.id = r.cells[{slot:d}] AND c.grid_id = {plan.grid_id:d}"
        f" LEFT JOIN cell n ON n.id = r.neighbours[{slot:d}] AND n.grid_id = {plan.grid_id:d}"
        " WHERE r.location IS NOT NULL",
        {
            "id": "int64", "lon": "float64", "lat": "float64", "accuracy_m": "float64",
            "mine": "int32", "held": "int32", "near_mine": "int32", "near_held": "int32",
        },
    )  # fmt: skip
    drawing = drawings.of(session, plan.id)
    at = rows["lon"].to_numpy(), rows["lat"].to_numpy()
    position = drawing.locate(*at)
    inside = position >= 0
    cell = np.zeros(len(rows), dtype=np.int32)
    cell[inside] = drawing.cells[position[inside]]
    near = drawing.neighbours(*at, rows["accuracy_m"].to_numpy(), position)
    moved, rows["cell"] = _decided(cell, rows["mine"].to_numpy(), rows["held"].to_numpy())
    borders, rows["near"] = _decided(
        near, rows["near_mine"].to_numpy(), rows["near_held"].to_numpy()
    )
    changed = rows[moved | borders]
    if len(changed):
        staged = f"moved_{table}_{plan.id}"
        columns = {"id": "bigint", "held": "int", "cell": "int", "near": "int"}
        stage(session, staged, columns, changed)
        session.execute(
            text(
                f"UPDATE {table} r SET cells = {_with('r.cells', slot, 'm.cell')},"
                f" neighbours = {_with('r.neighbours', slot, 'm.near')}, changed_at = now(),"
                f" revision = revision + 1 FROM {staged} m WHERE r.id = m.id"
            )
        )
        session.execute(
            text(
                "INSERT INTO cell_move (kind, row_id, grid_id, from_cell_id, to_cell_id, plan_id)"
                f" SELECT '{table}', id, :grid, nullif(held, 0), nullif(cell, 0), :plan"
                f" FROM {staged} WHERE held <> cell"
            ),
            {"grid": plan.grid_id, "plan": plan.id},
        )
    return Relocation(table, len(rows), int(moved.sum()))


def _decided(found: Cells, mine: Cells, held: Cells) -> tuple[NDArray[np.bool_], Cells]:
    """(which rows change, what each then holds); now it holds `held`, `mine` if that is ours."""
    changed = (found != mine) & ((held == mine) | (found != 0))
    return changed, np.where(changed, found, held)


def _with(column: str, slot: int, cell: str) -> str:
    """SQL for the array with a cell (0: none) in the slot, counted from 1, without trailing nulls.

    Assigning to an element would start an empty array at that element.
    """
    return (
        "coalesce((SELECT (array_agg(c ORDER BY i))[1:max(i) FILTER (WHERE c IS NOT NULL)]"
        f" FROM (SELECT i, CASE WHEN i = {slot:d} THEN nullif({cell}, 0) ELSE {column}[i] END"
        f" FROM generate_series(1, greatest({slot:d}, coalesce(array_upper({column}, 1), 0))) i)"
        " AS element (i, c)), '{}')"
    )
