"""Importing the cells of a grid: upsert by code into the next plan, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.orm import Session

from gridgis.columns import Column, absent, only
from gridgis.errors import GridgisError
from gridgis.geodesy import area_m2, shapes_to_wgs84
from gridgis.outlines import Shapes, merged, overlaps, shares, tidy
from layers.database import ALL_GRIDS, lock_for_publishing
from layers.drawings import Drawings
from layers.files import Sheet, texts
from layers.grids import KINDS, Grid
from layers.plandrafts import Cells, draft_plan, outlines, shapes_in_force
from layers.publishing import put_in_force
from layers.summary import Progress, Refusal, Summary, silent

NESTED = 0.99  # a cell with less of its area than this in its stated parent does not nest
MOST = 2**31 - 1  # households or people that a column of the database holds
NAMES = {
    "comprehensive": ("综合网格", "Comprehensive"),
    "professional": ("专业网格", "Professional"),
    "exclusive": ("专属网格", "Exclusive"),
    "police": ("警务网格", "Police"),
}


class UnknownGrid(GridgisError):
    """No such grid, and not enough said to make it."""


@dataclass(frozen=True)
class Boundaries:
    """What the one who imports says of a file.

    `parents` are the columns (joined by + where a parent's code has several) that hold the code
    of the cell's parent in the next tier up, then of that parent's parent, and so on.
    """

    system: str
    tier: int = 1
    code: str = "code"
    name: str | None = None
    parents: tuple[str, ...] = ()
    datum: str | None = None
    kind: str | None = None
    households: str | None = None
    population: str | None = None
    name_en: str | None = None
    title: str | None = None
    title_en: str | None = None
    since: datetime | None = None
    must_tile: bool | None = None


def import_boundaries(
    session: Session,
    drawings: Drawings,
    sheet: Sheet,
    said: Boundaries,
    progress: Progress = silent,
) -> list[Summary]:
    """Draw the sheet's cells into the next plan of their grid, and put that in force.

    Tiers above that are named by `said.parents` and have no drawing of their own are derived
    from the children. Returns a summary for the tier of the file, then for each derived one.
    Raises a GridgisError, with nothing written, where the file cannot be used at all.
    """
    cells, summary = _cells(sheet, said, progress)
    kind = said.kind or (said.system if said.system in KINDS else None)
    grids = _grids(session, said, kind)

    # Upwards first: a child's plan names its parents, which must be drawn before it.
    above: list[tuple[Grid, Cells]] = []
    cells = replace(cells, parents=_named(session, grids, cells.code, cells.parents))
    children = _completed(session, grids, cells)
    for grid in grids[1:]:
        drawn = shapes_in_force(session, grid)
        if drawn is not None and not drawn.derived:
            break  # drawn on its own, and what is above it too
        children = _derived(children)
        above.append((grid, children))
    derived = []
    for grid, parents in reversed(above):
        progress(f"drawing {_title(grid)}", 0, 0)
        line = Summary(_title(grid), read=len(parents.code))
        _publish(session, drawings, grid, parents, said.since, line, derived_from=said.tier)
        derived.append(line.check())
    progress(f"drawing {_title(grids[0])}", 0, 0)
    # The rows count into the summary as cells; those merged into one are counted already.
    _publish(session, drawings, grids[0], cells, said.since, summary)
    return [summary.check(), *reversed(derived)]


def _cells(sheet: Sheet, said: Boundaries, progress: Progress) -> tuple[Cells, Summary]:
    """The cells that a sheet holds, one a code, in WGS 84, and the rows that it refuses."""
    if sheet.shapes is None:
        raise UnknownGrid(f"{sheet.path.name} has no shapes; cells cannot be drawn from it")
    datum = sheet.datum(said.datum)
    summary = Summary(sheet.path.name, read=len(sheet.frame))
    codes = texts(_joined(sheet, said.code))
    counted = [(c, _numbers(sheet, c)) for c in (said.households, said.population) if c]
    shapes = sheet.shapes.copy()
    repaired = []
    for row in range(len(shapes)):
        outline, repair, fault = tidy(shapes[row])
        code = codes.iloc[row]
        if fault is None and code is pd.NA:
            fault = f"no code in column {said.code}"
        for column, numbers in counted:
            if fault is None and not (np.isnan(numbers[row]) or 0 <= numbers[row] <= MOST):
                fault = f"{numbers[row]:.12g} in column {column} is no count"
        if fault is not None:
            summary.refusals.append(Refusal(row + 1, "" if code is pd.NA else code, fault))
            outline = None
        elif repair is not None:
            repaired.append(f"{code}: {repair}")
        shapes[row] = outline
        if row % 256 == 0:
            progress("judging shapes", row, len(shapes))
    progress("judging shapes", len(shapes), len(shapes))
    kept = np.flatnonzero([shape is not None for shape in shapes])
    if not len(kept):
        why = summary.refusals[0].reason if summary.refusals else "it is empty"
        raise UnknownGrid(f"{sheet.path.name}: no row can be used; the first: {why}")
    in_wgs84 = shapes_to_wgs84(shapes[kept], datum)
    x, y = shapely.get_coordinates(in_wgs84).T
    if (np.abs(x) > 180).any() or (np.abs(y) > 90).any():
        raise UnknownGrid(
            f"{sheet.path.name} read as {datum} lies outside the world; declare its --datum"
        )
    group, unique = pd.factorize(codes.iloc[kept].to_numpy(dtype=object), sort=True)
    first = np.array([kept[np.argmax(group == g)] for g in range(len(unique))])
    summary.merged = len(kept) - len(unique)
    summary.notes += [f"repaired: {line}" for line in repaired]
    summary.facts |= {"datum": datum, "cells": len(unique)}
    outlines = merged(in_wgs84, group, len(unique))
    parents = [_joined(sheet, column).iloc[first] for column in said.parents]
    cells = Cells(
        code=np.asarray(unique, dtype=object),
        name=_optional(sheet, said.name, first),
        name_en=_optional(sheet, said.name_en, first),
        boundary=outlines,
        area_m2=area_m2(outlines),
        households=_counts(sheet, said.households, first),
        population=_counts(sheet, said.population, first),
        parents=[_objects(column) for column in parents],
    )
    return cells, summary


def _grids(session: Session, said: Boundaries, kind: str | None) -> list[Grid]:
    """The grid of the file's tier and of each tier above it, locked; made where missing.

    Tiers above it are those whose cells the file names, and further up those that are derived.
    """
    tiers = [said.tier - up for up in range(len(said.parents) + 1)]
    if tiers[-1] < 1:
        raise UnknownGrid(
            f"tier {said.tier} has {said.tier - 1} tier(s) above it, and {len(said.parents)}"
            " parent column(s) were named"
        )
    if kind is not None and kind not in KINDS:
        raise UnknownGrid(f"{kind!r} is no kind of grid; there are {', '.join(KINDS)}")
    known = _known(session, said.system, tiers)
    if len(known) == len(tiers):
        while (up := _derived_above(session, known[tiers[-1]])) is not None:
            tiers.append(up.tier)
            known[up.tier] = up
    else:
        lock_for_publishing(session, [ALL_GRIDS])
        known = _known(session, said.system, tiers)  # another may have made them meanwhile
    grids: list[Grid] = []
    for tier in tiers:
        grid = known.get(tier)
        if grid is None:
            if kind is None:
                raise UnknownGrid(
                    f"there is no grid {said.system!r} yet; say its --kind ({', '.join(KINDS)})"
                )
            grid = Grid(
                slot=session.execute(
                    text("SELECT coalesce(max(slot), 0) + 1 FROM grid")
                ).scalar_one(),
                kind=kind,
                system=said.system,
                tier=tier,
                name=said.title or NAMES.get(said.system, (said.system,))[0],
                name_en=said.title_en or NAMES.get(said.system, (said.system,))[-1],
                must_tile=kind == "comprehensive" if said.must_tile is None else said.must_tile,
            )
            session.add(grid)
            session.flush()
        grids.append(grid)
    lock_for_publishing(session, [grid.id for grid in grids])
    for grid in grids:
        session.refresh(grid)
    for child, parent in pairwise(grids):
        child.nests_in_id = parent.id
    session.flush()
    return grids


def _known(session: Session, system: str, tiers: list[int]) -> dict[int, Grid]:
    found = session.query(Grid).filter(
        Grid.system == system, Grid.tier.in_(tiers), Grid.town_id.is_(None)
    )
    return {grid.tier: grid for grid in found}


def _derived_above(session: Session, grid: Grid) -> Grid | None:
    """The grid that this one nests in, where it was derived from its children."""
    above = None if grid.nests_in_id is None else session.get_one(Grid, grid.nests_in_id)
    drawn = None if above is None else shapes_in_force(session, above)
    return above if drawn is not None and drawn.derived else None


def _completed(session: Session, grids: list[Grid], cells: Cells) -> Cells:
    """The cells with those that are in force and not in the file: what parents are made of."""
    drawn = shapes_in_force(session, grids[0])
    if drawn is None or not cells.parents:
        return cells
    kept = ~np.isin(drawn.code, cells.code)
    known = _named(session, grids, drawn.code[kept], [])
    parents = [np.concatenate(pair) for pair in zip(cells.parents, known, strict=True)]
    columns = ("code", "name", "name_en", "boundary", "area_m2", "households", "population")
    return replace(
        cells,
        parents=parents,
        **{
            column: np.concatenate((getattr(cells, column), getattr(drawn, column)[kept]))
            for column in columns
        },
    )


def _named(session: Session, grids: list[Grid], codes: Column, said: list[Column]) -> list[Column]:
    """The code of each cell's parent, of that one's parent, and so on up the grids.

    Where nothing is said it is as the plans in force have it.
    """
    named: list[Column] = []
    for up, (grid, above) in enumerate(pairwise(grids)):
        drawn, higher = shapes_in_force(session, grid), shapes_in_force(session, above)
        known: dict[str, str] = {}
        if drawn is not None and higher is not None:
            code_of = dict(zip(higher.cell_id, higher.code, strict=True))
            known = {
                code: code_of[parent]
                for code, parent in zip(drawn.code, drawn.parent_id, strict=True)
                if parent in code_of
            }
        column = np.array([known.get(code) for code in codes], dtype=object)
        if up < len(said):
            column = np.where(absent(said[up]), column, said[up])
        named.append(column)
        codes = column
    return named


def _derived(children: Cells) -> Cells:
    """The parents that the children name, as the unions of their children."""
    named = ~absent(children.parents[0])
    group, unique = pd.factorize(children.parents[0][named], sort=True)
    outlines = merged(children.boundary[named], group, len(unique))
    first = np.array([np.argmax(group == g) for g in range(len(unique))], dtype=np.intp)
    return Cells(
        code=np.asarray(unique, dtype=object),
        name=_nones(len(unique)),
        name_en=_nones(len(unique)),
        boundary=outlines,
        area_m2=area_m2(outlines),
        households=_summed(children.households[named], group, len(unique)),
        population=_summed(children.population[named], group, len(unique)),
        parents=[above[named][first] for above in children.parents[1:]],
    )


def _publish(
    session: Session,
    drawings: Drawings,
    grid: Grid,
    cells: Cells,
    since: datetime | None,
    summary: Summary,
    derived_from: int | None = None,
) -> None:
    """The next plan of a grid with these cells upserted, in force; none where nothing changed."""
    facts: dict[str, Any] = {}
    if derived_from is not None:
        facts["derived_from_tier"] = derived_from
    parents = _parent_ids(session, grid, cells, summary, facts)
    plan = draft_plan(session, grid, cells, parents, summary, complete=derived_from is not None)
    if plan is None:
        summary.notes.append("nothing changed: no new plan")
        return
    facts["overlapping_pairs"], facts["overlap_m2"] = _overlap(outlines(session, plan))
    if facts["overlapping_pairs"]:
        summary.notes.append(
            f"{facts['overlapping_pairs']} pairs of cells overlap"
            f" ({facts['overlap_m2']:,.0f} m²); there the lower code holds a place"
        )
    plan.certificate = facts
    session.flush()
    for relocation in put_in_force(session, drawings, plan, since):
        summary.facts[f"{relocation.table} rows moved"] = relocation.moved
    summary.facts["plan"] = plan.number


def _parent_ids(
    session: Session, grid: Grid, cells: Cells, summary: Summary, facts: dict[str, Any]
) -> NDArray[np.object_]:
    """Cell identity of each cell's parent, None where it has none; what does not nest is noted."""
    none = np.full(len(cells.code), None, dtype=object)
    if not cells.parents:
        return none
    above = session.get_one(Grid, grid.nests_in_id)
    drawn = shapes_in_force(session, above)
    position = {} if drawn is None else {code: i for i, code in enumerate(drawn.code)}
    at = np.array([position.get(code, -1) for code in cells.parents[0]])
    missing = sorted({code or "(none)" for code in cells.parents[0][at < 0]})
    if missing:
        summary.notes.append(
            f"{int((at < 0).sum())} cells name a parent that is not drawn: {', '.join(missing[:8])}"
        )
    if drawn is None or (at < 0).all():
        return none
    has = at >= 0
    share = shares(cells.boundary[has], drawn.boundary[at[has]])
    facts["nesting"] = {
        "cells": int(has.sum()),
        "below_99_percent": int((share < NESTED).sum()),
        "below_95_percent": int((share < 0.95).sum()),
        "least_share": float(share.min()),
    }
    if (share < NESTED).any():
        worst = np.argsort(share, kind="stable")[:5]
        named = ", ".join(f"{cells.code[has][i]} {share[i]:.1%}" for i in worst)
        summary.notes.append(
            f"{int((share < NESTED).sum())} of {int(has.sum())} cells have less than 99 % of their"
            f" area in their stated parent ({int((share < 0.95).sum())} less than 95 %);"
            f" least: {named}"
        )
    none[has] = drawn.cell_id[at[has]]
    return none


def _overlap(shapes: Shapes) -> tuple[int, float]:
    _, _, common = overlaps(shapes)
    area = area_m2(common) if len(common) else np.zeros(0)
    large = area > 1.0  # less is noise of the last digit
    return int(large.sum()), float(area[large].sum())


def _joined(sheet: Sheet, columns: str) -> pd.Series:
    """One column, or several joined by +, as text."""
    parts = [texts(sheet.column(name.strip())) for name in columns.split("+")]
    whole = parts[0]
    for part in parts[1:]:
        whole = whole + part
    return whole


def _optional(sheet: Sheet, column: str | None, rows: NDArray[np.intp]) -> NDArray[np.object_]:
    if column is None:
        return _nones(len(rows))
    return _objects(texts(sheet.column(column)).iloc[rows])


def _objects(column: pd.Series) -> NDArray[np.object_]:
    """The values as Python objects, None where one is missing."""
    values = np.asarray(column, dtype=object)
    return only(np.asarray(pd.notna(values)), values)


def _counts(sheet: Sheet, column: str | None, rows: NDArray[np.intp]) -> NDArray[np.object_]:
    if column is None:
        return _nones(len(rows))
    numbers = _numbers(sheet, column)[rows]
    return np.array([None if np.isnan(n) else round(n) for n in numbers], dtype=object)


def _numbers(sheet: Sheet, column: str) -> NDArray[np.float64]:
    return np.asarray(pd.to_numeric(sheet.column(column), errors="coerce"), dtype=np.float64)


def _summed(
    counts: NDArray[np.object_], group: NDArray[np.intp], groups: int
) -> NDArray[np.object_]:
    totals = _nones(groups)
    for number, count in zip(group, counts, strict=True):
        if count is not None:
            totals[number] = (totals[number] or 0) + count
    return totals


def _nones(n: int) -> NDArray[np.object_]:
    return np.full(n, None, dtype=object)


def _title(grid: Grid) -> str:
    return f"{grid.system} tier {grid.tier}"
