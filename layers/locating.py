"""Which cell of each grid holds one place: what a dispatcher asks many times a day."""

from __future__ import annotations

from typing import Any

import numpy as np
from sqlalchemy import text
from sqlalchemy.orm import Session

from layers.drawings import Drawings


def cells_at(session: Session, drawings: Drawings, lon: float, lat: float) -> list[dict[str, Any]]:
    """For each grid with a plan in force its cell at a place (WGS 84), None outside."""
    grids = session.execute(
        text(
            "SELECT id, name, kind, tier, current_plan_id FROM grid"
            " WHERE current_plan_id IS NOT NULL ORDER BY kind <> 'comprehensive', system, tier, id"
        )
    ).all()
    found = []
    for identity, name, kind, tier, plan in grids:
        drawing = drawings.of(session, plan)
        position = int(drawing.locate(np.array([lon]), np.array([lat]))[0])
        cell = None
        if position >= 0:
            held = int(drawing.cells[position])
            label = session.execute(
                text("SELECT name FROM cell_shape WHERE plan_id = :plan AND cell_id = :cell"),
                {"plan": plan, "cell": held},
            ).scalar_one()
            cell = {"id": held, "code": drawing.codes[position], "name": label}
        found.append(
            {"grid": identity, "grid_name": name, "kind": kind, "tier": tier, "cell": cell}
        )
    return found
