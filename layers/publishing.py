"""Putting a plan in force, so that no located row keeps a stale cell (design 4.5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from gridgis.errors import GridgisError
from layers.copying import fetch, stage
from layers.drawings import Drawings
from layers.plans import Plan

LOCATED = ("incident", "premises")


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
    """Decide this grid's cell anew for every row of a table; touch the rows that changed.

    Where another town shares the slot, its cells stay: a row is this grid's only where one of
    this grid's cells holds it now or held it before.
    """
    rows = fetch(
        session,
        f"SELECT r.id, ST_X(r.location), ST_Y(r.location), coalesce(c.id, 0),"
        f" coalesce(r.cells[{slot:d}], 0)"
        f" FROM {table} r LEFT JOIN cell c ON c.id = r.cells[{slot:d}]"
        f" AND c.grid_id = {plan.grid_id:d} WHERE r.location IS NOT NULL",
        {"id": "int64", "lon": "float64", "lat": "float64", "mine": "int32", "held": "int32"},
    )
    drawing = drawings.of(session, plan.id)
    position = drawing.locate(rows["lon"].to_numpy(), rows["lat"].to_numpy())
    cell = np.zeros(len(rows), dtype=np.int32)
    cell[position >= 0] = drawing.cells[position[position >= 0]]
    held, mine = rows["held"].to_numpy(), rows["mine"].to_numpy()
    changed = (cell != mine) & ((held == mine) | (cell != 0))
    moves = pd.DataFrame(
        {"row_id": rows["id"].to_numpy()[changed], "held": held[changed], "cell": cell[changed]}
    )
    if len(moves):
        staged = f"moved_{table}_{plan.id}"
        stage(session, staged, {"row_id": "bigint", "held": "int", "cell": "int"}, moves)
        session.execute(
            text(
                f"UPDATE {table} r SET cells[{slot:d}] = nullif(m.cell, 0), changed_at = now(),"
                f" revision = revision + 1 FROM {staged} m WHERE r.id = m.row_id"
            )
        )
        session.execute(
            text(
                "INSERT INTO cell_move (kind, row_id, grid_id, from_cell_id, to_cell_id, plan_id)"
                f" SELECT '{table}', row_id, :grid, nullif(held, 0), nullif(cell, 0), :plan"
                f" FROM {staged}"
            ),
            {"grid": plan.grid_id, "plan": plan.id},
        )
    return Relocation(table, len(rows), len(moves))
