"""What two models said of texts for which several labels may hold: the gate's evidence. Pure.

The item of a comparison is a text, and who decides fewer of its labels wrongly wins it: see
docs/adr/0022-several-labels.md.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from handlers.learning.gate.answers import Flags, Floats, Numbers
from handlers.learning.gate.resampling import BINS, Figure, Weights


@dataclass(frozen=True)
class SetAnswers:
    """What one model said, a row a text, a column a label."""

    held: Flags
    """Whether the label holds."""
    shares: Floats
    """How probable it said that to be."""
    p95_ms: float | None = None
    """What 95 of 100 texts take no longer than; None: not measured."""


@dataclass(frozen=True)
class PairedSets:
    """A new model and the one that answers, on the same texts."""

    truth: Flags
    """Whether the label of the column holds for the text of the row."""
    live: SetAnswers
    new: SetAnswers
    labels: tuple[str, ...]

    @property
    def texts(self) -> int:
        """How many there are."""
        return len(self.truth)

    @cached_property
    def won(self) -> Numbers:
        """By how many labels of each text the new one is nearer to the truth, or farther."""
        return wrong(self.truth, self.live) - wrong(self.truth, self.new)

    def decided(self, label: int | None = None) -> tuple[int, int]:
        """Return on how many texts the new one is nearer, and the other.

        Of a label: on how many of those that have it only the one says so, and only the other.
        """
        if label is None:
            return int((self.won > 0).sum()), int((self.won < 0).sum())
        has, new, live = (flags[:, label] for flags in (self.truth, self.new.held, self.live.held))
        return int((has & new & ~live).sum()), int((has & live & ~new).sum())

    def having(self, label: int) -> int:
        """Return how many texts have a label."""
        return int(self.truth[:, label].sum())


def wrong(truth: Flags, answers: SetAnswers) -> Numbers:
    """Return how many labels of each text were decided wrongly."""
    found: Numbers = (truth != answers.held).sum(axis=1)
    return found


def whole_sets(truth: Flags, answers: SetAnswers) -> Figure:
    """Return of how many texts all labels are right."""
    is_right = (wrong(truth, answers) == 0).astype(np.float64)
    return lambda weights: weights @ is_right / weights.sum(axis=1)


def label_f1(truth: Flags, answers: SetAnswers) -> Figure:
    """Return the F1 of each label that occurs among the texts, a column each."""
    occurs = truth.any(axis=0)
    has, said = (flags[:, occurs].astype(np.float64) for flags in (truth, answers.held))

    def figure(weights: Weights) -> Floats:
        either = weights @ has + weights @ said
        found: Floats = 2 * (weights @ (has * said)) / np.maximum(either, 1)
        return found

    return figure


def macro_f1(truth: Flags, answers: SetAnswers) -> Figure:
    """Return the mean F1 of the labels that occur; 0 where none does."""
    of_labels = label_f1(truth, answers)
    labels = max(1, int(truth.any(axis=0).sum()))
    return lambda weights: of_labels(weights).sum(axis=1) / labels


def micro_f1(truth: Flags, answers: SetAnswers) -> Figure:
    """Return the F1 of all labels together."""
    both = (truth & answers.held).sum(axis=1).astype(np.float64)
    either = (truth.sum(axis=1) + answers.held.sum(axis=1)).astype(np.float64)
    return lambda weights: 2 * (weights @ both) / np.maximum(weights @ either, 1)


def calibration_error(truth: Flags, answers: SetAnswers) -> Figure:
    """Return how far probabilities and truth lie apart, on the mean label of the mean text."""
    of_bin = np.minimum((answers.shares * BINS).astype(int), BINS - 1)
    gap = answers.shares - truth
    gaps = np.stack([(gap * (of_bin == number)).sum(axis=1) for number in range(BINS)], axis=1)
    labels = truth.shape[1]

    def figure(weights: Weights) -> Floats:
        found: Floats = np.abs(weights @ gaps).sum(axis=1) / (weights.sum(axis=1) * labels)
        return found

    return figure


def gained(paired: PairedSets, of: Callable[[Flags, SetAnswers], Figure]) -> Figure:
    """Return by how much the new model's figure is above the other's."""
    new, live = of(paired.truth, paired.new), of(paired.truth, paired.live)
    return lambda weights: new(weights) - live(weights)
