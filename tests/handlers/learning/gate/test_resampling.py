"""Figures beside scikit-learn's and the training's own, and how far they may be from the truth."""

import numpy as np
import pytest
import torch
from sklearn.metrics import f1_score

from handlers.learning.gate.answers import Answers, Paired
from handlers.learning.gate.resampling import (
    as_they_are,
    at_least,
    calibration_error,
    draws,
    gained,
    macro_f1,
)
from models.finetune.quality import calibrating

LABELS = ("a", "b", "c")


def answered(truth, accuracy: float, seed: int) -> Answers:
    chance = np.random.default_rng(seed)
    is_right = chance.random(len(truth)) < accuracy
    labels = np.where(is_right, truth, (truth + chance.integers(1, 3, len(truth))) % 3)
    return Answers(labels, chance.uniform(1 / 3, 1, len(truth)))


@pytest.fixture
def truth():
    return np.random.default_rng(1).choice(3, 400, p=[0.6, 0.3, 0.1])


def test_macro_f1_is_scikit_learns(truth) -> None:
    answers = answered(truth, 0.8, 2)
    (found,) = macro_f1(truth, answers)(as_they_are(len(truth)))
    assert found == pytest.approx(f1_score(truth, answers.labels, average="macro"))


def test_an_answer_of_no_label_is_a_wrong_one(truth) -> None:
    answers = answered(truth, 0.8, 2)
    answers.labels[:40] = -1
    (found,) = macro_f1(truth, answers)(as_they_are(len(truth)))
    assert found == pytest.approx(f1_score(truth, answers.labels, labels=range(3), average="macro"))


def test_the_calibration_error_is_that_of_a_training(truth) -> None:
    logits = torch.randn(len(truth), 3, generator=torch.Generator().manual_seed(3)) * 2
    said, labels = logits.softmax(dim=1).max(dim=1)
    answers = Answers(labels.numpy(), said.numpy().astype(float))
    known = torch.nn.functional.one_hot(torch.tensor(truth), 3).float()
    judged = calibrating.Judged(logits, known, is_multi_label=False)
    (found,) = calibration_error(truth, answers)(as_they_are(len(truth)))
    assert found == pytest.approx(calibrating.calibration_error(judged, 1.0), abs=1e-5)


def test_a_draw_has_as_many_texts_and_the_same_seed_the_same_draws() -> None:
    first, again = [np.concatenate(list(draws(50, 250, seed=4))) for _ in range(2)]
    assert first.shape == (250, 50)
    assert (first.sum(axis=1) == 50).all()
    assert (first == again).all()


def test_the_bound_is_kept_nineteen_times_in_twenty(truth) -> None:
    """Two models of the same worth: the bound of the gain is above nought once in twenty."""
    above = 0
    for seed in range(100):
        pair = Paired(truth, answered(truth, 0.8, seed), answered(truth, 0.8, 1000 + seed), LABELS)
        above += at_least(gained(pair, macro_f1), len(truth)) > 0
    assert above <= 12
