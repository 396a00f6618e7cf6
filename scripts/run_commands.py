"""gridgis run, migrate, locate, bench."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from rich.console import Console
from typer import Argument, Option

if TYPE_CHECKING:
    from collections.abc import Callable

console = Console()


def run(
    host: Annotated[str | None, Option(help="address to listen on [GRIDGIS_HOST]")] = None,
    port: Annotated[int | None, Option(help="port to listen on [GRIDGIS_PORT]")] = None,
) -> None:
    """Start the database, bring it up to date, fill it if it is empty, and serve."""
    from layers.settings import Settings
    from scripts.supervise import serve

    settings = Settings()
    changed = {"host": host or settings.host, "port": settings.port if port is None else port}
    serve(settings.model_copy(update=changed), _say())


def migrate() -> None:
    """Bring the database to the tables of this version."""
    from layers.settings import Settings
    from scripts.serving import database

    with database(Settings()):
        console.print("the database has this version's tables")


def locate(
    points: Annotated[Path, Argument(metavar="POINTS", help="file of points")],
    cells: Annotated[Path, Option(help="file of cells")],
    out: Annotated[Path, Option("-o", "--out", help="CSV or Parquet to write")],
    code: Annotated[str, Option(help="column of the cell's code")] = "code",
    lon: Annotated[str, Option(help="column of x, or longitude")] = "lon",
    lat: Annotated[str, Option(help="column of y, or latitude")] = "lat",
    datum: Annotated[
        str | None, Option(help="of the points, where their file does not say")
    ] = None,
) -> None:
    """Write POINTS again with the code of the cell that holds each; no database is needed."""
    from scripts.locate_files import locate_files

    found, total = locate_files(points, cells, out, code=code, lon=lon, lat=lat, datum=datum)
    console.print(f"{found:,} of {total:,} points lie in a cell; {total - found:,} outside: {out}")


def bench(
    cells: Annotated[Path | None, Option(help="file of cells [default: the sample town's]")] = None,
) -> None:
    """Measure which-cell against Shapely's STRtree in one run, and state the machine."""
    from rich.table import Table

    from scripts.bench import bench_locate

    found = bench_locate(cells)
    console.print(
        f"{found.cells:,} cells, {found.vertices:,} vertices; index built in {found.build_s:.3f} s,"
        f" {found.index_mb:.1f} MB; {found.machine}"
    )
    table = Table()
    for heading in ("", "median", "slowest", "fastest"):
        table.add_column(heading, justify="right" if heading else "left")
    for one in found.measures:
        rates = (one.median, one.slowest, one.fastest)
        table.add_row(one.what, *(f"{rate / 1e6:,.2f}" for rate in rates))
    console.print(table)
    ours, peer = found.measures
    console.print(
        "million points a second, CellIndex on every core and STRtree on one;"
        f" ratio {ours.median / peer.median:.0f}"
    )


def _say() -> Callable[[str], None]:
    return lambda line: console.print(line, soft_wrap=True, highlight=False)
