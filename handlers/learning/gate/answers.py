"""What two models said of the same texts, and what is true of them: the gate's evidence. Pure."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Answers:
    """What one model said, a row a text."""

    labels: Numbers
    """The number of the label that it gave; -1 for one that is none of the dataset's."""
    confidence: Floats
    """How probable it said that to be."""
    p95_ms: float | None = None
    """What 95 of 100 texts take no longer than; None: not measured."""


@dataclass(frozen=True)
class Paired:
    """A new model and the one that answers, on the same texts."""

    truth: Numbers
    """The number of each text's label."""
    live: Answers
    new: Answers
    labels: tuple[str, ...]

    @property
    def texts(self) -> int:
        """How many there are."""
        return len(self.truth)

    def having(self, label: int) -> int:
        """Return how many texts have a label."""
        return int((self.truth == label).sum())

    @cached_property
    def live_right(self) -> Flags:
        """Where the model that answers is right."""
        return np.equal(self.truth, self.live.labels)

    @cached_property
    def new_right(self) -> Flags:
        """Where the new model is right."""
        return np.equal(self.truth, self.new.labels)

    def decided(self, label: int | None = None) -> tuple[int, int]:
        """Return on how many texts only the new one is right, and only the other; or of a label."""
        among = np.ones(len(self.truth), bool) if label is None else self.truth == label
        won = among & self.new_right & ~self.live_right
        lost = among & self.live_right & ~self.new_right
        return int(won.sum()), int(lost.sum())
