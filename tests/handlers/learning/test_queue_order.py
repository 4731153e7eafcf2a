"""What is shown next, and why."""

from collections import Counter

import pytest

from handlers.learning.queue_order import Candidate, Card, next_card, priority
from storage.records import Arm, Side

NEW = [Candidate(n) for n in range(100)]
SURE = {"a": 0.9, "b": 0.1}
UNSURE = {"a": 0.51, "b": 0.49}


def arms(candidates: list[Candidate], draws: int = 2000) -> Counter[Arm]:
    cards = [next_card(candidates, {}, seed) for seed in range(draws)]
    return Counter(card.arm for card in cards if card)


def test_on_a_first_day_all_is_random():
    assert set(arms(NEW)) == {Arm.RANDOM}
    shown = Counter(next_card(NEW, {}, seed).example for seed in range(5000))
    assert len(shown) == 100 and max(shown.values()) < 100


def test_the_kinds_have_their_shares():
    every = [
        *(Candidate(n, probabilities=SURE) for n in range(50)),
        *(Candidate(n, people=1) for n in range(50, 60)),
        *(Candidate(n, people=2, is_known=True) for n in range(60, 70)),
    ]
    found = arms(every)
    shares = [found[arm] / 2000 for arm in (Arm.MARGIN, Arm.RANDOM, Arm.SECOND, Arm.CHECK)]
    assert shares == pytest.approx([0.6, 0.2, 0.1, 0.1], abs=0.03)


def test_the_margin_shows_what_the_model_is_least_sure_of():
    known = [Candidate(1, probabilities=SURE), Candidate(2, probabilities=UNSURE)]
    cards = {next_card(known, {"a": 5, "b": 5}, seed) for seed in range(200)}
    assert Card(2, Arm.MARGIN) in cards and Card(1, Arm.MARGIN) not in cards
    assert Card(1, Arm.RANDOM) in cards


def test_a_text_that_may_have_a_rare_label_comes_before_another():
    labelled = {"a": 90, "b": 80, "rare": 2}
    usual, unusual = {"a": 0.5, "b": 0.45, "rare": 0.05}, {"a": 0.55, "rare": 0.4, "b": 0.05}
    first, second = (Candidate(n, probabilities=p) for n, p in enumerate((usual, unusual)))
    assert priority(second, labelled) < priority(first, labelled)
    even = {"a": 50, "b": 50, "rare": 50}
    assert priority(first, even) < priority(second, even)


def test_what_is_measured_on_comes_by_chance_alone():
    tested = [Candidate(n, side=Side.TEST, probabilities=UNSURE) for n in range(5)]
    assert set(arms(tested)) == {Arm.RANDOM}


def test_the_most_doubtful_is_asked_again_first():
    doubted = [Candidate(1, people=1), Candidate(2, people=2, doubt=0.8), Candidate(3, people=1)]
    assert {next_card(doubted, {}, seed) for seed in range(50)} == {Card(2, Arm.SECOND)}


def test_the_same_seed_shows_the_same_card_whatever_the_order():
    for seed in range(50):
        assert next_card(NEW, {}, seed) == next_card(NEW[::-1], {}, seed)


def test_nothing_is_left_but_what_is_known():
    assert next_card([], {}, 1) is None
    checks = [next_card([Candidate(1, is_known=True)], {}, seed) for seed in range(200)]
    assert checks.count(Card(1, Arm.CHECK)) == 200 - checks.count(None) < 60
