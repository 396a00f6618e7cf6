"""What goes through COPY comes out as it went in."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from layers.copying import array_literals, fetch, stage
from layers.database import transaction

# Every text that PostgreSQL can hold and `texts` lets through: all but NUL, and none is empty.
TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=8
)
AWKWARD = ["\\N", "\\.", '"', '""', ",", "\r", "\n", "\r\n", "NULL", "nan", "'", "\\", "{", "ʼ"]
same_engine = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)


@given(
    rows=st.lists(
        st.tuples(
            st.none() | TEXTS,
            st.floats(allow_nan=False),
            st.none() | st.integers(-(2**63), 2**63 - 1),
        ),
        max_size=6,
    )
)
@example(rows=[(said, 0.1 + 0.2, None) for said in AWKWARD])
@same_engine
def test_staged_rows_are_the_frame_s(shared_engine: Engine, rows: list[tuple[object, ...]]) -> None:
    said, numbers, whole = ([row[n] for row in rows] for n in range(3))
    frame = pd.DataFrame(
        {
            "said": pd.Series(said, dtype="string"),
            "number": np.array(numbers, dtype=float),
            "whole": pd.Series(whole, dtype="Int64"),
        }
    )
    columns = {"said": "text", "number": "float8", "whole": "bigint"}
    with transaction(shared_engine) as session:
        stage(session, "staged", columns, frame)
        found = session.execute(text("SELECT * FROM staged")).all()
        assert sorted(map(repr, found)) == sorted(map(repr, rows))
        back = fetch(session, "SELECT number FROM staged", {"number": "float64"})
        assert sorted(back["number"]) == sorted(numbers)


@given(
    matrix=st.integers(0, 5).flatmap(
        lambda slots: st.lists(
            st.lists(st.integers(0, 3), min_size=slots, max_size=slots), max_size=6
        )
    )
)
@same_engine
def test_arrays_of_cells_are_by_slot(shared_engine: Engine, matrix: list[list[int]]) -> None:
    slots = max(map(len, matrix), default=0)
    rows = np.array(matrix, dtype=np.int32).reshape(len(matrix), slots)
    literals = array_literals(rows)
    assert len(literals) == len(matrix)
    with transaction(shared_engine) as session:
        for literal, row in zip(literals, matrix, strict=True):
            array = session.scalar(text("SELECT CAST(:array AS int[])"), {"array": literal})
            assert [cell or 0 for cell in array] + [0] * (slots - len(array)) == row
            assert not array or array[-1] is not None  # nothing is said of trailing slots
