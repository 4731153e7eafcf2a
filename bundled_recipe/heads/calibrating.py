"""Thresholds and temperatures of the bundled classifiers, on rows they did not learn from."""

from collections.abc import Sequence

from models.finetune.quality.calibrating import TEMPERATURES, Judged, calibration_error

ALLOWED_ERROR = 0.04
"""Expected calibration error that a held-out set may have."""
_CUTS = [number / 100 for number in range(2, 99)]


def cautious_temperature(held_out: Sequence[Judged]) -> float:
    """The highest temperature at which none of several sets is off by more than `ALLOWED_ERROR`.

    Whatever people write is less like the training rows than held-out ones are, and of such text a
    classifier is surer than it should be. So what error is allowed is spent on caution.
    """

    def worst(temperature: float) -> float:
        return max(calibration_error(each, temperature) for each in held_out)

    errors = {temperature: worst(temperature) for temperature in TEMPERATURES}
    allowed = [temperature for temperature, error in errors.items() if error <= ALLOWED_ERROR]
    best = max(allowed) if allowed else min(errors, key=errors.__getitem__)
    return round(best, 4)


def micro_f1(judged: Judged, temperature: float, cut: float) -> float:
    """F1 over all labels of all rows when those from ``cut`` on hold."""
    held = judged.shares(temperature) >= cut
    truth = judged.truth > 0
    hits = int((held & truth).sum())
    return 2 * hits / max(1, int(held.sum()) + int(truth.sum()))


def best_cut(judged: Judged, temperature: float) -> float:
    """The one threshold for all labels with the best `micro_f1`."""
    return max(_CUTS, key=lambda cut: micro_f1(judged, temperature, cut))
