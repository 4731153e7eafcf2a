"""Making a classifier's probabilities mean what they say, on rows it did not learn from."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from models.checkpoints.certainty.calibration import Calibration

BINS = 15
"""Bins of equal width for the expected calibration error (Guo et al., 2017)."""
SURE_SHARE = 0.9
"""An answer counts as sure where at least this share of the answers like it are right."""
FEWEST_ROWS = 30
"""From fewer no threshold is read; the usual rule of thumb for a proportion."""
TEMPERATURES = tuple(math.exp(number / 100) for number in range(-160, 231))
_STRIDE = 20
"""The surprise falls and then rises: one temperature in so many tells where the best is near."""
_HALF = 0.5
_THRESHOLDS = tuple(number / 100 for number in range(5, 96))
_FEWEST_ANSWERS = 50
_FEWEST_SURE = 10
_UNUSUAL_SHARES = (0.05, 0.25)
"""Between these shares of the answers like its own are called unsure."""


@dataclass(frozen=True, slots=True)
class Usual:
    """What a temperature is before anything is measured: its logarithm's mean and spread."""

    centre: float
    spread: float


USUAL = Usual(centre=0.8, spread=0.5)
"""Of six trainings on 40 to 120 texts, measured on 800 others: from 1.4 to 5, hence about 2.2."""


USUAL_OF_SEVERAL = Usual(centre=0.0, spread=0.5)
"""Nothing is known of these yet."""


@dataclass(frozen=True)
class Judged:
    """The logits of some rows and what is true of them: a column of 0 or 1 for each label."""

    logits: Tensor
    truth: Tensor
    is_multi_label: bool

    def shares(self, temperature: float) -> Tensor:
        """Probabilities at ``temperature``."""
        scaled = self.logits / temperature
        return scaled.sigmoid() if self.is_multi_label else scaled.softmax(dim=1)

    def answers(self, temperature: float) -> tuple[Tensor, Tensor]:
        """How likely each answer is said to be, and whether it is right.

        An answer is a row's likeliest label; of several labels, each label of each row is one.
        """
        shares = self.shares(temperature)
        if self.is_multi_label:
            return shares.flatten(), self.truth.flatten() > 0
        said, label = shares.max(dim=1)
        return said, label == self.truth.argmax(dim=1)


def fit_temperature(judged: Judged, usual: Usual | None = None) -> float:
    """What to divide the logits by so that ``judged`` surprises least.

    The fewer rows there are, the more of what is ``usual`` stays; each row counts as evidence.
    """

    def unlikely(temperature: float) -> float:
        found = len(judged.logits) * surprise(judged, temperature)
        if usual is None:
            return found
        return found + ((math.log(temperature) - usual.centre) / usual.spread) ** 2 / 2

    about = _STRIDE * min(
        range(len(TEMPERATURES[::_STRIDE])), key=lambda n: unlikely(TEMPERATURES[_STRIDE * n])
    )
    best = min(TEMPERATURES[max(0, about - _STRIDE) : about + _STRIDE], key=unlikely)
    return round(best, 4)


def surprise(judged: Judged, temperature: float) -> float:
    """The mean negative logarithm of the probability of what is true."""
    logits = judged.logits / temperature
    if judged.is_multi_label:
        return float(binary_cross_entropy_with_logits(logits, judged.truth))
    return float(cross_entropy(logits, judged.truth))


def calibration_error(judged: Judged, temperature: float) -> float:
    """Expected calibration error: how far probability and truth lie apart, on the mean answer."""
    said, right = judged.answers(temperature)
    bins = (said * BINS).long().clamp(max=BINS - 1)
    error = 0.0
    for number in range(BINS):
        inside = bins == number
        if bool(inside.any()):
            gap = said[inside].mean() - right[inside].float().mean()
            error += float(gap.abs() * inside.float().mean())
    return error


def sure_from(judged: Judged, temperature: float, fewest: int = _FEWEST_ANSWERS) -> float:
    """The lowest probability above which at least nine answers in ten, of ``fewest``, are right."""
    said, right = judged.answers(temperature)
    order = said.argsort(descending=True)
    said, share = said[order], right[order].float().cumsum(0) / torch.arange(1, len(said) + 1)
    good = (share >= SURE_SHARE).nonzero().flatten()
    good = good[good >= min(fewest, len(said)) - 1]
    return round(float(said[good[-1]]), 4) if len(good) else 1.0


def holds_from(judged: Judged, temperature: float) -> float:
    """Return the probability from which on a label should hold, of several that may.

    It is that with the highest micro-F1, of all labels together: one for each would be told from
    the few texts that have it. Of those that do equally well, the nearest to a half.
    """
    shares, truth = judged.shares(temperature), judged.truth

    def found(threshold: float) -> tuple[float, float]:
        held = (shares >= threshold).float()
        f1 = 2 * float((held * truth).sum()) / max(1.0, float((held + truth).sum()))
        return f1, -abs(threshold - _HALF)

    return max(_THRESHOLDS, key=found)


def calibrate(judged: Judged) -> Calibration:
    """Return how to read a classifier that was trained here, by rows that it has not seen.

    Where several labels may hold, none of them is unsure: each holds, or not, from one probability
    on. Else:

    It is sure from where on nine in ten of the answers are right. But one answer in twenty is
    always unsure, for a text of which it is less sure is unlike those that it knows; and never more
    than one in four, or a middling model would be sure of nothing. Where there are too few rows,
    the temperature is nearly the usual one, and there is no threshold.
    """
    usual = USUAL_OF_SEVERAL if judged.is_multi_label else USUAL
    temperature, rows = fit_temperature(judged, usual), len(judged.logits)
    if rows < FEWEST_ROWS:
        return Calibration(temperature, rows=rows)
    if judged.is_multi_label:
        return Calibration(temperature, likely_from=holds_from(judged, temperature), rows=rows)
    said, _ = judged.answers(temperature)
    least, most = (float(said.quantile(share)) for share in _UNUSUAL_SHARES)
    right_from = sure_from(judged, temperature, _FEWEST_SURE)
    unsure_below = min(max(right_from, least), most)
    # Rounded down: answers that are all alike would else be below it.
    return Calibration(temperature, math.floor(unsure_below * 10_000) / 10_000, rows=rows)
