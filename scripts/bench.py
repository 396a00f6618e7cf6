"""`gridgis bench`: what the project promises to be quick at, against a peer, in one run."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from gridgis.locate import CellIndex
from gridgis.outlines import Shapes, tidy
from gridgis.sample import town
from layers.files import Unreadable, read

ROUNDS = 7
POINTS, PEER_POINTS = 5_000_000, 200_000
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Measure:
    """Points a second: the median of the rounds, with the slowest and the fastest."""

    what: str
    median: float
    slowest: float
    fastest: float


@dataclass(frozen=True)
class Bench:
    """What was measured, on what."""

    machine: str
    cells: int
    vertices: int
    build_s: float
    index_mb: float
    measures: tuple[Measure, ...]


def bench_locate(cells: Path | None) -> Bench:
    """Which cell holds uniform random points: `CellIndex` against Shapely's STRtree, interleaved.

    On the cells of a file, in its own coordinates, or else of the sample town.
    """
    shapes = _sample() if cells is None else _drawn(cells)
    west, south, east, north = shapely.total_bounds(shapes).tolist()
    rng = np.random.default_rng(1)
    x, y = rng.uniform(west, east, POINTS), rng.uniform(south, north, POINTS)
    few = shapely.points(x[:PEER_POINTS], y[:PEER_POINTS])
    tree = shapely.STRtree(shapes)
    CellIndex.build(shapes).locate(x[:1], y[:1])  # compiled before the clock starts
    began = time.perf_counter()
    index = CellIndex.build(shapes)
    build_s = time.perf_counter() - began

    def peer() -> None:
        tree.query(few, predicate="intersects")

    contenders: dict[str, tuple[Callable[[], object], int]] = {
        "CellIndex": (lambda: index.locate(x, y), POINTS),
        "Shapely STRtree, points made beforehand": (peer, PEER_POINTS),
    }
    rates: dict[str, list[float]] = {what: [] for what in contenders}
    for _ in range(ROUNDS):
        for what, (run, points) in contenders.items():
            began = time.perf_counter()
            run()
            rates[what].append(points / (time.perf_counter() - began))
    return Bench(
        machine=f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        cells=len(shapes),
        vertices=int(shapely.get_num_coordinates(shapes).sum()),
        build_s=build_s,
        index_mb=index.nbytes / 1e6,
        measures=tuple(
            Measure(what, float(np.median(seen)), min(seen), max(seen))
            for what, seen in rates.items()
        ),
    )


def _sample() -> Shapes:
    grids = town(datetime(2026, 1, 1, tzinfo=UTC)).grids
    cells = max((grid.cells for grid in grids if grid.must_tile), key=len)
    return np.array([cell.boundary for cell in cells], dtype=object)


def _drawn(path: Path) -> Shapes:
    sheet = read(path)
    if sheet.shapes is None:
        raise Unreadable(f"{path.name} has no shapes")
    outlines = np.empty(len(sheet.shapes), dtype=object)
    for row, shape in enumerate(sheet.shapes):
        outlines[row], _, fault = tidy(shape)
        if fault is not None:
            raise Unreadable(f"{path.name}, row {row + 1}: {fault}")
    return outlines
