"""Text classification: a text in, all labels with their probabilities out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from models.checkpoints.calibration import Calibration
from models.engines.protocol import Engine, EngineError
from models.results import Classification, LabelScore, Question
from models.tasks.encoding import Encoded, TextEncoder, estimate_tokens


@dataclass(frozen=True, slots=True)
class TextToClassify(Question[Classification]):
    """What a classifier is asked."""

    text: str


class Classifier:
    """The work of a classifier's lane (`models.serving.lanes.Pipeline`)."""

    def __init__(
        self,
        engine: Engine,
        encoder: TextEncoder,
        labels: Sequence[str],
        is_multi_label: bool,
        calibration: Calibration = Calibration(),  # noqa: B008 - frozen
    ) -> None:
        self._engine = engine
        self._encoder = encoder
        self._labels = tuple(labels)
        self._is_multi_label = is_multi_label
        self._calibration = calibration

    def size(self, item: TextToClassify) -> int:
        """Guess the tokens of a text."""
        return estimate_tokens(item.text, self._encoder.limit)

    def prepare(self, items: Sequence[TextToClassify]) -> Callable[[], Sequence[Classification]]:
        """Encode; what is returned runs the network and needs no tokenizer."""
        return partial(self._answer, self._encoder.encode([item.text for item in items]))

    def _answer(self, rows: Sequence[Encoded]) -> list[Classification]:
        logits = self._engine.logits(rows)
        probabilities = sigmoid if self._is_multi_label else softmax
        scores = probabilities(logits, self._calibration.temperature)
        return [
            Classification(
                self._ranked(row_scores),
                self._is_multi_label,
                row.tokens,
                unsure_below=self._calibration.unsure_below,
                likely_from=self._calibration.likely_from,
            )
            for row, row_scores in zip(rows, scores, strict=True)
        ]

    def _ranked(self, scores: NDArray[np.float64]) -> tuple[LabelScore, ...]:
        order = np.argsort(-scores, kind="stable")
        return tuple(LabelScore(self._labels[place], float(scores[place])) for place in order)


def softmax(logits: NDArray[np.float32], temperature: float = 1.0) -> NDArray[np.float64]:
    """Probabilities along the last axis, which sum to 1; the hotter, the more alike.

    Raises:
        EngineError: the network gave something else than numbers.
    """
    numbers = _finite(logits) / temperature
    powers = np.exp(numbers - numbers.max(axis=-1, keepdims=True))
    result: NDArray[np.float64] = powers / powers.sum(axis=-1, keepdims=True)
    return result


def sigmoid(logits: NDArray[np.float32], temperature: float = 1.0) -> NDArray[np.float64]:
    """Probabilities of each label by itself; the hotter, the nearer to a half.

    Raises:
        EngineError: the network gave something else than numbers.
    """
    result: NDArray[np.float64] = 0.5 * (1 + np.tanh(0.5 * _finite(logits) / temperature))
    return result


def _finite(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    if not np.isfinite(logits).all():
        raise EngineError("Its weights lead to values that are no numbers.")
    return logits.astype(np.float64)
