"""What the gate lets through, and what it says of what it does not."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.learning.gate.answers import Answers, Paired
from handlers.learning.gate.verdict import (
    CALIBRATION_LOST,
    Fault,
    Finding,
    Judgement,
    Tally,
    Verdict,
    judge,
    judge_tally,
)

LABELS = ("bug", "idea", "praise", "rare")
counts = st.integers(0, 300)


def pair(
    *, texts: int = 1000, live: float = 0.8, new: float = 0.8, differing: float = 0.12, seed: int
) -> Paired:
    """Two models of these accuracies; on so many of all texts exactly one of them is right."""
    chance = np.random.default_rng(seed)
    truth = chance.choice(4, texts, p=[0.45, 0.3, 0.2, 0.05])
    wrong = (truth + 1) % 4
    won, lost = (differing + new - live) / 2, (differing - new + live) / 2
    both, neither = live - lost, 1 - live - won
    kind = chance.choice(4, texts, p=[both, won, lost, neither])
    live_right, new_right = np.isin(kind, (0, 2)), np.isin(kind, (0, 1))
    confidence = np.full(texts, live)
    return Paired(
        truth,
        Answers(np.where(live_right, truth, wrong), confidence, 10.0),
        Answers(np.where(new_right, truth, wrong), np.full(texts, new), 10.0),
        LABELS,
    )


def flooded(paired: Paired, label: int = 0) -> Paired:
    """The new model gives one label to everything."""
    new = replace(paired.new, labels=np.full(len(paired.truth), label))
    return replace(paired, new=new)


def test_a_better_model_is_better_by_a_bound_below_its_gain() -> None:
    found = judge(pair(new=0.84, seed=1))
    assert found.verdict is Verdict.BETTER
    assert 0 < found.by < 0.04 + 0.02
    assert found.findings == ()


def test_an_equal_model_is_not_shown_to_be_better_and_texts_are_missing() -> None:
    found = judge(pair(texts=300, seed=2))
    assert found.verdict is Verdict.NOT_SHOWN
    assert 200 <= found.missing <= 900


def test_with_enough_texts_none_is_missing() -> None:
    found = judge(pair(texts=3000, seed=3))
    assert (found.verdict, found.missing) == (Verdict.NOT_SHOWN, 0)


def test_a_worse_model_is_worse_by_a_bound() -> None:
    found = judge(pair(new=0.74, seed=4))
    assert found.verdict is Verdict.WORSE
    assert 0 < found.by < 0.08


def test_a_flooded_model_is_worse_and_the_labels_that_it_lost_are_named() -> None:
    found = judge(flooded(pair(seed=5)))
    assert found.verdict is Verdict.WORSE
    assert {"idea", "praise", "rare"} == {
        each.label for each in found.findings if each.fault is Fault.RECALL
    }


def test_one_row_more_of_eight_is_never_better() -> None:
    assert judge(pair(texts=8, seed=6)).verdict is Verdict.NOT_SHOWN
    assert judge_tally(Tally(1, 0, 8)).verdict is Verdict.NOT_SHOWN


def test_a_model_that_pays_with_a_rare_label_is_refused() -> None:
    paired = pair(new=0.86, seed=7)
    rare = paired.truth == 3
    labels = np.where(rare, 0, paired.new.labels)
    found = judge(replace(paired, new=replace(paired.new, labels=labels)))
    assert found.verdict is Verdict.WORSE
    assert [(each.fault, each.label) for each in found.findings] == [(Fault.RECALL, "rare")]


def test_macro_f1_has_to_be_shown_not_to_fall() -> None:
    """Of a rare label four more are lost: too few to prove that, but they may be what was paid."""
    paired = pair(new=0.83, seed=14)
    rare = np.flatnonzero((paired.truth == 3) & paired.new_right)
    labels = paired.new.labels.copy()
    labels[rare[:4]] = 0
    found = judge(replace(paired, new=replace(paired.new, labels=labels)))
    assert found.verdict is Verdict.NOT_SHOWN
    assert [each.fault for each in found.findings] == [Fault.MACRO_F1]


def test_boasting_is_worse() -> None:
    paired = pair(new=0.84, seed=9)
    boasting = replace(paired.new, confidence=np.full(1000, 0.99))
    found = judge(replace(paired, new=boasting))
    assert found.verdict is Verdict.WORSE
    (finding,) = found.findings
    assert finding.fault is Fault.CALIBRATION
    assert finding.amount > CALIBRATION_LOST


def test_of_few_texts_nothing_is_read_of_probabilities() -> None:
    """Both are right on all of them, and one says so."""
    few = Paired(
        np.arange(4),
        Answers(np.arange(4), np.full(4, 1.0)),
        Answers(np.arange(4), np.full(4, 0.5)),
        LABELS,
    )
    assert judge(few).verdict is Verdict.NOT_SHOWN


def test_a_slow_model_is_worse_and_a_little_slower_one_is_not() -> None:
    paired = pair(new=0.84, seed=10)
    slow = judge(replace(paired, new=replace(paired.new, p95_ms=15.0)))
    assert (slow.verdict, slow.findings) == (Verdict.WORSE, (Finding(Fault.SLOW, 1.5),))
    assert judge(replace(paired, new=replace(paired.new, p95_ms=11.0))).verdict is Verdict.BETTER
    assert judge(replace(paired, new=replace(paired.new, p95_ms=None))).verdict is Verdict.BETTER
    quick = replace(paired, live=replace(paired.live, p95_ms=0.5))
    assert judge(replace(quick, new=replace(paired.new, p95_ms=1.0))).verdict is Verdict.BETTER


def test_what_must_pass_must_pass() -> None:
    found = judge(pair(new=0.84, seed=11), must_pass_wrong=1)
    assert found == Judgement(Verdict.WORSE, findings=(Finding(Fault.MUST_PASS, 1),))


def test_answers_that_are_none_of_the_labels_are_wrong() -> None:
    paired = pair(seed=12)
    live = replace(paired.live, labels=np.full(1000, -1))
    assert judge(replace(paired, live=live)).verdict is Verdict.BETTER


@pytest.mark.parametrize("looks", [1, 3, 5])
@given(counts, counts, st.integers(0, 2000))
def test_turned_around_better_is_worse(looks, wins, losses, others) -> None:
    items = wins + losses + others + 1
    found, turned = (
        judge_tally(Tally(wins, losses, items), looks),
        judge_tally(Tally(losses, wins, items), looks),
    )
    if found.verdict is Verdict.BETTER:
        assert wins > losses
        assert turned.verdict is Verdict.WORSE
        assert 0 < found.by <= (wins - losses) / items
    assert found.missing == 0 or found.verdict is Verdict.NOT_SHOWN


@given(counts, counts, st.integers(0, 2000))
def test_more_wins_never_hurt_and_more_looks_never_help(wins, losses, others) -> None:
    order = [Verdict.WORSE, Verdict.NOT_SHOWN, Verdict.BETTER]
    items = wins + losses + others + 1
    now = order.index(judge_tally(Tally(wins, losses, items)).verdict)
    assert order.index(judge_tally(Tally(wins + 1, losses, items + 1)).verdict) >= now
    assert order.index(judge_tally(Tally(wins, losses, items), 3).verdict) <= now


@given(st.integers(0, 2**32 - 1))
def test_the_order_of_the_texts_does_not_matter(seed) -> None:
    paired = pair(texts=40, seed=13)
    order = np.random.default_rng(seed).permutation(40)
    shuffled = Paired(
        paired.truth[order],
        replace(paired.live, labels=paired.live.labels[order]),
        replace(paired.new, labels=paired.new.labels[order]),
        LABELS,
    )
    assert shuffled.decided() == paired.decided()
    assert shuffled.decided(0) == paired.decided(0)
