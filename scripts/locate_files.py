"""Files of points and cells in, a file of points with their cells out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from gridgis.columns import only
from gridgis.geodesy import shapes_to_wgs84, to_wgs84
from gridgis.locate import CellIndex
from gridgis.outlines import merged, tidy
from layers.files import Unreadable, points_of, read, texts
from scripts.writing import need_folder


def locate_files(
    points: Path, cells: Path, out: Path, *, code: str, lon: str, lat: str, datum: str | None
) -> tuple[int, int]:
    """(points in a cell, points). Raises GridgisError with the place and reason."""
    need_folder(out)
    drawn = read(cells)
    if drawn.shapes is None:
        raise Unreadable(f"{cells.name} has no shapes")
    codes = texts(drawn.column(code))
    outlines = np.empty(len(codes), dtype=object)
    for row, shape in enumerate(drawn.shapes):
        outline, _, fault = tidy(shape)
        if fault is not None or pd.isna(codes.iloc[row]):
            raise Unreadable(f"{cells.name}, row {row + 1}: {fault or f'no {code}'}")
        outlines[row] = outline
    group, unique = pd.factorize(codes.to_numpy(dtype=object), sort=True)
    in_wgs84 = shapes_to_wgs84(outlines, drawn.datum(None))
    index = CellIndex.build(merged(in_wgs84, group, len(unique)))

    sheet = read(points)
    if sheet.shapes is not None:
        x, y = points_of(sheet.shapes)
    else:
        x, y = (
            np.asarray(pd.to_numeric(sheet.column(name), errors="coerce"), dtype=np.float64)
            for name in (lon, lat)
        )
    position = index.locate(*to_wgs84(x, y, sheet.datum(datum)))
    held = only(position >= 0, np.asarray(unique, dtype=object)[position])
    answer = sheet.frame.assign(cell=held)
    if sheet.shapes is not None:  # what is written has no shapes: the coordinates as they came
        for axis, coordinates in (("x", x), ("y", y)):
            if axis not in answer:
                answer[axis] = coordinates
    if out.suffix.lower() == ".parquet":
        answer.to_parquet(out, index=False)
    else:
        answer.to_csv(out, index=False, encoding="utf-8-sig")
    return int((position >= 0).sum()), len(position)
