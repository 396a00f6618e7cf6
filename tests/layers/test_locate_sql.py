"""The same question in SQL, as other programs ask it, has the core's answer."""

from __future__ import annotations

import numpy as np
import shapely
from locate_judge import Judge, hard_points
from numpy.typing import NDArray
from sqlalchemy import Engine, text

from gridgis.locate import CellIndex

LOWEST = text("""
    SELECT coalesce((
        SELECT cells.code FROM cells
        WHERE cells.boundary && points.point
          AND ST_RelateMatch(ST_Relate(cells.boundary, points.point), '******FF*')
        ORDER BY cells.code LIMIT 1
    ), -1)
    FROM points ORDER BY points.number
""")


def in_sql(engine: Engine, cells: NDArray[np.object_], points: NDArray[np.float64]) -> list[int]:
    """The lowest cell that covers each point, asked of PostGIS."""
    with engine.connect() as connection:
        connection.exec_driver_sql(
            "CREATE TEMP TABLE cells (code int, boundary geometry(Geometry, 4326)) ON COMMIT DROP"
        )
        connection.exec_driver_sql(
            "CREATE TEMP TABLE points (number int, point geometry(Point, 4326)) ON COMMIT DROP"
        )
        connection.execute(
            text(
                "INSERT INTO cells SELECT code - 1, ST_SetSRID(ST_GeomFromWKB(wkb), 4326)"
                " FROM unnest(CAST(:wkb AS bytea[])) WITH ORDINALITY AS given (wkb, code)"
            ),
            {"wkb": list(shapely.to_wkb(cells))},
        )
        connection.exec_driver_sql("CREATE INDEX ON cells USING gist (boundary)")
        connection.execute(
            text(
                "INSERT INTO points SELECT number, ST_SetSRID(ST_MakePoint(x, y), 4326)"
                " FROM unnest(CAST(:x AS float8[]), CAST(:y AS float8[])) WITH ORDINALITY"
                " AS given (x, y, number)"
            ),
            {"x": points[:, 0].tolist(), "y": points[:, 1].tolist()},
        )
        return list(connection.scalars(LOWEST))


def agree(engine: Engine, cells: NDArray[np.object_], rng: np.random.Generator) -> None:
    west, south, east, north = shapely.total_bounds(cells)
    span = np.array((east - west, north - south))
    anywhere = rng.uniform(-0.1, 1.1, (2_000, 2)) * span + (west, south)
    points = np.concatenate((hard_points(cells, rng, 300), anywhere))
    found = CellIndex.build(cells).locate(*points.T)
    np.testing.assert_array_equal(found, Judge(cells).all(*points.T))
    np.testing.assert_array_equal(found, in_sql(engine, cells, points))


def test_sql_and_core_agree_on_a_tessellation(owner: Engine) -> None:
    rng = np.random.default_rng(31)
    seeds = shapely.MultiPoint(rng.uniform((116, 39), (117, 40), (60, 2)))
    agree(owner, np.array(shapely.get_parts(shapely.voronoi_polygons(seeds)), dtype=object), rng)


def test_sql_and_core_agree_on_large_overlapping_triangles(owner: Engine) -> None:
    """Long edges, where a predicate that rounds errs beside the border."""
    rng = np.random.default_rng(32)
    corners = rng.uniform((73, 18), (135, 53), (40, 3, 2))
    agree(owner, shapely.polygons(corners), rng)


def test_sql_and_core_agree_on_holes_and_parts(owner: Engine) -> None:
    rng = np.random.default_rng(33)
    holed = shapely.box(116, 39, 117, 40) - shapely.Point(116.5, 39.5).buffer(0.3)
    parts = shapely.MultiPolygon(
        [shapely.box(116.4, 39.4, 116.6, 39.6), shapely.box(118, 39, 119, 40)]
    )
    agree(owner, np.array([holed, parts, shapely.box(116.5, 39.1, 118.5, 39.5)]), rng)
