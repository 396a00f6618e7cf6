"""Gi* against esda's answers, Benjamini-Hochberg against SciPy's, and what chance must not do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, norm

from gridgis.hexes import neighbours
from gridgis.hotspots import benjamini_hochberg, gi_star, hotspots

GOLDEN = json.loads(
    (Path(__file__).parents[1] / "golden" / "gi_star.json").read_text(encoding="utf-8")
)
HEXES = np.array([int(hex_, 16) for hex_ in GOLDEN["hexes"]], dtype=np.uint64)
ADJACENCY = neighbours(HEXES)


def line(n: int) -> sp.csr_array:
    """Places in a row, each the neighbour of the next."""
    return sp.csr_array(np.eye(n, k=1) + np.eye(n, k=-1))


@st.composite
def worlds(draw: st.DrawFn) -> tuple[np.ndarray, sp.csr_array]:
    """Counts of some places, and any symmetric neighbourhood of them."""
    n = draw(st.integers(2, 25))
    counts = np.array(draw(st.lists(st.integers(0, 1000), min_size=n, max_size=n)), dtype=float)
    pairs = draw(st.sets(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=60))
    near = np.zeros((n, n))
    for i, j in pairs:
        near[i, j] = near[j, i] = float(i != j)
    return counts, sp.csr_array(near)


# --- Outside answers ------------------------------------------------------------------------------


@pytest.mark.parametrize("case", GOLDEN["cases"], ids=lambda case: case["name"])
def test_gi_star_is_esda_s(case: dict[str, Any]) -> None:
    found = gi_star(np.array(case["counts"], dtype=float), ADJACENCY)
    np.testing.assert_allclose(found, case["z"], rtol=0, atol=1e-9)


def test_gi_star_of_the_example_that_esda_documents() -> None:
    """Six points, neighbours within 15: the answer printed in the docstring of `G_Local`."""
    points = np.array([(10, 10), (20, 10), (40, 10), (15, 20), (30, 20), (30, 30)])
    distance = np.hypot(*(points[:, None] - points[None]).T)
    near = sp.csr_array(((distance <= 15) & (distance > 0)).astype(float))
    found = gi_star(np.array([2, 3, 3.2, 5, 8, 7]), near)
    printed = [-1.39727626, -0.28917762, 0.65064964, -0.28917762, 1.23452088, 2.02424331]
    np.testing.assert_allclose(found, printed, rtol=0, atol=1e-8)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60))
def test_benjamini_hochberg_is_scipy_s(p: list[float]) -> None:
    found = benjamini_hochberg(np.array(p))
    np.testing.assert_allclose(found, false_discovery_control(p, method="bh"), rtol=1e-12)


def test_benjamini_hochberg_of_their_own_example() -> None:
    """The 15 values of the paper of 1995, section 3.3: four discoveries at 0.05."""
    p = np.array(
        [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
         0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000]
    )  # fmt: skip
    shuffled = np.random.default_rng(2).permutation(15)
    found = benjamini_hochberg(p[shuffled])
    assert sorted(p[shuffled][found <= 0.05]) == p[:4].tolist()


def test_each_place_s_probability_and_class_follow_from_its_score() -> None:
    counts = np.array(GOLDEN["cases"][1]["counts"], dtype=float)
    found = hotspots(counts, ADJACENCY)
    np.testing.assert_allclose(found.p, 2 * norm.sf(np.abs(found.z)), rtol=1e-12)
    adjusted = false_discovery_control(found.p)
    np.testing.assert_allclose(found.p_adjusted, adjusted, rtol=1e-12)
    expected = np.select([adjusted <= 0.01, adjusted <= 0.05, adjusted <= 0.10], [3, 2, 1], 0)
    np.testing.assert_array_equal(found.confidence, expected * np.sign(found.z))
    assert set(found.confidence.tolist()) >= {0, 3}


def test_a_market_is_hot_and_an_empty_quarter_cold() -> None:
    """Found where they were put, by their sign."""
    n = 400
    counts = np.full(n, 20.0) + np.arange(n) % 3
    counts[100:120] = 41
    counts[300:320] = 1
    found = hotspots(counts, line(n)).confidence
    assert (found[101:119] == 3).all()
    assert (found[301:319] == -3).all()
    assert (np.delete(found, np.r_[99:121, 299:321]) == 0).all()


# --- Laws -----------------------------------------------------------------------------------------


@given(worlds(), st.integers(0, 10**6))
def test_equal_counts_are_no_hotspot(world: tuple[np.ndarray, sp.csr_array], count: int) -> None:
    counts, adjacency = world
    found = hotspots(np.full(len(counts), count * 0.1), adjacency)
    assert found.z.tolist() == [0.0] * len(counts)
    assert found.confidence.tolist() == [0] * len(counts)
    assert found.p_adjusted.tolist() == [1.0] * len(counts)


@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_places_is_nothing(
    world: tuple[np.ndarray, sp.csr_array], random: Any
) -> None:
    counts, adjacency = world
    order = np.array(random.sample(range(len(counts)), len(counts)))
    there = gi_star(counts[order], adjacency[order][:, order])
    np.testing.assert_allclose(there, gi_star(counts, adjacency)[order], rtol=0, atol=1e-9)


@given(worlds(), st.floats(0.01, 1000), st.integers(-1000, 1000))
def test_the_unit_and_the_start_of_counts_are_nothing(
    world: tuple[np.ndarray, sp.csr_array], scale: float, start: int
) -> None:
    counts, adjacency = world
    there = gi_star((counts + start) * scale, adjacency)
    np.testing.assert_allclose(there, gi_star(counts, adjacency), rtol=0, atol=1e-6)


@given(worlds())
def test_more_here_is_a_higher_score_here(world: tuple[np.ndarray, sp.csr_array]) -> None:
    """Turning the counts upside down turns hot into cold."""
    counts, adjacency = world
    upside_down = gi_star(counts.max() - counts, adjacency)
    np.testing.assert_allclose(upside_down, -gi_star(counts, adjacency), rtol=0, atol=1e-9)


@given(worlds())
def test_every_answer_is_a_number(world: tuple[np.ndarray, sp.csr_array]) -> None:
    found = hotspots(*world)
    assert np.isfinite(found.z).all()
    assert ((found.p >= 0) & (found.p_adjusted <= 1)).all()
    assert (found.p <= found.p_adjusted * (1 + 1e-12)).all()
    assert (np.sign(found.confidence) * np.sign(found.z) >= 0).all()


@pytest.mark.parametrize("counts", [[], [7.0], [0.0, 9.0], [4.0, 4.0]])
def test_too_few_places_to_differ(counts: list[float]) -> None:
    """Of two neighbours each one's neighbourhood is everywhere."""
    found = hotspots(np.array(counts), line(len(counts)))
    for column in (found.z, found.confidence):
        assert column.tolist() == [0] * len(counts)


