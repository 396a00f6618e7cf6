"""Coverage 覆盖: the share of land, of incidents and of enterprises in a cell of each grid."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from gridgis.geodesy import area_m2
from layers.areas import OUTERMOST
from layers.cells import grids
from layers.drawings import Drawings
from layers.features import Window
from layers.hotspots import Lands

# Uniting shapes moves vertices by the last digit; less than this uncovered is no land.
NOISE_M2 = 1.0

DEFINITIONS = {
    "land": {
        "zh": "网格覆盖的土地面积 ÷ 辖区土地面积。辖区取最高一级行政区划的界线；"
        "没有界线时取全部网格之并集",
        "en": "Land inside a cell of the grid ÷ land of the place. The place is the outermost"
        " area; where none has a boundary, the union of all grids",
    },
    "incidents": {
        "zh": "落在该网格内的工单数 ÷ 时段内有坐标的工单数",
        "en": "Incidents inside a cell of the grid ÷ located incidents of the window",
    },
    "enterprises": {
        "zh": "至少一处场所落在该网格内的企业数 ÷ 有坐标场所的企业数",
        "en": "Enterprises with premises inside a cell of the grid ÷ enterprises with a located"
        " premises",
    },
}


@dataclass
class LandShares:
    """Covered and total land by plan; kept, since plans are final. Safe between threads."""

    _kept: OrderedDict[tuple[Any, ...], tuple[float, float]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(
        self, session: Session, drawings: Drawings, lands: Lands, plan: int
    ) -> tuple[float, float]:
        """(covered, total) in m²."""
        areas = session.execute(
            text(
                "SELECT id, revision, ST_AsBinary(boundary) FROM area"
                f" WHERE {OUTERMOST} ORDER BY id"
            )
        ).all()
        place = lands.shape(session)
        key = (plan, hash(shapely.to_wkb(place)), *((row[0], row[1]) for row in areas))
        with self._lock:
            if key in self._kept:
                return self._kept[key]
        if areas:
            place = shapely.union_all(shapely.from_wkb([bytes(row[2]) for row in areas]))
        covered = shapely.intersection(shapely.union_all(drawings.of(session, plan).shapes), place)
        part, whole = area_m2(np.array([covered, place], dtype=object)).tolist()
        if whole - part < NOISE_M2:
            part = whole
        with self._lock:
            self._kept[key] = (part, whole)
            while len(self._kept) > 64:
                self._kept.popitem(last=False)
        return part, whole


def coverage(
    session: Session, drawings: Drawings, lands: Lands, shares: LandShares, window: Window
) -> dict[str, Any]:
    """For each grid with a plan in force: covered, total and share of the three, and what they
    mean. A share without a denominator is null.
    """
    lines = []
    for grid in grids(session):
        if grid["plan"] is None:
            continue
        covered, total = shares.of(session, drawings, lands, grid["plan"]["id"])
        # A cell of this very grid: towns may share the slot.
        held = (
            f"EXISTS (SELECT FROM cell c WHERE c.id = r.cells[{grid['slot']:d}]"
            f" AND c.grid_id = {grid['id']:d})"
        )
        incidents = session.execute(
            text(
                f"SELECT count(*) FILTER (WHERE {held}), count(*) FROM incident r"
                f" WHERE location IS NOT NULL AND {window.sql('occurred_at')}"
            ),
            window.parameters(),
        ).one()
        enterprises = session.execute(
            text(
                f"SELECT count(DISTINCT l.enterprise_id) FILTER (WHERE {held}),"
                " count(DISTINCT l.enterprise_id) FROM premises r"
                " JOIN enterprise_premises l ON l.premises_id = r.id WHERE location IS NOT NULL"
            )
        ).one()
        lines.append(
            {
                "grid": grid["id"],
                **{key: grid[key] for key in ("name", "name_en", "kind", "system", "tier")},
                "land": {
                    "covered_m2": covered,
                    "total_m2": total,
                    "share": covered / total if total else None,
                },
                "incidents": _share(*incidents),
                "enterprises": _share(*enterprises),
            }
        )
    return {"grids": lines, "definitions": DEFINITIONS}


def _share(covered: int, total: int) -> dict[str, Any]:
    return {"covered": covered, "total": total, "share": covered / total if total else None}
