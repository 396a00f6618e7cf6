"""Files to frames: what a bureau sends, read once, with its datum declared."""

from __future__ import annotations

import warnings
import zipfile
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.exceptions import CRSError

from gridgis.columns import only
from gridgis.errors import GridgisError
from gridgis.geodesy import DATUMS

VECTOR = (".shp", ".geojson", ".json", ".gpkg")
TABLES = (".csv", ".parquet")


class Unreadable(GridgisError):
    """A file cannot be read, or not without being told more."""


@dataclass(frozen=True)
class Sheet:
    """One file as read: its columns, its shapes where it has any, and what it says of its CRS."""

    path: Path
    frame: pd.DataFrame
    shapes: NDArray[np.object_] | None
    crs: CRS | None

    def column(self, name: str) -> pd.Series:
        """The named column, whatever the case of its name. Unreadable lists what there is."""
        if name in self.frame.columns:
            return self.frame[name]
        for column in self.frame.columns:
            if column.casefold() == name.casefold():
                return self.frame[column]
        raise Unreadable(
            f"{self.path.name} has no column {name!r}; it has {', '.join(self.frame.columns)}"
        )

    def datum(self, declared: str | None) -> str:
        """The datum to read the coordinates in: as declared, else as the file says.

        GCJ-02, BD-09 and CGCS2000 are things a file cannot or does not say, so a declared one
        refines geographic coordinates; it never contradicts projected ones.
        """
        said = None
        if self.crs is not None:
            code = self.crs.to_epsg()
            said = "wgs84" if code == 4326 else "cgcs2000" if code == 4490 else None
            said = said or (f"EPSG:{code}" if code else self.crs.to_wkt())
        if declared is None:
            if said is None:
                raise Unreadable(
                    f"{self.path.name} does not say what its coordinates were measured in;"
                    f" add --datum with one of {', '.join(DATUMS)} or EPSG:<code>"
                )
            return said
        if self.crs is not None:
            self._agree(self.crs, declared)
        return declared

    def _agree(self, crs: CRS, declared: str) -> None:
        """Nothing where the declared datum can be what the file means; else Unreadable."""
        meant = _crs(declared)
        if meant is None:
            return
        if crs.is_projected:
            known = crs.to_epsg(), meant.to_epsg()
            if (
                meant.is_geographic
                or _unit(meant) != _unit(crs)
                or (None not in known and known[0] != known[1])
            ):
                raise Unreadable(
                    f"{self.path.name} says it is in {crs.name} ({_unit(crs)}), not in {declared};"
                    " leave --datum out, or mend the file's .prj"
                )
        elif meant.is_projected:
            raise Unreadable(
                f"{self.path.name} says it is in degrees ({crs.name}), not in {declared}"
            )


def read(path: Path) -> Sheet:
    """A Shapefile (zipped too), GeoJSON, GeoPackage, CSV or Parquet file as a sheet.

    Raises Unreadable with the reason; never half a file.
    """
    if not path.exists():
        raise Unreadable(f"there is no file {path}")
    suffix = path.suffix.lower()
    try:
        if suffix == ".csv":
            return _sheet(path, _csv(path))
        if suffix == ".parquet":
            return _sheet(path, _parquet(path))
        if suffix == ".zip":
            inner = _only_layer(path)
            if inner.lower().endswith(".csv"):
                with zipfile.ZipFile(path) as archive:
                    return _sheet(path, _csv_bytes(archive.read(inner), inner))
            return _sheet(path, _vector(f"/vsizip/{path.resolve()}/{inner}"))
        if suffix in VECTOR:
            return _sheet(path, _vector(str(path)))
    except GridgisError:
        raise
    except Exception as error:  # the libraries below raise anything at all on a broken file
        raise Unreadable(f"{path.name} cannot be read: {error}") from error
    raise Unreadable(
        f"{path.name}: {suffix or 'such'} files are not read;"
        f" give one of {', '.join(VECTOR + TABLES)} or .zip"
    )


def _vector(source: str) -> gpd.GeoDataFrame:
    with warnings.catch_warnings():
        # Rings that a stricter reader would close are judged one by one later, with their row.
        warnings.simplefilter("ignore", RuntimeWarning)
        # What is measured along a line is nothing to us: it is dropped like a height.
        warnings.filterwarnings("ignore", "Measured", UserWarning)
        layers = [name for name, kind in pyogrio.list_layers(source) if kind is not None]
        if len(layers) != 1:
            raise Unreadable(f"{Path(source).name} holds {len(layers)} layers with shapes, not one")
        frame: gpd.GeoDataFrame = pyogrio.read_dataframe(
            source, layer=layers[0], on_invalid="ignore"
        )
        return frame


def _parquet(path: Path) -> pd.DataFrame:
    try:
        return gpd.read_parquet(path)
    except ValueError:  # a plain table
        return pd.read_parquet(path)


def _csv(path: Path) -> pd.DataFrame:
    return _csv_bytes(path.read_bytes(), path.name)


def _csv_bytes(data: bytes, name: str) -> pd.DataFrame:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            content = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not content.strip():
            raise Unreadable(f"{name} is empty")
        from io import StringIO

        # As text: a code such as 0012 or 110106001000 must not become a number.
        return pd.read_csv(StringIO(content), dtype=str, keep_default_na=False, na_values=[""])
    raise Unreadable(f"{name} is neither UTF-8 nor GB18030 text")


def _only_layer(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        names = [
            name
            for name in archive.namelist()
            if name.lower().endswith((*VECTOR, ".csv")) and not name.startswith("__MACOSX/")
        ]
    if len(names) != 1:
        held = ", ".join(names) if names else "none"
        raise Unreadable(f"{path.name} must hold one layer, and holds {held}; unpack it first")
    return names[0]


def _sheet(path: Path, frame: pd.DataFrame) -> Sheet:
    if isinstance(frame, gpd.GeoDataFrame) and frame.active_geometry_name:
        shapes = np.asarray(frame.geometry.array, dtype=object)
        crs = frame.crs
        if crs is None and path.suffix.lower() in (".geojson", ".json"):
            crs = CRS.from_epsg(4326)  # RFC 7946 knows no other
        rest = pd.DataFrame(frame.drop(columns=frame.geometry.name))
        return Sheet(path, rest, shapes, crs)
    return Sheet(path, pd.DataFrame(frame), None, None)


def texts(column: pd.Series) -> pd.Series:
    """A column as text: numbers without a spurious ".0", blanks as missing."""
    if pd.api.types.is_float_dtype(column):
        whole = column.dropna()
        if (whole == whole.round()).all():
            column = column.round().astype("Int64")
    # PostgreSQL keeps every character but one.
    text = column.astype("string").str.replace("\0", "", regex=False).str.strip()
    return text.mask(text == "")


def points_of(shapes: NDArray[np.object_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """X and y of point shapes; NaN where a shape is missing, empty or no point."""
    is_point = (shapely.get_type_id(shapes) == 0) & ~shapely.is_empty(shapes)
    kept = only(np.asarray(is_point), shapes)
    return shapely.get_x(kept), shapely.get_y(kept)


def _crs(datum: str) -> CRS | None:
    try:
        return CRS.from_user_input("EPSG:4326" if datum in DATUMS else datum)
    except CRSError:
        return None  # the conversion will say that nobody knows it


def _unit(crs: CRS) -> str:
    return crs.axis_info[0].unit_name if crs.axis_info else "unknown unit"