def test_two_places_apart() -> None:
    """Each is its own neighbourhood: one standard deviation above, one below."""
    found = gi_star(np.array([0.0, 9.0]), sp.csr_array((2, 2)))
    np.testing.assert_allclose(found, [-1.0, 1.0])


def test_chance_alone_makes_few_hotspots() -> None:
    """Of 300 towns where every place is alike, few have any place at 95 % or more.

    Under a null that is true everywhere, the false discovery rate is the chance of any discovery.
    Neighbourhoods overlap and counts are not normal, so it is not quite 5 %; by the uncorrected p
    nearly every town would have one.
    """
    rng = np.random.default_rng(7)
    towns = [hotspots(rng.poisson(20, len(HEXES)).astype(float), ADJACENCY) for _ in range(300)]
    fooled = np.mean([(np.abs(town.confidence) >= 2).any() for town in towns])
    uncorrected = np.mean([(town.p <= 0.05).any() for town in towns])
    share = np.mean([(np.abs(town.confidence) >= 2).mean() for town in towns])
    assert fooled < 0.09
    assert share < 0.001
    assert uncorrected > 0.99


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1))
def test_what_was_planted_is_found(seed: int) -> None:
    """A market with ten times as much is found at 99 % in any town."""
    rng = np.random.default_rng(seed)
    counts = rng.poisson(5, len(HEXES)).astype(float)
    market = np.flatnonzero(ADJACENCY.sum(axis=1) == 6)[40]
    around = [market, *ADJACENCY[[market]].nonzero()[1]]
    counts[around] = rng.poisson(50, len(around))
    assert hotspots(counts, ADJACENCY).confidence[market] == 3
