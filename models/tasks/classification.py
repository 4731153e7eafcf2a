"""Text classification: a text in, all labels with their probabilities out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from sys import getsizeof

import numpy as np
from numpy.typing import NDArray

from models.canonical import legible
from models.checkpoints.certainty.calibration import Calibration
from models.checkpoints.certainty.doubt import Doubt, DoubtfulTexts
from models.checkpoints.certainty.letters import Letters, LetterTable
from models.checkpoints.files import Config, problem_type_of
from models.checkpoints.tokenizing.tokenizer import Text
from models.engines.protocol import Engine, EngineError
from models.reasons import Reason
from models.reports import ProblemType
from models.results import Classification, LabelScore, Question, Task
from models.tasks.spec import Decision, ExportSpec, HeadNames, NetworkTask, largest
from models.tasks.tokens.encoding import Encoded, TextEncoder, estimate_tokens

_LABEL_BYTES = 136
"""Of an answer, by label; measured with tracemalloc, and a test holds it."""
_LIKELY = 0.5
"""Of a multi-label checkpoint that does not say from where on a label holds."""


@dataclass(frozen=True, slots=True)
class TextToClassify(Question[Classification]):
    """What a classifier is asked; spellings that are read alike are the same question."""

    text: str
    pair: str | None = None
    """A second text, for a head that has learned to judge two together."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", legible(self.text))
        object.__setattr__(self, "pair", self.pair and legible(self.pair))

    @property
    def whole(self) -> Text:
        """As a tokenizer takes it."""
        return self.text if self.pair is None else (self.text, self.pair)


class Classifier:
    """What stands behind a classifier's lane, a `models.tasks.spec.Pipeline`."""

    def __init__(
        self,
        engine: Engine,
        encoder: TextEncoder,
        labels: Sequence[str],
        problem_type: ProblemType,
        calibration: Calibration = Calibration(),  # noqa: B008 - frozen
        doubt: Doubt | None = None,
        letters: Letters | None = None,
    ) -> None:
        self._engine = engine
        self._encoder = encoder
        self._labels = tuple(labels)
        self._problem_type = problem_type
        self._calibration = calibration
        self._letters = LetterTable(letters) if letters else None
        self._doubtful = DoubtfulTexts(doubt) if doubt and len(labels) > 1 else None

    def size(self, item: TextToClassify) -> int:
        """Guess the tokens of a text."""
        return estimate_tokens(item.text + (item.pair or ""), self._encoder.limit)

    def prepare(self, items: Sequence[TextToClassify]) -> Callable[[], Sequence[Classification]]:
        """Encode; what is returned runs the network and needs no tokenizer."""
        texts = [item.text for item in items]
        return partial(self._answer, texts, self._encoder.encode([item.whole for item in items]))

    def _answer(self, texts: Sequence[str], rows: Sequence[Encoded]) -> list[Classification]:
        logits = self._engine.logits(rows)
        if self._letters:
            logits = logits + self._letters.logits(texts)
        if self._problem_type is ProblemType.REGRESSION:
            return [
                Classification(self._named(values), False, row.tokens, is_regression=True)
                for row, values in zip(rows, finite(logits), strict=True)
            ]
        is_multi_label = self._problem_type is ProblemType.MULTI_LABEL
        probabilities = sigmoid if is_multi_label else softmax
        scores = probabilities(logits, self._calibration.temperature)
        is_doubtful = self._is_doubtful(texts, rows, logits)
        return [
            Classification(
                self._ranked(row_scores, row_logits),
                is_multi_label,
                row.tokens,
                unsure_below=self._calibration.unsure_below,
                likely_from=self._calibration.likely_from,
                is_doubtful=doubtful,
            )
            for row, row_scores, row_logits, doubtful in zip(
                rows, scores, logits, is_doubtful, strict=True
            )
        ]

    def _is_doubtful(
        self, texts: Sequence[str], rows: Sequence[Encoded], logits: NDArray[np.float32]
    ) -> list[bool]:
        if self._doubtful is None:
            return [False] * len(rows)
        scaled = logits.astype(np.float64) / self._calibration.temperature
        return [
            self._doubtful.is_doubtful(text, row.ids, row_logits)
            for text, row, row_logits in zip(texts, rows, scaled, strict=True)
        ]

    def _named(self, values: NDArray[np.float64]) -> tuple[LabelScore, ...]:
        return tuple(map(LabelScore, self._labels, values.tolist()))

    def _ranked(
        self, scores: NDArray[np.float64], logits: NDArray[np.float32]
    ) -> tuple[LabelScore, ...]:
        order = np.argsort(-scores, kind="stable")
        return tuple(
            LabelScore(self._labels[place], float(scores[place]), float(logits[place]))
            for place in order
        )


