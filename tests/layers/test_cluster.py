"""The private cluster: whatever was killed, one server is there and no acknowledged row lost."""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest

from layers import cluster as subject
from layers.cluster import Cluster, ClusterError, bindir, data_folder

HOUSE = Path(__file__).parents[2]
AS_ROOT = os.geteuid() == 0
SERVER_UID = pwd.getpwnam("postgres").pw_uid if AS_ROOT else os.geteuid()
needs_root = pytest.mark.skipif(not AS_ROOT, reason="only root can be another user")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path that the server's user can reach, as pytest's own are not for root."""
    made = Path(tempfile.mkdtemp(prefix="gt-", dir="/tmp"))
    made.chmod(0o755)
    yield made
    for pg in made.rglob("pg"):
        Cluster(pg.parent).stop("immediate")
    shutil.rmtree(made)


def connect(cluster: Cluster, database: str = "gridgis") -> psycopg2.extensions.connection:
    connection = psycopg2.connect(host=str(cluster.socket), user="gridgis", dbname=database)
    connection.autocommit = True
    return connection


def ask(cluster: Cluster, query: str) -> list[tuple[object, ...]]:
    connection = connect(cluster)
    try:
        with connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def until(condition: Callable[[], bool], within: float = 30) -> None:
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        threading.Event().wait(0.01)


def processes(words: bytes) -> list[int]:
    """Living processes whose command line begins or goes on with these words."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and words in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def postmasters(cluster: Cluster) -> list[int]:
    return processes(b"/postgres\0-D\0" + os.fsencode(cluster.root / "pg") + b"\0")


def cluster_name(cluster: Cluster) -> bytes:
    return str(ask(cluster, "SHOW cluster_name")[0][0]).encode()


def command(*words: str | Path) -> list[str]:
    return [sys.executable, "-m", "layers.cluster", *map(str, words)]


def test_a_started_cluster_holds_the_database_and_starting_again_changes_nothing(
    folder: Path,
) -> None:
    cluster = Cluster(folder / "data")
    assert not cluster.running()
    cluster.start()
    first = postmasters(cluster)
    Cluster(folder / "data").start()

    assert cluster.running()
    assert postmasters(cluster) == first
    assert len(first) == 1
    assert ask(cluster, "SELECT current_database(), current_user") == [("gridgis", "gridgis")]
    assert ask(cluster, "SELECT 1 FROM pg_available_extensions WHERE name = 'postgis'") == [(1,)]


def test_only_the_owner_of_the_socket_folder_gets_in(folder: Path) -> None:
    cluster = Cluster(folder)
    cluster.start()

    assert ask(cluster, "SHOW listen_addresses") == [("",)]
    assert ask(cluster, "SELECT DISTINCT type, auth_method FROM pg_hba_file_rules ORDER BY 1") == [
        ("host", "reject"),
        ("local", "trust"),
    ]
    for closed in (cluster.socket, folder / "pg"):
        seen = closed.lstat()
        assert (stat.S_IMODE(seen.st_mode), seen.st_uid) == (0o700, SERVER_UID)


@pytest.mark.parametrize(("durable", "fsync"), [(True, "on"), (False, "off")])
def test_only_a_throw_away_cluster_forgoes_durability(
    folder: Path, durable: bool, fsync: str
) -> None:
    cluster = Cluster(folder, durable=durable)
    cluster.start()
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        assert ask(cluster, f"SHOW {setting}") == [(fsync,)], setting


