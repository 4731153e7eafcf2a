"""What is shown next, and why."""

import random
from collections import Counter
from itertools import islice

import pytest

from handlers.learning.queue_order import Candidate, priority, proposals, queue_of
from storage.records import Arm, Side

NEW = [Candidate(n) for n in range(100)]
SURE = {"a": 0.9, "b": 0.1}
UNSURE = {"a": 0.51, "b": 0.49}
EVEN = {"a": 5, "b": 5}


def drawn(candidates: list[Candidate], seed: int, may=lambda _: True):
    return list(proposals(queue_of(candidates, EVEN), random.Random(seed), may))


def first(candidates: list[Candidate], draws: int = 1000) -> list[tuple[int, Arm]]:
    queue, chance = queue_of(candidates, EVEN), random.Random(1)
    firsts = [next(proposals(queue, chance), None) for _ in range(draws)]
    return [(one.candidate.example, one.arm) for one in firsts if one]


def test_on_a_first_day_all_is_random():
    shown = first(NEW, 5000)
    assert {arm for _, arm in shown} == {Arm.RANDOM}
    counts = Counter(number for number, _ in shown)
    assert len(counts) == 100 and max(counts.values()) < 100


def test_the_kinds_have_their_shares():
    every = [
        *(Candidate(n, probabilities=SURE) for n in range(50)),
        *(Candidate(n, people=1) for n in range(50, 60)),
        *(Candidate(n, people=2, is_known=True) for n in range(60, 70)),
    ]
    found = Counter(arm for _, arm in first(every, 2000))
    shares = [found[arm] / 2000 for arm in (Arm.MARGIN, Arm.RANDOM, Arm.SECOND, Arm.CHECK)]
    assert shares == pytest.approx([0.6, 0.2, 0.1, 0.1], abs=0.03)


def test_the_margin_shows_what_the_model_is_least_sure_of():
    shown = set(first([Candidate(1, probabilities=SURE), Candidate(2, probabilities=UNSURE)]))
    assert (2, Arm.MARGIN) in shown and (1, Arm.MARGIN) not in shown
    assert (1, Arm.RANDOM) in shown


def test_a_text_that_may_have_a_rare_label_comes_before_another():
    labelled = {"a": 90, "b": 80, "rare": 2}
    usual, unusual = {"a": 0.5, "b": 0.45, "rare": 0.05}, {"a": 0.55, "rare": 0.4, "b": 0.05}
    one, other = (Candidate(n, probabilities=p) for n, p in enumerate((usual, unusual)))
    assert priority(other, labelled) < priority(one, labelled)
    even = {"a": 50, "b": 50, "rare": 50}
    assert priority(one, even) < priority(other, even)


def test_what_is_measured_on_comes_by_chance_alone():
    tested = [Candidate(n, side=Side.TEST, probabilities=UNSURE) for n in range(5)]
    assert {arm for _, arm in first(tested)} == {Arm.RANDOM}


def test_what_chance_chose_to_measure_is_finished_by_chance():
    begun = Candidate(1, side=Side.TEST, people=1, is_measuring=True, doubt=1)
    doubted = Candidate(2, people=1)
    shown = set(first([*(Candidate(n) for n in range(3, 9)), begun, doubted]))
    assert (1, Arm.RANDOM) in shown and (1, Arm.SECOND) not in shown
    assert (2, Arm.SECOND) in shown


def test_the_most_doubtful_is_asked_again_first():
    doubted = [Candidate(1, people=1), Candidate(2, people=2, doubt=0.8), Candidate(3, people=1)]
    assert set(first(doubted)) == {(2, Arm.SECOND)}


def test_the_same_seed_shows_the_same_in_the_same_order():
    for seed in range(20):
        assert drawn(NEW, seed) == drawn(NEW[::-1], seed)


def test_each_comes_once_of_each_kind_and_nothing_that_may_not():
    every = [Candidate(n, probabilities=SURE) for n in range(30)]
    for seed in range(20):
        found = [(one.arm, one.candidate.example) for one in drawn(every, seed, lambda n: n % 3)]
        assert len(found) == len(set(found)) == 40
        assert all(number % 3 for _, number in found)


def test_who_has_nothing_else_left_is_not_checked():
    known = [Candidate(1, is_known=True)]
    assert not any(drawn(known, seed) for seed in range(200))
    mixed = [*known, Candidate(2)]
    assert {one.arm for seed in range(200) for one in islice(drawn(mixed, seed), 1)} == {
        Arm.CHECK,
        Arm.RANDOM,
    }
