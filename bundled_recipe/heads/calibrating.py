"""Making a classifier's probabilities mean what they say, on rows it did not learn from."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

BINS = 15
"""Bins of equal width for the expected calibration error (Guo et al., 2017)."""
ALLOWED_ERROR = 0.04
"""Expected calibration error that a held-out set may have."""
SURE_SHARE = 0.9
"""An answer counts as sure where at least this share of the answers like it are right."""
_TEMPERATURES = [math.exp(number / 100) for number in range(-160, 161)]
_FEWEST_ANSWERS = 50
_CUTS = [number / 100 for number in range(2, 99)]


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


def fit_temperature(judged: Judged) -> float:
    """What to divide the logits by so that ``judged`` surprises least."""

    best = min(_TEMPERATURES, key=lambda temperature: surprise(judged, temperature))
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


def cautious_temperature(held_out: Sequence[Judged]) -> float:
    """The highest temperature at which none of several sets is off by more than `ALLOWED_ERROR`.

    Whatever people write is less like the training rows than held-out ones are, and of such text a
    classifier is surer than it should be. So what error is allowed is spent on caution.
    """

    def worst(temperature: float) -> float:
        return max(calibration_error(each, temperature) for each in held_out)

    errors = {temperature: worst(temperature) for temperature in _TEMPERATURES}
    allowed = [temperature for temperature, error in errors.items() if error <= ALLOWED_ERROR]
    best = max(allowed) if allowed else min(errors, key=errors.__getitem__)
    return round(best, 4)


def sure_from(judged: Judged, temperature: float) -> float:
    """The lowest probability above which at least nine answers in ten are right."""
    said, right = judged.answers(temperature)
    order = said.argsort(descending=True)
    said, share = said[order], right[order].float().cumsum(0) / torch.arange(1, len(said) + 1)
    good = (share >= SURE_SHARE).nonzero().flatten()
    good = good[good >= min(_FEWEST_ANSWERS, len(said)) - 1]
    return round(float(said[good[-1]]), 4) if len(good) else 1.0


def micro_f1(judged: Judged, temperature: float, cut: float) -> float:
    """F1 over all labels of all rows when those from ``cut`` on hold."""
    held = judged.shares(temperature) >= cut
    truth = judged.truth > 0
    hits = int((held & truth).sum())
    return 2 * hits / max(1, int(held.sum()) + int(truth.sum()))


def best_cut(judged: Judged, temperature: float) -> float:
    """The one threshold for all labels with the best `micro_f1`."""
    return max(_CUTS, key=lambda cut: micro_f1(judged, temperature, cut))
