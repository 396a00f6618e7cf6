"""Incidents, enterprises and premises as features, counted through time, and as hexes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.orm import Session

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
BUCKETS = ("day", "week", "month")
CATEGORIES = 40


def _filters(
    window: Window, category: Sequence[str], cell: int | None
) -> tuple[list[str], dict[str, Any]]:
    where = [window.sql("occurred_at")]
    parameters = window.parameters()
    if category:
        where.append("category = ANY(:category)")
        parameters["category"] = list(category)
    if cell is not None:
        where.append("cells @> ARRAY[CAST(:cell AS int)]")
        parameters["cell"] = cell
    return where, parameters


INCIDENT = f"""id, ST_AsGeoJSON(location, {DECIMALS}), number, kind, source, category, title,
address, occurred_at, closed_at, cells"""


def incidents(
    session: Session,
    *,
    box: Box | None = None,
    window: Window = Window(),  # noqa: B008 - frozen
    category: Sequence[str] = (),
    cell: int | None = None,
    limit: int = 200,
    cursor: str | None = None,
) -> Page:
    """Incidents, the latest first."""
    where, parameters = _filters(window, category, cell)
    where.append(in_box("location", box, parameters))
    at = read_cursor(cursor, at=datetime, id=int)
    after = None
    if at is not None:
        after = "(occurred_at, id) < (:at, :id)"
        parameters |= at
    rows, matched, more = page(
        session,
        select=INCIDENT,
        source="incident",
        where=where,
        order="occurred_at DESC, id DESC",
        after=after,
        parameters=parameters,
        limit=limit,
    )
    names = ("number", "kind", "source", "category", "title", "address", "occurred_at", "closed_at")
    features = [
        feature(
            row[0],
            row[1],
            {"id": row[0]}
            | dict(zip(names, row[2:10], strict=True))
            | {"state": "open" if row[9] is None else "closed", "cells": row[10]},
        )
        for row in rows
    ]
    last = write_cursor(at=rows[-1][8].isoformat(), id=rows[-1][0]) if more else None
    return Page(features, matched, last)


def premises(
    session: Session,
    *,
    box: Box | None = None,
    cell: int | None = None,
    limit: int = 200,
    cursor: str | None = None,
) -> Page:
    """Premises by code, with the enterprises that are there."""
    parameters: dict[str, Any] = {}
    where = [in_box("p.location", box, parameters)]
    if cell is not None:
        where.append("p.cells @> ARRAY[CAST(:cell AS int)]")
        parameters["cell"] = cell
    at = read_cursor(cursor, code=str)
    if at is not None:
        parameters |= at
    rows, matched, more = page(
        session,
        select=f"""p.id, ST_AsGeoJSON(p.location, {DECIMALS}), p.code, p.name, p.address, p.cells,
        ARRAY(SELECT e.name FROM enterprise e JOIN enterprise_premises l ON l.enterprise_id = e.id
              WHERE l.premises_id = p.id ORDER BY e.code)""",
        source="premises p",
        where=where,
        order="p.code",
        after="p.code > :code" if at else None,
        parameters=parameters,
        limit=limit,
    )
    names = ("code", "name", "address", "cells", "enterprises")
    features = [
        feature(row[0], row[1], {"id": row[0]} | dict(zip(names, row[2:], strict=True)))
        for row in rows
    ]
    return Page(features, matched, write_cursor(code=rows[-1][2]) if more else None)


def enterprises(
    session: Session,
    *,
    box: Box | None = None,
    cell: int | None = None,
    limit: int = 200,
    cursor: str | None = None,
) -> Page:
    """Enterprises by code; the geometry is the points of their premises, null where none."""
    parameters: dict[str, Any] = {}
    where = []
    if box is not None or cell is not None:
        held = [in_box("p.location", box, parameters)]
        if cell is not None:
            held.append("p.cells @> ARRAY[CAST(:cell AS int)]")
            parameters["cell"] = cell
        where.append(
            "EXISTS (SELECT FROM enterprise_premises l JOIN premises p ON p.id = l.premises_id"
            f" WHERE l.enterprise_id = e.id AND {' AND '.join(held)})"
        )
    at = read_cursor(cursor, code=str)
    if at is not None:
        parameters |= at
    rows, matched, more = page(
        session,
        select=f"""e.id, (SELECT ST_AsGeoJSON(ST_Collect(p.location), {DECIMALS}) FROM premises p
        JOIN enterprise_premises l ON l.premises_id = p.id WHERE l.enterprise_id = e.id),
        e.code, e.name, e.uscc, e.uscc_fault, e.industry, e.scale, e.is_key, e.credit_class""",
        source="enterprise e",
        where=where,
        order="e.code",
        after="e.code > :code" if at else None,
        parameters=parameters,
        limit=limit,
    )
    names = ("code", "name", "uscc", "uscc_fault", "industry", "scale", "is_key", "credit_class")
    features = [
        feature(row[0], row[1], {"id": row[0]} | dict(zip(names, row[2:], strict=True)))
        for row in rows
    ]
    return Page(features, matched, write_cursor(code=rows[-1][2]) if more else None)


def timeline(
    session: Session, bucket: str, category: Sequence[str] = (), cell: int | None = None
) -> dict[str, Any]:
    """How many incidents by day, week or month (in Asia/Shanghai), and by category.

    The categories are counted over all of them, so that a filter can be changed by what it shows.
    """
    where, parameters = _filters(Window(), category, cell)
    rows = session.execute(
        text(
            f"SELECT date_trunc('{bucket}', occurred_at, '{DAY_ZONE}'), count(*) FROM incident"
            f" WHERE {' AND '.join(where)} GROUP BY 1 ORDER BY 1"
        ),
        parameters,
    ).all()
    everywhere, held = _filters(Window(), (), cell)
    categories = session.execute(
        text(
            f"SELECT category, count(*) FROM incident WHERE {' AND '.join(everywhere)}"
            f" GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {CATEGORIES}"
        ),
        held,
    )
    extent = session.execute(text("SELECT min(occurred_at), max(occurred_at) FROM incident")).one()
    return {
        "bucket": bucket,
        "from": extent[0],
        "to": extent[1],
        "total": sum(count for _, count in rows),
        "buckets": [{"start": start, "count": count} for start, count in rows],
        "categories": [{"category": name, "count": count} for name, count in categories],
    }


def hex_counts(
    session: Session, window: Window, category: Sequence[str]
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """The hexes of resolution 11 that hold an incident of the window, and how many each."""
    where, parameters = _filters(window, category, None)
    rows = session.execute(
        text(
            f"SELECT hex, count(*) FROM incident WHERE {' AND '.join(where)}"
            " AND hex IS NOT NULL GROUP BY 1"
        ),
        parameters,
    ).all()
    both = np.array([tuple(row) for row in rows], dtype=np.int64).reshape(-1, 2)
    return both[:, 0].astype(np.uint64), both[:, 1]


def incident_count(session: Session, window: Window, category: Sequence[str] = ()) -> int:
    """How many incidents, located or not."""
    where, parameters = _filters(window, category, None)
    count: int = session.execute(
        text(f"SELECT count(*) FROM incident WHERE {' AND '.join(where)}"), parameters
    ).scalar_one()
    return count
