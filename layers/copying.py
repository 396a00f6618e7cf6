"""Frames to PostGIS and back by COPY, the fastest door there is."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.orm import Session

NULL = ""  # no empty text is ever staged: it is a missing one


def stage(session: Session, name: str, columns: dict[str, str], frame: pd.DataFrame) -> None:
    """A temporary table `name` with these columns (name to SQL type) and the frame's rows.

    It is gone when the transaction ends. Floats travel by their shortest exact text.
    """
    declared = ", ".join(f"{column} {kind}" for column, kind in columns.items())
    session.execute(text(f"CREATE TEMPORARY TABLE {name} ({declared}) ON COMMIT DROP"))
    buffer = io.StringIO()
    # With this end of a line a lone carriage return is quoted too, as COPY demands.
    frame.loc[:, list(columns)].to_csv(
        buffer, index=False, header=False, na_rep=NULL, lineterminator="\r\n"
    )
    buffer.seek(0)
    with _cursor(session) as cursor:
        cursor.copy_expert(f"COPY {name} FROM STDIN (FORMAT csv, NULL '{NULL}')", buffer)
    session.execute(text(f"ANALYZE {name}"))


def fetch(session: Session, query: str, dtypes: dict[str, str]) -> pd.DataFrame:
    """The rows of a query without parameters, as a frame with these columns."""
    buffer = io.StringIO()
    with _cursor(session) as cursor:
        cursor.copy_expert(f"COPY ({query}) TO STDOUT (FORMAT csv)", buffer)
    buffer.seek(0)
    return pd.read_csv(
        buffer,
        names=list(dtypes),
        dtype=dtypes,
        header=None,
        keep_default_na=False,
        na_values=[""],
    )


def array_literals(rows: NDArray[np.int32]) -> list[str]:
    """Each row of an (n, slots) matrix as a PostgreSQL array; 0 is null.

    Trailing nulls are left out, so that a row outside every grid holds the empty array.
    """
    unique, which = np.unique(rows, axis=0, return_inverse=True)
    literals = np.array([_literal(row) for row in unique], dtype=object)
    return list(literals[which.ravel()]) if len(unique) else []


def _literal(row: NDArray[np.int32]) -> str:
    used = int(np.flatnonzero(row)[-1]) + 1 if row.any() else 0
    return "{" + ",".join(str(value) if value else "NULL" for value in row[:used].tolist()) + "}"


def _cursor(session: Session) -> Any:
    """A psycopg2 cursor in the session's own transaction."""
    connection = session.connection().connection.dbapi_connection
    if connection is None:
        raise RuntimeError("the session has no connection")
    return connection.cursor()
