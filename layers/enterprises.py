"""Enterprises 企业, legal entities, and premises 场所, the places where they are."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from layers.base import CODE, Base, Located, Noted


class Enterprise(Base, Noted):
    """A legal entity. A missing or wrong USCC is flagged, never refused."""

    __tablename__ = "enterprise"
    __table_args__ = (
        Index(
            "uq_enterprise_uscc",
            "uscc",
            unique=True,
            postgresql_where=text("uscc IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(CODE, unique=True, doc="the register's own number")
    name: Mapped[str]
    uscc: Mapped[str | None] = mapped_column(CODE, doc="统一社会信用代码, 18 characters")
    uscc_fault: Mapped[str | None] = mapped_column(doc="why the USCC cannot be right")
    industry: Mapped[str | None]
    scale: Mapped[str | None]
    is_key: Mapped[bool] = mapped_column(server_default="false")
    credit_class: Mapped[str | None]


class Premises(Base, Located):
    """A located place with none, one or several enterprises."""

    __tablename__ = "premises"
    __table_args__ = (
        CheckConstraint("(location IS NULL) = (hex IS NULL)", name="hex"),
        Index("ix_premises_cells", "cells", postgresql_using="gin"),
        Index("ix_premises_location", "location", postgresql_using="gist"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    code: Mapped[str] = mapped_column(CODE, unique=True)
    name: Mapped[str]
    address: Mapped[str | None]


class EnterprisePremises(Base):
    """Which enterprises are at which premises."""

    __tablename__ = "enterprise_premises"

    enterprise_id: Mapped[int] = mapped_column(
        ForeignKey("enterprise.id", ondelete="CASCADE"), primary_key=True
    )
    premises_id: Mapped[int] = mapped_column(
        ForeignKey("premises.id", ondelete="CASCADE"), primary_key=True, index=True
    )
