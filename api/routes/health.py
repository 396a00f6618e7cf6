"""Is it alive, is it ready."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from api.asking import Keep
from api.problems import problem
from layers.database import transaction

router = APIRouter(tags=["health"])


@router.get("/healthz")
def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "alive"}


@router.get("/readyz", responses={503: {"description": "not yet, and why"}})
def readyz(keep: Keep) -> Response:
    """The database answers and the index is compiled: requests are served at full speed."""
    try:
        with transaction(keep.engine) as session:
            session.execute(text("SELECT 1 FROM grid LIMIT 1"))
    except SQLAlchemyError:
        return problem(503, "NotReady", "the database does not answer")
    if not keep.warm:
        return problem(503, "NotReady", "the index is being compiled")
    return JSONResponse({"status": "ready"})
