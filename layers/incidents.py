"""Incidents 工单: something to be handled."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from layers.base import CODE, Base, Located

KINDS = ("event", "part")


class Incident(Base, Located):
    """One incident 工单, a happening (event 事件) or a thing (part 部件).

    `cells_then` holds the cells of the plans that were in force when it occurred, null before a
    grid's first plan; it never changes unless the place or the time of the row is corrected.
    """

    __tablename__ = "incident"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint("closed_at >= occurred_at", name="closed_after_occurred"),
        CheckConstraint("(location IS NULL) = (hex IS NULL)", name="hex"),
        Index("ix_incident_cells", "cells", postgresql_using="gin"),
        Index("ix_incident_location", "location", postgresql_using="gist"),
        Index("ix_incident_occurred_at_id", "occurred_at", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    number: Mapped[str] = mapped_column(CODE, unique=True)
    kind: Mapped[str] = mapped_column(server_default="event")
    source: Mapped[str | None]
    category: Mapped[str | None] = mapped_column(index=True)
    title: Mapped[str | None]
    description: Mapped[str | None]
    address: Mapped[str | None]
    occurred_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    settled_on_spot: Mapped[bool | None]
    cells_then: Mapped[list[int]] = mapped_column(server_default="{}")
