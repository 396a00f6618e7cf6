"""Columns of Python objects in which None stands for what is not known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.object_]


def absent(column: Column) -> NDArray[np.bool_]:
    """Where a column holds None."""
    return np.fromiter((value is None for value in column), dtype=np.bool_, count=len(column))


def only(mask: NDArray[np.bool_], column: Column) -> Column:
    """The column with None wherever the mask is false."""
    kept = np.full(len(column), None, dtype=object)
    kept[mask] = column[mask]
    return kept
