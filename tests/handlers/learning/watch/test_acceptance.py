"""A fall is seen, chance is not taken for one, and no single person makes one."""

import numpy as np
import pytest

from handlers.learning.watch.acceptance import (
    ROLLBACK_BOUND,
    TOLD_BOUND,
    Judged,
    fall_of,
    usual_share,
)


def crowd(share: float, count: int, seed: int, people: int = 12) -> list[Judged]:
    chance = np.random.default_rng(seed)
    users, right = chance.integers(people, size=count), chance.random(count) < share
    return [Judged(str(user), bool(is_right)) for user, is_right in zip(users, right, strict=True)]


def first_seen(judged, usual: float, bound: float) -> int | None:
    seen = (n for n in range(1, len(judged) + 1) if fall_of(judged[:n], usual, bound))
    return next(seen, None)


@pytest.mark.parametrize("share", [0.6, 0.75, 0.9])
def test_chance_is_hardly_ever_taken_for_a_fall(share):
    false = 0
    for seed in range(40):
        usual = usual_share(crowd(share, 100, seed + 1000))
        false += first_seen(crowd(share, 100, seed), usual, ROLLBACK_BOUND) is not None
    assert false <= 2


@pytest.mark.parametrize("share", [0.7, 0.85])
def test_a_deep_fall_is_seen_within_two_hundred_judgements(share):
    seen = []
    for seed in range(20):
        usual = usual_share(crowd(share, 100, seed + 1000))
        seen.append(first_seen(crowd(share - 0.3, 200, seed), usual, TOLD_BOUND))
    assert sum(one is not None for one in seen) >= 19
    assert np.median([one or 200 for one in seen]) < 80


def test_one_person_who_calls_everything_wrong_makes_no_fall():
    honest = crowd(0.85, 100, 0)
    angry = [Judged("angry", is_right=False) for _ in range(100)]
    mixed = [one for pair in zip(honest, angry, strict=True) for one in pair]
    assert fall_of(mixed, 0.85) is None
    assert fall_of([*mixed, *crowd(0.3, 100, 1)], 0.85)


def test_what_counts_little_tells_little():
    judged = crowd(0.4, 60, 3)
    light = [Judged(one.user, one.is_right, 0.1) for one in judged]
    assert fall_of(judged, 0.85) and fall_of(light, 0.85) is None
    assert fall_of([Judged("a", is_right=False, weight=0.0)] * 500, 0.85) is None


def test_a_fall_says_how_far_it_goes():
    before = [Judged(str(n % 9), is_right=True) for n in range(50)]
    after = [Judged(str(n % 9), is_right=n % 2 == 0) for n in range(60)]
    fall = fall_of([*before, *after], 0.9)
    assert fall and fall.usual == 0.9
    assert fall.judgements == 59 and fall.now == pytest.approx(29 / 59)


def test_few_judgements_are_taken_carefully():
    assert usual_share([]) < 0.7
    always = [Judged("a", is_right=True)] * 1000
    assert 0.9 < usual_share(always) <= 0.97
    never = [Judged("a", is_right=False)] * 1000
    assert usual_share(never) == 0.3
    assert usual_share(always[:20]) < usual_share(always)


def test_nothing_makes_no_fall():
    assert fall_of([], 0.8) is None
