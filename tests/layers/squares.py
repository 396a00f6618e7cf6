"""Small grids of made-up squares, points in them, and SQL that judges what the layers decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from pyproj import CRS
from sqlalchemy import Engine, text

from layers.arrivals import Said, import_enterprises, import_incidents
from layers.boundaries import Boundaries, import_boundaries
from layers.database import transaction
from layers.drawings import Drawings
from layers.files import Sheet
from layers.summary import Summary

WEST, SOUTH, EAST, NORTH = 116.0, 39.0, 116.04, 39.04
MIDDLE = 116.02
WGS84 = Said("wgs84")


def halves(border: float = MIDDLE) -> dict[str, shapely.Polygon]:
    """Cells A and B, west and east of a border."""
    return {
        "A": shapely.box(WEST, SOUTH, border, NORTH),
        "B": shapely.box(border, SOUTH, EAST, NORTH),
    }


def cell_sheet(cells: Mapping[str, shapely.Geometry], **columns: Sequence[Any]) -> Sheet:
    """What a file of these cells would be read as."""
    shapes = np.empty(len(cells), dtype=object)
    shapes[:] = list(cells.values())
    frame = pd.DataFrame({"code": list(cells), **columns})
    return Sheet(Path("cells.geojson"), frame, shapes, CRS.from_epsg(4326))


def draw(
    engine: Engine,
    cells: Mapping[str, shapely.Geometry],
    system: str = "police",
    *,
    drawings: Drawings | None = None,
    since: datetime | None = None,
    **said: Any,
) -> Summary:
    """Put a plan of these cells in force, in a transaction of its own."""
    with transaction(engine) as session:
        summary, *_ = import_boundaries(
            session,
            drawings or Drawings(),
            cell_sheet(cells),
            Boundaries(system, since=since, **said),
        )
    return summary


def table(**columns: Sequence[Any]) -> Sheet:
    """What a CSV of these columns would be read as."""
    frame = pd.DataFrame(columns)
    return Sheet(Path("points.csv"), frame.astype("string"), None, None)


def incident_sheet(
    numbers: Iterable[str],
    lon: Sequence[float] | np.ndarray,
    lat: Sequence[float] | np.ndarray,
    at: str = "2026-03-01 08:00",
) -> Sheet:
    numbers = list(numbers)
    return table(number=numbers, lon=list(lon), lat=list(lat), time=[at] * len(numbers))


def report(
    engine: Engine, sheet: Sheet, said: Said = WGS84, drawings: Drawings | None = None
) -> Summary:
    """Import incidents in a transaction of its own."""
    with transaction(engine) as session:
        return import_incidents(session, drawings or Drawings(), sheet, said)


def register(engine: Engine, sheet: Sheet, said: Said = WGS84) -> Summary:
    """Import enterprises in a transaction of its own."""
    with transaction(engine) as session:
        return import_enterprises(session, Drawings(), sheet, said)


def rows(engine: Engine, query: str, **parameters: Any) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query), parameters)]


def one(engine: Engine, query: str, **parameters: Any) -> Any:
    """The one value of a query."""
    ((value,),) = rows(engine, query, **parameters)
    return value


HELD = """
    SELECT r.{key}, g.system, g.tier, r.cells[g.slot] AS held, (
        SELECT s.cell_id FROM cell_shape s
        WHERE s.plan_id = g.current_plan_id AND s.boundary && r.location
          AND ST_RelateMatch(ST_Relate(s.boundary, r.location), '******FF*')
        ORDER BY s.code LIMIT 1
    ) AS holds
    FROM {table} r CROSS JOIN grid g WHERE r.location IS NOT NULL
"""


def astray(engine: Engine, kind: str = "incident") -> list[tuple[Any, ...]]:
    """Rows whose cell is not what SQL says of the plans in force: (key, system, tier, is, should).

    Raises where there is no row to judge.
    """
    held = HELD.format(table=kind, key="number" if kind == "incident" else "code")
    judged = one(engine, f"SELECT count(*) FROM ({held}) AS every_row")
    assert judged > 0, f"no {kind} to judge"
    return rows(engine, f"SELECT * FROM ({held}) AS r WHERE held IS DISTINCT FROM holds")


def codes_held(engine: Engine, kind: str = "incident", system: str = "police") -> dict[str, Any]:
    """Code of the cell that holds each row in tier 1 of a system, None outside."""
    key = "number" if kind == "incident" else "code"
    return dict(
        rows(
            engine,
            f"SELECT r.{key}, s.code FROM {kind} r CROSS JOIN grid g LEFT JOIN cell_shape s"
            " ON s.plan_id = g.current_plan_id AND s.cell_id = r.cells[g.slot]"
            " WHERE g.system = :system AND g.tier = 1",
            system=system,
        )
    )
