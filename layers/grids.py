"""Grids 网格体系: the tessellations of a town, one row for each tier of each."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.dialects.postgresql import INT4RANGE, JSONB, Range
from sqlalchemy.orm import Mapped, mapped_column

from layers.base import CODE, Base, Noted

KINDS = ("comprehensive", "professional", "exclusive", "police")


class Grid(Base, Noted):
    """One tier of one tessellation, with its rules.

    `system` names the tessellation ("comprehensive", "police", one department's); its tiers share
    it. `slot` is where a located row keeps the cell of this grid; towns may share a slot, since a
    place lies in one cell of a slot whichever town drew it.
    """

    __tablename__ = "grid"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint("tier BETWEEN 1 AND 9", name="tier"),
        CheckConstraint("slot BETWEEN 1 AND 64", name="slot"),
        # A grid is drawn by its own plans only.
        ForeignKeyConstraint(
            ["current_plan_id", "id"], ["plan.id", "plan.grid_id"], use_alter=True
        ),
        UniqueConstraint("town_id", "slot", postgresql_nulls_not_distinct=True),
        UniqueConstraint("town_id", "system", "tier", postgresql_nulls_not_distinct=True),
    )

    # Part of a foreign key, so SQLAlchemy would not number it by itself.
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    slot: Mapped[int]
    kind: Mapped[str]
    system: Mapped[str] = mapped_column(CODE)
    tier: Mapped[int]
    name: Mapped[str]
    name_en: Mapped[str | None]
    town_id: Mapped[int | None] = mapped_column(
        ForeignKey("area.id"), doc="null: the whole database is one place"
    )
    nests_in_id: Mapped[int | None] = mapped_column(ForeignKey("grid.id"), index=True)
    must_tile: Mapped[bool] = mapped_column(server_default="false")
    household_range: Mapped[Range[int] | None] = mapped_column(INT4RANGE)
    population_range: Mapped[Range[int] | None] = mapped_column(INT4RANGE)
    posts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    code_scheme: Mapped[str | None]
    epoch: Mapped[int] = mapped_column(
        server_default="0", doc="goes up, under the exclusive lock, whenever current_plan changes"
    )
    current_plan_id: Mapped[int | None] = mapped_column(
        doc="the plan that `cells` of located rows were decided by; moves only with epoch",
    )
