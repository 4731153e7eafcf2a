"""Two models on the same texts, drawn so that it is known which is better, and by how much."""

from dataclasses import dataclass

import numpy as np

from handlers.learning.gate.answers import Answers, Paired

LABELS = tuple(f"label {number}" for number in range(7))
SHARES = np.array([0.17, 0.08, 0.14, 0.2, 0.15, 0.18, 0.08])
ACCURACY = 0.82
DIFFERING = 0.12


@dataclass(frozen=True)
class Kind:
    """How a new model is beside one that is right on `ACCURACY` of all texts."""

    gain: float
    """So much more of all texts it gets right; below nought, less."""
    differing: float = DIFFERING
    """On so much of all texts exactly one of them is right."""

    @property
    def share(self) -> float:
        """What it wins of the texts on which exactly one is right."""
        return (1 + self.gain / self.differing) / 2


def draw(kind: Kind, texts: int, chance: np.random.Generator) -> Paired:
    """Return their answers for so many texts; both are as sure as they are right."""
    truth = chance.choice(len(LABELS), texts, p=SHARES)
    won = kind.differing * kind.share
    lost = kind.differing - won
    outcome = chance.choice(4, texts, p=[ACCURACY - lost, won, lost, 1 - ACCURACY - won])
    wrong = (truth + chance.integers(1, len(LABELS), texts)) % len(LABELS)
    return Paired(
        truth,
        _answers(np.isin(outcome, (0, 2)), truth, wrong, ACCURACY),
        _answers(np.isin(outcome, (0, 1)), truth, wrong, ACCURACY + kind.gain),
        LABELS,
    )


def _answers(
    is_right: np.ndarray, truth: np.ndarray, wrong: np.ndarray, accuracy: float
) -> Answers:
    return Answers(np.where(is_right, truth, wrong), np.full(len(truth), accuracy), 10.0)
