"""What a checkpoint's config.json says about its probabilities; any other program may ignore it.

The key is one of our own, since `temperature` by itself is a setting of text generation. The files
are anybody's: what is no sensible number counts as not being there.
"""

from collections.abc import Mapping
from dataclasses import dataclass

CONFIG_KEY = "calibration"
_LEAST = 1e-6
_TEMPERATURES = (0.01, 100.0)


@dataclass(frozen=True, slots=True)
class Calibration:
    """How to read a classifier's logits."""

    temperature: float = 1.0
    """They are divided by it before they become probabilities."""
    unsure_below: float | None = None
    """An answer with a lower probability is an unsure one."""
    likely_from: float | None = None
    """A label of a multi-label checkpoint holds from this probability on."""


def read_calibration(value: object) -> Calibration:
    """Return what is stored under `CONFIG_KEY`, without any part of it that makes no sense."""
    if not isinstance(value, Mapping):
        return Calibration()
    return Calibration(
        temperature=_number(value.get("temperature"), *_TEMPERATURES) or 1.0,
        unsure_below=_number(value.get("unsure_below"), _LEAST, 1.0),
        likely_from=_number(value.get("likely_from"), _LEAST, 1.0),
    )


def _number(value: object, least: float, most: float) -> float | None:
    """A number from `least` to `most`, or None; that what is no number compares false helps."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if least <= value <= most else None
