"""What a checkpoint's config.json says about its probabilities; any other program may ignore it.

The key is one of our own, since `temperature` by itself is a setting of text generation. The files
are anybody's: what is no sensible number counts as not being there.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

CONFIG_KEY = "calibration"
_HIGHEST_TEMPERATURE = 100.0


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
    temperature = _number(value.get("temperature"), _HIGHEST_TEMPERATURE)
    return Calibration(
        temperature=temperature or 1.0,
        unsure_below=_number(value.get("unsure_below"), 1.0),
        likely_from=_number(value.get("likely_from"), 1.0),
    )


def _number(value: object, highest: float) -> float | None:
    """A positive number up to `highest`, or None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) and 0 < value <= highest else None
