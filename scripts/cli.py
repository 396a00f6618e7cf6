"""The command line. Every import of weight is inside the command that needs it."""

from __future__ import annotations

import sys

from typer import Typer
from typer.main import get_command

from gridgis.errors import GridgisError

app = Typer(
    name="gridgis",
    help="Govern a place by grid: cells, posts and incidents in PostGIS, on one map.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def build() -> Typer:
    """The whole command line."""
    from scripts import import_commands, report_commands, run_commands

    app.add_typer(import_commands.app, name="import")
    app.add_typer(report_commands.app, name="report")
    app.command("run")(run_commands.run)
    app.command("locate")(run_commands.locate)
    app.command("migrate")(run_commands.migrate)
    app.command("bench")(run_commands.bench)
    return app


def main(arguments: list[str] | None = None) -> None:
    """Run; exit 0 when done, 1 when refused with reasons, 2 on wrong usage."""
    command = get_command(build())
    try:
        command(args=arguments, prog_name="gridgis")
    except GridgisError as refusal:
        print(f"gridgis: {refusal}", file=sys.stderr)  # noqa: T201 - the command line speaks
        sys.exit(1)


if __name__ == "__main__":
    main()
