"""The command line end to end: what is said, what is written, and how it exits."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
import typer
from sqlalchemy import Engine
from typer.main import get_command

from scripts.cli import build, main
from tests.layers.squares import astray, codes_held, halves, one, rows

HOUSE = Path(__file__).parents[2]
TABLES = (
    "area", "grid", "plan", "cell", "cell_shape", "lineage", "cell_move", "incident",
    "enterprise", "premises", "enterprise_premises",
)  # fmt: skip

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def gridgis(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Command:
    """(exit status, what was printed, what was complained) of one command, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GRIDGIS_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")

    def run(*words: str | Path) -> tuple[int, str, str]:
        capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            main([str(word) for word in words])
        return int(left.value.code or 0), *capfd.readouterr()

    return run


@pytest.fixture
def here(
    gridgis: Command,
    engine: Engine,
    database: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """That folder, with an empty database to work on."""
    monkeypatch.setenv("GRIDGIS_DATABASE_URL", database)
    return tmp_path


def spawn(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """One command in a process of its own."""
    return subprocess.run(
        [sys.executable, *(str(word) for word in words)],
        env=os.environ | {"COLUMNS": "160"},
        capture_output=True,
        text=True,
        check=False,
    )


def write_cells(path: Path, names: tuple[str, str] = ("甲", "乙")) -> Path:
    cells = halves()
    frame = gpd.GeoDataFrame(
        {"code": list(cells), "name": names, "district": ["东", "东"]},
        geometry=list(cells.values()),
        crs=4326,
    )
    frame.to_file(path)
    return path


def write_incidents(path: Path) -> Path:
    path.write_bytes(
        "工单编号,发生时间,经度,纬度,类别\n"
        "1,2026-03-01 08:30,116.01,39.01,占道经营\n"
        "2,2026-03-01 09:30,116.03,39.01,噪声\n"
        "3,昨天,116.03,39.01,噪声\n"
        "4,2026-03-01 10:30,0,0,噪声\n".encode("gb18030")
    )
    return path


def contents(engine: Engine) -> dict[str, int]:
    return {table: one(engine, f"SELECT count(*) FROM {table}") for table in TABLES}


# --- Done: 0 --------------------------------------------------------------------------------------


def test_cells_then_incidents_in_processes_of_their_own(here: Path, engine: Engine) -> None:
    drawn = spawn(
        HOUSE / "scripts" / "import_boundaries.py", write_cells(here / "cells.gpkg"),
        "--grid", "police", "--tier", "2", "--name", "name", "--parent", "district",
    )  # fmt: skip
    assert (drawn.returncode, drawn.stderr) == (0, "")
    assert drawn.stdout.count("\n") > 5
    assert codes(engine, 2) == {"A": "甲", "B": "乙"}
    assert codes(engine, 1) == {"东": "东"}

    located = spawn(
        "-m", "scripts.cli", "import", "incidents", write_incidents(here / "工单.csv"),
        "--datum", "wgs84",
    )  # fmt: skip
    assert (located.returncode, located.stderr) == (0, "")
    numbers = next(line for line in located.stdout.splitlines() if "工单.csv" in line)
    assert [word for word in numbers.split() if word.isdigit()] == ["4", "2", "0", "2", "0", "0"]
    assert "in police tier 2 2" in located.stdout
    assert "2 refused row(s), each with its reason: 工单.rejects.csv" in located.stdout
    with (here / "工单.rejects.csv").open(encoding="utf-8-sig", newline="") as handle:
        assert list(csv.reader(handle)) == [
            ["row", "code", "reason"],
            ["3", "3", "no time of occurrence that can be read"],
            ["4", "4", "no coordinates"],
        ]
    # A spreadsheet takes it for Chinese only with this mark.
    assert (here / "工单.rejects.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert rows(engine, "SELECT number, occurred_at, category FROM incident ORDER BY number") == [
        ("1", datetime(2026, 3, 1, 0, 30, tzinfo=UTC), "占道经营"),
        ("2", datetime(2026, 3, 1, 1, 30, tzinfo=UTC), "噪声"),
    ]
    assert astray(engine) == []


def codes(engine: Engine, tier: int) -> dict[str, str]:
    return dict(
        rows(
            engine,
            "SELECT s.code, s.name FROM cell_shape s JOIN grid g ON g.current_plan_id = s.plan_id"
            " WHERE g.system = 'police' AND g.tier = :tier",
            tier=tier,
        )
    )


def test_a_dry_run_says_it_all_and_writes_nothing(
    gridgis: Command, here: Path, engine: Engine
) -> None:
    cells, incidents = write_cells(here / "cells.gpkg"), write_incidents(here / "incidents.csv")
    draw = ("import", "boundaries", cells, "--grid", "police", "--name", "name")
    report = ("import", "incidents", incidents, "--datum", "wgs84")
    before = contents(engine)
    assert set(before.values()) == {0}
    status, dry, _ = gridgis(*draw, "--dry-run")
    assert status == 0
    assert contents(engine) == before
    status, wet, _ = gridgis(*draw)
    # The same words, but for the two that say that it was dry.
    assert dry.replace("dry run: nothing was written", "").split() == wet.split()
    assert "dry run: nothing was written" in dry

    before = contents(engine)
    assert before["cell_shape"] == 2
    status, dry, _ = gridgis(*report, "--dry-run")
    assert status == 0
    assert "dry run: nothing was written" in dry
    assert contents(engine) == before
    # A dry run that would change what is there.
    gridgis(*report)
    moved = incidents.read_text("gb18030").replace("116.01", "116.03")
    incidents.write_text(moved, "gb18030")
    gridgis(*report, "--dry-run")
    assert codes_held(engine) == {"1": "A", "2": "B"}
    gridgis(*report)
    assert codes_held(engine) == {"1": "B", "2": "B"}


@pytest.mark.parametrize(
    ("said", "tier"),
    [("1", 1), ("9", 9), ("first-level", 1), ("second-level", 2), ("Micro", 3), ("二级", 2),
     ("微网格", 3)],
)  # fmt: skip
def test_tiers_have_words(
    gridgis: Command, here: Path, engine: Engine, said: str, tier: int
) -> None:
    cells = write_cells(here / "cells.gpkg")
    assert gridgis("import", "boundaries", cells, "--grid", "police", "--tier", said)[0] == 0
    assert one(engine, "SELECT tier FROM grid") == tier


@pytest.mark.parametrize(
    ("said", "since"),
    [
        ("2026-01-01", datetime(2025, 12, 31, 16, tzinfo=UTC)),  # midnight of Shanghai
        ("2026-01-01T08:30", datetime(2026, 1, 1, 0, 30, tzinfo=UTC)),
        ("2026-01-01T08:30+00:00", datetime(2026, 1, 1, 8, 30, tzinfo=UTC)),
    ],
)
def test_a_first_plan_holds_since_the_day_that_is_said(
    gridgis: Command, here: Path, engine: Engine, said: str, since: datetime
) -> None:
    cells = write_cells(here / "cells.gpkg")
    done, *_ = gridgis("import", "boundaries", cells, "--grid", "police", "--in-force-from", said)
    assert done == 0
    assert one(engine, "SELECT lower(in_force) FROM plan") == since


def test_a_grid_of_one_s_own_is_made_with_its_titles(
    gridgis: Command, here: Path, engine: Engine
) -> None:
    cells = write_cells(here / "cells.gpkg")
    words = ("import", "boundaries", cells, "--grid", "squads", "--kind", "professional")
    assert gridgis(*words, "--title", "执法中队", "--title-en", "Squads")[0] == 0
    assert rows(engine, "SELECT system, kind, name, name_en FROM grid") == [
        ("squads", "professional", "执法中队", "Squads")
    ]


def test_enterprises_go_in(gridgis: Command, here: Path, engine: Engine) -> None:
    gridgis("import", "boundaries", write_cells(here / "cells.gpkg"), "--grid", "police")
    pd.DataFrame(
        {
            "Licence": [1, 2, 3],
            "Shop": ["面馆", "药店", None],
            "X": [116.01, None, 116.03],
            "Y": [39.01, None, 39.01],
        }
    ).to_parquet(here / "shops.parquet")
    status, said, _ = gridgis(
        "import", "enterprises", here / "shops.parquet", "--code", "Licence", "--name", "shop",
        "--lon", "X", "--lat", "Y", "--datum", "cgcs2000", "--rejects", here / "not.csv",
    )  # fmt: skip
    assert status == 0
    assert "with a place 1; without a place 1" in said
    assert rows(engine, "SELECT code, name FROM enterprise ORDER BY code") == [
        ("1", "面馆"),
        ("2", "药店"),
    ]
    assert codes_held(engine, "premises") == {"1": "A"}
    assert "3,3,no name" in (here / "not.csv").read_text("utf-8-sig")


def test_what_a_file_says_is_printed_as_it_is(gridgis: Command, here: Path) -> None:
    """Square brackets are a name's own, and no markup of ours."""
    cells = {"[/b]": halves()["A"], "[red]": shapely.box(116.01, 39.0, 116.03, 39.04)}
    gpd.GeoDataFrame(
        {"code": list(cells), "up": ["[none]", "[none]"]}, geometry=list(cells.values()), crs=4326
    ).to_file(here / "[bold]cells.geojson")
    # Drawn first, so that the next file's parents are missing from it.
    words = ("--grid", "police", "--code", "code")
    first = gridgis("import", "boundaries", here / "[bold]cells.geojson", *words)
    assert first[0] == 0
    assert "[bold]cells.geojson: datum wgs84" in first[1]
    status, said, _ = gridgis(
        "import", "boundaries", here / "[bold]cells.geojson", "--grid", "police", "--tier", "2",
        "--parent", "up",
    )  # fmt: skip
    assert status == 0
    assert "2 cells name a parent that is not drawn: [none]" in said


# --- Refused with reasons: 1 ----------------------------------------------------------------------


def test_what_cannot_be_used_is_refused_in_a_sentence(
    gridgis: Command, here: Path, engine: Engine
) -> None:
    cells = write_cells(here / "cells.gpkg")
    (here / "cells.csv").write_text("code\nA\n")
    (here / "points.csv").write_text("number,time,lon,lat\n1,2026-03-01,116,39\n")
    (here / "broken.geojson").write_text('{"type": "FeatureCollection", "feat')
    (here / "cells.docx").write_text("x")
    boundaries, incidents = ("import", "boundaries"), ("import", "incidents")
    police = ("--grid", "police")
    refusals = {
        (*boundaries, here / "none.shp", *police): "there is no file",
        (*boundaries, here / "cells.csv", *police): "has no shapes",
        (*boundaries, here / "broken.geojson", *police): "cannot be read",
        (*boundaries, here / "cells.docx", *police): ".docx files are not read",
        (*boundaries, cells, *police, "--code", "kode"): "has no column 'kode'",
        (*boundaries, cells, "--grid", "squads"): "say its --kind",
        (*boundaries, cells, *police, "--kind", "quadrant"): "'quadrant' is no kind of grid",
        (*boundaries, cells, *police, "--datum", "mars"): "mars is no datum",
        (*boundaries, cells, *police, "--parent", "district"): "1 parent column(s) were named",
        (*incidents, here / "points.csv"): "add --datum",
        (*incidents, here / "points.csv", "--datum", "wgs84", "--time", "when"): "no column 'when'",
        ("report", "map", "-o", here / "map.html"): "there is no grid to show yet",
    }
    for words, reason in refusals.items():
        status, said, complaint = gridgis(*words)
        assert (status, reason in complaint) == (1, True), (words, complaint)
        assert complaint.startswith("gridgis: ")
        assert "Traceback" not in complaint + said
    assert set(contents(engine).values()) == {0}
    assert not (here / "map.html").exists()


def test_a_file_without_a_single_good_row_is_refused(
    gridgis: Command, here: Path, engine: Engine
) -> None:
    bow_tie = shapely.Polygon([(116, 39), (116.1, 39.1), (116.1, 39), (116, 39.1)])
    frame = gpd.GeoDataFrame({"code": ["A"]}, geometry=[bow_tie], crs=4326)
    frame.to_file(here / "cells.geojson")
    status, _, complaint = gridgis(
        "import", "boundaries", here / "cells.geojson", "--grid", "police"
    )
    assert status == 1
    assert "no row can be used; the first: Self-intersection" in complaint
    assert set(contents(engine).values()) == {0}


def test_a_database_that_is_not_there_is_named_without_its_password(
    gridgis: Command, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = "postgresql://somebody:hunter2@127.0.0.1:1/nowhere"
    monkeypatch.setenv("GRIDGIS_DATABASE_URL", nowhere)
    cells = write_cells(here / "cells.gpkg")
    status, said, complaint = gridgis("import", "boundaries", cells, "--grid", "police")
    assert status == 1
    assert "127.0.0.1:1/nowhere cannot be used" in complaint
    assert "hunter2" not in said + complaint
    monkeypatch.setenv("GRIDGIS_DATABASE_URL", "what is this")
    status, _, complaint = gridgis("import", "boundaries", cells, "--grid", "police")
    assert (status, "is no URL of a database" in complaint) == (1, True)


# --- Wrong usage: 2 -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "",
        "fly",
        "import",
        "import boundaries",
        "import boundaries cells.gpkg",
        "import boundaries cells.gpkg --grid police --wings 2",
        "import boundaries cells.gpkg --grid police --tier 0",
        "import boundaries cells.gpkg --grid police --tier village",
        "import boundaries cells.gpkg --grid police --in-force-from yesterday",
        "import incidents",
        "import incidents points.csv --timezone Mars/Phobos",
        "import incidents points.csv --timezone ../../etc/passwd",
        "import incidents points.csv --rejects nowhere/rejects.csv",
        "report map",
        "report map -o x.html --resolution 4",
        "report map -o x.html --resolution 12",
        "locate points.csv",
        "locate points.csv --cells cells.gpkg",
    ],
)
def test_wrong_usage(gridgis: Command, words: str) -> None:
    status, said, complaint = gridgis(*words.split())
    assert status == 2
    assert "Usage: gridgis" in said + complaint


def test_every_command_helps(gridgis: Command) -> None:
    leaves = 0

    def walk(command: typer.core.TyperCommand | typer.core.TyperGroup, *path: str) -> None:
        nonlocal leaves
        status, said, _ = gridgis(*path, "--help")
        assert status == 0
        assert f"Usage: {' '.join(('gridgis', *path))} " in said
        assert (command.help or "").splitlines()[0][:60] in " ".join(said.split())
        below = getattr(command, "commands", {})
        leaves += not below
        for name, each in below.items():
            walk(each, *path, name)

    walk(get_command(build()))
    assert leaves >= 8
