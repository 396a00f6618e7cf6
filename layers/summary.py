"""What an import did, in numbers that add up."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

# Called with what is being done, how far it is and how far it goes (0: not known).
Progress = Callable[[str, int, int], None]


def silent(_doing: str, _done: int, _total: int) -> None:
    """Progress for nobody."""


@dataclass(frozen=True)
class Refusal:
    """A row that did not go in. `row` counts the file's rows from 1, without the header."""

    row: int
    code: str
    reason: str


@dataclass
class Summary:
    """Rows read = refused + merged + added + changed + unchanged.

    `merged` rows repeat a code of an earlier row of the file: further parts of one cell, or a
    later word on the same incident or enterprise.
    """

    layer: str
    read: int
    merged: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    facts: dict[str, int | float | str] = field(default_factory=dict)

    @property
    def refused(self) -> int:
        """How many rows did not go in."""
        return len(self.refusals)

    def check(self) -> Summary:
        """Itself, having added up."""
        parts = self.refused + self.merged + self.added + self.changed + self.unchanged
        if parts != self.read:
            raise AssertionError(f"{self.layer}: {self.read} rows read, {parts} accounted for")
        return self


def write_rejects(path: Path, refusals: list[Refusal]) -> None:
    """The refused rows with their reasons, as CSV that a spreadsheet opens in Chinese too."""
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(("row", "code", "reason"))
        writer.writerows((r.row, r.code, r.reason) for r in refusals)
