"""What a recipe is given, and what it tells of what it made."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.checkpoints.certainty.calibration import Calibration
from models.finetune.plan import Base, Epoch, RecipeName, TrainingPlan, Tried
from models.finetune.progress import Progress
from models.finetune.recipes.letters import LearnedLetters


@dataclass(frozen=True, slots=True)
class Work:
    """One training, while it runs."""

    plan: TrainingPlan
    folder: Path
    """Empty: the checkpoint goes here, without its card."""
    kept: Path
    """What is put here is still there when a training that was broken off goes on."""
    progress: Progress


@dataclass(frozen=True, slots=True)
class Made:
    """What a recipe made, for the card."""

    origin: str
    """What the head is, behind "Its head was"."""
    final_loss: float
    facts: Mapping[str, object]
    """What else decided the outcome, by what it is called."""
    base: Base
    """What it was begun from."""
    calibration: Calibration | None = None
    """How to read it, by rows of the train side that it had not seen; None: nobody knows yet."""
    epochs: tuple[Epoch, ...] = ()
    tried: tuple[Tried, ...] = ()
    recipe: RecipeName | None = None
    """By which of those that were tried it was made; None: by the plan's own."""
    letters: LearnedLetters | None = None
    """What stands beside it, which other programs do not read."""
    frozen: NDArray[np.float64] | None = None
    """What the last layer of the plan's first base reads of its train side, where it was read and
    the base knows none of the labels."""


class Recipe(Protocol):
    """Makes a checkpoint folder of a plan, telling of its steps.

    Equal plans make equal weights on one machine; one that was broken off goes on by what it kept.
    Of the held-out examples a recipe sees nothing but the texts.
    """

    def __call__(self, work: Work) -> Made:
        """Train, and save into `work.folder`.

        Raises:
            TrainingError: no checkpoint can come of it.
        """
        ...
