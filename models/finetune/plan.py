"""What a training is asked to do, how it fares and what came of it: plain data, free of torch."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

TRAINED = "models/trained"
"""The folder of all that was trained, in the data folder."""

Phase = Literal["starting", "training", "evaluating"]


@dataclass(frozen=True, slots=True)
class Example:
    """A text with its label's index in the plan's `labels`."""

    text: str
    label: int
    weight: float = 1.0
    """How much it counts beside the others, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Examples:
    """What is learned from, and what only measures it."""

    labels: tuple[str, ...]
    train: tuple[Example, ...]
    held_out: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """Everything that decides the outcome; the same plan on the same machine gives the same one."""

    base: Path
    """Folder of the checkpoint to begin from. A head that does not fit `labels` is made fresh."""
    base_name: str
    current: Path | None
    """Folder of the classifier to measure beside it on the held-out examples; None: none."""
    name: str
    """What the new model will be called, for its card."""
    labels: tuple[str, ...]
    train: tuple[Example, ...]
    held_out: tuple[Example, ...]
    epochs: int
    seed: int
    output: Path
    """The folder that the checkpoint becomes; it exists only once it is whole."""


@dataclass(frozen=True, slots=True)
class TrainingEstimate:
    """What a training will take, said before it starts."""

    examples: int
    steps: int
    seconds: float


@dataclass(frozen=True, slots=True)
class TrainingProgress:
    """How far a training has come. `loss` is None until the first step."""

    phase: Phase
    step: int
    steps: int
    loss: float | None
    elapsed_s: float
    remaining_s: float | None


@dataclass(frozen=True, slots=True)
class Scores:
    """A classifier on the held-out examples; all from 0 to 1."""

    accuracy: float
    macro_f1: float
    f1: dict[str, float]
    """F1 of each label that occurs."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a classifier said of the held-out examples, in their order."""

    labels: tuple[int, ...]
    """Each answer's index in the plan's `labels`; -1 for one that is none of them."""
    confidence: tuple[float, ...]
    """How probable each answer was said to be."""
    p95_ms: float
    """Milliseconds that it computes at one of these texts, on one thread: 19 in 20 take no more."""


@dataclass(frozen=True, slots=True)
class TrainingOutcome:
    """What came of a training."""

    folder: Path
    new: Scores
    current: Scores | None
    new_said: Said
    current_said: Said | None
    final_loss: float
    seconds: float
