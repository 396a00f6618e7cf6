"""Cells as people ask for them: lists of grids, features, the card of one cell, search."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from gridgis.errors import GridgisError
from layers.areas import OUTERMOST
from layers.features import (
    DECIMALS,
    Box,
    Page,
    Window,
    feature,
    in_box,
    page,
    read_cursor,
    write_cursor,
)

DAY_ZONE = "Asia/Shanghai"


class NoSuchGrid(GridgisError):
    """There is no grid of that number."""


class NoSuchCell(GridgisError):
    """There is no cell of that number in a plan in force."""


GRIDS = """
SELECT g.id, g.slot, g.kind, g.system, g.tier, g.name, g.name_en, g.must_tile, g.nests_in_id,
       g.epoch, p.id, p.number, p.name, lower(p.in_force), p.certificate,
       count(s.cell_id), ST_Extent(s.boundary)::box2d
FROM grid g
LEFT JOIN plan p ON p.id = g.current_plan_id
LEFT JOIN cell_shape s ON s.plan_id = p.id
GROUP BY g.id, p.id
ORDER BY g.kind <> 'comprehensive', g.system, g.tier, g.id
"""


def grids(session: Session) -> list[dict[str, Any]]:
    """Every grid with its plan in force, how many cells that draws, and its box."""
    return [
        {
            "id": row[0],
            "slot": row[1],
            "kind": row[2],
            "system": row[3],
            "tier": row[4],
            "name": row[5],
            "name_en": row[6],
            "must_tile": row[7],
            "nests_in": row[8],
            "epoch": row[9],
            "plan": None
            if row[10] is None
            else {
                "id": row[10],
                "number": row[11],
                "name": row[12],
                "in_force_from": row[13],
                "certificate": row[14],
            },
            "cells": row[15],
            "bbox": _box(row[16]),
        }
        for row in session.execute(text(GRIDS))
    ]


def place(session: Session) -> dict[str, Any] | None:
    """The widest of the outermost areas: the place all this is about."""
    row = session.execute(
        text(
            f"SELECT name, name_en, code FROM area WHERE {OUTERMOST}"
            " ORDER BY ST_Area(boundary) DESC, code LIMIT 1"
        )
    ).one_or_none()
    return None if row is None else {"name": row[0], "name_en": row[1], "code": row[2]}


def current_plan(session: Session, grid: int) -> int | None:
    """The plan that a grid is drawn by now. Raises NoSuchGrid."""
    row = session.execute(
        text("SELECT current_plan_id FROM grid WHERE id = :grid"), {"grid": grid}
    ).one_or_none()
    if row is None:
        raise NoSuchGrid(f"there is no grid {grid}")
    return None if row[0] is None else int(row[0])


CELL = f"""s.cell_id, ST_AsGeoJSON(s.boundary, {DECIMALS}), s.code, s.name, s.name_en, s.grid_id,
s.plan_id, s.parent_id, above.code, above.name, s.households, s.population, s.area_m2"""
# The parent's name as the parent's own grid draws it now.
CELLS = """cell_shape s
LEFT JOIN (cell_shape above JOIN grid up ON up.current_plan_id = above.plan_id)
  ON above.cell_id = s.parent_id"""


def features(
    session: Session,
    grid: int,
    *,
    box: Box | None = None,
    parent: int | None = None,
    q: str | None = None,
    limit: int = 200,
    cursor: str | None = None,
) -> Page:
    """The cells of a grid by code. A cursor names its plan, and goes on in that one."""
    at = read_cursor(cursor, plan=int, code=str)
    plan = current_plan(session, grid)
    if at is not None:
        plan = at["plan"]
    if plan is None:
        return Page([], 0, None)
    parameters: dict[str, Any] = {"plan": plan, "grid": grid}
    # A cursor may be forged: a draft is shown to nobody by it.
    sealed = "EXISTS (SELECT FROM plan p WHERE p.id = s.plan_id AND p.state = 'sealed')"
    where = [
        "s.plan_id = :plan",
        "s.grid_id = :grid",
        sealed,
        in_box("s.boundary", box, parameters),
    ]
    if parent is not None:
        where.append("s.parent_id = :parent")
        parameters["parent"] = parent
    if q:
        where.append("(s.name ILIKE :like OR s.name_en ILIKE :like OR s.code ILIKE :prefix)")
        parameters |= _like(q)
    after = None
    if at is not None:
        after = "s.code > :code"
        parameters["code"] = at["code"]
    rows, matched, more = page(
        session,
        select=CELL,
        source=CELLS,
        where=where,
        order="s.code",
        after=after,
        parameters=parameters,
        limit=limit,
    )
    following = write_cursor(plan=plan, code=rows[-1][2]) if more else None
    return Page([feature(row[0], row[1], _properties(row)) for row in rows], matched, following)


def _properties(row: Any) -> dict[str, Any]:
    names = (
        "code", "name", "name_en", "grid", "plan", "parent", "parent_code", "parent_name",
        "households", "population", "area_m2",
    )  # fmt: skip
    return {"id": row[0]} | dict(zip(names, row[2:], strict=True))


CARD = """
SELECT s.code, s.name, s.name_en, s.households, s.population, s.area_m2,
       ST_AsGeoJSON(s.boundary, 7), ST_Extent(s.boundary) OVER ()::box2d,
       g.id, g.name, g.name_en, g.kind, g.system, g.tier,
       p.number, p.name, lower(p.in_force),
       above.cell_id, above.code, above.name, above.name_en,
       (SELECT count(*) FROM cell_shape c JOIN grid d ON d.current_plan_id = c.plan_id
        WHERE c.parent_id = s.cell_id), s.party_branch
