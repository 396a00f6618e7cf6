"""What bureaus send, read whole or refused in words."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import CRS

from layers.files import Sheet, Unreadable, points_of, read, texts

SQUARE = shapely.box(116, 39, 117, 40)


def squares() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"code": ["A"]}, geometry=[SQUARE], crs="EPSG:4326")


def text_file(content: bytes | str, name: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return make


def archive(name: str, **members: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        with zipfile.ZipFile(folder / name, "w") as packed:
            for member, content in members.items():
                packed.writestr(member.replace("__", "."), content)
        return folder / name

    return make


def absent(folder: Path) -> Path:
    return folder / "absent.csv"


def folder_of_that_name(folder: Path) -> Path:
    (folder / "cells.geojson").mkdir()
    return folder / "cells.geojson"


def two_layers(folder: Path) -> Path:
    path = folder / "two.gpkg"
    for layer in ("one", "two"):
        squares().to_file(path, layer=layer, driver="GPKG")
    return path


def half_a_parquet(folder: Path) -> Path:
    path = folder / "half.parquet"
    squares().to_parquet(path)
    path.write_bytes(path.read_bytes()[:-200])
    return path


def half_a_zip(folder: Path) -> Path:
    path = archive("half.zip", a__csv="code\n" + "A\n" * 99)(folder)
    path.write_bytes(path.read_bytes()[:60])
    return path


def shapefile_without_its_index(folder: Path) -> Path:
    squares().to_file(folder / "alone.shp")
    (folder / "alone.shx").unlink()
    (folder / "alone.dbf").unlink()
    (folder / "alone.shp").write_bytes((folder / "alone.shp").read_bytes()[:90])
    return folder / "alone.shp"


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (absent, r"there is no file .*absent\.csv"),
        (text_file("x", "cells.dwg"), r"cells\.dwg: \.dwg files are not read; give one of \.shp"),
        (text_file("x", "cells"), r"cells: such files are not read"),
        (text_file("", "nothing.csv"), r"nothing\.csv is empty"),
        (text_file(" \n\n", "blank.csv"), r"blank\.csv is empty"),
        (text_file(b"code\n\xff\xff\xff", "odd.csv"), r"odd\.csv is neither UTF-8 nor GB18030"),
        (text_file('a,b\n1,2,3,4\n"', "torn.csv"), r"torn\.csv cannot be read: "),
        (text_file("{", "torn.geojson"), r"torn\.geojson cannot be read: "),
        (text_file('{"type": "Topology"}', "other.json"), r"other\.json cannot be read: "),
        (text_file("no database", "fake.gpkg"), r"fake\.gpkg cannot be read: "),
        (text_file("no shapes", "fake.shp"), r"fake\.shp cannot be read: "),
        (text_file("no parquet", "fake.parquet"), r"fake\.parquet cannot be read: "),
        (text_file("no zip", "fake.zip"), r"fake\.zip cannot be read: "),
        (half_a_parquet, r"half\.parquet cannot be read: "),
        (half_a_zip, r"half\.zip cannot be read: "),
        (shapefile_without_its_index, r"alone\.shp cannot be read: "),
        (folder_of_that_name, r"cells\.geojson cannot be read: "),
        (archive("empty.zip"), r"empty\.zip must hold one layer, and holds none"),
        (archive("notes.zip", readme__txt="hello"), r"notes\.zip must hold one layer"),
        (archive("two.zip", a__csv="x\n1", b__csv="x\n1"), r"and holds a\.csv, b\.csv; unpack it"),
        (archive("odd.zip", a__csv=""), r"a\.csv is empty"),
        (two_layers, r"two\.gpkg holds 2 layers with shapes, not one"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(
    tmp_path: Path, make: Callable[[Path], Path], words: str
) -> None:
    with pytest.raises(Unreadable, match=words):
        read(make(tmp_path))


def test_codes_stay_text(tmp_path: Path) -> None:
    """Leading zeros, long numbers, and NA, which is a code like another."""
    path = text_file("code,n\n0012,1\n110106001000001234,2\nNA,\nnull,4\n", "codes.csv")(tmp_path)
    sheet = read(path)
    assert texts(sheet.column("code")).tolist() == ["0012", "110106001000001234", "NA", "null"]
    assert texts(sheet.column("n")).isna().tolist() == [False, False, True, False]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_csvs_whatever_they_are_written_in(tmp_path: Path, encoding: str) -> None:
    path = text_file("编号,名称\n1,苇渡镇\n".encode(encoding), "表.csv")(tmp_path)
    assert read(path).column("名称").tolist() == ["苇渡镇"]
    with zipfile.ZipFile(tmp_path / "表.zip", "w") as packed:
        packed.write(path, "表.csv")
        packed.writestr("__MACOSX/._表.csv", b"\x00\x05")
    assert read(tmp_path / "表.zip").column("名称").tolist() == ["苇渡镇"]


def test_a_column_by_another_case_of_its_name() -> None:
    sheet = Sheet(Path("x.csv"), pd.DataFrame({"Code": [1], "code": [2], "NAME": [3]}), None, None)
    assert sheet.column("code").tolist() == [2]
    assert sheet.column("Name").tolist() == [3]
    with pytest.raises(Unreadable, match=r"x\.csv has no column 'kind'; it has Code, code, NAME"):
        sheet.column("kind")


def test_numbers_as_text_have_no_spurious_fraction() -> None:
    assert texts(pd.Series([1.0, np.nan, 101.0])).fillna("-").tolist() == ["1", "-", "101"]
    assert texts(pd.Series([1.5, 2.0])).tolist() == ["1.5", "2.0"]
    assert texts(pd.Series([1, 2])).tolist() == ["1", "2"]
    assert texts(pd.Series([" a ", "  ", None])).fillna("-").tolist() == ["a", "-", "-"]


def test_points_of_shapes() -> None:
    shapes = np.array([shapely.Point(1, 2), SQUARE, None, shapely.Point(), shapely.Point(3, 4, 5)])
    x, y = points_of(shapes)
    np.testing.assert_array_equal(x, [1, np.nan, np.nan, np.nan, 3])
    np.testing.assert_array_equal(y, [2, np.nan, np.nan, np.nan, 4])


def test_a_geojson_is_in_wgs84_and_a_plain_parquet_says_nothing(tmp_path: Path) -> None:
    squares().to_file(tmp_path / "cells.geojson", driver="GeoJSON")
    assert read(tmp_path / "cells.geojson").datum(None) == "wgs84"
    pd.DataFrame({"lon": [116.5], "lat": [39.5]}).to_parquet(tmp_path / "points.parquet")
    sheet = read(tmp_path / "points.parquet")
    assert sheet.shapes is None
    assert sheet.crs is None
    with pytest.raises(Unreadable, match=r"points\.parquet does not say"):
        sheet.datum(None)


def of_crs(crs: CRS | None) -> Sheet:
    return Sheet(Path("x.shp"), pd.DataFrame(), None, crs)


@pytest.mark.parametrize(
    ("crs", "declared", "datum"),
    [
        (4326, None, "wgs84"),
        (4490, None, "cgcs2000"),
        (4549, None, "EPSG:4549"),
        (4326, "gcj02", "gcj02"),  # what a file cannot say
        (4326, "bd09", "bd09"),
        (4326, "cgcs2000", "cgcs2000"),
        (4549, "EPSG:4549", "EPSG:4549"),
        (None, "bd09", "bd09"),
        (None, "EPSG:4549", "EPSG:4549"),
    ],
)
def test_the_datum_is_the_declared_one_else_the_file_s(
    crs: int | None, declared: str | None, datum: str
) -> None:
    assert of_crs(None if crs is None else CRS.from_epsg(crs)).datum(declared) == datum


def test_a_crs_without_a_number_is_its_own_words() -> None:
    crs = CRS.from_proj4("+proj=tmerc +lon_0=117.3 +x_0=500000 +ellps=GRS80 +units=m")
    assert CRS.from_user_input(of_crs(crs).datum(None)) == crs


@pytest.mark.parametrize("declared", ["gcj02", "wgs84", "EPSG:4326", "EPSG:4548", "EPSG:3435"])
def test_a_file_of_metres_is_not_contradicted(declared: str) -> None:
    with pytest.raises(
        Unreadable, match=rf"CM 120E \(metre\), not in {declared}; leave --datum out"
    ):
        of_crs(CRS.from_epsg(4549)).datum(declared)


def test_metres_are_not_declared_of_degrees() -> None:
    with pytest.raises(Unreadable, match=r"in degrees \(WGS 84\), not in EPSG:4549"):
        of_crs(CRS.from_epsg(4326)).datum("EPSG:4549")
