"""gridgis import boundaries | incidents | enterprises FILE."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table
from rich.text import Text
from typer import Argument, BadParameter, Option, Typer

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from layers.drawings import Drawings
    from layers.files import Sheet
    from layers.summary import Summary

app = Typer(help="Bring in data: upsert by code, in one transaction.", no_args_is_help=True)
console = Console()

TIERS = {
    "first-level": 1, "second-level": 2, "micro": 3,
    "一级": 1, "二级": 2, "微": 3, "微网格": 3,
}  # fmt: skip

File = Annotated[
    Path, Argument(metavar="FILE", help="Shapefile (zipped too), GeoJSON, GeoPackage, CSV, Parquet")
]
Datum = Annotated[
    str | None,
    Option(help="what coordinates were measured in: wgs84, cgcs2000, gcj02, bd09 or EPSG:<code>"),
]
DryRun = Annotated[bool, Option("--dry-run", help="say what would happen, and write nothing")]
Rejects = Annotated[
    Path | None, Option(help="where refused rows go [default: <FILE>.rejects.csv, here]")
]


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadParameter("give a zone as Asia/Shanghai, or UTC") from None
    return value


Zone = Annotated[
    str, Option(parser=_zone, metavar="ZONE", help="zone of times that do not say their own")
]


def _tier(value: str | int) -> int:
    value = str(value)  # the default comes as what it is
    tier = TIERS.get(value.strip().casefold())
    if tier is not None:
        return tier
    if value.isdigit() and 1 <= int(value) <= 9:
        return int(value)
    raise BadParameter("give 1 to 9, or first-level, second-level, micro")


def _day(value: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise BadParameter("give a date as 2026-03-01, or a time as 2026-03-01T08:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo("Asia/Shanghai"))


@app.command()
def boundaries(
    file: File,
    grid: Annotated[
        str,
        Option(help="its name; comprehensive, professional, exclusive, police are kinds too"),
    ],
    tier: Annotated[
        int, Option(parser=_tier, metavar="TIER", help="1 first-level, 2 second-level, 3 micro")
    ] = 1,
    code: Annotated[str, Option(help="column of the cell's code; A+B joins two")] = "code",
    name: Annotated[str | None, Option(help="column of its name")] = None,
    name_en: Annotated[str | None, Option(help="column of its English name")] = None,
    parent: Annotated[
        list[str] | None,
        Option(help="column of the code of its parent; again for the parent's parent"),
    ] = None,
    households: Annotated[str | None, Option(help="column of households")] = None,
    population: Annotated[str | None, Option(help="column of people")] = None,
    kind: Annotated[
        str | None, Option(help="of a new grid: comprehensive, professional, exclusive, police")
    ] = None,
    title: Annotated[str | None, Option(help="of a new grid: how screens call it")] = None,
    title_en: Annotated[str | None, Option(help="of a new grid: its English name")] = None,
    in_force_from: Annotated[
        datetime | None,
        Option(parser=_day, metavar="DATE", help="since when a first plan holds [default: now]"),
    ] = None,
    datum: Datum = None,
    dry_run: DryRun = False,
    rejects: Rejects = None,
) -> None:
    """Draw the cells of FILE into the next plan of a grid, and put it in force."""
    from layers.boundaries import Boundaries, import_boundaries

    said = Boundaries(
        system=grid, tier=tier, code=code, name=name, name_en=name_en,
        parents=tuple(parent or ()), datum=datum, kind=kind, households=households,
        population=population, title=title, title_en=title_en, since=in_force_from,
    )  # fmt: skip

    def work(session: Session, drawings: Drawings, sheet: Sheet, progress: _Bar) -> list[Summary]:
        return import_boundaries(session, drawings, sheet, said, progress)

    _run(file, work, dry_run=dry_run, rejects=rejects)


@app.command()
def incidents(
    file: File,
    code: Annotated[str | None, Option(help="column of the number")] = None,
    time: Annotated[str | None, Option(help="column of the time of occurrence")] = None,
    closed: Annotated[str | None, Option(help="column of the time it was closed")] = None,
    category: Annotated[str | None, Option(help="column of the category")] = None,
    source: Annotated[str | None, Option(help="column of the source")] = None,
    name: Annotated[str | None, Option("--name", "--title", help="column of the title")] = None,
    description: Annotated[str | None, Option(help="column of the description")] = None,
    address: Annotated[str | None, Option(help="column of the address")] = None,
    kind: Annotated[str | None, Option(help="column with event or part")] = None,
    lon: Annotated[str | None, Option(help="column of x, or longitude")] = None,
    lat: Annotated[str | None, Option(help="column of y, or latitude")] = None,
    accuracy: Annotated[str | None, Option(help="column of the accuracy in metres")] = None,
    timezone: Zone = "Asia/Shanghai",
    datum: Datum = None,
    dry_run: DryRun = False,
    rejects: Rejects = None,
) -> None:
    """Upsert the incidents of FILE by number, each in its cell of every grid."""
    from layers.arrivals import Said, import_incidents

    columns = {
        "number": code, "occurred_at": time, "closed_at": closed, "category": category,
        "source": source, "title": name, "description": description, "address": address,
        "kind": kind, "lon": lon, "lat": lat, "accuracy_m": accuracy,
    }  # fmt: skip
    said = Said(datum, timezone, {field: c for field, c in columns.items() if c})

    def work(session: Session, drawings: Drawings, sheet: Sheet, progress: _Bar) -> list[Summary]:
        return [import_incidents(session, drawings, sheet, said, progress)]

    _run(file, work, dry_run=dry_run, rejects=rejects)


@app.command()
def enterprises(
    file: File,
    code: Annotated[str | None, Option(help="column of the register's number")] = None,
    name: Annotated[str | None, Option(help="column of the name")] = None,
    uscc: Annotated[str | None, Option(help="column of the 统一社会信用代码")] = None,
    industry: Annotated[str | None, Option(help="column of the industry")] = None,
    scale: Annotated[str | None, Option(help="column of the scale")] = None,
    address: Annotated[str | None, Option(help="column of the address")] = None,
    lon: Annotated[str | None, Option(help="column of x, or longitude")] = None,
    lat: Annotated[str | None, Option(help="column of y, or latitude")] = None,
    datum: Datum = None,
    dry_run: DryRun = False,
    rejects: Rejects = None,
) -> None:
    """Upsert the enterprises of FILE by code, and the premises of those with a place."""
    from layers.arrivals import Said, import_enterprises

    columns = {
        "code": code, "name": name, "uscc": uscc, "industry": industry, "scale": scale,
        "address": address, "lon": lon, "lat": lat,
    }  # fmt: skip
    said = Said(datum, columns={field: c for field, c in columns.items() if c})

    def work(session: Session, drawings: Drawings, sheet: Sheet, progress: _Bar) -> list[Summary]:
        return [import_enterprises(session, drawings, sheet, said, progress)]

    _run(file, work, dry_run=dry_run, rejects=rejects)


class _Bar:
    """Progress as one line of the terminal; on a pipe it is silent."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("", total=None)

    def __call__(self, doing: str, done: int, total: int) -> None:
        self._progress.update(self._task, description=doing, completed=done, total=total or None)