def test_three_kills_each_met_by_three_starts_at_once_lose_no_row(folder: Path) -> None:
    cluster = Cluster(folder)
    cluster.start()
    ask(cluster, "CREATE TABLE kept (n integer PRIMARY KEY)")
    acknowledged: list[int] = []

    def write() -> None:
        connection = connect(cluster)
        try:
            with connection.cursor() as cursor:
                while True:
                    number = len(acknowledged)
                    cursor.execute("INSERT INTO kept VALUES (%s) ON CONFLICT DO NOTHING", [number])
                    acknowledged.append(number)
        except psycopg2.Error:
            return

    for _ in range(3):
        before = len(acknowledged)
        writer = threading.Thread(target=write)
        writer.start()
        until(lambda before=before: len(acknowledged) > before + 100)  # type: ignore[misc]
        (postmaster,) = postmasters(cluster)
        os.kill(postmaster, signal.SIGKILL)
        starts = [
            subprocess.Popen(
                command("start", folder),
                cwd=HOUSE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            for _ in range(3)
        ]
        said = [start.communicate(timeout=120)[0] for start in starts]
        writer.join(30)
        assert not writer.is_alive()

        assert [start.returncode for start in starts] == [0, 0, 0], said
        assert not any("FATAL" in words for words in said)
        assert len(postmasters(cluster)) == 1
        kept = {row[0] for row in ask(cluster, "SELECT n FROM kept")}
        assert set(acknowledged) <= kept


def test_a_query_that_outlives_its_killed_server_is_ended(folder: Path) -> None:
    cluster = Cluster(folder)
    cluster.start()
    busy = connect(cluster)
    backend = busy.get_backend_pid()

    def run() -> None:
        with pytest.raises(psycopg2.Error), busy.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM generate_series(1, 1000000000000)")

    query = threading.Thread(target=run)
    query.start()
    until(lambda: backend in processes(b" SELECT"))
    os.kill(postmasters(cluster)[0], signal.SIGKILL)
    cluster.start()

    query.join(30)
    assert not query.is_alive()
    assert backend not in processes(b" SELECT")
    busy.close()
    assert cluster.running()


def test_a_pid_file_whose_number_another_process_has_now_does_not_count(folder: Path) -> None:
    cluster = Cluster(folder)
    cluster.start()
    pid_file = folder / "pg" / "postmaster.pid"
    lock = cluster.socket / f"{subject.SOCKET}.lock"
    left = pid_file.read_text(), lock.read_text()
    old = left[0].split()[0]
    cluster.stop()
    stranger = subprocess.Popen(
        ["/bin/sleep", "600"], user=SERVER_UID if AS_ROOT else None, cwd=folder
    )
    try:
        for file, text in zip((pid_file, lock), left, strict=True):
            file.write_text(text.replace(old, str(stranger.pid)))
        assert not cluster.running()
        cluster.start()
        assert cluster.running()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_set_up_that_was_cut_short_is_made_anew(folder: Path) -> None:
    (folder / "pg.new").mkdir()
    (folder / "pg.new" / "PG_VERSION").write_text("15\n")
    cluster = Cluster(folder)
    cluster.start()
    assert cluster.running()
    assert not (folder / "pg.new").exists()


def test_stop_leaves_nothing(folder: Path) -> None:
    cluster = Cluster(folder)
    cluster.start()
    name = cluster_name(cluster)
    assert processes(b"postgres: " + name)
    cluster.stop()

    assert not cluster.running()
    assert not processes(b"postgres: " + name)
    assert not postmasters(cluster)
    assert not list((folder / "run").iterdir())
    assert not (folder / "pg" / "postmaster.pid").exists()
    cluster.stop()  # and once more is no error


USE = """
import sys
from pathlib import Path
from layers.cluster import Cluster
with Cluster(Path(sys.argv[1])).use():
    print("in use", flush=True)
    sys.stdin.read()
"""


@contextlib.contextmanager
def user_of(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that needs the server until its input ends."""
    with subprocess.Popen(
        [sys.executable, "-c", USE, str(folder)],
        cwd=HOUSE,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as user:
        assert user.stdout is not None
        assert user.stdout.readline() == "in use\n"
        yield user


def test_the_last_one_out_stops_it_and_who_is_killed_is_out(folder: Path) -> None:
    cluster = Cluster(folder)
    with user_of(folder) as killed, user_of(folder) as other:
        (first,) = postmasters(cluster)
        refused = subprocess.run(command("stop", folder), cwd=HOUSE, capture_output=True, text=True)
        assert refused.returncode == 1
        assert re.fullmatch(r"gridgis runs on .*stop that first.*\n", refused.stderr)

        with cluster.use():
            other.communicate()
            assert other.returncode == 0
            killed.kill()
            killed.wait()
            assert postmasters(cluster) == [first]
            assert cluster.alive()
        assert not postmasters(cluster)
        assert not cluster.alive()
        assert not cluster.in_use()


def test_who_comes_while_the_last_one_leaves_has_a_server(folder: Path) -> None:
    cluster = Cluster(folder)
    with user_of(folder) as leaving:
        leaving.stdin.close()  # type: ignore[union-attr]
        for _ in range(5):
            with cluster.use():
                assert ask(cluster, "SELECT 1") == [(1,)]
    assert leaving.returncode == 0
    assert not postmasters(cluster)


@pytest.mark.parametrize("name", ["with space", "逗号,comma", "it's"])
def test_the_folder_may_have_any_name(folder: Path, name: str) -> None:
    cluster = Cluster(folder / name)
    cluster.start()
    assert ask(cluster, "SELECT 1") == [(1,)]


def test_a_name_that_pg_ctl_would_misread_is_refused(folder: Path) -> None:
    with pytest.raises(ClusterError, match="choose a folder of your own: GRIDGIS_DATA="):
        Cluster(folder / "$HOME").start()


def test_a_path_too_long_for_a_socket_gets_a_short_one_that_is_remembered(folder: Path) -> None:
    deep = folder / ("a" * 60) / ("b" * 60)
    cluster = Cluster(deep)
    with pytest.raises(ClusterError, match="never started"):
        _ = cluster.socket
    cluster.start()
    short = cluster.socket
    assert len(os.fsencode(short / subject.SOCKET)) <= 107
    assert (stat.S_IMODE(short.stat().st_mode), short.stat().st_uid) == (0o700, SERVER_UID)
    os.kill(postmasters(cluster)[0], signal.SIGKILL)
    Cluster(deep).start()
    assert Cluster(deep).socket == short  # who was connected finds it where it was
    assert ask(cluster, "SELECT 1") == [(1,)]

    cluster.stop()
    assert not short.exists()


@pytest.mark.parametrize("squat", ["open", "link", "gone"])
def test_a_socket_folder_that_is_not_ours_alone_is_never_used(folder: Path, squat: str) -> None:
    deep = folder / ("a" * 60) / ("b" * 60)
    cluster = Cluster(deep)
    cluster.start()
    first = cluster.socket
    os.kill(postmasters(cluster)[0], signal.SIGKILL)
    until(lambda: not postmasters(cluster))
    shutil.rmtree(first)
    if squat == "open":
        first.mkdir()
        first.chmod(0o777)
    elif squat == "link":
        first.symlink_to(folder)
    try:
        cluster.start()
        assert cluster.socket != first
        assert ask(cluster, "SELECT 1") == [(1,)]
    finally:
        if first.is_symlink():
            first.unlink()
        elif first.exists():
            first.rmdir()


def test_a_server_whose_socket_folder_was_cleaned_away_is_started_anew(folder: Path) -> None:
    cluster = Cluster(folder)
    cluster.start()
    shutil.rmtree(cluster.socket)
    assert not cluster.running()
    cluster.start()
    assert len(postmasters(cluster)) == 1
    assert ask(cluster, "SELECT 1") == [(1,)]


@needs_root
def test_root_is_told_when_the_servers_user_cannot_reach_the_folder(folder: Path) -> None:
    (folder / "closed").mkdir(mode=0o700)
    with pytest.raises(ClusterError) as refused:
        Cluster(folder / "closed" / "data").start()
    assert str(folder / "closed") in str(refused.value)
    assert "GRIDGIS_DATA=/var/lib/gridgis make run" in str(refused.value)
    assert not (folder / "closed" / "data").exists()


@needs_root
def test_data_of_another_user_are_left_alone(folder: Path) -> None:
    (folder / "pg").mkdir()
    nobody = pwd.getpwnam("nobody")
    os.chown(folder / "pg", nobody.pw_uid, nobody.pw_gid)
    with pytest.raises(ClusterError, match="belongs to the user nobody"):
        Cluster(folder).start()
    shutil.rmtree(folder / "pg")


@needs_root
def test_a_plain_user_needs_the_standard_library_only(folder: Path) -> None:
    """Two files and the system's Python: as the set-up has it before anything is installed."""
    nobody = pwd.getpwnam("nobody")
    (folder / "layers").mkdir()
    for name in ("__init__.py", "cluster.py", "postgres.py"):
        shutil.copy(HOUSE / "layers" / name, folder / "layers" / name)
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)

    def run(verb: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["/usr/bin/python3", "-B", "-S", "-m", "layers.cluster", verb, folder / "mine"],
            cwd=folder,
            user=nobody.pw_uid,
            group=nobody.pw_gid,
            extra_groups=[],
            env={"HOME": str(folder)},
            capture_output=True,
            text=True,
        )

    started = run("start")
    assert (started.returncode, started.stderr) == (0, "")
    assert (folder / "mine" / "pg").stat().st_uid == nobody.pw_uid
    with pytest.raises(ClusterError, match="belongs to the user nobody"):
        Cluster(folder / "mine").start()  # root's server runs as another user
    assert run("status").returncode == 0
    assert run("stop").returncode == 0
    assert run("status").returncode == 1
    shutil.rmtree(folder / "mine")


def test_what_is_not_installed_is_named_with_the_command_to_type() -> None:
    with pytest.raises(ClusterError, match=r"apt-get install postgresql-9999-postgis-3"):
        bindir("9999")


def test_the_data_folder_is_where_its_user_expects_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert data_folder({"GRIDGIS_DATA": "/srv/g"}) == Path("/srv/g")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert data_folder({"XDG_DATA_HOME": "/x"}) == Path("/var/lib/gridgis")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("HOME", "/home/zhang")
    assert data_folder({"XDG_DATA_HOME": "/x"}) == Path("/x/gridgis")
    assert data_folder({"XDG_DATA_HOME": "relative"}) == Path("/home/zhang/.local/share/gridgis")
    assert data_folder({}) == Path("/home/zhang/.local/share/gridgis")
