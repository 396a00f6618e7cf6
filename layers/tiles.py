"""Mapbox vector tiles by PostGIS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from gridgis.errors import GridgisError
from layers.features import Window

MAX_ZOOM = 22
POINTS_FROM_ZOOM = 13  # below, one point stands for those within 1/128 of a tile, with their count
BUFFER = 64  # of 4096 units, so that lines and labels are not cut at the edge


class NoSuchTile(GridgisError):
    """Tile numbers that do not exist at that zoom."""


@dataclass(frozen=True)
class Tile:
    """Zoom, column and row in the XYZ scheme. Raises NoSuchTile where there is none such."""

    z: int
    x: int
    y: int

    def __post_init__(self) -> None:
        """Refuse numbers outside the pyramid."""
        if not (
            0 <= self.z <= MAX_ZOOM
            and min(self.x, self.y) >= 0
            and max(self.x, self.y) < 1 << self.z
        ):
            raise NoSuchTile(f"there is no tile {self.z}/{self.x}/{self.y}")

    def parameters(self) -> dict[str, int]:
        """What BOUNDS refers to."""
        return {"z": self.z, "x": self.x, "y": self.y}


BOUNDS = f"""bounds AS (
    SELECT ST_TileEnvelope(:z, :x, :y) AS mercator,
           ST_Transform(ST_TileEnvelope(:z, :x, :y, margin => {BUFFER / 4096}), 4326) AS degrees)"""


def _geom(column: str) -> str:
    return f"ST_AsMVTGeom(ST_Transform({column}, 3857), mercator, 4096, {BUFFER}, true) AS geom"


CELLS = f"""
WITH {BOUNDS}, cut AS (
    SELECT cell_id AS id, code, name, name_en, parent_id AS parent, households, population,
           {_geom("boundary")}
    FROM cell_shape, bounds
    WHERE plan_id = :plan AND grid_id = :grid AND boundary && degrees)
SELECT ST_AsMVT(cut, 'cells', 4096, 'geom', 'id') FROM cut WHERE geom IS NOT NULL
"""

PREMISES = f"""
WITH {BOUNDS}, cut AS (
    SELECT id, name, {_geom("location")} FROM premises, bounds WHERE location && degrees)
SELECT ST_AsMVT(cut, 'premises', 4096, 'geom', 'id') FROM cut WHERE geom IS NOT NULL
"""

INCIDENTS = f"""
WITH {BOUNDS}, cut AS (
    SELECT id, category, title,
           CASE WHEN closed_at IS NULL THEN 'open' ELSE 'closed' END AS state,
           extract(epoch FROM occurred_at)::bigint AS occurred_at, 1 AS count,
           {_geom("location")}
    FROM incident, bounds WHERE location && degrees AND {{filters}})
SELECT ST_AsMVT(cut, 'incidents', 4096, 'geom', 'id') FROM cut WHERE geom IS NOT NULL
"""

INCIDENTS_THINNED = f"""
WITH {BOUNDS}, here AS (
    SELECT ST_SnapToGrid(ST_Transform(location, 3857),
                         (ST_XMax(mercator) - ST_XMin(mercator)) / 128) AS spot,
           closed_at, mercator
    FROM incident, bounds WHERE location && degrees AND {{filters}}), cut AS (
    SELECT count(*) AS count, count(*) FILTER (WHERE closed_at IS NULL) AS open,
           ST_AsMVTGeom(spot, mercator, 4096, {BUFFER}, true) AS geom
    FROM here GROUP BY spot, mercator)
SELECT ST_AsMVT(cut, 'incidents', 4096, 'geom') FROM cut WHERE geom IS NOT NULL
"""


def cells(session: Session, tile: Tile, grid: int, plan: int) -> bytes:
    """The cells of a plan of a grid; layer `cells`."""
    return _bytes(session, CELLS, tile, {"grid": grid, "plan": plan})


def premises(session: Session, tile: Tile) -> bytes:
    """Premises; layer `premises`."""
    return _bytes(session, PREMISES, tile, {})


def incidents(session: Session, tile: Tile, window: Window, category: Sequence[str]) -> bytes:
    """Incidents, thinned below POINTS_FROM_ZOOM; layer `incidents`."""
    filters = window.sql("occurred_at")
    parameters: dict[str, object] = dict(window.parameters())
    if category:
        filters += " AND category = ANY(:category)"
        parameters["category"] = list(category)
    query = INCIDENTS if tile.z >= POINTS_FROM_ZOOM else INCIDENTS_THINNED
    return _bytes(session, query.format(filters=filters), tile, parameters)


def _bytes(session: Session, query: str, tile: Tile, parameters: dict[str, object]) -> bytes:
    return bytes(session.execute(text(query), tile.parameters() | parameters).scalar_one())
