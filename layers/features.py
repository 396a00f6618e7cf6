"""GeoJSON and paging, the same for every layer that is served as features."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from gridgis.errors import GridgisError

DECIMALS = 7  # of a degree: about a centimetre


class BadCursor(GridgisError):
    """A cursor that this service did not give."""


@dataclass(frozen=True)
class Box:
    """West, south, east, north in degrees, WGS 84."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True)
class Window:
    """From (included) to (excluded); None where open."""

    since: datetime | None = None
    until: datetime | None = None

    def sql(self, column: str) -> str:
        """The condition, with parameters :since and :until."""
        parts = []
        if self.since is not None:
            parts.append(f"{column} >= :since")
        if self.until is not None:
            parts.append(f"{column} < :until")
        return " AND ".join(parts) or "true"

    def parameters(self) -> dict[str, Any]:
        """What `sql` refers to."""
        return {
            key: value
            for key, value in (("since", self.since), ("until", self.until))
            if value is not None
        }


@dataclass(frozen=True)
class Page:
    """Some features, how many match in all, and where the next page starts."""

    features: list[dict[str, Any]]
    matched: int
    next: str | None

    def collection(self) -> dict[str, Any]:
        """A GeoJSON FeatureCollection."""
        return {
            "type": "FeatureCollection",
            "features": self.features,
            "matched": self.matched,
            "next": self.next,
        }


def write_cursor(**place: Any) -> str:
    """An opaque text for the place where the next page starts."""
    packed = json.dumps(place, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def read_cursor(cursor: str | None, **kinds: type) -> dict[str, Any] | None:
    """The place in a cursor, with exactly these keys, each of its kind. Raises BadCursor."""
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        place = json.loads(base64.urlsafe_b64decode(padded))
        if set(place) == set(kinds):
            return {key: _said(place[key], kind) for key, kind in kinds.items()}
    except (binascii.Error, ValueError, TypeError, AttributeError):
        pass
    raise BadCursor("this cursor is not one of ours; leave it out to start from the beginning")


def _said(value: Any, kind: type) -> Any:
    """A value of a cursor as PostgreSQL can compare with it. Raises ValueError for any other."""
    if kind is datetime:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError("a time without its zone")
        return moment
    if type(value) is not kind:  # a boolean is an int to isinstance
        raise ValueError(f"not of kind {kind.__name__}")
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise ValueError("more than a database holds")
    if isinstance(value, str) and "\0" in value.encode().decode():  # a lone surrogate is no text
        raise ValueError("a text that no row has")
    return value


def in_box(column: str, box: Box | None, parameters: dict[str, Any]) -> str:
    """The condition that a geometry's box meets `box`."""
    if box is None:
        return "true"
    parameters |= {
        "west": box.west, "south": box.south, "east": box.east, "north": box.north
    }  # fmt: skip
    return f"{column} && ST_MakeEnvelope(:west, :south, :east, :north, 4326)"


def page(
    session: Session,
    *,
    select: str,
    source: str,
    where: list[str],
    order: str,
    after: str | None,
    parameters: dict[str, Any],
    limit: int,
) -> tuple[list[Any], int, bool]:
    """(rows, matched, more) of one page of a query in parts; `after` is the cursor's condition."""
    condition = " AND ".join(where) or "true"
    matched = session.execute(
        text(f"SELECT count(*) FROM {source} WHERE {condition}"), parameters
    ).scalar_one()
    paged = f"{condition} AND {after}" if after else condition
    rows = session.execute(
        text(f"SELECT {select} FROM {source} WHERE {paged} ORDER BY {order} LIMIT :limit"),
        parameters | {"limit": limit + 1},
    ).all()
    return list(rows[:limit]), matched, len(rows) > limit


def feature(identity: int, geometry: str | None, properties: dict[str, Any]) -> dict[str, Any]:
    """One GeoJSON feature; `geometry` is PostGIS's own text."""
    return {
        "type": "Feature",
        "id": identity,
        "geometry": None if geometry is None else json.loads(geometry),
        "properties": properties,
    }
