"""One API process: `python -m scripts.serve URL HOST PORT`, started by `gridgis run`."""

from __future__ import annotations

import sys

import uvicorn

from api.app import create_app
from layers.database import connect

STATEMENT_TIMEOUT_S = 30


def main(url: str, host: str, port: str) -> None:
    """Serve until told to stop."""
    engine = connect(url, statement_timeout_s=STATEMENT_TIMEOUT_S)
    try:
        uvicorn.run(
            create_app(engine),
            host=host,
            port=int(port),
            log_level="warning",
            timeout_graceful_shutdown=5,
            server_header=False,
        )
    finally:
        engine.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
