"""Token classification: a text in, spans with their labels out, such as the names in it.

Spans are those of transformers' `TokenClassificationPipeline`, but for two things: places count in
the text as it was typed, without white space at the ends, and a long text is read whole, in windows
that overlap.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from sys import getsizeof

import numpy as np
from numpy.typing import NDArray

from models.engines.protocol import Engine
from models.results import Aggregation, Entities, Entity, Question, Task
from models.tasks.classification import softmax
from models.tasks.encoding import TextEncoder, estimate_tokens
from models.tasks.spec import (
    Decision,
    ExportSpec,
    HeadNames,
    NetworkTask,
    PipelineConfig,
    Reads,
    largest,
)
from models.tasks.windows import MOST_WINDOWS, PlacedText, outputs, placed

OUTSIDE = "O"
"""What is no part of any span."""
_BEGINS, _GOES_ON = "B-", "I-"
_SPAN_BYTES = 200
"""Of an answer, by span; measured with tracemalloc, and a test holds it."""
BY_WORD = frozenset({Aggregation.FIRST, Aggregation.AVERAGE, Aggregation.MAX})


@dataclass(frozen=True, slots=True)
class TextToTag(Question[Entities]):
    """What a tagger is asked. The text stays as it was typed, for places count in it."""

    text: str
    aggregation: Aggregation = Aggregation.SIMPLE
    ignored: frozenset[str] = frozenset({OUTSIDE})
    """Labels that make no span."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A token, or a word of several, with its best label and where it stands."""

    label: str
    score: float
    start: int
    end: int

    @property
    def kind(self) -> str:
        """The label without the mark of a beginning: `PER` of `B-PER`."""
        is_marked = self.label.startswith((_BEGINS, _GOES_ON))
        return self.label[len(_BEGINS) :] if is_marked else self.label

    @property
    def group(self) -> str:
        """What transformers calls a span that begins with it."""
        return self.label.split("-", 1)[-1]


class Tagger:
    """What stands behind a tagger's lane, a `models.tasks.spec.Pipeline`."""

    def __init__(self, engine: Engine, encoder: TextEncoder, config: PipelineConfig) -> None:
        self._engine = engine
        self._encoder = encoder
        self._labels = config.labels
        self._calibration = config.calibration

    def size(self, item: TextToTag) -> int:
        """Guess the tokens of a text, in all its windows."""
        return estimate_tokens(item.text, MOST_WINDOWS * self._encoder.limit)

    def prepare(self, items: Sequence[TextToTag]) -> Callable[[], Sequence[Entities]]:
        """Encode, and see which tokens go on with a word; the rest needs no tokenizer."""
        texts = placed(self._encoder, [item.text for item in items])
        goes_on = [
            list(self._goes_on(text)) if item.aggregation in BY_WORD else []
            for item, text in zip(items, texts, strict=True)
        ]
        return partial(self._answer, items, texts, goes_on)

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
        goes_on: Sequence[Sequence[bool]],
    ) -> list[Entities]:
        each = zip(items, texts, goes_on, outputs(self._engine, texts), strict=True)
        return [
            Entities(
                tuple(self._spans(item, text, goes, logits)),
                text.tokens,
                self._calibration.unsure_below,
            )
            for item, text, goes, logits in each
        ]

    def _spans(
        self,
        item: TextToTag,
        text: PlacedText,
        goes_on: Sequence[bool],
        logits: NDArray[np.float32],
    ) -> Iterator[Entity]:
        if not len(logits):
            return
        scores = softmax(logits, self._calibration.temperature)
        pieces = self._pieces(item.aggregation, text, goes_on, scores)
        if item.aggregation is not Aggregation.NONE:
            pieces = _grouped(pieces)
        for piece in pieces:
            start, end = _without_space(text.text, piece.start, piece.end)
            if piece.label not in item.ignored and start < end:
                yield Entity(piece.label, piece.score, *text.as_typed(start, end))

    def _pieces(
        self,
        aggregation: Aggregation,
        text: PlacedText,
        goes_on: Sequence[bool],
        scores: NDArray[np.float64],
    ) -> list[_Piece]:
        begins = [place for place in range(len(scores)) if not (goes_on and goes_on[place])]
        if goes_on and goes_on[0]:
            begins.insert(0, 0)
        words = zip(begins, [*begins[1:], len(scores)], strict=True)
        return [self._piece(aggregation, text, scores, *word) for word in words]

    def _piece(
        self,
        aggregation: Aggregation,
        text: PlacedText,
        scores: NDArray[np.float64],
        begin: int,
        end: int,
    ) -> _Piece:
        of_word = scores[begin:end]
        match aggregation:
            case Aggregation.MAX:
                chosen = of_word[of_word.max(axis=-1).argmax()]
            case Aggregation.AVERAGE:
                chosen = of_word.mean(axis=0)
            case _:
                chosen = of_word[0]
        best = int(chosen.argmax())
        start, stop = text.places[begin][0], text.places[end - 1][1]
        return _Piece(self._labels[best], float(chosen[best]), start, stop)


def _grouped(pieces: Sequence[_Piece]) -> list[_Piece]:
    """Put neighbours of one kind together, unless the later one says that it begins anew."""
    groups: list[list[_Piece]] = []
    for piece in pieces:
        goes_on = groups and piece.kind == groups[-1][-1].kind
        if goes_on and not piece.label.startswith(_BEGINS):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return [
        _Piece(
            label=group[0].group,
            score=sum(piece.score for piece in group) / len(group),
            start=group[0].start,
            end=group[-1].end,
        )
        for group in groups
    ]


def _without_space(text: str, start: int, end: int) -> tuple[int, int]:
    """Some tokenizers count the space before a word in."""
    inside = text[start:end]
    start += len(inside) - len(inside.lstrip())
    return start, max(start, end - len(inside) + len(inside.rstrip()))


def kinds_of(labels: Sequence[str]) -> tuple[str, ...]:
    """Return what a tagger finds, by its labels: each kind once, without marks."""
    kinds = (_Piece(label, 0.0, 0, 0).group for label in labels)
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
        heads=dict.fromkeys(
            ("bert", "camembert", "distilbert", "electra", "roberta", "xlm-roberta"),
            HeadNames("classifier"),
        ),
        question=lambda text: TextToTag(text, Aggregation.NONE, frozenset()),
        decisions=_decisions,
        difference=largest(_difference),
        evidence=lambda _: (),
    ),
)
