"""Which cells hold these points: the core's index over the plans in PostGIS.

A sealed plan is never edited, so its index can be kept for as long as it is used and cannot go
stale; which plan is the current one is read under the lock of `layers.database`.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.orm import Session

from gridgis.borders import nearest_other
from gridgis.locate import CellIndex
from layers.database import GridLock

Matrix = NDArray[np.int32]
KEPT = 64  # indexes in memory; a few MB each


@dataclass(frozen=True)
class Drawing:
    """The cells of one plan, in the order of their codes, and the index over them."""

    plan_id: int
    cells: NDArray[np.int32]
    codes: NDArray[np.object_]
    shapes: NDArray[np.object_]
    index: CellIndex

    def locate(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int32]:
        """Position in `cells` of the cell that holds each point, -1 outside."""
        return self.index.locate(lon, lat)

    def neighbours(
        self,
        lon: NDArray[np.float64],
        lat: NDArray[np.float64],
        accuracy_m: NDArray[np.float64],
        position: NDArray[np.int32],
    ) -> NDArray[np.int32]:
        """The nearest other cell that is nearer than each point's accuracy, or 0.

        `position` is where `locate` found the points.
        """
        found = np.zeros(len(lon), dtype=np.int32)
        doubtful = np.flatnonzero(accuracy_m > 0)
        other = nearest_other(
            self.shapes, lon[doubtful], lat[doubtful], accuracy_m[doubtful], position[doubtful]
        )
        found[doubtful[other >= 0]] = self.cells[other[other >= 0]]
        return found


@dataclass
class Drawings:
    """The drawings in use, least recently used first. Safe to share between threads."""

    _kept: OrderedDict[int, Drawing] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, session: Session, plan_id: int) -> Drawing:
        """The drawing of a sealed plan (or of a draft that this transaction is about to seal)."""
        with self._lock:
            if plan_id in self._kept:
                self._kept.move_to_end(plan_id)
                return self._kept[plan_id]
        drawing = read(session, plan_id)
        sealed = session.scalar(
            text("SELECT state = 'sealed' FROM plan WHERE id = :id"), {"id": plan_id}
        )
        if sealed:
            with self._lock:
                self._kept[plan_id] = drawing
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
        return drawing

    def cells_now(
        self,
        session: Session,
        grids: Sequence[GridLock],
        lon: NDArray[np.float64],
        lat: NDArray[np.float64],
    ) -> Matrix:
        """Cell identity by (point, slot - 1), 0 outside, as the grids are drawn now."""
        current = [(grid.slot, grid.current_plan_id) for grid in grids]
        return self._located(
            session, [(slot, plan, None) for slot, plan in current if plan is not None], lon, lat
        )

    def cells_then(
        self,
        session: Session,
        grids: Sequence[GridLock],
        lon: NDArray[np.float64],
        lat: NDArray[np.float64],
        when: NDArray[np.datetime64],
    ) -> Matrix:
        """Like `cells_now`, by the plan in force at each point's own time (UTC)."""
        slots = {grid.id: grid.slot for grid in grids}
        plans = session.execute(
            text(
                "SELECT id, grid_id, lower(in_force), upper(in_force) FROM plan"
                " WHERE in_force IS NOT NULL AND grid_id = ANY(:grids)"
            ),
            {"grids": list(slots)},
        )
        during = [
            (slots[grid], plan, (when >= _instant(since)) & (when < _instant(until, end=True)))
            for plan, grid, since, until in plans
        ]
        return self._located(session, during, lon, lat)

    def neighbours_now(
        self,
        session: Session,
        grids: Sequence[GridLock],
        lon: NDArray[np.float64],
        lat: NDArray[np.float64],
        accuracy_m: NDArray[np.float64],
    ) -> Matrix:
        """By (point, slot - 1): the nearest other cell that is nearer than the accuracy, or 0."""
        found = _matrix(len(lon), (grid.slot for grid in grids))
        doubtful = np.flatnonzero(accuracy_m > 0)
        if not len(doubtful):
            return found
        at = lon[doubtful], lat[doubtful]
        for grid in grids:
            if grid.current_plan_id is None:
                continue
            drawing = self.of(session, grid.current_plan_id)
            near = drawing.neighbours(*at, accuracy_m[doubtful], drawing.locate(*at))
            found[doubtful[near > 0], grid.slot - 1] = near[near > 0]
        return found

    def _located(
        self,
        session: Session,
        plans: Sequence[tuple[int, int, NDArray[np.bool_] | None]],
        lon: NDArray[np.float64],
        lat: NDArray[np.float64],
    ) -> Matrix:
        found = _matrix(len(lon), (slot for slot, _, _ in plans))
        # Towns may share a slot; where two of them claim a point the lowest code has it.
        code = np.full(found.shape, None, dtype=object) if _shared(plans) else None
        for slot, plan, mask in plans:
            rows = np.arange(len(lon)) if mask is None else np.flatnonzero(mask)
            if not len(rows):
                continue
            drawing = self.of(session, plan)
            position = drawing.locate(lon[rows], lat[rows])
            rows, position = rows[position >= 0], position[position >= 0]
            if code is not None:
                claimed = code[rows, slot - 1]
                wins = np.array(
                    [
                        held is None or mine < held
                        for held, mine in zip(claimed, drawing.codes[position], strict=True)
                    ],
                    dtype=bool,
                )
                rows, position = rows[wins], position[wins]
                code[rows, slot - 1] = drawing.codes[position]
            found[rows, slot - 1] = drawing.cells[position]
        return found


def read(session: Session, plan_id: int) -> Drawing:
    """The drawing of a plan, from PostGIS."""
    rows = session.execute(
        text(
            "SELECT cell_id, code, ST_AsBinary(boundary) FROM cell_shape"
            " WHERE plan_id = :plan ORDER BY code"
        ),
        {"plan": plan_id},
    ).all()
    shapes = np.asarray(shapely.from_wkb([bytes(row[2]) for row in rows]), dtype=object)
    return Drawing(
        plan_id=plan_id,
        cells=np.array([row[0] for row in rows], dtype=np.int32),
        codes=np.array([row[1] for row in rows], dtype=object),
        shapes=shapes,
        index=CellIndex.build(shapes),
    )


def _matrix(points: int, slots: Iterable[int]) -> Matrix:
    return np.zeros((points, max(slots, default=0)), dtype=np.int32)


def _shared(plans: Sequence[tuple[int, int, Any]]) -> bool:
    slots = [slot for slot, _, _ in plans]
    return len(set(slots)) < len(slots)


def _instant(moment: datetime | None, *, end: bool = False) -> np.datetime64:
    """PostgreSQL's bound as UTC; an absent one lies outside every event."""
    if moment is None:
        return np.datetime64("9999-12-31" if end else "0001-01-01", "us")
    return np.datetime64(moment.replace(tzinfo=None), "us")
