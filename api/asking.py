"""What routes ask of a request: the session, the window, the box, who is kept between requests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import AfterValidator
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from layers.coverage import LandShares
from layers.database import transaction
from layers.drawings import Drawings
from layers.features import Box, Window
from layers.hotspots import Lands

ZONE = ZoneInfo("Asia/Shanghai")
YEARS = range(1900, 2200)  # so that a window as long again before or after is a time, too


@dataclass
class Kept:
    """What one process keeps between requests: the engine, and what follows from sealed plans."""

    engine: Engine
    drawings: Drawings = field(default_factory=Drawings)
    lands: Lands = field(default_factory=Lands)
    shares: LandShares = field(default_factory=LandShares)
    warm: bool = False


def kept(request: Request) -> Kept:
    """What the process of this request keeps."""
    state: Kept = request.app.state.kept
    return state


def session_of(request: Request) -> Iterator[Session]:
    """One request, one transaction; it has committed before the answer goes out."""
    with transaction(kept(request).engine) as session:
        yield session


Keep = Annotated[Kept, Depends(kept)]
DbSession = Annotated[Session, Depends(session_of, scope="function")]


def _wrong(place: str, reason: str) -> RequestValidationError:
    return RequestValidationError([{"loc": ("query", place), "msg": reason, "type": "value"}])


def _instant(place: str, value: str | None) -> datetime | None:
    """A time; a bare date is its first moment in Asia/Shanghai, as is any time without a zone."""
    if value is None or value == "":
        return None
    try:
        if len(value) == 10:
            moment = datetime.combine(date.fromisoformat(value), time(), ZONE)
        else:
            # A + that a client did not escape arrives as a space.
            moment = datetime.fromisoformat(value.replace(" ", "+") if "T" in value else value)
    except ValueError:
        raise _wrong(place, "give a date (2026-03-01) or a time (2026-03-01T08:00:00Z)") from None
    if moment.year not in YEARS:
        raise _wrong(place, f"give a year from {YEARS[0]} to {YEARS[-1]}")
    return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)


def window_of(
    since: Annotated[
        str | None,
        Query(alias="from", description="first moment, included", examples=["2018-01-01"]),
    ] = None,
    until: Annotated[
        str | None,
        Query(alias="to", description="last moment, excluded", examples=["2018-09-01"]),
    ] = None,
) -> Window:
    """The window [from, to)."""
    window = Window(_instant("from", since), _instant("to", until))
    if window.since and window.until and window.since >= window.until:
        raise _wrong("to", "must be later than from")
    return window


def box_of(
    bbox: Annotated[
        str | None,
        Query(description="west,south,east,north in degrees", examples=["120.5,30.9,120.7,31.1"]),
    ] = None,
) -> Box | None:
    """The box to look in."""
    if bbox is None:
        return None
    try:
        west, south, east, north = (float(part) for part in bbox.split(","))
    except ValueError:
        raise _wrong("bbox", "give four numbers: west,south,east,north") from None
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise _wrong("bbox", "west must not exceed east, nor south north, within the world")
    return Box(west, south, east, north)


def _storable(words: str) -> str:
    if "\0" in words:
        raise ValueError("must not contain the character NUL")
    return words


Words = Annotated[str, AfterValidator(_storable)]  # PostgreSQL has no NUL in a text
WindowOf = Annotated[Window, Depends(window_of)]
BoxOf = Annotated[Box | None, Depends(box_of)]
Limit = Annotated[int, Query(ge=1, le=1000, description="features on a page", examples=[200])]
Cursor = Annotated[
    str | None,
    Query(
        max_length=400,
        description="`next` of the page before",
        examples=["eyJjb2RlIjoiMzI5OTAxMTA0MDAxMDAwIn0"],
    ),
]
Category = Annotated[
    list[Words] | None,
    Query(description="again for several", max_length=50, examples=[["噪声扰民"]]),
]
GridId = Annotated[
    int, Query(ge=1, le=2**31 - 1, description="`id` of a grid in /api/grids", examples=[2])
]
