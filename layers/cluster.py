"""The private PostGIS cluster: one PostgreSQL in a data folder, reached by a unix socket only.

Where no other database is named, gridgis runs the distribution's own PostgreSQL and PostGIS as a
child of nobody: no system service, no port, no password. Whoever may enter the socket's folder
(mode 0700) is trusted; there is no other way in.

    DATA/pg            the cluster, made whole beside it and then renamed into place
    DATA/run           the folder of the socket, where its path is short enough
    DATA/socket        else, the path of the folder that was made for it elsewhere
    DATA/cluster.lock  held while somebody starts or stops
    DATA/cluster.users held by everybody who needs the server to run

The server is a child of nobody: whoever started it may be killed, and the next one finds it there.
In good order the last to leave stops it (`Cluster.use`). What it does not outlive is `kill -9`, and
PostgreSQL's own tools misread what that leaves behind: a zombie that counts as running, a pid file
whose number now belongs to another process, a socket lock that names the dead. So a pid is believed
only if that process is of the right user and says, on its command line, that it serves this very
folder; orphans are known by the cluster's name in their titles. (The command line is readable
without the right to trace, which root lacks in many containers.)

Standard library only: the set-up can use it before anything is installed.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import os
import pwd
import re
import shlex
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote

from layers.postgres import (
    SERVER_USER,
    SOCKET,
    ClusterError,
    ServerUser,
    bindir,
    closed,
    command_line,
    fits,
    locked,
    own,
    wait,
)

__all__ = ["DATABASE", "ROLE", "Cluster", "ClusterError", "bindir", "data_folder"]

ROLE: Final = "gridgis"
DATABASE: Final = "gridgis"
START_WITHIN_S: Final = 600  # recovery after a crash replays the log, and may take its time
STOP_WITHIN_S: Final = 120
ORPHANS_WITHIN_S: Final = 30
UNQUOTABLE: Final = frozenset('"$`\\')
ELSEWHERE: Final = "choose a folder of your own: GRIDGIS_DATA=$HOME/gridgis-data make run"
LOG_BYTES: Final = 16 << 20

SETTINGS: Final = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",  # costs more than it gains on many short spatial queries
    "timezone": "UTC",
    "log_timezone": "UTC",
}
THROW_AWAY: Final = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
    "max_wal_size": "512MB",
}


def data_folder(environ: Mapping[str, str]) -> Path:
    """Where gridgis keeps its data: as told, else the place its user would expect."""
    if told := environ.get("GRIDGIS_DATA"):
        return Path(told).expanduser().absolute()
    if os.geteuid() == 0:
        return Path("/var/lib/gridgis")
    share = environ.get("XDG_DATA_HOME", "")
    if os.path.isabs(share):  # the specification: a relative one is to be ignored
        return Path(share) / "gridgis"
    return Path.home() / ".local/share/gridgis"


class Cluster:
    """A private cluster in `root`. With `durable=False` it is quick and may lose everything."""

    def __init__(self, root: Path, *, durable: bool = True) -> None:
        self.root = Path(root).resolve()
        self.durable = durable
        self._pg = self.root / "pg"
        mark = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:12]
        self._name = f"gridgis-{mark}"

    @property
    def socket(self) -> Path:
        """The folder of the socket. Raises ClusterError before the first start."""
        if fits(self.root / "run"):
            return self.root / "run"
        try:
            return Path(os.fsdecode((self.root / "socket").read_bytes()))
        except FileNotFoundError:
            raise ClusterError(
                f"the database in {self.root} was never started;"
                f" type: python -m layers.cluster start {shlex.quote(str(self.root))}"
            ) from None

    @property
    def log(self) -> Path:
        """What the server wrote about itself."""
        return self._pg / "server.log"

    def url(self, database: str = DATABASE, user: str = ROLE) -> str:
        """The SQLAlchemy URL of one database of this cluster."""
        folder = quote(str(self.socket), safe="/")
        return f"postgresql+psycopg2://{quote(user)}@/{quote(database)}?host={folder}"

    def start(self) -> None:
        """Make the cluster where there is none, start it where it is down, else do nothing.

        Any number of processes may call it at once. Raises ClusterError.
        """
        try:
            user = ServerUser.here()
            self._prepare_root(user)
            with locked(self.root / "cluster.lock"):
                if not self._pg.exists():
                    self._make(user)
                programs = bindir((self._pg / "PG_VERSION").read_text().strip())
                if self._postmaster(user) is not None and not self._has_socket(user):
                    self._end(programs, user, "fast")  # a logout or a cleaner took its folder
                if not self._serves(programs, user):
                    self._sweep(user)
                    self._launch(programs, user)
                self._need_database(programs, user)
        except OSError as error:
            raise self._unusable(error) from error

    def stop(self, mode: str = "fast") -> None:
        """Stop the server, and leave nothing of it running. Raises ClusterError."""
        if not self._pg.exists():
            return
        try:
            user = ServerUser.here()
            self._need_ours(self._pg, user)
            with locked(self.root / "cluster.lock"):
                if self._postmaster(user) is not None:
                    self._end(bindir((self._pg / "PG_VERSION").read_text().strip()), user, mode)
                self._sweep(user)
                if not fits(self.root / "run"):
                    with contextlib.suppress(ClusterError, FileNotFoundError):
                        self.socket.rmdir()
                    (self.root / "socket").unlink(missing_ok=True)
        except OSError as error:
            raise self._unusable(error) from error

    @contextlib.contextmanager
    def use(self) -> Iterator[None]:
        """Have the server running until the block ends; the last one out stops it.

        Who is killed lets go as well, so that nobody counts wrong. Raises ClusterError.
        """
        try:
            self._prepare_root(ServerUser.here())
            users = self._users(os.O_CREAT)
            fcntl.flock(users, fcntl.LOCK_SH)  # waits for one who is just stopping it
        except OSError as error:
            raise self._unusable(error) from error
        try:
            self.start()
            yield
        finally:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass  # somebody else needs it still
            else:
                self.stop()
            finally:
                os.close(users)

    def in_use(self) -> bool:
        """Whether somebody needs the server to run."""
        try:
            users = self._users()
        except OSError:
            return False
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(users)
        return False

    def _users(self, also: int = 0) -> int:
        path = self.root / "cluster.users"
        return os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC | also, 0o600)

    def alive(self) -> bool:
        """Whether the server's process and its socket's folder are there; it is not asked."""
        try:
            user = ServerUser.here()
            return self._postmaster(user) is not None and self._has_socket(user)
        except (OSError, ClusterError):
            return False

    def running(self) -> bool:
        """Whether the server is there and answers."""
        try:
            user = ServerUser.here()
            version = (self._pg / "PG_VERSION").read_text().strip()
            return self._postmaster(user) is not None and self._answers(bindir(version), user)
        except (OSError, ClusterError):
            return False

    # The data folder

    def _prepare_root(self, user: ServerUser) -> None:
        """The data folder, which the server's user can reach."""
        if UNQUOTABLE & set(str(self.root)):
            raise ClusterError(f"pg_ctl would misread the name {self.root}; {ELSEWHERE}")
        if self._pg.exists():
            self._need_ours(self._pg, user)
        if user.drop:
            self._need_reach(user)
        for folder in reversed([self.root, *self.root.parents]):
            if not folder.exists():
                folder.mkdir(mode=0o700, exist_ok=True)
                if user.drop:
                    folder.chmod(0o755)  # whatever root's umask: another user passes through
        owner = self.root.stat().st_uid
        if owner not in (0, os.geteuid()) and not user.drop:
            raise self._foreign(self.root, owner)

    def _need_reach(self, user: ServerUser) -> None:
        shut = user.kept_out_by(self.root)
        if shut:
            raise ClusterError(
                f"root runs the database as the user {user.name}, who may not enter {shut},"
                f" so {self.root} cannot hold it; choose a folder that others can enter:"
                " GRIDGIS_DATA=/var/lib/gridgis make run"
            )

    def _make(self, user: ServerUser) -> None:
        """Make the cluster under another name first: one that exists is whole."""
        half = self.root / "pg.new"
        if half.exists():
            shutil.rmtree(half)
        own(half, user)
        made = user.run(
            [
                *(bindir() / "initdb", "-D", half, "-U", ROLE, "-E", "UTF8", "--locale=C.UTF-8"),
                *("--auth-local=trust", "--auth-host=reject", "--data-checksums"),
                *(() if self.durable else ("--no-sync",)),
            ]
        )
        if made.returncode != 0:
            shutil.rmtree(half)
            raise ClusterError(f"no database could be made in {self.root}: {made.stderr.strip()}")
        half.rename(self._pg)

    def _need_ours(self, folder: Path, user: ServerUser) -> None:
        owner = folder.lstat().st_uid
        if owner != user.uid:
            raise self._foreign(folder, owner)

    def _foreign(self, folder: Path, owner: int) -> ClusterError:
        try:
            name = pwd.getpwuid(owner).pw_name
        except KeyError:
            name = str(owner)
        whom = "root" if name == SERVER_USER else name
        return ClusterError(
            f"{folder} belongs to the user {name}; start gridgis as {whom}, or {ELSEWHERE}"
        )

    def _unusable(self, error: OSError) -> ClusterError:
        return ClusterError(
            f"the data folder {self.root} cannot be used ({error.strerror}:"
            f" {error.filename or self.root}); {ELSEWHERE}"
        )

    # The socket

    def _prepare_socket(self, user: ServerUser) -> Path:
        """The folder of the socket: ours, closed to others, and the same one as last time."""
        run = self.root / "run"
        if fits(run):
            own(run, user)
            return run
        note = self.root / "socket"
        with contextlib.suppress(FileNotFoundError):
            noted = Path(os.fsdecode(note.read_bytes()))
            if closed(noted, user):
                return noted
        # Elsewhere only under a name that nobody could have guessed and put there before us.
        runtime = os.environ.get("XDG_RUNTIME_DIR", "")
        private = os.path.isabs(runtime) and not user.drop and closed(Path(runtime), user)
        short = fits(Path(runtime) / "gridgis-12345678")
        place = runtime if private and short else "/tmp"  # noqa: S108 - a name of mkdtemp's, 0700
        made = Path(tempfile.mkdtemp(prefix="gridgis-", dir=place))
        os.chown(made, user.uid, user.gid, follow_symlinks=False)
        fresh = self.root / "socket.new"
        fresh.write_bytes(os.fsencode(made))
        fresh.replace(note)
        return made

    def _has_socket(self, user: ServerUser) -> bool:
        with contextlib.suppress(ClusterError):
            return closed(self.socket, user)
        return False

    # The server

    def _launch(self, programs: Path, user: ServerUser) -> None:
        folder = self._prepare_socket(user)
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        settings = SETTINGS | ({} if self.durable else THROW_AWAY)
        settings |= {
            "cluster_name": self._name,
            # a list of names: quoted, so that a space or a comma is part of the one name
            "unix_socket_directories": '"' + str(folder).replace('"', '""') + '"',
        }
        options = " ".join(f"-c {name}={shlex.quote(to)}" for name, to in settings.items())
        began = user.run(
            [
                *(programs / "pg_ctl", "-D", self._pg, "-l", self.log, "-o", options),
                *("-w", "-t", str(START_WITHIN_S), "start"),
            ]
        )
        if began.returncode != 0 and not self._serves(programs, user):
            raise ClusterError(f"the database does not start: {self._last_words()}")

    def _end(self, programs: Path, user: ServerUser, mode: str) -> None:
        within = str(STOP_WITHIN_S)
        pid = self._postmaster(user)
        told = user.run(
            (programs / "pg_ctl", "-D", self._pg, "-w", "-t", within, "-m", mode, "stop")
        )
        if told.returncode != 0 and self._postmaster(user) is not None:
            raise ClusterError(f"the database does not stop: {self._last_words()}")
        # pg_ctl looks at the pid file, which the server deletes some moments before it is gone.
        if pid is not None and not wait(lambda: not self._is_server(pid, user), STOP_WITHIN_S):
            raise ClusterError(f"the database deleted its pid file and lives on: kill -9 {pid}")

    def _need_database(self, programs: Path, user: ServerUser) -> None:
        psql = (programs / "psql", "-h", self.socket, "-U", ROLE, "-d", "postgres", "-XAtqc")
        known = user.run([*psql, f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'"])
        if known.returncode == 0 and not known.stdout.strip():
            known = user.run([*psql, f"CREATE DATABASE {DATABASE}"])
        if known.returncode != 0:
            raise ClusterError(f"the database does not answer: {known.stderr.strip()}")

    def _serves(self, programs: Path, user: ServerUser) -> bool:
        """Whether a server is there, once it has had the time to recover and answer."""
        if self._postmaster(user) is None:
            return False
        wait(
            lambda: self._answers(programs, user) or self._postmaster(user) is None, START_WITHIN_S
        )
        if self._postmaster(user) is None:
            return False
        if not self._answers(programs, user):
            raise ClusterError(
                f"the database runs but does not answer after {START_WITHIN_S} s:"
                f" {self._last_words()}"
            )
        return True

    def _answers(self, programs: Path, user: ServerUser) -> bool:
        asked = (programs / "pg_isready", "-q", "-h", self.socket, "-U", ROLE, "-d", "postgres")
        return user.run(asked).returncode == 0

    def _postmaster(self, user: ServerUser) -> int | None:
        """The pid of the server of this folder; a zombie, or a stranger, is none."""
        try:
            pid = int((self._pg / "postmaster.pid").read_text().split()[0])
        except (FileNotFoundError, ValueError, IndexError):
            return None
        return pid if self._is_server(pid, user) else None

    def _is_server(self, pid: int, user: ServerUser) -> bool:
        return command_line(pid, user.uid)[1:3] == [b"-D", os.fsencode(self._pg)]

    def _orphans(self, user: ServerUser) -> list[int]:
        """Processes of this cluster whose postmaster is dead."""
        title = f"postgres: {self._name}: ".encode()
        pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
        return [pid for pid in pids if b" ".join(command_line(pid, user.uid)).startswith(title)]

    def _sweep(self, user: ServerUser) -> None:
        """With no server there: end what it left running, delete what it left lying."""
        # Idle ones see the death by themselves; one amid a query is told to end, then made to.
        if not wait(lambda: not self._orphans(user), 1):
            for number in (signal.SIGTERM, signal.SIGKILL):
                for pid in self._orphans(user):
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, number)
                if wait(lambda: not self._orphans(user), ORPHANS_WITHIN_S):
                    break
            else:
                raise ClusterError(
                    f"processes of a dead database do not end: {self._orphans(user)};"
                    " type: kill -9 and these numbers"
                )
        (self._pg / "postmaster.pid").unlink(missing_ok=True)
        with contextlib.suppress(ClusterError):
            for name in (SOCKET, f"{SOCKET}.lock"):
                (self.socket / name).unlink(missing_ok=True)

    def _last_words(self) -> str:
        try:
            lines = self.log.read_text(errors="replace").splitlines()
        except OSError:
            lines = []
        telling = [line for line in lines[-50:] if re.search(r"\b(FATAL|PANIC|ERROR):", line)]
        return f"{(telling or lines or ['nothing'])[-1].strip()}; read {self.log}"


def main(words: Sequence[str] | None = None) -> int:
    """`python -m layers.cluster start|stop|status [DATA]`."""
    parser = argparse.ArgumentParser(prog="python -m layers.cluster", description="The database.")
    parser.add_argument("verb", choices=("start", "stop", "status"))
    parser.add_argument("data", nargs="?", type=Path, default=data_folder(os.environ))
    asked = parser.parse_args(words)
    cluster = Cluster(asked.data)
    try:
        if asked.verb == "start":
            cluster.start()
        elif asked.verb == "stop":
            if cluster.in_use():
                raise ClusterError(
                    f"gridgis runs on the database in {cluster.root};"
                    " stop that first (Ctrl-C), and the database stops with it"
                )
            cluster.stop()
        runs = cluster.running()
        sys.stdout.write(f"running: {cluster.url()}\n" if runs else "not running\n")
    except ClusterError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0 if asked.verb != "status" or runs else 1


if __name__ == "__main__":
    sys.exit(main())
