"""McNemar's test by simulation, and beside scipy's own binomial and normal distributions."""

from collections.abc import Sequence
from functools import cache
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, multivariate_normal

from handlers.learning.gate.sign_test import (
    LEVEL,
    MOST_LOOKS,
    decided_needed,
    level_of,
    mid_p,
    share_at_least,
)

RUNS = 4000
LOOKS = (50, 100, 150)
counts = st.integers(0, 400)
p_of = cache(mid_p)


def passed(share: float, looks: Sequence[int], seed: int) -> float:
    """How often one of two models passes that wins this share of what exactly one gets right."""
    tosses = np.random.default_rng(seed).random((RUNS, looks[-1])) < share
    level = level_of(len(looks))
    found = np.zeros(RUNS, bool)
    for look in looks:
        wins = tosses[:, :look].sum(axis=1)
        found |= np.array([p_of(int(each), look - int(each)) < level for each in wins])
    return float(found.mean())


def share_of(gain: float, differing: float = 0.12) -> float:
    """What a model wins that is better by `gain`, where two differ on so many of all texts."""
    return (1 + gain / differing) / 2


@pytest.mark.parametrize("looks", [LOOKS, LOOKS[-1:]])
def test_an_equal_model_passes_one_time_in_twenty_and_a_worse_one_never(looks) -> None:
    three_errors = 3 * (LEVEL * (1 - LEVEL) / RUNS) ** 0.5
    assert passed(share_of(0.0), looks, seed=1) <= LEVEL + three_errors
    assert passed(share_of(-0.02), looks, seed=2) <= 0.001


@pytest.mark.parametrize("looks", [LOOKS, LOOKS[-1:]])
def test_one_that_is_better_by_three_points_mostly_passes(looks) -> None:
    assert passed(share_of(0.03), looks, seed=3) >= 0.85


@pytest.mark.parametrize("differing", [0.05, 0.12, 0.2])
def test_what_is_said_to_be_needed_is_enough_four_times_in_five(differing) -> None:
    share = share_of(0.03, differing)
    assert 0.76 <= passed(share, [decided_needed(share)], seed=4) <= 0.9


@given(counts, counts, st.floats(0.01, 0.99))
def test_mid_p_is_that_of_the_binomial_distribution(wins, losses, share) -> None:
    decided = binom(wins + losses, share)
    assert mid_p(wins, losses, share) == pytest.approx(decided.sf(wins) + decided.pmf(wins) / 2)


@given(counts, counts)
def test_of_two_turned_around_the_probabilities_are_one(wins, losses) -> None:
    assert mid_p(wins, losses) + mid_p(losses, wins) == pytest.approx(1)


@given(counts, counts)
def test_the_lower_bound_is_above_half_where_the_test_is_passed(wins, losses) -> None:
    bound = share_at_least(wins, losses)
    assert bound <= wins / max(wins + losses, 1)
    assert (bound > 0.5) == (mid_p(wins, losses) < LEVEL)


@pytest.mark.parametrize("looks", range(1, MOST_LOOKS + 1))
def test_all_looks_together_keep_to_the_level(looks) -> None:
    """After each of so many equal parts a normal sum is looked at: how often is one too high?"""
    bound = NormalDist().inv_cdf(1 - level_of(looks))
    covariance = [
        [(min(a, b) / max(a, b)) ** 0.5 for b in range(1, looks + 1)] for a in range(1, looks + 1)
    ]
    below = multivariate_normal(cov=covariance, seed=5).cdf(np.full(looks, bound))
    assert 0.045 <= 1 - below <= LEVEL + 1e-4


@pytest.mark.parametrize("looks", [0, MOST_LOOKS + 1])
def test_no_level_is_made_up(looks) -> None:
    with pytest.raises(ValueError, match="looks"):
        level_of(looks)
