"""The next plan of a grid: the cells in force, with others upserted by code."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from gridgis.columns import Column, absent
from gridgis.outlines import Shapes
from layers.copying import stage
from layers.grids import Grid
from layers.plans import CellShape, Plan
from layers.summary import Summary

# What an import may say of a cell beside its outline; None keeps what the plan before said.
SAID = ("name", "name_en", "households", "population")
LEAST_SHARE = 1e-6  # of a cell's area: less is the noise of shared borders, not lineage


@dataclass(frozen=True)
class Cells:
    """Cells to draw, one a code. `parents` holds parent codes, the nearest tier first."""

    code: Column
    name: Column
    name_en: Column
    boundary: Shapes
    area_m2: NDArray[np.float64]
    households: Column
    population: Column
    parents: list[Column]


@dataclass(frozen=True)
class Drawn:
    """The cells of the plan in force, in the order of their codes."""

    plan_id: int
    derived: bool
    code: Column
    cell_id: Column
    boundary: Shapes
    area_m2: NDArray[np.float64]
    parent_id: Column
    name: Column
    name_en: Column
    households: Column
    population: Column


def shapes_in_force(session: Session, grid: Grid) -> Drawn | None:
    """What the grid's current plan draws, or None before its first."""
    if grid.current_plan_id is None:
        return None
    plan = session.get_one(Plan, grid.current_plan_id)
    shape = CellShape
    rows = session.execute(
        select(
            shape.code,
            shape.cell_id,
            shape.boundary.ST_AsBinary().label("wkb"),
            shape.area_m2,
            shape.parent_id,
            shape.name,
            shape.name_en,
            shape.households,
            shape.population,
        )
        .where(shape.plan_id == plan.id)
        .order_by(shape.code)
    ).all()
    wkb = [bytes(row.wkb) for row in rows]
    code, cell_id, area, parent_id, name, name_en, households, population = (
        np.array([getattr(row, field) for row in rows], dtype=object)
        for field in ("code", "cell_id", "area_m2", "parent_id", *SAID)
    )
    return Drawn(
        plan_id=plan.id,
        derived="derived_from_tier" in (plan.certificate or {}),
        code=code,
        cell_id=cell_id,
        boundary=np.asarray(shapely.from_wkb(wkb), dtype=object),
        area_m2=area.astype(np.float64),
        parent_id=parent_id,
        name=name,
        name_en=name_en,
        households=households,
        population=population,
    )


def outlines(session: Session, plan: Plan) -> Shapes:
    """Every outline that a plan draws, in the order of the codes."""
    wkb = session.scalars(
        text("SELECT ST_AsBinary(boundary) FROM cell_shape WHERE plan_id = :plan ORDER BY code"),
        {"plan": plan.id},
    )
    return np.asarray(shapely.from_wkb([bytes(one) for one in wkb]), dtype=object)


