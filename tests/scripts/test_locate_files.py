"""Files of points and cells in, a file of points with their cells out."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gridgis.errors import GridgisError
from gridgis.geodesy import wgs84_to_gcj02
from scripts.cli import main
from scripts.locate_files import locate_files
from tests.layers.squares import EAST, MIDDLE, NORTH, SOUTH, WEST, halves

CELLS = halves()


def cells_file(path: Path, codes: list[str | None], shapes: list[shapely.Geometry]) -> Path:
    gpd.GeoDataFrame({"code": codes}, geometry=shapes, crs=4326).to_file(path)
    return path


@pytest.fixture
def cells(tmp_path: Path) -> Path:
    backwards = sorted(CELLS, reverse=True)  # the order of the file is no matter
    return cells_file(tmp_path / "cells.gpkg", [*backwards], [CELLS[code] for code in backwards])


def points_file(path: Path, lon: list[float | str], lat: list[float | str]) -> Path:
    pd.DataFrame({"编号": [f"{n:04d}" for n in range(len(lon))], "lon": lon, "lat": lat}).to_csv(
        path, index=False
    )
    return path


def locate(
    points: Path, cells: Path, out: Path, datum: str | None = "wgs84", **columns: str
) -> tuple[int, int]:
    names = {"code": "code", "lon": "lon", "lat": "lat"} | columns
    return locate_files(points, cells, out, datum=datum, **names)


def test_the_command_writes_every_point_again_with_its_cell(
    cells: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # A border is the lower code's; what is no number lies nowhere.
    points = points_file(
        tmp_path / "points.csv",
        [WEST + 0.01, MIDDLE, float(np.nextafter(MIDDLE, EAST)), EAST + 1, "", "east of the mill"],
        [SOUTH + 0.01] * 6,
    )
    monkeypatch.setenv("GRIDGIS_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    out = tmp_path / "out.csv"
    words = ["locate", str(points), "--cells", str(cells), "-o", str(out), "--datum", "wgs84"]
    with pytest.raises(SystemExit) as left:
        main(words)
    assert not left.value.code
    assert "3 of 6 points lie in a cell; 3 outside" in capsys.readouterr().out
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")  # for spreadsheets
    answer = pd.read_csv(out, dtype=str)
    given = pd.read_csv(points, dtype=str)
    pd.testing.assert_frame_equal(answer[given.columns], given)
    assert answer["cell"].fillna("").tolist() == ["A", "A", "B", "", "", ""]


def test_the_cells_are_geopandas_s(tmp_path: Path) -> None:
    """Twelve wedges, of which some have two parts, and 5,000 points about them."""
    rng = np.random.default_rng(8)
    seeds = shapely.MultiPoint(rng.uniform((WEST, SOUTH), (EAST, NORTH), (24, 2)))
    shapes = shapely.get_parts(shapely.voronoi_polygons(seeds))
    codes = [f"{n % 12:02d}" for n in range(len(shapes))]
    drawn = cells_file(tmp_path / "cells.geojson", list(codes), list(shapes))
    lon, lat = rng.uniform((WEST - 0.06, SOUTH - 0.06), (EAST + 0.06, NORTH + 0.06), (5_000, 2)).T
    points = points_file(tmp_path / "points.csv", lon.tolist(), lat.tolist())
    inside, total = locate(points, drawn, tmp_path / "out.parquet")
    answer = pd.read_parquet(tmp_path / "out.parquet")["cell"]
    theirs = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs=4326).sjoin(
        gpd.read_file(drawn), how="left", predicate="intersects"
    )
    assert theirs.index.is_unique  # none of them lies on a border
    assert answer.fillna("").tolist() == theirs["code"].fillna("").tolist()
    assert (inside, total) == (answer.notna().sum(), 5_000)
    assert 1_000 < inside < 4_999


def test_shapes_of_points_and_their_datum(cells: Path, tmp_path: Path) -> None:
    """Within 500 m of the border GCJ-02 read as WGS 84 would be the other cell."""
    lon, lat = np.array([MIDDLE - 0.003, MIDDLE + 0.001]), np.array([SOUTH + 0.02] * 2)
    shown = np.column_stack(wgs84_to_gcj02(lon, lat))
    gpd.GeoDataFrame(geometry=shapely.points(shown), crs=4326).to_file(tmp_path / "gcj.gpkg")
    for datum, held in (("gcj02", ["A", "B"]), (None, ["B", "B"])):
        locate(tmp_path / "gcj.gpkg", cells, tmp_path / "out.csv", datum)
        assert pd.read_csv(tmp_path / "out.csv")["cell"].tolist() == held
    metric = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs=4326).to_crs(4548)
    metric.to_file(tmp_path / "metric.gpkg")
    locate(tmp_path / "metric.gpkg", cells, tmp_path / "out.csv", None)
    assert pd.read_csv(tmp_path / "out.csv")["cell"].tolist() == ["A", "B"]
    gpd.read_file(cells).to_crs(4548).to_file(tmp_path / "in_metres.gpkg")
    locate(tmp_path / "metric.gpkg", tmp_path / "in_metres.gpkg", tmp_path / "out.csv", None)
    assert pd.read_csv(tmp_path / "out.csv")["cell"].tolist() == ["A", "B"]


def test_points_of_shapes_keep_their_place(cells: Path, tmp_path: Path) -> None:
    """What comes as shapes has no columns of coordinates, and must not go without."""
    at = shapely.points([[WEST + 0.01, SOUTH + 0.01], [MIDDLE + 0.01, SOUTH + 0.03]])
    frame = gpd.GeoDataFrame({"n": [1, 2]}, geometry=at, crs=4326)
    frame.to_file(tmp_path / "points.geojson")
    locate(tmp_path / "points.geojson", cells, tmp_path / "out.csv", None)
    answer = pd.read_csv(tmp_path / "out.csv")
    assert answer["cell"].tolist() == ["A", "B"]
    np.testing.assert_allclose(answer[["x", "y"]], shapely.get_coordinates(at), atol=1e-9)


def test_what_cannot_be_used_is_refused_and_nothing_is_written(cells: Path, tmp_path: Path) -> None:
    points = points_file(tmp_path / "points.csv", [116.01], [39.01])
    out = tmp_path / "out.csv"
    bow_tie = shapely.Polygon([(116, 39), (116.1, 39.1), (116.1, 39), (116, 39.1)])
    square = CELLS["A"]
    refusals = [
        (points, cells, None, "does not say what its coordinates were measured in"),
        (points, cells, "mars", "mars is no datum"),
        (points, points, "wgs84", "points.csv has no shapes"),
        (points, tmp_path / "none.gpkg", "wgs84", "there is no file"),
        (tmp_path / "none.csv", cells, "wgs84", "there is no file"),
    ]
    for codes, shapes, reason in (
        (["A"], [bow_tie], "row 1: Self-intersection"),
        (["A", None], [square, square], "row 2: no code"),
        (["A", "B"], [square, shapely.Point(116, 39)], "row 2: a Point, not a polygon"),
    ):
        drawn = cells_file(tmp_path / f"cells{len(refusals)}.geojson", codes, shapes)
        refusals.append((points, drawn, "wgs84", reason))
    for given, drawn, datum, reason in refusals:
        with pytest.raises(GridgisError, match=reason):
            locate(given, drawn, out, datum)
    with pytest.raises(GridgisError, match="has no column 'kode'"):
        locate(points, cells, out, code="kode")
    with pytest.raises(GridgisError, match="has no column 'x'"):
        locate(points, cells, out, lon="x")
    assert not out.exists()


def test_a_folder_that_is_not_there_is_refused_before_the_work(tmp_path: Path) -> None:
    absent = tmp_path / "absent.gpkg"  # would be the next thing to complain of
    with pytest.raises(GridgisError, match=r"there is no folder .*nowhere to write out\.csv in"):
        locate(absent, absent, tmp_path / "nowhere" / "out.csv")
