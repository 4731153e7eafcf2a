"""What is shown next, and why."""

import random
from collections import Counter
from itertools import islice

import pytest

from handlers.learning.queue_order import Candidate, Queue, evened, least_sure, priority, proposals
from storage.records import Arm

EMPTY = Queue((), (), (), (), ())
DAY_ONE = Queue((), (), range(100), (), ())
EVERY = Queue(range(50), (), range(50), range(50, 60), range(60, 70))


def drawn(queue: Queue, seed: int, may=lambda _: True):
    return list(proposals(queue, random.Random(seed), may))


def first(queue: Queue, draws: int = 1000) -> list[tuple[int, Arm]]:
    chance = random.Random(1)
    firsts = [next(proposals(queue, chance), None) for _ in range(draws)]
    return [(one.text, one.arm) for one in firsts if one]


def test_on_a_first_day_all_is_random():
    shown = first(DAY_ONE, 5000)
    assert {arm for _, arm in shown} == {Arm.RANDOM}
    counts = Counter(number for number, _ in shown)
    assert len(counts) == 100 and max(counts.values()) < 100


def test_the_kinds_have_their_shares():
    found = Counter(arm for _, arm in first(EVERY, 2000))
    shares = [found[arm] / 2000 for arm in (Arm.MARGIN, Arm.RANDOM, Arm.SECOND, Arm.CHECK)]
    assert shares == pytest.approx([0.6, 0.2, 0.1, 0.1], abs=0.03)


def test_what_has_an_order_is_shown_in_it():
    found = first(EVERY)
    assert {text for text, arm in found if arm is Arm.MARGIN} == {0}
    assert {text for text, arm in found if arm is Arm.SECOND} == {50}
    assert len({text for text, arm in found if arm is Arm.RANDOM}) > 20
    assert len({text for text, arm in found if arm is Arm.CHECK}) == 10


def test_the_model_is_least_sure_of_the_first():
    sure, unsure = Candidate(1, {"a": 0.9, "b": 0.1}), Candidate(2, {"a": 0.51, "b": 0.49})
    assert least_sure([sure, unsure], {"a": 5, "b": 5}) == [2, 1]
    assert least_sure([unsure, Candidate(1, unsure.probabilities)], {}) == [1, 2]


def test_a_text_that_may_have_a_rare_label_comes_before_another():
    labelled = {"a": 90, "b": 80, "rare": 2}
    usual, unusual = {"a": 0.5, "b": 0.45, "rare": 0.05}, {"a": 0.55, "rare": 0.4, "b": 0.05}
    one, other = (Candidate(n, p) for n, p in enumerate((usual, unusual)))
    assert priority(other, labelled) < priority(one, labelled)
    even = {"a": 50, "b": 50, "rare": 50}
    assert priority(one, even) < priority(other, even)


def test_of_several_labels_the_one_that_is_least_clear_counts():
    sure = Candidate(1, {"a": 0.95, "b": 0.9, "c": 0.02}, are_several=True)
    fence = Candidate(2, {"a": 0.97, "b": 0.03, "c": 0.48}, are_several=True)
    nothing = Candidate(3, {}, are_several=True)
    labelled = {"a": 9, "b": 9, "c": 9}
    assert least_sure([nothing, sure, fence], labelled) == [2, 1, 3]
    rare = {"a": 90, "b": 90, "c": 2}
    one = Candidate(1, {"a": 0.5, "b": 0.1, "c": 0.01}, are_several=True)
    other = Candidate(2, {"a": 0.99, "b": 0.1, "c": 0.4}, are_several=True)
    assert least_sure([one, other], labelled) == [1, 2] != least_sure([one, other], rare)


@pytest.mark.parametrize("limit", [0.0, 0.2, 0.5, 0.9, 1.0])
def test_a_label_holds_from_one_half_on_wherever_its_limit_is(limit):
    told = [evened(p, limit) for p in (0.0, limit, 1.0)]
    assert told[1] == pytest.approx(0.5) or limit == 1.0
    assert told == sorted(told) and told[-1] == 1 and (told[0] == 0 or limit == 0)
    assert evened(0.3, 0.5) == pytest.approx(0.3) and evened(0.8, 0.5) == pytest.approx(0.8)


def test_what_chance_chose_to_measure_is_finished_by_chance():
    begun = Queue((), [7], range(5), [9], ())
    assert {(text, arm) for text, arm in first(begun)} == {(7, Arm.RANDOM), (9, Arm.SECOND)}


def test_the_same_seed_shows_the_same_in_the_same_order():
    for seed in range(20):
        assert drawn(EVERY, seed) == drawn(EVERY, seed)


def test_each_comes_once_of_each_kind_and_nothing_that_may_not():
    every = Queue(range(30), (), range(30), (), ())
    for seed in range(20):
        found = [(one.arm, one.text) for one in drawn(every, seed, lambda n: n % 3)]
        assert len(found) == len(set(found)) == 40
        assert all(text % 3 for _, text in found)


def test_who_has_nothing_else_left_is_not_checked():
    assert not drawn(EMPTY, 1)
    assert not any(drawn(Queue((), (), (), (), [1]), seed) for seed in range(200))
    mixed = Queue((), (), [2], (), [1])
    arms = {one.arm for seed in range(200) for one in islice(drawn(mixed, seed), 1)}
    assert arms == {Arm.CHECK, Arm.RANDOM}
