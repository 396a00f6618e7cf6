"""Where the command line writes its files."""

from __future__ import annotations

from pathlib import Path

from gridgis.errors import GridgisError


class NoFolder(GridgisError):
    """There is no place for what is to be written."""


def need_folder(out: Path) -> None:
    """Nothing where a file can have its place; said before the work, not after it.

    Raises NoFolder.
    """
    if not out.absolute().parent.is_dir():
        raise NoFolder(f"there is no folder {out.parent} to write {out.name} in")
    if out.is_dir():
        raise NoFolder(f"{out} is a folder; name a file in it")
