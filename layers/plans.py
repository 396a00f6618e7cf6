"""Plans 网格方案, and the cells they draw."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from layers.base import CODE, Base, Noted

STATES = ("draft", "submitted", "sealed")


class Plan(Base, Noted):
    """A numbered, complete drawing of one grid.

    `state` is how far it has been approved. In force and superseded are not states but what
    `in_force` says at a time: at most one plan of a grid is in force at any instant.
    """

    __tablename__ = "plan"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("in_force IS NULL OR state = 'sealed'", name="sealed_before_in_force"),
        CheckConstraint("NOT isempty(in_force)", name="in_force"),
        UniqueConstraint("grid_id", "number"),
        UniqueConstraint("id", "grid_id"),
        ExcludeConstraint(("grid_id", "="), ("in_force", "&&"), name="ex_plan_grid_id_in_force"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    grid_id: Mapped[int] = mapped_column(ForeignKey("grid.id"))
    number: Mapped[int]
    name: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="draft")
    in_force: Mapped[Range[datetime] | None]
    certificate: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB, doc="what was proved of the drawing when it was sealed"
    )


class Cell(Base):
    """The identity of a cell; it outlives the plans that draw it."""

    __tablename__ = "cell"
    __table_args__ = (UniqueConstraint("id", "grid_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    grid_id: Mapped[int] = mapped_column(ForeignKey("grid.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class CellShape(Base):
    """One cell as one plan draws it."""

    __tablename__ = "cell_shape"
    __table_args__ = (
        ForeignKeyConstraint(["plan_id", "grid_id"], ["plan.id", "plan.grid_id"]),
        ForeignKeyConstraint(["cell_id", "grid_id"], ["cell.id", "cell.grid_id"]),
        UniqueConstraint("plan_id", "code"),
        # Through all plans of a grid a code belongs to one cell: a retired code is never reused.
        ExcludeConstraint(
            ("grid_id", "="), ("code", "="), ("cell_id", "<>"), name="ex_cell_shape_code_cell_id"
        ),
        CheckConstraint("households >= 0 AND population >= 0", name="counts"),
        CheckConstraint("NOT ST_IsEmpty(boundary)", name="boundary"),
        Index("ix_cell_shape_parent_id", "parent_id"),
        Index("ix_cell_shape_cell_id", "cell_id"),
    )

    plan_id: Mapped[int] = mapped_column(primary_key=True)
    cell_id: Mapped[int] = mapped_column(primary_key=True)
    grid_id: Mapped[int]
    code: Mapped[str] = mapped_column(CODE)
    name: Mapped[str]
    name_en: Mapped[str | None]
    boundary: Mapped[Any] = mapped_column(Geometry("MULTIPOLYGON", 4326), nullable=False)
    parent_id: Mapped[int | None] = mapped_column(
        ForeignKey("cell.id"), doc="the cell of the tier above"
    )
    party_branch: Mapped[str | None]
    households: Mapped[int | None]
    population: Mapped[int | None]
    area_m2: Mapped[float] = mapped_column(doc="geodesic, WGS 84")


class Lineage(Base):
    """From which cells of the plan before a cell was made, and how much of each. Appended only."""

    __tablename__ = "lineage"
    __table_args__ = (
        CheckConstraint("area_share > 0 AND area_share <= 1", name="area_share"),
        CheckConstraint("household_share BETWEEN 0 AND 1", name="household_share"),
    )

    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), primary_key=True)
    from_cell_id: Mapped[int] = mapped_column(ForeignKey("cell.id"), primary_key=True)
    to_cell_id: Mapped[int] = mapped_column(ForeignKey("cell.id"), primary_key=True, index=True)
    area_share: Mapped[float] = mapped_column(doc="of the from-cell's area")
    household_share: Mapped[float | None]


class CellMove(Base):
    """A located row whose cell in one grid changed. Appended only; `?at=` answers from it."""

    __tablename__ = "cell_move"
    __table_args__ = (
        CheckConstraint("from_cell_id IS DISTINCT FROM to_cell_id", name="moved"),
        Index("ix_cell_move_row", "kind", "row_id", "grid_id", "at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    kind: Mapped[str] = mapped_column(doc="the table of the row")
    row_id: Mapped[int] = mapped_column(BigInteger)
    grid_id: Mapped[int] = mapped_column(ForeignKey("grid.id"))
    from_cell_id: Mapped[int | None] = mapped_column(ForeignKey("cell.id"))
    to_cell_id: Mapped[int | None] = mapped_column(ForeignKey("cell.id"))
    plan_id: Mapped[int | None] = mapped_column(
        ForeignKey("plan.id"), index=True, doc="null where the row itself moved"
    )
    at: Mapped[datetime] = mapped_column(server_default=func.now())
