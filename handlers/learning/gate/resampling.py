"""How far a figure may be from the truth, by drawing the texts again and again. Pure.

A paired bootstrap: each draw takes as many texts as there are, some twice and some not at all, and
the same for both models, so what they share cancels out.
"""

from collections.abc import Callable, Iterator

import numpy as np

from handlers.learning.gate.answers import Answers, Floats, Numbers, Paired
from handlers.learning.gate.sign_test import LEVEL

BINS = 15
"""Of equal width, for the expected calibration error (Guo et al., 2017)."""
DRAWS = 1000
_AT_ONCE = 100
_SEED = 17

Weights = Floats
"""A row a draw, a column a text: how often the draw has it."""
Figure = Callable[[Weights], Floats]
"""A figure of each draw, or several in columns."""


def draws(texts: int, count: int = DRAWS, seed: int = _SEED) -> Iterator[Weights]:
    """Yield the draws, a hundred at once; the same seed draws the same."""
    chance = np.random.default_rng(seed)
    for start in range(0, count, _AT_ONCE):
        size = min(_AT_ONCE, count - start)
        drawn = chance.integers(texts, size=(size, texts)) + texts * np.arange(size)[:, np.newaxis]
        counted = np.bincount(drawn.ravel(), minlength=size * texts)
        yield counted.reshape(size, texts).astype(np.float64)


def as_they_are(texts: int) -> Weights:
    """Return one draw that has each text once."""
    return np.ones((1, texts))


def label_f1(truth: Numbers, answers: Answers) -> Figure:
    """Return the F1 of each label that occurs among the texts, a column each; 0 without any."""
    labels = np.unique(truth)
    is_label = np.equal.outer(truth, labels).astype(np.float64)
    is_answer = np.equal.outer(answers.labels, labels).astype(np.float64)

    def figure(weights: Weights) -> Floats:
        true, said = weights @ is_label, weights @ is_answer
        found: Floats = 2 * (weights @ (is_label * is_answer)) / np.maximum(true + said, 1)
        return found

    return figure


def macro_f1(truth: Numbers, answers: Answers) -> Figure:
    """Return the mean F1 of the labels that occur among the texts."""
    of_labels = label_f1(truth, answers)
    return lambda weights: of_labels(weights).mean(axis=1)


def calibration_error(truth: Numbers, answers: Answers) -> Figure:
    """Return how far confidence and truth lie apart, on the mean answer."""
    of_bin = np.minimum((answers.confidence * BINS).astype(int), BINS - 1)
    gap = answers.confidence - np.equal(truth, answers.labels)
    gaps = np.equal.outer(of_bin, np.arange(BINS)) * gap[:, np.newaxis]

    def figure(weights: Weights) -> Floats:
        found: Floats = np.abs(weights @ gaps).sum(axis=1) / weights.sum(axis=1)
        return found

    return figure


def gained(paired: Paired, of: Callable[[Numbers, Answers], Figure]) -> Figure:
    """Return by how much the new model's figure is above the other's."""
    new, live = of(paired.truth, paired.new), of(paired.truth, paired.live)
    return lambda weights: new(weights) - live(weights)


def at_least(figure: Figure, texts: int) -> float:
    """Return the lower bound of a figure: only `LEVEL` of the draws are below it."""
    found = [figure(weights) for weights in draws(texts)]
    return float(np.quantile(np.concatenate(found), LEVEL))
