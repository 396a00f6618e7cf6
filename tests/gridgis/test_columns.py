"""Columns of objects in which None is what is not known."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gridgis.columns import Column, absent, only

# What is there although it looks like nothing, and what no numpy comparison may meet.
values = st.none() | st.sampled_from([0, "", False, np.nan, [], (), "x", np.array([1, 2])])


def column(some: list[Any]) -> Column:
    made = np.empty(len(some), dtype=object)
    for place, value in enumerate(some):
        made[place] = value
    return made


@given(st.lists(values))
def test_absent_is_none_and_nothing_else(some: list[Any]) -> None:
    found = absent(column(some))
    assert found.dtype == np.bool_
    assert found.tolist() == [value is None for value in some]


@given(st.lists(st.tuples(values, st.booleans())))
def test_only_keeps_the_very_values_and_the_column_it_was_given(
    some: list[tuple[Any, bool]],
) -> None:
    before = column([value for value, _ in some])
    mask = np.array([keep for _, keep in some], dtype=bool)
    found = only(mask, before)
    for (value, keep), after, still in zip(some, found, before, strict=True):
        assert after is (value if keep else None)
        assert still is value
