"""The index on the borders of real places, against rational arithmetic."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from locate_judge import Judge, hard_points
from numpy.typing import NDArray

from gridgis.locate import CellIndex

PLACES = {
    "277 beats that tile Chicago": "A_chicago_boundaries/police_beats.zip",
    "343 subdistricts of Beijing, some overlapping": (
        "E_china/beijing_subdistricts_merged.geojson"
    ),
}


@pytest.fixture(scope="module", params=list(PLACES))
def cells(request: pytest.FixtureRequest, real_data: Path) -> NDArray[np.object_]:
    return np.array(gpd.read_file(real_data / PLACES[request.param]).geometry, dtype=object)


@pytest.mark.real_data
def test_agrees_with_rational_arithmetic(cells: NDArray[np.object_]) -> None:
    """At vertices, midpoints and along edges, one float beside each, and anywhere else."""
    rng = np.random.default_rng(20)
    west, south, east, north = shapely.total_bounds(cells)
    anywhere = rng.uniform((west, south), (east, north), (1_000, 2))
    points = np.concatenate((hard_points(cells, rng, 400), anywhere))
    found = CellIndex.build(cells).locate(*points.T)
    np.testing.assert_array_equal(found, Judge(cells).all(*points.T))


@pytest.mark.real_data
def test_agrees_with_shapely_away_from_borders(cells: NDArray[np.object_]) -> None:
    """Where the two differ, rational arithmetic sides with the core."""
    rng = np.random.default_rng(21)
    west, south, east, north = shapely.total_bounds(cells)
    points = rng.uniform((west, south), (east, north), (20_000, 2))
    point, cell = shapely.STRtree(cells).query(shapely.points(points), predicate="intersects")
    lowest = np.full(len(points), len(cells))
    np.minimum.at(lowest, point, cell)
    lowest[lowest == len(cells)] = -1
    found = CellIndex.build(cells).locate(*points.T)
    differ = np.flatnonzero(found != lowest)
    np.testing.assert_array_equal(found[differ], Judge(cells).all(*points[differ].T))
