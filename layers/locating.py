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
            "SELECT id, name, name_en, kind, tier, current_plan_id FROM grid"
            " WHERE current_plan_id IS NOT NULL ORDER BY kind <> 'comprehensive', system, tier, id"
        )
    ).all()
    found = []
    for identity, name, name_en, kind, tier, plan in grids:
        drawing = drawings.of(session, plan)
        position = int(drawing.locate(np.array([lon]), np.array([lat]))[0])
        cell = None
        if position >= 0:
            held = int(drawing.cells[position])
            label, label_en = session.execute(
                text(
                    "SELECT name, name_en FROM cell_shape WHERE plan_id = :plan AND cell_id = :cell"
                ),
                {"plan": plan, "cell": held},
            ).one()
            code = drawing.codes[position]
            cell = {"id": held, "code": code, "name": label, "name_en": label_en}
        found.append(
            {
                "grid": identity,
                "grid_name": name,
                "grid_name_en": name_en,
                "kind": kind,
                "tier": tier,
                "cell": cell,
            }
        )
    return found
