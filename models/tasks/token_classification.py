"""Token classification: a text in, spans with their labels out, such as the names in it.

Spans are those of transformers' `TokenClassificationPipeline`, but for two things: places count in
the text as it was typed, without white space at the ends, and a long text is read whole, in windows
that overlap.
"""

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from sys import getsizeof

import numpy as np
from numpy.typing import NDArray

from models.engines.protocol import Engine
from models.results import Aggregation, Entities, Entity, Question, Task
from models.tasks.classification import softmax
from models.tasks.spec import (
    EXPORTED,
    Decision,
    ExportSpec,
    HeadNames,
    NetworkTask,
    PipelineConfig,
    Reads,
    largest,
)
from models.tasks.tokens.encoding import TextEncoder, estimate_tokens
from models.tasks.tokens.spans import (
    OUTSIDE,
    Piece,
    Words,
    latin_words,
    spans,
    without_space,
    words_of,
)
from models.tasks.tokens.windows import MOST_WINDOWS, PlacedText, outputs, placed

_SPAN_BYTES = 200
"""Of an answer, by span; measured with tracemalloc, and a test holds it."""
BY_WORD = frozenset({Aggregation.FIRST, Aggregation.AVERAGE, Aggregation.MAX})
"""Ways in which a word is what a space or the tokenizer says."""


@dataclass(frozen=True, slots=True)
class TextToTag(Question[Entities]):
    """What a tagger is asked. The text stays as it was typed, for places count in it."""

    text: str
    aggregation: Aggregation | None = None
    """None: as the checkpoint was measured (its calibration), else `SIMPLE`."""
    ignored: frozenset[str] = frozenset({OUTSIDE})
    """Labels that make no span."""


class Tagger:
    """What stands behind a tagger's lane, a `models.tasks.spec.Pipeline`."""

    def __init__(self, engine: Engine, encoder: TextEncoder, config: PipelineConfig) -> None:
        self._engine = engine
        self._encoder = encoder
        self._labels = config.labels
        self._calibration = config.calibration
        self._aggregation = config.calibration.aggregation or Aggregation.SIMPLE

    def size(self, item: TextToTag) -> int:
        """Guess the tokens of a text, in all its windows."""
        return estimate_tokens(item.text, MOST_WINDOWS * self._encoder.limit)

    def prepare(self, items: Sequence[TextToTag]) -> Callable[[], Sequence[Entities]]:
        """Encode, and see which tokens are one word; the rest needs no tokenizer."""
        texts = placed(self._encoder, [item.text for item in items])
        words = [
            self._words(self._way(item), text) for item, text in zip(items, texts, strict=True)
        ]
        return partial(self._answer, items, texts, words)

    def _way(self, item: TextToTag) -> Aggregation:
        return item.aggregation or self._aggregation

    def _words(self, way: Aggregation, text: PlacedText) -> Words:
        read = text.windows[-1][1] if text.windows else 0  # what is behind them is cut off
        if way is Aggregation.PATH:
            return latin_words(text.text, text.places[:read])
        if way in BY_WORD:
            return words_of(itertools.islice(self._goes_on(text), read))
        return [[number] for number in range(read)]

    def _goes_on(self, text: PlacedText) -> Iterator[bool]:
        """Whether each token goes on with a word; without marks a space before it must tell."""
        tokenizer = self._encoder.tokenizer
        for id_, (start, end) in zip(text.ids, text.places, strict=True):
            if id_ == tokenizer.facts.unknown_id:
                yield False
            elif tokenizer.marks_subwords:
                yield len(tokenizer.token(id_)) != end - start
            else:
                yield start > 0 and " " not in text.text[start - 1 : start + 1]

    def _answer(
        self,
        items: Sequence[TextToTag],
        texts: Sequence[PlacedText],
        words: Sequence[Words],
    ) -> list[Entities]:
        each = zip(items, texts, words, outputs(self._engine, texts), strict=True)
        return [
            Entities(
                tuple(self._spans(item, text, its_words, logits)),
                text.tokens,
                self._calibration.unsure_below,
            )
            for item, text, its_words, logits in each
        ]

    def _spans(
        self,
        item: TextToTag,
        text: PlacedText,
        words: Words,
        logits: NDArray[np.float32],
    ) -> Iterator[Entity]:
        if not words:
            return
        scores = softmax(logits, self._calibration.temperature)
        found = spans(self._way(item), self._labels, text.places, words, scores)
        for piece in found:
            start, end = without_space(text.text, piece.start, piece.end)
            if piece.label not in item.ignored and start < end:
                yield Entity(piece.label, piece.score, *text.as_typed(start, end))


def kinds_of(labels: Sequence[str]) -> tuple[str, ...]:
    """Return what a tagger finds, by its labels: each kind once, without marks."""
    kinds = (Piece(label, 0.0, 0, 0).group for label in labels)
    return tuple(dict.fromkeys(kind for kind in kinds if kind != OUTSIDE))


def _decisions(answer: Entities) -> list[Decision]:
    # Of the others it is known that they have the rest; the next may have all of it.
    return [Decision(each.label, max(0.0, 2 * each.score - 1)) for each in answer.spans]


def _difference(one: Entities, other: Entities) -> float:
    """Compare tokens; of another label, at least so much has moved."""
    return max(
        (
            abs(this.score - that.score)
            if this.label == that.label
            else max(0.0, this.score - min(that.score, 1 - that.score))
            for this, that in zip(one.spans, other.spans, strict=True)
        ),
        default=0.0,
    )


TOKEN_CLASSIFICATION = NetworkTask(
    task=Task.TAG,
    question=TextToTag,
    question_bytes=lambda question: getsizeof(question.text),
    answer_bytes=lambda answer: _SPAN_BYTES * len(answer.spans),
    heads=("ForTokenClassification",),
    auto_class="AutoModelForTokenClassification",
    pipeline=Tagger,
    first=TextToTag("안녕"),
    reads=Reads.EACH_TOKEN,
    export=ExportSpec(
        heads=dict.fromkeys(EXPORTED, HeadNames("classifier"))
        | {
            "modernbert": HeadNames(
                last="classifier",
                dense="head.dense",
                activation_key="classifier_activation",
                norm="head.norm",
            )
        },
        question=lambda text: TextToTag(text, Aggregation.NONE, frozenset()),
        decisions=_decisions,
        difference=largest(_difference),
        evidence=lambda _: (),
    ),
)
