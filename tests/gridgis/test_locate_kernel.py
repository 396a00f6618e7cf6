"""Compiled code that is kept between processes is never older than any source it came from."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gridgis.locate import kernel

OUTER = """
from gridgis.locate.inner import inner
from gridgis.locate.kernel import kernel

@kernel
def outer():
    return inner() + 1
"""


def inner(answer: int) -> str:
    return f"""
from gridgis.locate.kernel import kernel

@kernel
def inner():
    return {answer}
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A folder with a package of two kernels, one calling the other, from two files."""
    package = tmp_path / "gridgis" / "locate"
    package.mkdir(parents=True)
    for folder in (package.parent, package):
        (folder / "__init__.py").touch()
    shutil.copy(str(kernel.__file__), package)
    (package / "outer.py").write_text(OUTER)
    (package / "inner.py").write_text(inner(1))
    return tmp_path


def ask(house: Path, **environment: str) -> tuple[int, int]:
    """(the answer of a new process, how many kernels it took from the cache)."""
    question = (
        "from gridgis.locate.outer import outer;"
        " print(outer(), sum(outer.stats.cache_hits.values()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", question],
        cwd=house,
        env={**os.environ, "PYTHONPATH": str(house), "PYTHONDONTWRITEBYTECODE": "1", **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    answer, kept = done.stdout.split()
    return int(answer), int(kept)


def test_a_change_in_a_called_file_is_seen(house: Path, tmp_path: Path) -> None:
    cache = {"NUMBA_CACHE_DIR": str(tmp_path / "kept")}
    assert ask(house, **cache) == (2, 0)
    assert ask(house, **cache) == (2, 1)
    (house / "gridgis" / "locate" / "inner.py").write_text(inner(41))
    assert ask(house, **cache) == (42, 0)


def test_works_where_nothing_can_be_kept(house: Path) -> None:
    """As for a user who can write neither the source's folder nor a home."""
    nowhere = {"NUMBA_CACHE_LOCATOR_CLASSES": "IPythonCacheLocator"}
    assert ask(house, **nowhere) == (2, 0)
    assert ask(house, **nowhere) == (2, 0)
