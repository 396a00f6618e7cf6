"""Compiling: machine code from plain functions over arrays, kept between processes if it can be."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

P = ParamSpec("P")
R = TypeVar("R")

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """The function, compiled at its first call; it runs without the interpreter's lock.

    The machine code is kept in `NUMBA_CACHE_DIR`, beside the source or in the home, so that only
    the first process ever waits for the compiler. Where none of them can be written every process
    compiles for itself: slower to start, the same answers.
    """
    compiled: Callable[P, R]
    try:
        compiled = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # "cannot cache function ...: no locator available"
        compiled = numba.njit(nogil=True)(function)
    return compiled
