"""One table of refusals, and how each is answered (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from gridgis.errors import GridgisError
from gridgis.geodesy import UnknownDatum
from layers.boundaries import UnknownGrid
from layers.cells import NoSuchCell, NoSuchGrid
from layers.database import Busy
from layers.features import BadCursor
from layers.files import Unreadable
from layers.hotspots import TooFine
from layers.publishing import NotInOrder
from layers.tiles import NoSuchTile

MEDIA_TYPE = "application/problem+json"

# Every GridgisError that a route can raise; a test asserts that none is missing.
STATUS: Mapping[type[GridgisError], int] = {
    BadCursor: 400,
    Busy: 503,
    NoSuchCell: 404,
    NoSuchGrid: 404,
    NoSuchTile: 404,
    NotInOrder: 409,
    TooFine: 422,
    UnknownDatum: 422,
    UnknownGrid: 404,
    Unreadable: 422,
}


def problem(status: int, title: str, detail: str, **more: Any) -> JSONResponse:
    """One answer in the shape of RFC 9457."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return JSONResponse(jsonable_encoder(body), status, media_type=MEDIA_TYPE)


def status_of(refusal: type[GridgisError]) -> int | None:
    """The status of the nearest listed class; None where it is not for routes."""
    return next((STATUS[cls] for cls in refusal.__mro__ if cls in STATUS), None)


def install(app: FastAPI, guards: Mapping[str, str]) -> None:
    """Answer refusals, wrong requests and unknown paths as problems; defects say nothing of us.

    `guards` are headers for the answer to a defect, which no middleware sees.
    """

    @app.exception_handler(GridgisError)
    def refused(_request: Request, refusal: GridgisError) -> JSONResponse:
        status = status_of(type(refusal))
        if status is None:
            raise refusal
        return problem(status, type(refusal).__name__, str(refusal))

    @app.exception_handler(RequestValidationError)
    def misunderstood(_request: Request, wrong: RequestValidationError) -> JSONResponse:
        errors = [
            {"place": ".".join(str(part) for part in error["loc"]), "reason": error["msg"]}
            for error in wrong.errors()
        ]
        detail = "; ".join(f"{error['place']}: {error['reason']}" for error in errors)
        return problem(422, "WrongRequest", detail, errors=errors)

    @app.exception_handler(HTTPException)
    def not_served(_request: Request, error: HTTPException) -> JSONResponse:
        answer = problem(error.status_code, "NotServed", str(error.detail))
        answer.headers.update(error.headers or {})
        return answer

    @app.exception_handler(Exception)
    def defect(_request: Request, _error: Exception) -> JSONResponse:
        answer = problem(500, "Defect", "gridgis failed here; the log says where")
        answer.headers.update(guards)
        return answer
