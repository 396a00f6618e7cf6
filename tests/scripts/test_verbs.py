"""The verbs of the house say what they do, and refuse in a sentence."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

HOUSE = Path(__file__).parents[2]


def run(*words: str | Path, cwd: Path = HOUSE) -> subprocess.CompletedProcess[str]:
    # `make test` runs us: a make below it would say where it goes.
    outside = {name: to for name, to in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        [str(word) for word in words], cwd=cwd, env=outside, capture_output=True, text=True
    )


def test_help_lists_every_verb_of_the_makefile() -> None:
    makefile = (HOUSE / "Makefile").read_text()
    (phony,) = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    listed = re.findall(r"^  make (\w+) +\S", run("make", "help").stdout, re.MULTILINE)
    assert listed == phony.split()
    assert run("make").stdout == run("make", "help").stdout


def test_a_wrong_verb_is_wrong_usage() -> None:
    answer = run("sh", "scripts/bootstrap.sh", "fly")
    assert answer.returncode == 2
    assert answer.stderr.startswith("usage: ")


def test_ci_fails_where_the_real_data_are_absent(tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    (checkout / ".ci").mkdir(parents=True)
    shutil.copy(HOUSE / ".ci" / "run", checkout / ".ci" / "run")
    (checkout / "Makefile").write_text("test:\n\t@echo $$GRIDGIS_REAL_DATA\n")

    refused = run("bash", ".ci/run", cwd=checkout)
    assert refused.returncode != 0
    assert "../shared/data/README.md" in refused.stderr

    data = tmp_path / "shared" / "data"
    data.mkdir(parents=True)
    (data / "README.md").touch()
    assert run("bash", ".ci/run", cwd=checkout).stdout.strip() == str(data)