FROM cell_shape s
JOIN grid g ON g.current_plan_id = s.plan_id
JOIN plan p ON p.id = s.plan_id
LEFT JOIN (cell_shape above JOIN grid up ON up.current_plan_id = above.plan_id)
  ON above.cell_id = s.parent_id
WHERE s.cell_id = :cell
"""


def card(session: Session, cell: int, window: Window) -> dict[str, Any]:
    """All that the card of one cell shows. Raises NoSuchCell."""
    row = session.execute(text(CARD), {"cell": cell}).one_or_none()
    if row is None:
        raise NoSuchCell(f"there is no cell {cell} in a plan in force")
    return {
        "id": cell,
        "code": row[0],
        "name": row[1],
        "name_en": row[2],
        "households": row[3],
        "population": row[4],
        "area_m2": row[5],
        "geometry": json.loads(row[6]),
        "bbox": _box(row[7]),
        "grid": dict(
            zip(("id", "name", "name_en", "kind", "system", "tier"), row[8:14], strict=True)
        ),
        "plan": dict(zip(("number", "name", "in_force_from"), row[14:17], strict=True)),
        "parent": None
        if row[17] is None
        else dict(zip(("id", "code", "name", "name_en"), row[17:21], strict=True)),
        "children": row[21],
        "party_branch": row[22],
        "incidents": _incidents(session, cell, window),
        "premises": {"count": _count(session, "premises r", cell)},
        "enterprises": {
            "count": _count(
                session, "premises r JOIN enterprise_premises e ON e.premises_id = r.id", cell,
                "DISTINCT e.enterprise_id",
            )
        },
    }  # fmt: skip


def _incidents(session: Session, cell: int, window: Window) -> dict[str, Any]:
    holds = "cells @> ARRAY[CAST(:cell AS int)]"
    parameters = {"cell": cell} | window.parameters()
    here = f"FROM incident WHERE {holds} AND {window.sql('occurred_at')}"
    count, closed = session.execute(
        text(f"SELECT count(*), count(closed_at) {here}"), parameters
    ).one()
    previous = None
    if window.since is not None and window.until is not None:
        length: timedelta = window.until - window.since
        previous = session.execute(
            text(
                f"SELECT count(*) FROM incident WHERE {holds}"
                " AND occurred_at >= :before AND occurred_at < :since"
            ),
            {"cell": cell, "before": window.since - length, "since": window.since},
        ).scalar_one()
    categories = session.execute(
        text(f"SELECT category, count(*) {here} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 8"), parameters
    )
    days = session.execute(
        text(
            f"SELECT (occurred_at AT TIME ZONE '{DAY_ZONE}')::date, count(*) {here}"
            " GROUP BY 1 ORDER BY 1"
        ),
        parameters,
    )
    return {
        "count": count,
        "closed": closed,
        "previous": previous,
        "by_category": [{"category": c, "count": n} for c, n in categories],
        "by_day": [{"day": day, "count": n} for day, n in days],
    }


def _count(session: Session, source: str, cell: int, what: str = "*") -> int:
    count: int = session.execute(
        text(f"SELECT count({what}) FROM {source} WHERE r.cells @> ARRAY[CAST(:cell AS int)]"),
        {"cell": cell},
    ).scalar_one()
    return count


SEARCH = """
(SELECT 'cell', s.cell_id::bigint, s.code, s.name, s.name_en, g.name, g.name_en, g.tier,
        ST_Extent(s.boundary)::box2d, 0
 FROM cell_shape s JOIN grid g ON g.current_plan_id = s.plan_id
 WHERE s.name ILIKE :like OR s.name_en ILIKE :like OR s.code ILIKE :prefix
 GROUP BY s.plan_id, s.cell_id, g.id
 ORDER BY s.code <> :q, s.name <> :q, g.tier, s.code LIMIT :limit)
