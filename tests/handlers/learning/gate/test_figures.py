"""Figures beside scikit-learn's, each with bounds that hold."""

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn.metrics import (
    accuracy_score,
    confusion_matrix,
    f1_score,
    precision_score,
    recall_score,
)

from handlers.learning.gate.answers import Answers
from handlers.learning.gate.figures import confusion, figures_of

LABELS = ("bug", "아이디어", "praise", "never")


@pytest.fixture
def said():
    chance = np.random.default_rng(1)
    truth = chance.choice(3, 300, p=[0.6, 0.3, 0.1])
    labels = np.where(chance.random(300) < 0.7, truth, chance.integers(-1, 3, 300))
    return truth, Answers(labels, chance.uniform(0.3, 1, 300), 4.5)


def test_they_are_scikit_learns(said):
    truth, answers = said
    found = figures_of(truth, answers, LABELS)
    assert found.accuracy.value == pytest.approx(accuracy_score(truth, answers.labels))
    each = {"labels": [0, 1, 2], "average": None}
    f1 = f1_score(truth, answers.labels, **each)
    assert found.macro_f1.value == pytest.approx(f1.mean())
    assert list(found.labels) == list(LABELS[:3])
    precision = precision_score(truth, answers.labels, **each)
    recall = recall_score(truth, answers.labels, **each)
    for number, of_label in enumerate(found.labels.values()):
        assert of_label.f1.value == pytest.approx(f1[number])
        assert (of_label.precision, of_label.recall) == pytest.approx(
            (precision[number], recall[number])
        )
        assert of_label.texts == (truth == number).sum()
    assert found.p95_ms == 4.5


def test_bounds_are_about_two_standard_errors_away(said):
    truth, answers = said
    accuracy = figures_of(truth, answers, LABELS).accuracy
    error = (accuracy.value * (1 - accuracy.value) / 300) ** 0.5
    assert accuracy.high - accuracy.value == pytest.approx(1.96 * error, rel=0.2)
    assert accuracy.value - accuracy.low == pytest.approx(1.96 * error, rel=0.2)


@pytest.mark.parametrize(("texts", "right"), [(4, 4), (1, 0), (60, 60), (60, 0)])
def test_all_right_or_none_is_no_certainty(texts, right):
    truth = np.zeros(texts, int)
    answers = Answers(np.full(texts, 0 if right else 1), np.full(texts, 0.9))
    found = figures_of(truth, answers, LABELS)
    wilson = binomtest(right, texts).proportion_ci(method="wilson")
    for one in (found.accuracy, found.macro_f1, found.labels["bug"].f1):
        assert (one.low, one.high) == pytest.approx((wilson.low, wilson.high))


def test_a_label_that_is_always_right_rests_on_its_own_texts():
    truth = np.array([0] * 50 + [1] * 10)
    found = figures_of(truth, Answers(truth, np.full(60, 0.9)), LABELS)
    assert found.labels["bug"].f1.low == pytest.approx(50 / (50 + 1.96**2), abs=1e-4)
    assert found.labels["아이디어"].f1.low == pytest.approx(10 / (10 + 1.96**2), abs=1e-4)


def test_one_text_has_figures():
    found = figures_of(np.array([2]), Answers(np.array([-1]), np.array([0.4])), LABELS)
    assert (found.accuracy.value, found.macro_f1.value) == (0, 0)
    assert found.labels["praise"].precision == 0


def test_each_text_is_counted_once(said):
    truth, answers = said
    counts = np.array(confusion(truth, answers, 4))
    assert counts.sum() == 300 and counts.shape == (4, 5)
    known = answers.labels >= 0
    beside = confusion_matrix(truth[known], answers.labels[known], labels=range(4))
    assert (counts[:, :4] == beside).all()
    assert counts[:, 4].sum() == (~known).sum()
