"""The PostgreSQL of this machine: its programs, its user, its processes, its closed folders.

What `layers.cluster` is built from; standard library only.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pwd
import re
import shlex
import shutil
import stat
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SERVER_USER: Final = "postgres"  # as whom root runs the server; the Debian package makes it
SOCKET: Final = ".s.PGSQL.5432"
SOCKET_BYTES: Final = 107  # sockaddr_un.sun_path, less its final zero byte
INSTALL: Final = "apt-get install postgresql-15-postgis-3  (16 on Ubuntu 24.04, 17 on Debian 13)"


class ClusterError(RuntimeError):
    """The cluster cannot do what was asked; the text says why, and what to type next."""


def bindir(version: str | None = None) -> Path:
    """The programs of the newest PostgreSQL with PostGIS, or of the named major version."""
    found = {
        folder.parent.name: folder
        for folder in Path("/usr/lib/postgresql").glob("*/bin")
        if _has_postgis(folder, Path("/usr/share/postgresql") / folder.parent.name)
    }
    if (elsewhere := shutil.which("pg_config")) is not None:
        told = [
            subprocess.run([elsewhere, ask], capture_output=True, text=True, check=False).stdout  # noqa: S603
            for ask in ("--version", "--bindir", "--sharedir")
        ]
        major = re.search(r"\d+", told[0])
        if major and _has_postgis(Path(told[1].strip()), Path(told[2].strip())):
            found.setdefault(major[0], Path(told[1].strip()))
    if version is None and found:
        return found[max(found, key=int)]
    if version in found:
        return found[version]
    if version is None:
        raise ClusterError(f"no PostgreSQL with PostGIS is installed; type: {INSTALL}")
    raise ClusterError(
        f"the data are PostgreSQL {version}'s, which is not installed with PostGIS;"
        f" type: apt-get install postgresql-{version}-postgis-3"
    )


def _has_postgis(programs: Path, share: Path) -> bool:
    return (programs / "initdb").exists() and (share / "extension/postgis.control").exists()


@dataclass(frozen=True)
class ServerUser:
    """As whom the server runs; `drop` says that we are root and become that user first."""

    uid: int
    gid: int
    name: str
    drop: bool

    @classmethod
    def here(cls) -> ServerUser:
        """Whoever we are, or for root the user that the package made. Raises ClusterError."""
        uid = os.geteuid()
        try:
            entry = pwd.getpwuid(uid) if uid else pwd.getpwnam(SERVER_USER)
        except KeyError:
            who = f"user {uid}" if uid else f"the user {SERVER_USER!r}"
            raise ClusterError(
                f"{who} has no entry in /etc/passwd, without which PostgreSQL does not run; "
                + ("start gridgis as a user who has one" if uid else f"type: {INSTALL}")
            ) from None
        return cls(entry.pw_uid, entry.pw_gid, entry.pw_name, drop=uid == 0)

    def run(
        self, command: Sequence[str | Path], *, within: float | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run to the end, as this user, with nothing of our environment."""
        return subprocess.run(  # noqa: S603 - our own words and paths, no shell
            [str(word) for word in command],
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=within,
            check=False,
            user=self.uid if self.drop else None,
            group=self.gid if self.drop else None,
            extra_groups=[] if self.drop else None,
            start_new_session=True,  # a second Ctrl-C must not cut an orderly stop short
        )

    def kept_out_by(self, folder: Path) -> str:
        """The folder at or above `folder` that this user may not enter, or nothing."""
        way = [str(step) for step in reversed([folder, *folder.parents])]
        # What lies below a closed folder cannot be seen at all, so the first answer is the cause.
        look = 'for f do [ -d "$f" ] && { [ -x "$f" ] || { printf %s "$f"; exit 1; }; }; done; :'
        return self.run(["/bin/sh", "-c", look, "sh", *way]).stdout


def fits(folder: Path) -> bool:
    """Whether the kernel and libpq (for which a comma parts two hosts) take a socket there."""
    return "," not in str(folder) and len(os.fsencode(folder / SOCKET)) <= SOCKET_BYTES


def closed(folder: Path, user: ServerUser) -> bool:
    """Whether `folder` is a folder (no link to one) of that user, closed to all others."""
    try:
        seen = folder.lstat()
    except OSError:
        return False
    return (
        stat.S_ISDIR(seen.st_mode)
        and seen.st_uid == user.uid
        and not stat.S_IMODE(seen.st_mode) & 0o077
    )


def own(folder: Path, user: ServerUser) -> None:
    """Make `folder`, for that user alone. Never follows a link that another put there."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if user.drop and folder.lstat().st_uid == 0:
        os.chown(folder, user.uid, user.gid, follow_symlinks=False)
    if not closed(folder, user):
        raise ClusterError(
            f"{folder} is not a folder of the user {user.name} alone;"
            f" type: mv {shlex.quote(str(folder))} {shlex.quote(str(folder) + '.old')}"
        )


def command_line(pid: int, uid: int) -> list[bytes]:
    """The words of a process of that user; none for a zombie, a stranger, or nobody."""
    place = Path("/proc") / str(pid)
    try:
        if place.stat().st_uid != uid:
            return []
        return (place / "cmdline").read_bytes().rstrip(b"\0 ").split(b"\0")
    except OSError:
        return []


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Alone among all processes that ask for this file, until the end or our death."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def wait(until: Callable[[], bool], within: float) -> bool:
    """Whether `until` came true within so many seconds."""
    deadline = time.monotonic() + within
    while not until():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.03)
    return True
