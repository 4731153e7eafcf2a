"""The gate where several labels may hold: a text is won by who decides fewer of them wrongly."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score, precision_score, recall_score

from handlers.learning.gate.answers import Answers, Paired
from handlers.learning.gate.figures import figures_of_sets
from handlers.learning.gate.sets import PairedSets, SetAnswers
from handlers.learning.gate.verdict import Fault, Verdict, judge

LABELS = ("bug", "idea", "praise", "rare")
SHARES = np.array([0.4, 0.3, 0.2, 0.05])


def said(held: np.ndarray, sure: float = 0.9, p95_ms: float = 5.0) -> SetAnswers:
    return SetAnswers(held, np.where(held, sure, 1 - sure), p95_ms)


def drawn(texts: int, wrong: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Which labels hold, and answers of which each decision is wrong as often as told."""
    chance = np.random.default_rng(seed)
    truth = chance.random((texts, 4)) < SHARES
    return truth, truth ^ (chance.random((texts, 4)) < wrong)


def pair(texts: int, live: float, new: float, seed: int) -> PairedSets:
    """Two models of which each label of each text is decided wrongly as often as told."""
    truth, by_live = drawn(texts, live, seed)
    chance = np.random.default_rng(seed + 1000)
    by_new = truth ^ (chance.random(truth.shape) < new)
    return PairedSets(truth, said(by_live), said(by_new), LABELS)


def test_figures_are_scikit_learns() -> None:
    truth, held = drawn(300, 0.15, 3)
    found = figures_of_sets(truth, said(held), LABELS)
    assert found.accuracy.value == pytest.approx(accuracy_score(truth, held))
    assert found.micro_f1.value == pytest.approx(f1_score(truth, held, average="micro"))
    assert found.macro_f1.value == pytest.approx(f1_score(truth, held, average="macro"))
    each = zip(
        found.labels.values(),
        precision_score(truth, held, average=None),
        recall_score(truth, held, average=None),
        f1_score(truth, held, average=None),
        strict=True,
    )
    for label, precision, recall, f1 in each:
        assert (label.precision, label.recall) == pytest.approx((precision, recall))
        assert label.f1.value == pytest.approx(f1)
        assert label.f1.low <= label.f1.value <= label.f1.high
    assert found.accuracy.low < found.accuracy.value < found.accuracy.high
    error = np.abs(np.where(held, 0.9, 0.1) - truth)
    assert 0 < found.calibration_error < error.mean()


def test_who_makes_half_the_mistakes_is_better_and_who_makes_twice_as_many_worse() -> None:
    assert judge(pair(600, 0.10, 0.05, 1)).verdict is Verdict.BETTER
    assert judge(pair(600, 0.05, 0.10, 1)).verdict is Verdict.WORSE


def test_an_equal_model_passes_one_time_in_twenty() -> None:
    passed = sum(judge(pair(150, 0.1, 0.1, n)).verdict is Verdict.BETTER for n in range(0, 600, 2))
    assert passed <= 300 * 0.05 + 2 * (300 * 0.05 * 0.95) ** 0.5


def test_who_lets_everything_hold_does_not_pass_nor_who_lets_nothing() -> None:
    paired = pair(500, 0.1, 0.1, 5)
    for held in (np.ones_like(paired.truth), np.zeros_like(paired.truth)):
        found = judge(replace(paired, new=said(held)))
        assert found.verdict is Verdict.WORSE


def test_a_rare_label_that_is_given_up_is_named() -> None:
    """It is nearer on many texts and never finds the rare label any more."""
    paired = pair(2000, 0.12, 0.05, 7)
    held = paired.new.held.copy()
    held[:, 3] = False
    found = judge(replace(paired, new=said(held)))
    assert found.verdict is Verdict.WORSE
    assert [one.label for one in found.findings if one.fault is Fault.RECALL] == ["rare"]


def test_sets_of_one_label_are_judged_as_one_label_is() -> None:
    """Who is wrong about one label is so about two decisions: the same texts are won and lost."""
    chance = np.random.default_rng(11)
    truth = chance.integers(0, 4, 400)
    answers = [np.where(chance.random(400) < 0.8, truth, chance.integers(0, 4, 400)) for _ in "ab"]
    eye = np.eye(4, dtype=bool)
    single = Paired(truth, *(Answers(one, np.full(400, 0.8)) for one in answers), LABELS)
    several = PairedSets(eye[truth], *(said(eye[one]) for one in answers), LABELS)
    assert single.decided() == several.decided()
    for label in range(4):
        assert single.decided(label) == several.decided(label)
        assert single.having(label) == several.having(label)


def test_who_is_nearer_wins_where_nobody_is_right() -> None:
    truth = np.ones((40, 4), bool)
    live, new = np.zeros_like(truth), truth.copy()
    new[:, 0] = False
    paired = PairedSets(truth, said(live), said(new), LABELS)
    assert paired.decided() == (40, 0)
    assert paired.decided(0) == (0, 0) and paired.decided(1) == (40, 0)


def test_what_is_surer_than_it_is_right_is_named() -> None:
    truth, held = drawn(400, 0.2, 9)
    honest = SetAnswers(held, np.where(held, truth[held].mean(), truth[~held].mean()), 5.0)
    paired = PairedSets(truth, honest, said(held, 0.999), LABELS)
    found = judge(paired)
    assert [one.fault for one in found.findings] == [Fault.CALIBRATION]


def test_texts_without_any_label_can_be_measured_on() -> None:
    truth = np.zeros((20, 4), bool)
    found = figures_of_sets(truth, said(truth), LABELS)
    assert found.accuracy.value == 1 and found.labels == {} and found.macro_f1.value == 0
    assert judge(PairedSets(truth, said(truth), said(truth), LABELS)).verdict is Verdict.NOT_SHOWN
