"""gridgis report map."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from rich.console import Console
from typer import Option, Typer

app = Typer(help="Write reports.", no_args_is_help=True)


@app.callback()
def reports() -> None:
    """Write reports."""


@app.command("map")
def one_map(
    out: Annotated[Path, Option("-o", "--out", help="the HTML file to write")],
    resolution: Annotated[
        int | None, Option(min=5, max=11, help="of the hexes [default: by the size of the place]")
    ] = None,
    lang: Annotated[str, Option(help="zh or en")] = "zh",
) -> None:
    """Write the one map as a single file that opens with no network."""
    from layers.settings import Settings
    from scripts.report_map import write_map
    from scripts.serving import database

    with database(Settings()) as engine:
        write_map(engine, out, resolution=resolution, lang=lang)
    Console().print(f"{out}: {out.stat().st_size / 1e6:.1f} MB, opens in any browser")
