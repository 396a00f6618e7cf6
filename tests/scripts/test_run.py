"""`gridgis run`: it serves, it mends what is killed, it leaves nothing running and loses no row."""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest

from layers.cluster import Cluster

HOUSE = Path(__file__).parents[2]
WITHIN_S = 180.0  # all that is waited for takes seconds; this bears a machine busy with the others
WEB = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not condition():
        assert time.monotonic() < deadline, f"not in time: {what}"
        threading.Event().wait(0.02)


def command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def processes(words: bytes) -> list[int]:
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [pid for pid in pids if words in command_line(pid)]


class Run:
    """One `gridgis run`, and what it has said so far."""

    def __init__(self, data: Path, **environment: str) -> None:
        self.data = data
        told = {"GRIDGIS_DATA": str(data), "GRIDGIS_PORT": "0", "GRIDGIS_PROFILE": "sample"}
        clean = {name: to for name, to in os.environ.items() if not name.startswith("GRIDGIS_")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "scripts.cli", "run"],
            cwd=HOUSE,
            env=clean | told | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.said = ""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self.said += line

    def says(self, words: str) -> re.Match[str]:
        """What it says of that pattern, once it does; an early end is a failure."""
        until(
            lambda: (
                re.search(words, self.said) is not None
                or (self.process.poll() is not None and not self._reader.is_alive())
            ),
            f"{words!r} in {self.said!r}",
        )
        found = re.search(words, self.said)
        assert found, f"it ended: {self.said}"
        return found

    def address(self) -> str:
        return self.says(r"gridgis is at (http://127\.0\.0\.1:\d+/)  ")[1]

    def ready(self) -> bool:
        try:
            with WEB.open(self.address() + "readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def server(self) -> int:
        """The pid of its API process."""
        words = ("scripts.serve", "127.0.0.1", self.port(), "")
        (pid,) = processes("\0".join(words).encode())
        return pid

    def port(self) -> str:
        return self.address().rstrip("/").rpartition(":")[2]

    def ends(self) -> int:
        """Its exit, once it has ended."""
        self.process.wait(WITHIN_S)
        self._reader.join(WITHIN_S)
        return self.process.returncode

    def interrupt(self) -> None:
        """Ctrl-C; it ends in order."""
        self.process.send_signal(signal.SIGINT)
        assert self.ends() == 0, self.said
        assert self.said.endswith("stopping\n"), self.said


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """One data folder, filled by the first start: a short path that the server's user can reach."""
    made = Path(tempfile.mkdtemp(prefix="gr-", dir="/tmp"))
    made.chmod(0o755)
    yield made / "data"
    Cluster(made / "data").stop("immediate")
    shutil.rmtree(made)


@pytest.fixture
def started() -> Iterator[Callable[..., Run]]:
    """Start one; those that are left are killed in the end, and their servers with them."""
    runs: list[Run] = []

    def start(data: Path, **environment: str) -> Run:
        runs.append(Run(data, **environment))
        return runs[-1]

    yield start
    for run in runs:
        run.process.kill()
        run.ends()


@pytest.fixture
def run(data: Path, started: Callable[..., Run]) -> Run:
    """One that is ready."""
    one = started(data)
    one.address()
    return one


def connect(data: Path) -> psycopg2.extensions.connection:
    connection = psycopg2.connect(host=str(Cluster(data).socket), user="gridgis", dbname="gridgis")
    connection.autocommit = True
    return connection


def ask(data: Path, query: str) -> list[tuple[object, ...]]:
    with contextlib.closing(connect(data)) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall() if cursor.description else []


def postmasters(data: Path) -> list[int]:
    return processes(b"/postgres\0-D\0" + os.fsencode(data / "pg") + b"\0")


class Writer:
    """Commits a row after the other until its connection is lost."""

    def __init__(self, data: Path) -> None:
        ask(data, "CREATE TABLE IF NOT EXISTS kept (n serial PRIMARY KEY)")
        self._data = data
        self._acknowledged: list[object] = []
        self._thread = threading.Thread(target=self._write)
        self._thread.start()
        until(lambda: len(self._acknowledged) > 100, "a hundred rows")

    def _write(self) -> None:
        with (
            contextlib.closing(connect(self._data)) as connection,
            contextlib.suppress(psycopg2.Error),
            connection.cursor() as cursor,
        ):
            while True:
                cursor.execute("INSERT INTO kept DEFAULT VALUES RETURNING n")
                self._acknowledged.append(cursor.fetchall()[0][0])

    def lost(self) -> set[object]:
        """The committed rows that are not there any more."""
        self._thread.join(WITHIN_S)
        assert not self._thread.is_alive()
        return set(self._acknowledged) - {row[0] for row in ask(self._data, "SELECT n FROM kept")}


def test_it_fills_an_empty_database_serves_and_stops_with_all_it_started(
    data: Path, started: Callable[..., Run]
) -> None:
    first = started(data)
    first.says(r"^database: starting in /tmp/gr-")
    assert first.ready()
    first.says(r"sample: .*\d+ cells in \d+ grids, .* incidents")
    assert ask(data, "SELECT count(*) > 0 FROM incident WHERE cells <> '{}'") == [(True,)]
    server = first.server()
    assert b"postgresql" not in command_line(server)  # which everybody may read
    if os.geteuid() == 0 and "server: running as root, because" not in first.said:
        assert Path(f"/proc/{server}").stat().st_uid == pwd.getpwnam("postgres").pw_uid

    first.interrupt()
    assert not command_line(server)
    assert not postmasters(data)
    assert not processes(os.fsencode(data))


def test_a_second_start_takes_seconds_and_fills_nothing(
    data: Path, started: Callable[..., Run]
) -> None:
    began = time.monotonic()
    second = started(data)
    assert second.ready()
    assert time.monotonic() - began < 30  # 3 s on two idle cores
    assert "sample:" not in second.said


def test_a_killed_server_is_back_and_answers(run: Run) -> None:
    first = run.server()
    os.kill(first, signal.SIGKILL)
    run.says(r"the server is gone \(exit -9\); starting it again\n(.*\n)*the server is back")
    assert run.ready()
    assert run.server() != first


def test_a_killed_database_is_back_with_every_committed_row(run: Run, data: Path) -> None:
    writer = Writer(data)
    (first,) = postmasters(data)
    os.kill(first, signal.SIGKILL)
    run.says(r"the database is gone; starting it again\nthe database is back\n")
    assert not writer.lost()
    until(run.ready, "it answers again")
    (second,) = postmasters(data)
    assert second != first
    run.interrupt()
    assert not postmasters(data)


def test_after_all_was_killed_three_starts_at_once_lose_nothing(
    run: Run, data: Path, started: Callable[..., Run]
) -> None:
    writer = Writer(data)
    server = run.server()
    (postmaster,) = postmasters(data)
    run.process.kill()
    os.kill(postmaster, signal.SIGKILL)
    three = [started(data) for _ in range(3)]
    until(lambda: not command_line(server), "the server dies with who started it")

    assert all(one.ready() for one in three)
    assert not writer.lost()
    assert len(postmasters(data)) == 1
    three[0].interrupt()
    three[1].interrupt()
    assert three[2].ready()  # the database stays until the last one leaves
    three[2].interrupt()
    assert not processes(os.fsencode(data))


def test_a_database_that_a_killed_start_left_is_stopped_by_the_next(
    run: Run, data: Path, started: Callable[..., Run]
) -> None:
    run.process.kill()
    run.ends()
    left = postmasters(data)
    assert len(left) == 1
    following = started(data)
    following.says(r"database: running already in ")
    assert following.ready()
    assert postmasters(data) == left
    following.interrupt()
    assert not postmasters(data)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_told_to_stop_before_it_serves_it_stops_at_once(
    data: Path, started: Callable[..., Run], number: signal.Signals
) -> None:
    early = started(data)
    early.says("tables: ")
    early.process.send_signal(number)
    assert early.ends() == 0, early.said
    assert early.said.endswith("stopping\n")
    assert not postmasters(data)


def test_a_taken_port_is_refused_before_anything_is_started(
    tmp_path: Path, started: Callable[..., Run]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        refused = started(tmp_path / "data", GRIDGIS_PORT=str(port))
        assert refused.ends() == 1
    assert re.fullmatch(
        rf"gridgis: port {port} of 127\.0\.0\.1 cannot be had \(.*\);"
        r" stop what uses it, or choose another: GRIDGIS_PORT=\d+ make run\n",
        refused.said,
    )
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"GRIDGIS_DATA": "/dev/null/data"}, r"the data folder /dev/null/data cannot be used .*"),
        ({"GRIDGIS_DATABASE_URL": "nonsense"}, r"GRIDGIS_DATABASE_URL is no URL of a database; .*"),
        (
            {"GRIDGIS_DATABASE_URL": "postgresql://zhang:hidden@/x?host=/nowhere"},
            r"the database postgresql\+psycopg2://zhang:\*\*\*@/x\?host=.* cannot be used: .*",
        ),
    ],
)
def test_what_cannot_be_had_is_said_in_a_sentence(
    tmp_path: Path, started: Callable[..., Run], environment: dict[str, str], sentence: str
) -> None:
    refused = started(tmp_path / "data", **environment)
    assert refused.ends() == 1
    assert re.search(rf"^gridgis: {sentence}$", refused.said, re.MULTILINE)
    assert "Traceback" not in refused.said
    assert "hidden" not in refused.said


def test_the_operators_own_database_is_served_and_left_running(
    database: str, cluster: Cluster, tmp_path: Path, started: Callable[..., Run]
) -> None:
    url = database.replace("postgresql+psycopg2://", "postgresql://")  # as operators write it
    own = started(tmp_path / "data", GRIDGIS_DATABASE_URL=url, GRIDGIS_PROFILE="none")
    assert own.ready()
    if os.geteuid() == 0:
        assert re.search(r"server: running as root, because .* may not enter /", own.said)
    assert not (tmp_path / "data" / "pg").exists()
    own.interrupt()
    assert cluster.running()
