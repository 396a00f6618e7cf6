"""Compiling: machine code from plain functions over arrays, kept between processes if it can be."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

P = ParamSpec("P")
R = TypeVar("R")

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]

SOURCES = hashlib.sha256(
    b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
).hexdigest()


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """The function, compiled at its first call; it runs without the interpreter's lock.

    The machine code is kept in `NUMBA_CACHE_DIR`, beside the source or in the home, so that only
    the first process ever waits for the compiler. Where none of them can be written every process
    compiles for itself: slower to start, the same answers.
    """
    try:
        dispatcher = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # "cannot cache function ...: no locator available"
        dispatcher = numba.njit(nogil=True)(function)
    else:
        dispatcher._cache._cache_file._source_stamp = SOURCES  # type: ignore[attr-defined]
    compiled: Callable[P, R] = dispatcher
    return compiled
