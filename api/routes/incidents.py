"""Incidents, enterprises and premises, and what is counted of them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse

from api.asking import BoxOf, Category, Cursor, DbSession, Keep, Limit, WindowOf
from api.shapes import (
    Coverage,
    EnterpriseProperties,
    Features,
    Hotspots,
    IncidentProperties,
    PremisesProperties,
    Timeline,
)
from layers import counting
from layers.coverage import coverage
from layers.hotspots import hotspot_hexes

router = APIRouter(prefix="/api", tags=["incidents"])

Cell = Annotated[
    int | None, Query(ge=1, le=2**31 - 1, description="held by this cell now", examples=[15])
]


@router.get("/incidents", response_model=Features[IncidentProperties])
def incidents(
    session: DbSession,
    box: BoxOf,
    window: WindowOf,
    category: Category = None,
    cell: Cell = None,
    limit: Limit = 200,
    cursor: Cursor = None,
) -> Any:
    """Incidents, the latest first."""
    return counting.incidents(
        session,
        box=box,
        window=window,
        category=category or (),
        cell=cell,
        limit=limit,
        cursor=cursor,
    ).collection()


@router.get("/incidents/timeline", response_model=Timeline)
def timeline(
    session: DbSession,
    bucket: Annotated[
        Literal["day", "week", "month"],
        Query(description="one bar a day, week or month", examples=["week"]),
    ] = "day",
    category: Category = None,
    cell: Cell = None,
) -> Any:
    """How many incidents in each day, week or month of Asia/Shanghai, and by category."""
    return counting.timeline(session, bucket, category or (), cell)


@router.get("/enterprises", response_model=Features[EnterpriseProperties])
def enterprises(
    session: DbSession, box: BoxOf, cell: Cell = None, limit: Limit = 200, cursor: Cursor = None
) -> Any:
    """Enterprises by code, at the points of their premises."""
    return counting.enterprises(
        session, box=box, cell=cell, limit=limit, cursor=cursor
    ).collection()


@router.get("/premises", response_model=Features[PremisesProperties])
def premises(
    session: DbSession, box: BoxOf, cell: Cell = None, limit: Limit = 200, cursor: Cursor = None
) -> Any:
    """Premises by code, with the enterprises that are there."""
    return counting.premises(session, box=box, cell=cell, limit=limit, cursor=cursor).collection()


@router.get("/hotspots", response_model=Hotspots)
def hotspots(
    session: DbSession,
    keep: Keep,
    window: WindowOf,
    resolution: Annotated[int, Query(ge=5, le=11, description="of H3", examples=[9])] = 8,
    category: Category = None,
) -> Any:
    """Counts and Getis-Ord Gi* of every hex of the land, corrected for testing them all."""
    found = hotspot_hexes(session, keep.lands, resolution, window, category or ())
    # Thousands of hexes made here: checking each against its shape again would cost more than
    # making it. Tests check the shape.
    return JSONResponse(found | jsonable_encoder({"from": found["from"], "to": found["to"]}))


@router.get("/coverage", response_model=Coverage)
def coverage_of(session: DbSession, keep: Keep, window: WindowOf) -> Any:
    """The share of land, incidents and enterprises in a cell of each grid."""
    return coverage(session, keep.drawings, keep.lands, keep.shares, window)
