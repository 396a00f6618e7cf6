"""What the one map asks: grids, cells, places, search."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Path, Query

from api.asking import BoxOf, Cursor, DbSession, GridId, Keep, Limit, WindowOf, Words
from api.shapes import (
    AreaProperties,
    CellCard,
    CellProperties,
    Features,
    Grids,
    Located,
    SearchResults,
)
from gridgis.geodesy import UnknownDatum, to_wgs84
from layers import areas, cells
from layers.locating import cells_at

router = APIRouter(prefix="/api", tags=["map"])

Lon = Annotated[float, Query(description="longitude, or x", examples=[120.64], allow_inf_nan=False)]
Lat = Annotated[float, Query(description="latitude, or y", examples=[30.98], allow_inf_nan=False)]


@router.get("/grids", response_model=Grids)
def grids(session: DbSession) -> Any:
    """Every grid and tier with its plan in force."""
    lines = cells.grids(session)
    boxes = [line["bbox"] for line in lines if line["bbox"] is not None]
    around = None
    if boxes:
        corners = np.array(boxes)
        around = [*corners[:, :2].min(axis=0).tolist(), *corners[:, 2:].max(axis=0).tolist()]
    return {"place": cells.place(session), "bbox": around, "grids": lines}


@router.get("/areas", response_model=Features[AreaProperties])
def area_features(
    session: DbSession,
    box: BoxOf,
    tier: Annotated[
        str | None,
        Query(
            pattern="^(city|county|town|village)$",
            description="of that tier only",
            examples=["village"],
        ),
    ] = None,
    limit: Limit = 200,
    cursor: Cursor = None,
) -> Any:
    """Administrative divisions by code."""
    return areas.features(session, box=box, tier=tier, limit=limit, cursor=cursor).collection()


@router.get("/cells", response_model=Features[CellProperties])
def cell_features(
    session: DbSession,
    grid: GridId,
    box: BoxOf,
    parent: Annotated[
        int | None, Query(ge=1, le=2**31 - 1, description="whose parent is this cell", examples=[1])
    ] = None,
    q: Annotated[
        Words | None,
        Query(
            max_length=100, description="part of a name, or how a code begins", examples=["新港"]
        ),
    ] = None,
    limit: Limit = 200,
    cursor: Cursor = None,
) -> Any:
    """The cells of a grid by code, as its plan in force draws them."""
    return cells.features(
        session, grid, box=box, parent=parent, q=q, limit=limit, cursor=cursor
    ).collection()


@router.get("/cells/{cell}", response_model=CellCard)
def cell_card(
    session: DbSession,
    window: WindowOf,
    cell: Annotated[
        int, Path(ge=1, le=2**31 - 1, description="the number of a cell", examples=[15])
    ],
) -> Any:
    """The card of one cell, with its incidents of the window."""
    return cells.card(session, cell, window)


@router.get("/locate", response_model=Located)
def locate(
    session: DbSession,
    keep: Keep,
    lon: Lon,
    lat: Lat,
    datum: Annotated[
        str,
        Query(
            max_length=20,
            description="wgs84, cgcs2000, gcj02, bd09 or EPSG:<code>",
            examples=["gcj02"],
        ),
    ] = "wgs84",
) -> Any:
    """Which cell of each grid holds a place. On a border the lowest code has it."""
    x, y = to_wgs84(np.array([lon]), np.array([lat]), datum)
    at = float(x[0]), float(y[0])
    if not (abs(at[0]) <= 180 and abs(at[1]) <= 90):
        raise UnknownDatum(f"({lon}, {lat}) is no place on earth in {datum}; is it another datum?")
    return {
        "lon": lon,
        "lat": lat,
        "datum": datum,
        "wgs84": at,
        "cells": cells_at(session, keep.drawings, *at),
    }


@router.get("/search", response_model=SearchResults)
def search(
    session: DbSession,
    q: Annotated[
        Words,
        Query(
            min_length=1,
            max_length=100,
            pattern=r"\S",
            description="a name, a code or part of it",
            examples=["新港"],
        ),
    ],
    limit: Annotated[int, Query(ge=1, le=50, description="results at most", examples=[10])] = 10,
) -> Any:
    """Cells, areas, enterprises and incidents by name or code."""
    return {"results": cells.search(session, q.strip(), limit)}