def draft_plan(
    session: Session,
    grid: Grid,
    cells: Cells,
    parents: Column,
    summary: Summary,
    *,
    complete: bool = False,
) -> Plan | None:
    """A draft that draws the plan in force with `cells` upserted, and the lineage of both.

    Where `cells` are `complete`, those of the plan in force that are not among them are retired.
    Counts into the summary what was added, changed and left as it was; None where nothing would
    change. A code that an earlier plan drew keeps its cell, so it is never given to another.
    """
    drawn = shapes_in_force(session, grid)
    position = {} if drawn is None else {code: i for i, code in enumerate(drawn.code)}
    before = np.array([position.get(code, -1) for code in cells.code], dtype=np.intp)
    said = {field: getattr(cells, field).copy() for field in SAID}
    parents = parents.copy()
    changed = np.ones(len(before), dtype=bool)
    if drawn is not None:
        old = before >= 0
        at = before[old]
        same = np.asarray(shapely.equals_identical(cells.boundary[old], drawn.boundary[at]))
        for field, column in [*said.items(), ("parent_id", parents)]:
            was = getattr(drawn, field)[at]
            now = column[old]
            now = np.where(absent(now), was, now)
            column[old] = now
            same &= now == was
        changed[old] = ~same
    added = before < 0
    summary.added += int(added.sum())
    summary.changed += int((changed & ~added).sum())
    summary.unchanged += int((~changed).sum())
    gone = [code for code in position if code not in set(cells.code)] if complete else []
    if gone:
        summary.notes.append(f"{len(gone)} cells are retired: {', '.join(gone[:8])}")
    elif not changed.any():
        return None

    number = session.execute(
        text("SELECT coalesce(max(number), 0) + 1 FROM plan WHERE grid_id = :grid"),
        {"grid": grid.id},
    ).scalar_one()
    plan = Plan(grid_id=grid.id, number=number, name=f"{grid.name} {number}")
    session.add(plan)
    session.flush()
    identity = _identities(session, grid, cells.code)
    named = np.where(absent(said["name"]), cells.code, said["name"])
    frame = pd.DataFrame(
        {
            "cell_id": identity,
            "code": cells.code,
            "name": named,
            "name_en": said["name_en"],
            "boundary": shapely.to_wkb(
                shapely.set_srid(cells.boundary, 4326), hex=True, include_srid=True
            ),
            "parent_id": _integers(parents),
            "households": _integers(said["households"]),
            "population": _integers(said["population"]),
            "area_m2": cells.area_m2,
        }
    )
    staged = f"drawn_{plan.id}"
    columns = {
        "cell_id": "int",
        "code": 'text COLLATE "C"',
        "name": "text",
        "name_en": "text",
        "boundary": "geometry",
        "parent_id": "int",
        "households": "int",
        "population": "int",
        "area_m2": "float8",
    }
    stage(session, staged, columns, frame)
    into = f"INSERT INTO cell_shape (plan_id, grid_id, {', '.join(columns)})"
    session.execute(
        text(f"{into} SELECT :plan, :grid, {', '.join(columns)} FROM {staged}"),
        {"plan": plan.id, "grid": grid.id},
    )
    if drawn is not None:
        if not complete:
            session.execute(
                text(
                    f"{into} SELECT :plan, :grid, {', '.join(columns)} FROM cell_shape"
                    f" WHERE plan_id = :before AND code NOT IN (SELECT code FROM {staged})"
                ),
                {"plan": plan.id, "grid": grid.id, "before": drawn.plan_id},
            )
        _lineage(session, plan, drawn, cells, identity, changed)
    return plan


def _integers(column: Column) -> pd.Series:
    """Whole numbers, some of them missing."""
    return pd.Series(column.tolist(), dtype="Int64")


def _identities(session: Session, grid: Grid, codes: Column) -> Column:
    """The cell of each code: the one that has ever had it in this grid, else a new one."""
    rows = session.execute(
        text("SELECT DISTINCT code, cell_id FROM cell_shape WHERE grid_id = :grid"),
        {"grid": grid.id},
    )
    known: dict[str, int] = dict(rows.all())
    fresh = [code for code in codes if code not in known]
    if fresh:
        made = session.scalars(
            text(
                "INSERT INTO cell (grid_id) SELECT :grid FROM generate_series(1, :n) RETURNING id"
            ),
            {"grid": grid.id, "n": len(fresh)},
        ).all()
        known |= dict(zip(fresh, sorted(made), strict=True))
    return np.array([known[code] for code in codes], dtype=object)


def _lineage(
    session: Session,
    plan: Plan,
    drawn: Drawn,
    cells: Cells,
    identity: Column,
    changed: NDArray[np.bool_],
) -> None:
    """How much of each cell of the plan before went into each cell that is drawn otherwise."""
    moved = np.flatnonzero(changed)
    new, old = shapely.STRtree(drawn.boundary).query(cells.boundary[moved], predicate="intersects")
    share = shapely.area(
        shapely.intersection(cells.boundary[moved[new]], drawn.boundary[old])
    ) / shapely.area(drawn.boundary[old])
    kept = share > LEAST_SHARE
    rows = [
        {"plan": plan.id, "old": int(o), "new": int(n), "share": min(float(s), 1.0)}
        for o, n, s in zip(
            drawn.cell_id[old[kept]], identity[moved[new[kept]]], share[kept], strict=True
        )
    ]
    if rows:
        session.execute(
            text(
                "INSERT INTO lineage (plan_id, from_cell_id, to_cell_id, area_share)"
                " VALUES (:plan, :old, :new, :share)"
            ),
            rows,
        )
