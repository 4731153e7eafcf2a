"""Embedding: a text in, a vector out, so that texts can be compared by what they mean.

The same as sentence-transformers makes of a checkpoint (`models.checkpoints.sentence_modules`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import sqrt
from sys import getsizeof

import numpy as np
from numpy.typing import NDArray

from models.canonical import legible
from models.engines.protocol import Engine
from models.results import Pooling, Question, Task, TextVector
from models.tasks.classification import finite
from models.tasks.spec import EXPORTED, ExportSpec, NetworkTask, PipelineConfig, Reads
from models.tasks.tokens.encoding import Encoded, TextEncoder, estimate_tokens
from models.tasks.tokens.windows import by_row

_ANSWER_BYTES = 300
"""Of an answer, beside its numbers; measured with tracemalloc, and a test holds it."""
_LEAST_LENGTH = 1e-12

States = NDArray[np.float64]
"""Of a text's tokens, of shape (tokens, hidden); or the one vector that they become."""


@dataclass(frozen=True, slots=True)
class TextToEmbed(Question[TextVector]):
    """What a body is asked; spellings that are read alike are the same question."""

    text: str
    pooling: Pooling = Pooling.OWN

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", legible(self.text))


class Embedder:
    """What stands behind a body's lane, a `models.tasks.spec.Pipeline`."""

    def __init__(self, engine: Engine, encoder: TextEncoder, config: PipelineConfig) -> None:
        self._engine = engine
        self._encoder = encoder
        self._modules = config.modules
        self._dense = [(each.arrays(), each.activation) for each in config.modules.dense]

    def size(self, item: TextToEmbed) -> int:
        """Guess the tokens of a text."""
        return estimate_tokens(item.text, self._encoder.limit)

    def prepare(self, items: Sequence[TextToEmbed]) -> Callable[[], Sequence[TextVector]]:
        """Encode; what is returned runs the network and needs no tokenizer."""
        texts = [item.text for item in items]
        if self._modules.is_lower_case:
            texts = [text.lower() for text in texts]
        poolings = [item.pooling for item in items]
        return partial(self._answer, poolings, self._encoder.encode(texts))

    def _answer(self, poolings: Sequence[Pooling], rows: Sequence[Encoded]) -> list[TextVector]:
        of_rows = zip(poolings, rows, by_row(self._engine, rows), strict=True)
        return [
            TextVector(
                _kept(self._pooled(pooling, finite(states))), row.tokens, self._modules.is_written
            )
            for pooling, row, states in of_rows
        ]

    def _pooled(self, pooling: Pooling, states: States) -> States:
        match pooling:
            case Pooling.OWN:
                return self._own(states)
            case Pooling.NONE:
                return states
        return _POOLS[_BY_NAME[pooling]](states)

    def _own(self, states: States) -> States:
        vector = np.concatenate([_POOLS[name](states) for name in self._modules.poolings])
        for (weights, bias), activation in self._dense:
            vector = _ACTIVATIONS[activation](vector @ weights + bias)
        return normalized(vector) if self._modules.is_normalized else vector


def _kept(values: States) -> NDArray[np.float32]:
    kept = values.astype(np.float32)
    kept.setflags(write=False)
    return kept


def normalized(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a vector of the same direction and the length 1."""
    result: NDArray[np.float64] = vector / max(float(np.linalg.norm(vector)), _LEAST_LENGTH)
    return result


def cosine(one: TextVector, other: TextVector) -> float:
    """Return the cosine between two vectors, from -1 to 1."""
    return cosines(one, [other])[0]


def cosines(one: TextVector, others: Sequence[TextVector]) -> list[float]:
    """Return the cosine between a vector and each of others, from -1 to 1, by one product."""
    rows = np.array([each.values for each in others], np.float64)
    lengths = np.maximum(np.linalg.norm(rows, axis=1), _LEAST_LENGTH)
    found: list[float] = np.clip(rows @ _direction(one) / lengths, -1.0, 1.0).tolist()
    return found


def _direction(vector: TextVector) -> NDArray[np.float64]:
    return normalized(vector.values.astype(np.float64))


def _weighted_mean(states: States) -> States:
    weights = np.arange(1, len(states) + 1)
    result: States = weights @ states / weights.sum()
    return result


_POOLS: Mapping[str, Callable[[States], States]] = {
    "cls": lambda states: states[0],
    "max": lambda states: states.max(axis=0),
    "mean": lambda states: states.mean(axis=0),
    "mean_sqrt_len_tokens": lambda states: states.sum(axis=0) / sqrt(len(states)),
    "weightedmean": _weighted_mean,
    "lasttoken": lambda states: states[-1],
}
_BY_NAME = {Pooling.MEAN: "mean", Pooling.FIRST: "cls", Pooling.MAX: "max"}
_ACTIVATIONS: Mapping[str, Callable[[States], States]] = {
    "": lambda vector: vector,
    "tanh": np.tanh,
    "relu": lambda vector: np.maximum(vector, 0),
}


def _difference(these: Sequence[TextVector], those: Sequence[TextVector]) -> float:
    """Return by how much the cosines of all texts with each other differ at the most."""
    one, other = (np.stack([_direction(each) for each in some]) for some in (these, those))
    return float(np.abs(one @ one.T - other @ other.T).max())


EMBEDDING = NetworkTask(
    task=Task.EMBED,
    question=TextToEmbed,
    question_bytes=lambda question: getsizeof(question.text),
    answer_bytes=lambda answer: _ANSWER_BYTES + answer.values.nbytes,
    heads=(),
    auto_class="AutoModel",
    pipeline=Embedder,
    first=TextToEmbed("안녕"),
    reads=Reads.EACH_TOKEN,
    is_of_body=True,
    export=ExportSpec(
        heads=dict.fromkeys(EXPORTED),
        question=TextToEmbed,
        decisions=lambda _: (),
        difference=_difference,
        evidence=lambda _: (),
    ),
)
