"""The description of the API for people, from our own host."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse, Response
from fastapi.staticfiles import StaticFiles

router = APIRouter(include_in_schema=False)

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>gridgis API</title>
<meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/docs/assets/swagger-ui.css"></head>
<body><div id="api"></div><script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script></body></html>"""
START = """SwaggerUIBundle({url: "/openapi.json", dom_id: "#api", validatorUrl: null});"""


@router.get("/docs")
def page() -> HTMLResponse:
    """The page."""
    return HTMLResponse(PAGE)


@router.get("/docs/start.js")
def start() -> Response:
    """Its only script of ours, in a file because the policy allows none inline."""
    return Response(START, media_type="text/javascript")


def mount(app: FastAPI, front_end: Path) -> None:
    """Serve Swagger UI's own files, which the front end's build lays beside its own."""
    assets = front_end / "docs"
    if assets.is_dir():
        app.mount("/docs/assets", StaticFiles(directory=assets), name="docs")
