"""How good a model is on texts that it has not learned from, and how far that may be off. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from handlers.learning.gate import sets
from handlers.learning.gate.answers import Answers, Flags, Numbers
from handlers.learning.gate.resampling import (
    Figure,
    as_they_are,
    calibration_error,
    draws,
    label_f1,
    macro_f1,
)
from handlers.learning.gate.sets import SetAnswers

_BOUNDS = (0.025, 0.975)
_Z_SQUARED = NormalDist().inv_cdf(_BOUNDS[1]) ** 2


@dataclass(frozen=True)
class Bounded:
    """A figure with what it lies between nineteen times in twenty."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class LabelFigures:
    """How good a model is at one label that occurs among the texts."""

    texts: int
    precision: float
    """Of the texts that it gave the label, so many have it; 0 where there are none."""
    recall: float
    f1: Bounded


@dataclass(frozen=True)
class Figures:
    """All figures of one model on the same texts."""

    accuracy: Bounded
    macro_f1: Bounded
    calibration_error: float
    p95_ms: float | None
    labels: dict[str, LabelFigures]
    """By the names of those that occur."""
    micro_f1: Bounded | None = None
    """Of all labels together, where several may hold; there `accuracy` is that of whole sets."""


def figures_of(truth: Numbers, answers: Answers, labels: tuple[str, ...]) -> Figures:
    """Return how good the answers are; there is at least one text."""
    occurring, having = np.unique(truth, return_counts=True)
    (accuracy,) = _bounded(_accuracy(truth, answers), len(truth))
    (macro,) = _bounded(macro_f1(truth, answers), len(truth))
    of_labels = _bounded(label_f1(truth, answers), len(truth), having.tolist())
    return Figures(
        accuracy=accuracy,
        macro_f1=macro,
        calibration_error=float(calibration_error(truth, answers)(as_they_are(len(truth)))[0]),
        p95_ms=answers.p95_ms,
        labels={
            labels[number]: _of_label(truth, answers, number, f1)
            for number, f1 in zip(occurring.tolist(), of_labels, strict=True)
        },
    )


def figures_of_sets(truth: Flags, answers: SetAnswers, labels: tuple[str, ...]) -> Figures:
    """Return how good the answers are where several labels may hold; there is a text at least."""
    texts = len(truth)
    (accuracy,) = _bounded(sets.whole_sets(truth, answers), texts)
    (macro,) = _bounded(sets.macro_f1(truth, answers), texts)
    (micro,) = _bounded(sets.micro_f1(truth, answers), texts)
    occurring = np.flatnonzero(truth.any(axis=0)).tolist()
    having = truth.sum(axis=0)[occurring].tolist()
    of_labels = _bounded(sets.label_f1(truth, answers), texts, having) if occurring else ()
    error = sets.calibration_error(truth, answers)(as_they_are(texts))[0]
    return Figures(
        accuracy,
        macro,
        float(error),
        answers.p95_ms,
        {
            labels[number]: _of_flags(truth[:, number], answers.held[:, number], f1)
            for number, f1 in zip(occurring, of_labels, strict=True)
        },
        micro,
    )


def confusion(truth: Numbers, answers: Answers, labels: int) -> list[list[int]]:
    """Count the texts of each label, a row, by the label that was given, a column.

    A last column has the answers that are none of the labels.
    """
    columns = np.where(answers.labels < 0, labels, answers.labels)
    counts = np.zeros((labels, labels + 1), int)
    np.add.at(counts, (truth, columns), 1)
    return [[int(count) for count in row] for row in counts]


def _of_label(truth: Numbers, answers: Answers, number: int, f1: Bounded) -> LabelFigures:
    return _of_flags(truth == number, answers.labels == number, f1)


def _of_flags(is_label: Flags, is_answer: Flags, f1: Bounded) -> LabelFigures:
    right = int((is_label & is_answer).sum())
    texts, said = int(is_label.sum()), int(is_answer.sum())
    return LabelFigures(texts, right / said if said else 0.0, right / texts, f1)


def _accuracy(truth: Numbers, answers: Answers) -> Figure:
    is_right = np.equal(truth, answers.labels).astype(np.float64)
    return lambda weights: weights @ is_right / weights.sum(axis=1)


def _bounded(figure: Figure, texts: int, having: Sequence[int] = ()) -> Iterator[Bounded]:
    """Yield each column of a figure with its bounds; `having`: on how many texts each rests."""
    drawn = np.concatenate([figure(weights) for weights in draws(texts)])
    value = np.atleast_1d(figure(as_they_are(texts))[0])
    low, high = np.atleast_2d(np.quantile(drawn.reshape(len(drawn), -1), _BOUNDS, axis=0))
    for each, *bounds, n in zip(value, low, high, having or [texts], strict=True):
        is_same = bounds == [each, each] and each in (0, 1)
        yield Bounded(float(each), *(_all_or_none(each, n) if is_same else map(float, bounds)))


def _all_or_none(share: float, texts: int) -> tuple[float, float]:
    """Return what a share lies between where it is 1 or 0, so that every draw is the same.

    E. B. Wilson's interval (Probable inference, the law of succession, and statistical inference,
    Journal of the American Statistical Association 22, 1927).
    """
    sure = texts / (texts + _Z_SQUARED)
    return (sure, 1.0) if share else (0.0, 1 - sure)
