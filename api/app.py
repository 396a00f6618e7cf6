"""The service, wired to one database. Nothing is built at import."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.staticfiles import StaticFiles
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from api import docs, problems
from api.asking import Kept
from api.routes import health, incidents, onemap, tiles
from api.shapes import Problem
from layers.database import transaction

FRONT_END = Path(__file__).parents[1] / "web" / "map" / "dist"
AGAIN_AFTER_S = 1.0

# Everything from ourselves. Styles may be inline because OpenLayers and ECharts set them so.
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:;"
    " worker-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def create_app(engine: Engine, front_end: Path = FRONT_END) -> FastAPI:
    """The service on a database that has this version's tables."""
    keep = Kept(engine)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        # The first compilation of the index takes seconds; no user waits for it.
        leaving = threading.Event()
        warming = threading.Thread(target=_warm, args=(keep, leaving), daemon=True)
        warming.start()
        yield
        leaving.set()
        warming.join(timeout=30)

    app = FastAPI(
        title="gridgis",
        summary="Govern a place by grid",
        version="0.1.0",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        responses={code: {"model": Problem} for code in (404, 422)},
    )
    app.state.kept = keep
    problems.install(app, SECURITY_HEADERS)
    app.add_middleware(GZipMiddleware, minimum_size=1024, compresslevel=5)
    app.middleware("http")(_secure)
    for routes in (health, onemap, incidents, tiles, docs):
        app.include_router(routes.router)
    docs.mount(app, front_end)
    if (front_end / "index.html").exists():
        app.mount("/", StaticFiles(directory=front_end, html=True), name="front end")
    return app


async def _secure(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await answer(request)
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _warm(keep: Kept, leaving: threading.Event) -> None:
    """Build the index of every plan in force, and compile the kernels by using them.

    A database that does not answer yet is asked again, or this process would never be ready.
    """
    from layers.locating import cells_at

    while not leaving.is_set():
        try:
            with transaction(keep.engine) as session:
                cells_at(session, keep.drawings, 0.0, 0.0)
        except SQLAlchemyError:
            leaving.wait(AGAIN_AFTER_S)
        else:
            keep.warm = True
            return
