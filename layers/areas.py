"""Areas 行政区划: administrative divisions with their statistical codes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import CheckConstraint, ForeignKey, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, Session, mapped_column

from layers.base import CODE, Base, Noted
from layers.features import (
    DECIMALS,
    Box,
    Page,
    feature,
    in_box,
    page,
    read_cursor,
    write_cursor,
)

TIERS = ("city", "county", "town", "village")

# The place all this is about: the areas of today that have a boundary and lie in no other such.
OUTERMOST = """area.during @> now() AND area.boundary IS NOT NULL AND NOT EXISTS (
    SELECT FROM area outer_area WHERE outer_area.id = area.parent_id
    AND outer_area.during @> now() AND outer_area.boundary IS NOT NULL)"""


class Area(Base, Noted):
    """An administrative division while it was so drawn."""

    __tablename__ = "area"
    __table_args__ = (
        CheckConstraint(f"tier IN {TIERS}", name="tier"),
        CheckConstraint("households >= 0 AND population >= 0", name="counts"),
        CheckConstraint("NOT isempty(during)", name="during"),
        # One drawing of a code at any time; the history of a code is its rows.
        ExcludeConstraint(("code", "="), ("during", "&&"), name="ex_area_code_during"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(CODE, doc="county 6 digits, town 9, village 12")
    tier: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str | None]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    boundary: Mapped[Any | None] = mapped_column(Geometry("MULTIPOLYGON", 4326), nullable=True)
    households: Mapped[int | None]
    population: Mapped[int | None]
    during: Mapped[Range[datetime]] = mapped_column(server_default=text("'(,)'::tstzrange"))


def features(
    session: Session,
    *,
    box: Box | None = None,
    tier: str | None = None,
    limit: int = 200,
    cursor: str | None = None,
) -> Page:
    """The areas of today by code."""
    parameters: dict[str, Any] = {}
    where = ["during @> now()", in_box("boundary", box, parameters)]
    if tier is not None:
        where.append("tier = :tier")
        parameters["tier"] = tier
    at = read_cursor(cursor, code=str)
    if at is not None:
        parameters |= at
    names = ("code", "tier", "name", "name_en", "parent", "households", "population")
    rows, matched, more = page(
        session,
        select=f"id, ST_AsGeoJSON(boundary, {DECIMALS}), code, tier, name, name_en, parent_id,"
        " households, population",
        source="area",
        where=where,
        order="code",
        after="code > :code" if at else None,
        parameters=parameters,
        limit=limit,
    )
    found = [
        feature(row[0], row[1], {"id": row[0]} | dict(zip(names, row[2:], strict=True)))
        for row in rows
    ]
    return Page(found, matched, write_cursor(code=rows[-1][2]) if more else None)
