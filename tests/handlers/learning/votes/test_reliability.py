"""How far somebody's word counts."""

import math

import numpy as np
import pytest

from handlers.learning.votes.reliability import MEMBER, MODERATOR, has_jumped, weights


def test_the_weight_of_two_answers_is_the_log_odds():
    people = np.array([MEMBER.accuracy, MODERATOR.accuracy])
    assert weights(people, 2) == pytest.approx([math.log(0.7 / 0.3), math.log(9)])


@pytest.mark.parametrize("answers", [1, 2, 7])
def test_a_guess_weighs_nothing_and_nobody_weighs_less(answers):
    guess, never, always = weights(np.array([1 / max(answers, 2), 0.0, 1.0]), answers)
    assert (guess, never) == pytest.approx((0, 0))
    assert math.isfinite(always)


def test_a_jump_in_disagreement_is_seen_and_an_ordinary_week_is_not():
    usual = [True] * 9 + [False]
    assert has_jumped(usual * 6 + [False] * 20)
    assert has_jumped(usual * 6 + [True] * 8 + [False] * 12)
    assert not has_jumped(usual * 8)
    assert not has_jumped([False, True, False, True, False] * 12)
    assert not has_jumped([False] * 15)
    assert not has_jumped([])