def _run(
    file: Path,
    work: Callable[[Session, Drawings, Sheet, _Bar], list[Summary]],
    *,
    dry_run: bool,
    rejects: Path | None,
) -> None:
    from layers.database import transaction
    from layers.drawings import Drawings
    from layers.files import read
    from layers.settings import Settings
    from layers.summary import write_rejects
    from scripts.serving import database

    if rejects is not None and not rejects.absolute().parent.is_dir():
        raise BadParameter(f"there is no folder {rejects.parent} for --rejects")
    columns = (
        SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(),
        MofNCompleteColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True) as progress:
        bar = _Bar(progress)
        bar(f"reading {file.name}", 0, 0)
        sheet = read(file)
        with database(Settings()) as engine, transaction(engine) as session:
            summaries = work(session, Drawings(), sheet, bar)
            if dry_run:
                session.rollback()
    _print(summaries, dry_run=dry_run)
    refusals = [refusal for summary in summaries for refusal in summary.refusals]
    if refusals:
        path = rejects or Path(f"{file.stem}.rejects.csv")
        write_rejects(path, refusals)
        _say(f"{len(refusals)} refused row(s), each with its reason: {path}")


def _print(summaries: list[Summary], *, dry_run: bool) -> None:
    table = Table(title="dry run: nothing was written" if dry_run else None, title_justify="left")
    table.add_column("")
    for heading in ("read", "refused", "merged", "added", "changed", "unchanged"):
        table.add_column(heading, justify="right")
    for s in summaries:
        counts = (s.read, s.refused, s.merged, s.added, s.changed, s.unchanged)
        table.add_row(Text(s.layer), *(f"{count:,}" for count in counts))
    console.print(table)
    for s in summaries:
        facts = "; ".join(
            f"{k} {v:,}" if isinstance(v, int) else f"{k} {v}" for k, v in s.facts.items()
        )
        _say(f"{s.layer}: {facts}")
        for note in s.notes:
            _say(f"  {note}")


def _say(line: str) -> None:
    """Print as it is: what files are called and hold is no markup."""
    console.print(line, soft_wrap=True, highlight=False, markup=False)
