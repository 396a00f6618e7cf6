"""The way to PostGIS: engines, the one function that commits, and the locks of design 4.5."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from gridgis.errors import GridgisError

APP_ROLE = "gridgis_app"

# First key of every advisory lock of gridgis; the second is the grid, or 0 for the list of grids.
LOCK_SPACE = 0x67726964
ALL_GRIDS = 0

LOCK_NOT_AVAILABLE = "55P03"


class Busy(GridgisError):
    """A lock was not to be had in the time allowed."""


def connect(url: str, *, role: str | None = APP_ROLE, statement_timeout_s: int = 0) -> Engine:
    """An engine whose sessions act as `role` (None: as the one who connects), in UTC."""
    options = "-c timezone=UTC -c jit=off"
    if role:
        options += f" -c role={role}"
    if statement_timeout_s:
        options += f" -c statement_timeout={statement_timeout_s}s"
    return create_engine(
        url,
        pool_pre_ping=True,  # a database killed and back again costs one reconnection, no error
        pool_size=8,
        max_overflow=8,
        connect_args={"options": options, "application_name": "gridgis"},
    )


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """A session that commits when the block ends and undoes everything when it raises."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


@dataclass(frozen=True)
class GridLock:
    """A grid as it is while the lock is held: nobody can put a plan in force meanwhile."""

    id: int
    slot: int
    system: str
    tier: int
    epoch: int
    current_plan_id: int | None


def lock_for_writing(session: Session) -> list[GridLock]:
    """Share every grid until the transaction ends, and say what each one is.

    Whoever writes a cell into a row holds this, so that a row located before a publication cannot
    be committed after it with the old cell. The epochs are read in a statement of their own:
    the snapshot of the locking one may be older than the wait.
    """
    session.execute(
        text("SELECT pg_advisory_xact_lock_shared(:space, :all)"),
        {"space": LOCK_SPACE, "all": ALL_GRIDS},
    )
    session.execute(
        text(
            "SELECT pg_advisory_xact_lock_shared(:space, id)"
            " FROM (SELECT id FROM grid ORDER BY id) AS every_grid"
        ),
        {"space": LOCK_SPACE},
    )
    rows = session.execute(
        text("SELECT id, slot, system, tier, epoch, current_plan_id FROM grid ORDER BY id")
    )
    return [GridLock(*row) for row in rows]


def lock_for_publishing(session: Session, grids: Iterable[int], *, timeout_s: float = 30.0) -> None:
    """Hold these grids alone until the transaction ends; ALL_GRIDS among them is their list.

    Locks are taken in ascending order, the list first, as writers take theirs. Raises Busy where
    the writers do not let go in time.
    """
    session.execute(
        text("SELECT set_config('lock_timeout', :ms, true)"), {"ms": f"{int(timeout_s * 1000)}ms"}
    )
    try:
        for grid in sorted(set(grids)):
            session.execute(
                text("SELECT pg_advisory_xact_lock(:space, :grid)"),
                {"space": LOCK_SPACE, "grid": grid},
            )
    except OperationalError as error:
        if getattr(error.orig, "pgcode", None) == LOCK_NOT_AVAILABLE:
            raise Busy(
                f"the grids are being written to and did not come free in {timeout_s:g} s;"
                " try again when the import that holds them is done"
            ) from error
        raise
    session.execute(text("SET LOCAL lock_timeout = 0"))
