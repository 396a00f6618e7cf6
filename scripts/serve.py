"""One API process: `python -m scripts.serve HOST PORT PARENT`, started by `gridgis run`.

The database is the one of GRIDGIS_DATABASE_URL.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

STATEMENT_TIMEOUT_S = 30
PR_SET_PDEATHSIG = 1


def main(host: str, port: str, parent: str) -> None:
    """Serve until told to stop, or until the process `parent` is dead."""
    _die_with(int(parent))  # before what takes a while to import

    import uvicorn

    from api.app import create_app
    from layers.database import connect
    from layers.settings import Settings

    url = Settings().database_url
    if url is None:
        sys.exit("GRIDGIS_DATABASE_URL is not set; type: gridgis run")
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


def _die_with(parent: int) -> None:
    """A killed `gridgis run` leaves no server behind."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it died before we asked
        sys.exit(f"process {parent} is gone")


if __name__ == "__main__":
    main(*sys.argv[1:])
