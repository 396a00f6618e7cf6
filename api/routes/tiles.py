"""Vector tiles."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from api.asking import Category, DbSession, GridId, WindowOf
from layers import tiles
from layers.cells import current_plan
from layers.plans import Plan
from layers.tiles import NoSuchTile, Tile

router = APIRouter(prefix="/tiles", tags=["tiles"])

MVT = "application/vnd.mapbox-vector-tile"
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
ANSWERS: dict[int | str, dict[str, object]] = {
    200: {"content": {MVT: {}}, "description": "a tile; empty where there is nothing"}
}

Z = Annotated[int, Path(ge=0, le=tiles.MAX_ZOOM, description="zoom", examples=[13])]
XY = Annotated[
    int,
    Path(
        ge=0, lt=2**tiles.MAX_ZOOM, description="column or row, XYZ scheme", examples=[6841, 3345]
    ),
]


@router.get("/cells/{z}/{x}/{y}.mvt", response_class=Response, responses=ANSWERS)
def cells(
    session: DbSession,
    z: Z,
    x: XY,
    y: XY,
    grid: GridId,
    v: Annotated[
        int | None, Query(ge=1, description="a plan; that tile never changes", examples=[2])
    ] = None,
) -> Response:
    """The cells of a grid: as plan `v` draws them, or else as drawn now."""
    wanted = current_plan(session, grid)
    if v is not None:
        plan = session.get(Plan, v)
        # A draft may be drawn otherwise tomorrow, and a number not given yet may be given.
        if plan is None or plan.grid_id != grid or plan.state != "sealed":
            raise NoSuchTile(f"grid {grid} has no sealed plan {v}")
        wanted = v
    data = b"" if wanted is None else tiles.cells(session, Tile(z, x, y), grid, wanted)
    return _answer(data, FOR_EVER if v is not None else ASK_AGAIN)


@router.get("/incidents/{z}/{x}/{y}.mvt", response_class=Response, responses=ANSWERS)
def incidents(
    session: DbSession, z: Z, x: XY, y: XY, window: WindowOf, category: Category = None
) -> Response:
    """Incidents of the window: each from zoom 13, below that thinned to a count a spot."""
    return _answer(tiles.incidents(session, Tile(z, x, y), window, category or ()), ASK_AGAIN)


@router.get("/premises/{z}/{x}/{y}.mvt", response_class=Response, responses=ANSWERS)
def premises(session: DbSession, z: Z, x: XY, y: XY) -> Response:
    """Premises."""
    return _answer(tiles.premises(session, Tile(z, x, y)), ASK_AGAIN)


def _answer(data: bytes, caching: str) -> Response:
    return Response(data, media_type=MVT, headers={"Cache-Control": caching})
