"""Hotspots 热点: where counts are higher or lower than chance allows, tested many times at once.

Density is a mere count. A hotspot is a place whose Getis-Ord Gi* is significant after correction
for having tested every place.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.special import ndtr

Floats = NDArray[np.float64]

LEVELS = (0.10, 0.05, 0.01)  # confidence 90, 95, 99 %: classes 1, 2, 3


@dataclass(frozen=True)
class Hotspots:
    """What was found of each place; arrays of one length.

    `z` is Gi* as a standard score, `p` its two-sided probability under the normal distribution,
    `p_adjusted` that after Benjamini-Hochberg, `confidence` 3, 2, 1 for a hotspot at 99, 95,
    90 %, negative for a cold spot, 0 where chance explains it.
    """

    z: Floats
    p: Floats
    p_adjusted: Floats
    confidence: NDArray[np.int8]


def hotspots(counts: Floats, adjacency: sp.csr_array) -> Hotspots:
    """Hot and cold spots of counts by place.

    Parameters
    ----------
    counts : (n,) array
        How many in each place, 0 included: a place left out would bias the mean.
    adjacency : (n, n) sparse array
        1 where two places are neighbours; each place is added to its own neighbourhood.
    """
    z = gi_star(counts, adjacency)
    p = 2.0 * ndtr(-np.abs(z))
    adjusted = benjamini_hochberg(p)
    strength = sum((adjusted <= level).astype(np.int8) for level in LEVELS)
    confidence = np.where(z > 0, strength, -np.asarray(strength)).astype(np.int8)
    return Hotspots(z, p, adjusted, confidence)


def gi_star(counts: Floats, adjacency: sp.csr_array) -> Floats:
    """Getis-Ord Gi* of each place, as a standard score; 0 where all counts are equal.

    Ord and Getis (1995), Geographical Analysis 27, p. 289, with binary weights and w_ii = 1::

        z_i = (sum_j w_ij x_j - W_i m) / (s sqrt((n W_i - W_i^2) / (n - 1)))

    where m and s are the mean and the (population) standard deviation of all n counts and W_i
    is how many places the neighbourhood of i has. A place whose neighbourhood is everywhere
    cannot differ from it, and scores 0.
    """
    n = len(counts)
    if n < 2:
        return np.zeros(n)
    # Where counts start from is nothing to Gi*. Equal ones are now zero, and so is their spread.
    x = np.asarray(counts, dtype=np.float64) - counts[0]
    spread = np.sqrt(np.mean((x - x.mean()) ** 2))
    places = np.asarray(adjacency.sum(axis=1)).ravel() + 1.0
    surplus = adjacency @ x + x - places * x.mean()
    chance = spread * np.sqrt((n * places - places**2) / (n - 1))
    return np.asarray(np.divide(surplus, chance, out=np.zeros(n), where=chance > 0))


def benjamini_hochberg(p: Floats) -> Floats:
    """Adjusted p-values: those of at most q are a set with false discovery rate q.

    Benjamini and Hochberg (1995), J. R. Stat. Soc. B 57, p. 293: of m values in rising order,
    the k-th becomes min over i >= k of p_i m / i, and at most 1.
    """
    m = len(p)
    order = np.argsort(p, kind="stable")
    scaled = p[order] * m / np.arange(1, m + 1)
    adjusted = np.empty(m)
    adjusted[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return adjusted