UNION ALL
(SELECT 'area', id::bigint, code, name, name_en, tier, tier, NULL, box2d(boundary), 1
 FROM area WHERE during @> now() AND (name ILIKE :like OR name_en ILIKE :like OR code ILIKE :prefix)
 ORDER BY code LIMIT :limit)
UNION ALL
(SELECT 'enterprise', e.id::bigint, e.code, e.name, NULL, e.industry, e.industry, NULL,
        ST_Extent(p.location)::box2d, 2
 FROM enterprise e LEFT JOIN enterprise_premises l ON l.enterprise_id = e.id
 LEFT JOIN premises p ON p.id = l.premises_id
 WHERE e.name ILIKE :like OR e.code ILIKE :prefix OR e.uscc ILIKE :prefix
 GROUP BY e.id ORDER BY e.code LIMIT :limit)
UNION ALL
(SELECT 'incident', id, number, coalesce(title, number), NULL, address, address, NULL,
        box2d(location), 3
 FROM incident WHERE number = :q LIMIT :limit)
"""


def search(session: Session, q: str, limit: int) -> list[dict[str, Any]]:
    """Cells, areas, enterprises and incidents by name or code, the exact ones first."""
    rows = session.execute(text(SEARCH), _like(q) | {"q": q, "limit": limit}).all()
    exact = sorted(rows, key=lambda row: (q not in (row[2], row[3]), row[9]))
    names = ("kind", "id", "code", "name", "name_en", "detail", "detail_en", "tier")
    return [
        dict(zip(names, row[:8], strict=True)) | {"bbox": _box(row[8])} for row in exact[:limit]
    ]


def _like(q: str) -> dict[str, str]:
    literal = q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    # Words that stand apart may have anything between them: 西栅 警务 finds 西栅警务网格.
    words = "%".join(literal.split())
    return {"like": f"%{words}%", "prefix": f"{literal}%"}


def _box(box: str | None) -> list[float] | None:
    """PostGIS's BOX(w s,e n) as [w, s, e, n]."""
    if box is None:
        return None
    return [float(n) for corner in box[4:-1].split(",") for n in corner.split(" ")]
