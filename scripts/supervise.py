"""`gridgis run`: start what is needed, keep it running, stop all that was started."""

from __future__ import annotations

import contextlib
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
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

from gridgis.errors import GridgisError
from layers.cluster import Cluster, ClusterError
from layers.database import connect, transaction
from layers.fill import fill_if_empty
from layers.postgres import SERVER_USER, ServerUser
from layers.settings import Settings
from scripts.serving import bring_up_to_date, private_cluster, with_driver

Say = Callable[[str], None]

HOUSE = Path(__file__).parents[1]
LOOK_EVERY_S = 0.2
STOP_WITHIN_S = 10.0
SLOW_S = 60.0  # longer than any start should take; it is waited for all the same
LONGEST_PAUSE_S = 30.0
PRIVILEGED_PORTS = 1024
EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what to show for it
FINDS_US = "import sys; from importlib.util import find_spec as find; \
sys.exit(not (find('scripts.serve') and find('uvicorn')))"


class CannotServe(GridgisError):
    """The service cannot be started here."""


def serve(settings: Settings, say: Say) -> None:
    """Serve until Ctrl-C or SIGTERM. Raises CannotServe or NoDatabase with the next step."""
    began = time.monotonic()
    settings = settings.model_copy(update={"port": _port_to_have(settings)})
    with _told_to_stop() as stop, contextlib.ExitStack() as stack:
        cluster: Cluster | None = None
        if settings.database_url is None:
            up = Cluster(settings.data).running()
            say(f"database: {'running already' if up else 'starting'} in {settings.data}")
            cluster = stack.enter_context(private_cluster(settings))
        url = cluster.url() if cluster else with_driver(settings.database_url or "")
        stack.callback(say, "stopping")
        with contextlib.suppress(_Stopped), stop.at_once():
            _prepare(url, settings, say)
        if stop.within(0):
            return
        server = _Server(url, settings, say, began)
        stack.callback(server.stop)
        tries = _Pauses()
        while not stop.within(LOOK_EVERY_S):
            if cluster is not None and not cluster.alive() and tries.over():
                _revive(cluster, say)
                server.database_was_gone()
            server.look()


# ---- being told to stop --------------------------------------------------------------------


class _Stopped(BaseException):
    """We were told to stop amid what can be left as it is."""


class _Stop:
    """Whether we were told to stop."""

    def __init__(self) -> None:
        self._told = threading.Event()
        self._at_once = False

    def tell(self, _signal: int, _frame: FrameType | None) -> None:
        self._told.set()
        if self._at_once:
            raise _Stopped

    @contextlib.contextmanager
    def at_once(self) -> Iterator[None]:
        """Do not wait for the end of the block: what it did not commit is undone."""
        self._at_once = True
        try:
            if self._told.is_set():
                raise _Stopped
            yield
        finally:
            self._at_once = False

    def within(self, seconds: float) -> bool:
        """Whether it has come, or comes within that time."""
        return self._told.wait(seconds)


