"""What a measurement comes to."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """One measured row."""

    ours: float
    rows: int
    calibration_error: float | None = None
    floor: float | None = None
    """Where it was measured, too."""


@dataclass(frozen=True)
class Cost:
    """What a checkpoint takes."""

    parameters: int
    megabytes: float
    milliseconds: float
    """A message on one core, tokenizer included; the median."""
