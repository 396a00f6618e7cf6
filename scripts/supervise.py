"""`gridgis run`: start what is needed, keep it running, stop all that was started."""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from gridgis.errors import GridgisError
from layers.cluster import Cluster
from layers.database import connect, transaction
from layers.fill import fill_if_empty
from layers.migrate import migrate
from layers.settings import Settings

Say = Callable[[str], None]

HOUSE = Path(__file__).parents[1]
LOOK_EVERY_S = 1.0
READY_WITHIN_S = 120.0
PR_SET_PDEATHSIG = 1


class CannotServe(GridgisError):
    """The service cannot be started here."""


def serve(settings: Settings, say: Say) -> None:
    """Serve until Ctrl-C or SIGTERM. Raises CannotServe with the next step."""
    began = time.monotonic()
    _need_port(settings)
    asked_to_stop = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        asked_to_stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)

    cluster, started = _database(settings, say)
    server: subprocess.Popen[bytes] | None = None
    try:
        url = settings.database_url or _url(cluster)
        _prepare(url, settings, say)
        server = _start_server(url, settings, say)
        address = f"http://{settings.host}:{settings.port}/"
        if _wait_ready(server, address, asked_to_stop):
            say(f"gridgis is at {address}  ({time.monotonic() - began:.1f} s; Ctrl-C stops it)")
        while not asked_to_stop.wait(LOOK_EVERY_S):
            if cluster is not None and not cluster.running():
                say("the database is gone; starting it again")
                cluster.start()
            if server.poll() is not None:
                say(f"the server is gone (exit {server.returncode}); starting it again")
                server = _start_server(url, settings, say)
    finally:
        say("stopping")
        if server is not None and server.poll() is None:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
        if cluster is not None and started:
            cluster.stop()


def _database(settings: Settings, say: Say) -> tuple[Cluster | None, bool]:
    """(the private cluster or None, whether it was this process that started it)."""
    if settings.database_url is not None:
        return None, False
    cluster = Cluster(settings.data)
    if cluster.running():
        say(f"database: running already in {settings.data}")
        return cluster, False
    say(f"database: starting in {settings.data}")
    cluster.start()
    return cluster, True


def _url(cluster: Cluster | None) -> str:
    if cluster is None:
        raise CannotServe("no database was named, and none was started")
    return cluster.url()


def _prepare(url: str, settings: Settings, say: Say) -> None:
    owner = connect(url, role=None)
    try:
        say("tables: bringing them up to date")
        migrate(owner)
    finally:
        owner.dispose()
    engine = connect(url)
    try:
        with transaction(engine) as session:
            filled = fill_if_empty(session, settings.profile)
        if filled is not None:
            say(f"sample: {filled}")
    finally:
        engine.dispose()


def _need_port(settings: Settings) -> None:
    """Refuse early where the port is taken: a browser would show another program's page."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise CannotServe(
                f"port {settings.port} of {settings.host} cannot be had ({error.strerror});"
                f" stop what uses it, or choose another: GRIDGIS_PORT={settings.port + 1} make run"
            ) from error


def _start_server(url: str, settings: Settings, say: Say) -> subprocess.Popen[bytes]:
    user = _server_user(settings, say)
    environment = dict(os.environ)
    caches = settings.data / "cache"
    caches.mkdir(parents=True, exist_ok=True)
    environment["NUMBA_CACHE_DIR"] = str(caches / "numba")
    if user is not None:
        os.chown(caches, user.pw_uid, user.pw_gid)
        environment |= {"HOME": str(caches), "USER": user.pw_name}
    return subprocess.Popen(
        [sys.executable, "-m", "scripts.serve", url, settings.host, str(settings.port)],
        cwd=HOUSE,
        env=environment,
        stdin=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C reaches us alone, and we end it in order
        preexec_fn=_die_with_parent,
        user=None if user is None else user.pw_uid,
        group=None if user is None else user.pw_gid,
        extra_groups=None if user is None else [],
    )


def _server_user(settings: Settings, say: Say) -> pwd.struct_passwd | None:
    """Whom root serves as: the database's user, where that one can read the checkout."""
    if os.geteuid() != 0 or settings.port < 1024:
        return None
    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        return None
    readable = subprocess.run(
        [sys.executable, "-c", "import api.app, scripts.serve"],
        cwd=HOUSE,
        user=user.pw_uid,
        group=user.pw_gid,
        extra_groups=[],
        capture_output=True,
        env={"PATH": os.environ.get("PATH", ""), "PYTHONDONTWRITEBYTECODE": "1",
             "NUMBA_CACHE_DIR": "/nonexistent"},
        check=False,
    )
    if readable.returncode != 0:
        say("server: running as root, because no other user can read this folder")
        return None
    return user


def _die_with_parent() -> None:
    """Between fork and exec: a killed `gridgis run` leaves no server behind."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _wait_ready(
    server: subprocess.Popen[bytes], address: str, asked_to_stop: threading.Event
) -> bool:
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline and not asked_to_stop.wait(0.2):
        if server.poll() is not None:
            raise CannotServe(f"the server ended at once (exit {server.returncode}); see above")
        try:
            with urllib.request.urlopen(address + "readyz", timeout=5):  # noqa: S310 - our own
                return True
        except (urllib.error.URLError, OSError):
            continue
    return False