@contextlib.contextmanager
def _told_to_stop() -> Iterator[_Stop]:
    """Hear Ctrl-C, SIGTERM and the terminal's end, unless whoever started us had them ignored."""
    stop = _Stop()
    before = {
        number: signal.getsignal(number)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    heard = [number for number, was in before.items() if was is not signal.SIG_IGN]
    for number in heard:
        signal.signal(number, stop.tell)
    try:
        yield stop
    finally:
        for number in heard:
            signal.signal(number, before[number])


class _Pauses:
    """Between tries to mend the same thing: none at first, then ever longer ones."""

    def __init__(self) -> None:
        self._pause = 0.0
        self._last = -LONGEST_PAUSE_S

    def over(self) -> bool:
        """Whether to try now; if so, that is counted as a try."""
        since = time.monotonic() - self._last
        if since < self._pause:
            return False
        calm = since > self._pause + LONGEST_PAUSE_S
        self._pause = 0.5 if calm else min(2 * self._pause + 0.5, LONGEST_PAUSE_S)
        self._last = time.monotonic()
        return True


# ---- the database --------------------------------------------------------------------------


def _prepare(url: str, settings: Settings, say: Say) -> None:
    say("tables: bringing them up to date")
    bring_up_to_date(url)
    engine = connect(url)
    try:
        with transaction(engine) as session:
            filled = fill_if_empty(session, settings.profile)
        if filled is not None:
            say(f"sample: {filled}")
    finally:
        engine.dispose()


def _revive(cluster: Cluster, say: Say) -> None:
    say("the database is gone; starting it again")
    try:
        cluster.start()
    except ClusterError as error:
        say(f"it does not start, and will be tried again: {error}")
    else:
        say("the database is back")


# ---- the server ----------------------------------------------------------------------------


class _Server:
    """The API process: started, looked after, started again when it is gone."""

    def __init__(self, url: str, settings: Settings, say: Say, began: float) -> None:
        self._settings = settings
        self._say = say
        self._user = _server_user(settings, say)
        self._environment = _environment(url, settings, self._user)
        self._address = f"http://{_host_to_show(settings.host)}:{settings.port}/"
        # Never by way of a proxy, whatever the environment says of one.
        self._web = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        self._tries = _Pauses()
        self._began = began
        self._first = True  # nobody has been told yet where it is
        self._ready = self._slow = False
        self._process = self._start()

    def look(self) -> None:
        """Say when it is ready, and start it again where it is gone."""
        if (code := self._process.poll()) is not None:
            if self._first:
                raise CannotServe(f"the server ended at once (exit {code}); see above")
            if self._tries.over():
                self._say(f"the server is gone (exit {code}); starting it again")
                self._began = time.monotonic()
                self._process = self._start()
        elif not self._ready and self._answers():
            took = f"{time.monotonic() - self._began:.1f} s"
            if self._first:
                self._say(f"gridgis is at {self._address}  (after {took}; Ctrl-C stops it)")
            else:
                self._say(f"the server is back (after {took})")
            self._ready, self._first = True, False
        elif not self._ready and not self._slow and time.monotonic() - self._began > SLOW_S:
            self._slow = True
            self._say(f"the server is not ready after {SLOW_S:.0f} s; waiting on")

    def database_was_gone(self) -> None:
        """Start anew what was still warming up: half of what it asked was not answered."""
        if not self._ready:
            self.stop()
            self._process = self._start()

    def stop(self) -> None:
        """End it: in order, if it lets itself be."""
        self._process.terminate()
        try:
            self._process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        self._ready = self._slow = False
        listen = (self._settings.host, str(self._settings.port))
        user = self._user
        return subprocess.Popen(  # noqa: S603 - our own words, no shell
            [sys.executable, "-m", "scripts.serve", *listen, str(os.getpid())],
            cwd=HOUSE,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches us alone, and we end it in order
            user=None if user is None else user.pw_uid,
            group=None if user is None else user.pw_gid,
            extra_groups=None if user is None else [],
        )

    def _answers(self) -> bool:
        try:
            with self._web.open(self._address + "readyz", timeout=2):
                return True
        except (urllib.error.URLError, OSError):
            return False


def _port_to_have(settings: Settings) -> int:
    """The port; refused early where it is taken: a browser would show another program's page."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            other = settings.port + 1 if PRIVILEGED_PORTS <= settings.port < 65535 else 8001
            raise CannotServe(
                f"port {settings.port} of {settings.host} cannot be had ({error.strerror});"
                f" stop what uses it, or choose another: GRIDGIS_PORT={other} make run"
            ) from error
        port: int = probe.getsockname()[1]
        return port


def _host_to_show(host: str) -> str:
    shown = EVERY_ADDRESS.get(host, host)
    return f"[{shown}]" if ":" in shown else shown


def _environment(url: str, settings: Settings, user: pwd.struct_passwd | None) -> dict[str, str]:
    """The server's: the URL goes here, because everybody may read a command line."""
    name = pwd.getpwuid(os.geteuid()).pw_name if user is None else user.pw_name
    caches = settings.data / "cache" / name  # each its own: one may not write the other's
    caches.mkdir(parents=True, exist_ok=True)
    changed = {"GRIDGIS_DATABASE_URL": url, "NUMBA_CACHE_DIR": str(caches / "numba")}
    if user is not None:
        for folder in (caches.parent, caches):
            folder.chmod(0o755)  # whatever root's umask: another user passes through
        os.chown(caches, user.pw_uid, user.pw_gid)
        changed |= {"HOME": str(caches), "USER": user.pw_name, "LOGNAME": user.pw_name}
    return os.environ | changed


def _server_user(settings: Settings, say: Say) -> pwd.struct_passwd | None:
    """Whom root serves as: the database's user, where that one can read the checkout."""
    if os.geteuid() != 0:
        return None
    try:
        user = pwd.getpwnam(SERVER_USER)
    except KeyError:
        why = f"there is no user {SERVER_USER}"
    else:
        if settings.port < PRIVILEGED_PORTS:
            why = f"the port {settings.port} is root's"
        elif shut := ServerUser.here().kept_out_by(settings.data):
            why = f"the user {SERVER_USER} may not enter {shut}, where its cache would be"
        elif not _finds_us(user):
            why = f"the user {SERVER_USER} cannot read {HOUSE}"
        else:
            return user
    say(f"server: running as root, because {why}")
    return None


def _finds_us(user: pwd.struct_passwd) -> bool:
    try:
        asked = subprocess.run(  # noqa: S603 - our own words, no shell
            [sys.executable, "-c", FINDS_US],
            cwd=HOUSE,
            env={},
            user=user.pw_uid,
            group=user.pw_gid,
            extra_groups=[],
            capture_output=True,
            check=False,
        )
    except OSError:  # not even the interpreter
        return False
    return asked.returncode == 0
