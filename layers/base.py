"""What every table shares: registry, names of constraints, the columns of a located row."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import BigInteger, DateTime, ForeignKey, Integer, MetaData, Text, func
from sqlalchemy.dialects.postgresql import ARRAY, TSTZRANGE, Range
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

# Codes sort and compare by bytes in every locale, so that "the lowest code" is one answer.
CODE = Text(collation="C")


class Base(DeclarativeBase):
    """Root of all tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - the name and shape SQLAlchemy asks for
        str: Text,
        int: Integer,
        datetime: DateTime(timezone=True),
        list[int]: ARRAY(Integer),
        Range[datetime]: TSTZRANGE,
    }


class Noted:
    """Who last touched a row is the audit's to say; when, and how often, is on the row."""

    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    revision: Mapped[int] = mapped_column(server_default="1", doc="the strong ETag of the row")


class Located(Noted):
    """A row with a place, and the cells that hold it (design 4.4).

    `x`, `y` are the coordinates as they came, in `datum`; `location` is their one conversion to
    WGS 84. `cells[grid.slot]` is the cell identity that holds the row as the grids are drawn now;
    a missing or null element means outside. `neighbours[grid.slot]` is set where the border is
    nearer than `accuracy_m`. `hex` is the H3 index of resolution 11.
    """

    location: Mapped[Any | None] = mapped_column(
        Geometry("POINT", 4326, spatial_index=False), nullable=True
    )
    datum: Mapped[str | None]
    x: Mapped[float | None]
    y: Mapped[float | None]
    accuracy_m: Mapped[float | None]
    hex: Mapped[int | None] = mapped_column(BigInteger)
    cells: Mapped[list[int]] = mapped_column(server_default="{}")
    neighbours: Mapped[list[int]] = mapped_column(server_default="{}")
    responsible_cell_id: Mapped[int | None] = mapped_column(
        ForeignKey("cell.id"), doc="set by hand, with a reason; never overwritten by a relocation"
    )
    responsible_reason: Mapped[str | None]
