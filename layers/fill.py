"""Filling an empty database with the sample town, so that a first look finds something."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from gridgis.enterprises import uscc_fault
from gridgis.errors import GridgisError
from gridgis.geodesy import area_m2
from gridgis.sample import SampleArea, SampleCell, SampleGrid, SampleTown, town
from layers.areas import Area
from layers.arrivals import LOCATED, decide
from layers.copying import stage
from layers.database import ALL_GRIDS, lock_for_publishing
from layers.drawings import Drawings
from layers.grids import Grid
from layers.plandrafts import Cells, draft_plan
from layers.publishing import put_in_force
from layers.summary import Summary

PROFILES = ("sample", "none")
IN_FORCE_FOR = timedelta(days=400)  # before the sample's moment: all its incidents lie within


class NoSuchProfile(GridgisError):
    """No sample town of that name is shipped."""


def fill_if_empty(session: Session, profile: str) -> str | None:
    """What was filled in, in words; None where the database is not empty or nothing is wanted.

    Two servers that start at once fill it once. Raises NoSuchProfile.
    """
    if profile not in PROFILES:
        raise NoSuchProfile(
            f"there is no sample {profile!r}; set GRIDGIS_PROFILE to one of {', '.join(PROFILES)}"
        )
    if profile == "none":
        return None
    lock_for_publishing(session, [ALL_GRIDS])
    if session.execute(
        text(
            "SELECT EXISTS (SELECT FROM grid) OR EXISTS (SELECT FROM area)"
            " OR EXISTS (SELECT FROM incident) OR EXISTS (SELECT FROM enterprise)"
        )
    ).scalar_one():
        return None
    sample = town(session.execute(text("SELECT now()")).scalar_one())
    write_town(session, sample)
    cells = sum(len(grid.cells) for grid in sample.grids)
    return (
        f"{sample.areas[1].name} (fictional): {cells} cells in {len(sample.grids)} grids,"
        f" {len(sample.enterprises)} enterprises, {len(sample.incidents):,} incidents"
    )


def write_town(session: Session, sample: SampleTown) -> None:
    """Write a sample town into an empty database; the caller holds the list of grids."""
    _write_areas(session, sample.areas)
    drawings = Drawings()
    cell_ids: dict[tuple[str, int], dict[str, int]] = {}
    grid_ids: dict[tuple[str, int], int] = {}
    for slot, drawn in enumerate(sample.grids, start=1):
        key = (drawn.system, drawn.tier)
        above = drawn.nests_in
        grid = _grid(drawn, slot, None if above is None else grid_ids[above])
        session.add(grid)
        session.flush()
        parents = {} if above is None else cell_ids[above]
        plan = draft_plan(
            session,
            grid,
            _cells(drawn.cells),
            np.array([parents.get(cell.parent_code or "") for cell in drawn.cells], dtype=object),
            Summary(drawn.name, read=len(drawn.cells)),
        )
        if plan is None:
            raise AssertionError(f"{drawn.name} draws nothing")
        session.flush()
        put_in_force(session, drawings, plan, sample.until - IN_FORCE_FOR)
        grid_ids[key] = grid.id
        rows = session.execute(
            text("SELECT code, cell_id FROM cell_shape WHERE plan_id = :plan"), {"plan": plan.id}
        )
        cell_ids[key] = dict(rows.all())
    _write_enterprises(session, drawings, sample)
    _write_incidents(session, drawings, sample)


def _write_areas(session: Session, areas: tuple[SampleArea, ...]) -> None:
    identity: dict[str, int] = {}
    for area in areas:  # parents come first
        row = Area(
            code=area.code,
            tier=area.tier,
            name=area.name,
            name_en=area.name_en,
            parent_id=None if area.parent_code is None else identity[area.parent_code],
            boundary=None if area.boundary is None else f"SRID=4326;{area.boundary.wkt}",
            households=area.households,
            population=area.population,
        )
        session.add(row)
        session.flush()
        identity[area.code] = row.id


def _grid(drawn: SampleGrid, slot: int, nests_in: int | None) -> Grid:
    return Grid(
        slot=slot,
        kind=drawn.kind,
        system=drawn.system,
        tier=drawn.tier,
        name=drawn.name,
        name_en=drawn.name_en,
        nests_in_id=nests_in,
        must_tile=drawn.must_tile,
        household_range=_norm(drawn.household_range),
        population_range=_norm(drawn.population_range),
        code_scheme=drawn.code_scheme,
    )


def _norm(both_included: tuple[int, int] | None) -> Range[int] | None:
    return None if both_included is None else Range(*both_included, bounds="[]")


def _cells(cells: tuple[SampleCell, ...]) -> Cells:
    def column(field: str) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
        return np.array([getattr(cell, field) for cell in cells], dtype=object)

    boundary = np.empty(len(cells), dtype=object)
    boundary[:] = [cell.boundary for cell in cells]
    return Cells(
        code=column("code"),
        name=column("name"),
        name_en=column("name_en"),
        boundary=boundary,
        area_m2=area_m2(boundary),
        households=column("households"),
        population=column("population"),
        parents=[],
    )


def _write_enterprises(session: Session, drawings: Drawings, sample: SampleTown) -> None:
    firms = pd.DataFrame([_values(row) for row in sample.enterprises])
    firms["uscc_fault"] = [uscc_fault(code) for code in firms["uscc"]]
    columns = {
        **dict.fromkeys(("code", "name", "uscc", "uscc_fault", "industry", "scale"), "text"),
        "is_key": "boolean",
    }
    _insert(session, "enterprise", columns, firms)
    places = _located(pd.DataFrame([_values(row) for row in sample.premises]))
    decide(session, drawings, places)
    columns = {**dict.fromkeys(("code", "name", "address"), "text"), **LOCATED}
    _insert(session, "premises", columns, places)
    links = places[["code", "enterprises"]].explode("enterprises").dropna()
    stage(session, "sample_link", {"code": "text", "enterprises": "text"}, links)
    session.execute(
        text(
            "INSERT INTO enterprise_premises (enterprise_id, premises_id) SELECT e.id, p.id"
            " FROM sample_link l JOIN enterprise e ON e.code = l.enterprises"
            " JOIN premises p ON p.code = l.code"
        )
    )


def _write_incidents(session: Session, drawings: Drawings, sample: SampleTown) -> None:
    rows = _located(pd.DataFrame([_values(row) for row in sample.incidents]))
    for field in ("occurred_at", "closed_at"):
        rows[field] = pd.to_datetime(rows[field], utc=True).dt.as_unit("us")
    decide(session, drawings, rows, with_then=True)
    columns = {
        **dict.fromkeys(("number", "kind", "source", "category", "title", "address"), "text"),
        **dict.fromkeys(("occurred_at", "closed_at"), "timestamptz"),
        "settled_on_spot": "boolean",
        **LOCATED,
        "cells_then": "int[]",
    }
    _insert(session, "incident", columns, rows)


def _values(row: object) -> dict[str, object]:
    return {name: getattr(row, name) for name in type(row).__slots__}  # type: ignore[attr-defined]


def _located(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(x=frame["lon"], y=frame["lat"], datum="wgs84", accuracy_m=np.nan)


def _insert(session: Session, table: str, columns: dict[str, str], frame: pd.DataFrame) -> None:
    staged = f"sample_{table}"
    stage(session, staged, columns, frame)
    names = ", ".join(columns)
    session.execute(text(f"INSERT INTO {table} ({names}) SELECT {names} FROM {staged}"))
