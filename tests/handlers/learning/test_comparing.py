"""Who may judge, when the gate reads, and what it makes of what people found."""

import pytest

from handlers.learning.comparing import (
    LOOKS,
    due_look,
    is_over,
    large_suppliers,
    reading,
)
from handlers.learning.gate.verdict import Judgement, Verdict
from storage.records import Tallied


@pytest.mark.parametrize(
    ("judged", "looked", "due"),
    [
        *((0, 0, None), (49, 0, None), (50, 0, 50), (99, 50, None), (100, 50, 100)),
        *((50, 50, None), (150, 100, 150), (150, 0, 150), (400, 150, None)),
    ],
)
def test_the_gate_reads_three_times(judged, looked, due):
    assert due_look(judged, looked) == due


def test_who_wins_clearly_is_better_and_by_how_much_of_all_texts():
    judgement = reading(Tallied(40, 10, 0, differing=60), compared=500)
    assert judgement.verdict is Verdict.BETTER
    assert 0.02 < judgement.by < 0.12 * 0.6, "of all texts, of which 12 % differ"


def test_who_loses_is_worse_and_a_toss_is_nothing():
    assert reading(Tallied(10, 40, 0, 60), 500).verdict is Verdict.WORSE
    toss = reading(Tallied(27, 23, 0, 60), 500)
    assert toss.verdict is Verdict.NOT_SHOWN
    assert not is_over(toss, LOOKS[0]) and is_over(toss, LOOKS[-1])
    assert is_over(Judgement(Verdict.WORSE), LOOKS[0])


def test_each_look_is_stricter_than_one_alone():
    assert reading(Tallied(31, 19, 0, 50), 500).verdict is Verdict.NOT_SHOWN, "p = .045"
    assert reading(Tallied(33, 17, 0, 50), 500).verdict is Verdict.BETTER, "p = .012"


def test_what_is_neither_and_few_texts_are_no_evidence():
    assert reading(Tallied(0, 0, 50, 50), 50).verdict is Verdict.NOT_SHOWN
    assert reading(Tallied(0, 0, 0, 0), 0).verdict is Verdict.NOT_SHOWN
    assert reading(Tallied(3, 0, 47, 0), 0).verdict is Verdict.NOT_SHOWN


def test_who_supplied_a_tenth_is_found():
    labels = dict.fromkeys(range(40), "bug")
    votes = [(n, "large", "bug") for n in range(4)]
    votes += [(n, f"user {n}", "bug") for n in range(4, 40)]
    assert large_suppliers(labels, votes) == {"large"}
    assert large_suppliers(labels, votes[1:]) == set()


def test_a_label_counts_for_those_who_gave_it_in_parts_and_for_nobody_else():
    labels = dict.fromkeys(range(10), "bug")
    votes = [(n, user, "bug") for n in range(10) for user in map(str, range(20))]
    assert large_suppliers(labels, votes) == set()
    contradicting = [(n, "contrary", "praise") for n in range(10)]
    assert large_suppliers(labels, [*votes, *contradicting]) == set()
    elsewhere = [(99, "elsewhere", "bug")] * 10
    assert "elsewhere" not in large_suppliers(labels, [*votes, *elsewhere])


def test_who_labels_alone_may_judge():
    assert large_suppliers({1: "bug"}, [(1, "ann", "bug")]) == set()
    assert large_suppliers({1: "bug"}, [(1, "ann", "bug"), (1, "bob", "praise")]) == {"ann"}