def softmax(logits: NDArray[np.float32], temperature: float = 1.0) -> NDArray[np.float64]:
    """Probabilities along the last axis, which sum to 1; the hotter, the more alike.

    Raises:
        EngineError: the network gave something else than numbers.
    """
    numbers = finite(logits) / temperature
    powers = np.exp(numbers - numbers.max(axis=-1, keepdims=True))
    result: NDArray[np.float64] = powers / powers.sum(axis=-1, keepdims=True)
    return result


def sigmoid(logits: NDArray[np.float32], temperature: float = 1.0) -> NDArray[np.float64]:
    """Probabilities of each label by itself; the hotter, the nearer to a half.

    Raises:
        EngineError: the network gave something else than numbers.
    """
    result: NDArray[np.float64] = 0.5 * (1 + np.tanh(0.5 * finite(logits) / temperature))
    return result


def finite(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return what a network gave.

    Raises:
        EngineError: something else than numbers.
    """
    if not np.isfinite(logits).all():
        raise EngineError(Reason.WEIGHTS_NO_NUMBERS)
    return logits.astype(np.float64)


def _decisions(answer: Classification) -> list[Decision]:
    if not answer.is_multi_label:
        return [Decision.best([(each.label, each.score) for each in answer.scores])]
    likely = _LIKELY if answer.likely_from is None else answer.likely_from
    by_name = sorted(answer.scores, key=lambda each: each.label)
    return [Decision(each.score >= likely, abs(each.score - likely)) for each in by_name]


def _difference(one: Classification, other: Classification) -> float:
    others = {each.label: each.score for each in other.scores}
    return max(abs(each.score - others.get(each.label, 0.0)) for each in one.scores)


def _evidence(answer: Classification) -> list[float]:
    return [each.score for each in sorted(answer.scores, key=lambda each: each.label)]


def _made_for(config: Config) -> str:
    """A value on a scale is no choice."""
    is_regression = problem_type_of(config) is ProblemType.REGRESSION
    return str(ProblemType.REGRESSION) if is_regression else Task.CLASSIFY


CLASSIFICATION = NetworkTask(
    task=Task.CLASSIFY,
    question=TextToClassify,
    question_bytes=lambda asked: getsizeof(asked.text) + getsizeof(asked.pair),
    answer_bytes=lambda answer: _LABEL_BYTES * len(answer.scores),
    heads=("ForSequenceClassification",),
    auto_class="AutoModelForSequenceClassification",
    pipeline=lambda engine, encoder, config: Classifier(
        engine,
        encoder,
        config.labels,
        config.problem_type,
        config.calibration,
        config.doubt,
        config.letters,
    ),
    first=TextToClassify("안녕"),
    purpose_of=_made_for,
    purposes=frozenset({str(ProblemType.REGRESSION)}),
    export=ExportSpec(
        heads={
            "albert": HeadNames("classifier", "albert.pooler", "tanh"),
            "bert": HeadNames("classifier", "bert.pooler.dense", "tanh"),
            "deberta-v2": HeadNames(
                "classifier", "pooler.dense", activation_key="pooler_hidden_act"
            ),
            "electra": HeadNames("classifier.out_proj", "classifier.dense", "gelu"),
            "modernbert": HeadNames(
                "classifier",
                "head.dense",
                activation_key="classifier_activation",
                norm="head.norm",
                pooling_key="classifier_pooling",
            ),
            "distilbert": HeadNames("classifier", "pre_classifier", "relu"),
        }
        | dict.fromkeys(
            ("camembert", "mpnet", "roberta", "xlm-roberta"),
            HeadNames("classifier.out_proj", "classifier.dense", "tanh"),
        ),
        question=TextToClassify,
        decisions=_decisions,
        difference=largest(_difference),
        evidence=_evidence,
    ),
)
