"""Question answering: a question and a context in, the passage of it that answers out.

A passage is scored as transformers' `QuestionAnsweringPipeline` scored it before version 5: in each
window the softmax over its context's tokens and the first token of the row, for where the passage
begins and for where it ends, and the product of the two. The first token stands for no answer; that
counts as likely as it is in the window where it is least likely. Unlike there, a passage is made of
tokens and not of whole words, so that a Korean particle is left out where the model leaves it out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from models.canonical import legible, legible_places, without_surrogates
from models.checkpoints.tokenizing.tokenizer import PlacedIds
from models.engines.protocol import Engine, EngineError
from models.errors import QuestionTooLong
from models.reasons import Reason
from models.results import FoundAnswer, Question, Task, TokenCount
from models.tasks.classification import softmax
from models.tasks.spec import NetworkTask, Reads
from models.tasks.tokens.encoding import Encoded, TextEncoder, estimate_tokens, require_known
from models.tasks.tokens.spans import without_space
from models.tasks.tokens.windows import MOST_WINDOWS, in_batches, windows_of

MOST_TOKENS = 30
"""Of an answer, as in transformers' own script for SQuAD."""
_LONGEST_WINDOW = 512
"""All pairs of tokens are weighed, so twice as long a window costs four times as much."""
_ANSWER_BYTES = 200


@dataclass(frozen=True, slots=True)
class ContextQuestion(Question[FoundAnswer]):
    """A question, and where its answer is looked for; that stays as typed, for places count."""

    question: str
    context: str


@dataclass(frozen=True, slots=True)
class _Read:
    """A question with its context, as the network takes them."""

    typed: str
    context: str
    places: list[tuple[int, int]]
    """Of the context's own tokens."""
    windows: tuple[tuple[int, int], ...]
    rows: tuple[Encoded, ...]
    lead: int
    """How many tokens of each row stand before the context's."""
    has_none: bool
    """Whether the first of them stands for no answer."""
    tokens: TokenCount


@dataclass(frozen=True, slots=True)
class _Passage:
    """From which token of the context to which, the last one included."""

    score: float
    first: int
    last: int


class Answerer:
    """What stands behind the lane of what finds answers, a `models.tasks.spec.Pipeline`."""

    def __init__(self, engine: Engine, encoder: TextEncoder) -> None:
        self._engine = engine
        self._encoder = encoder

    def size(self, item: ContextQuestion) -> int:
        """Guess the tokens of all windows."""
        most = MOST_WINDOWS * self._encoder.limit
        return estimate_tokens(item.context, most) + estimate_tokens(item.question)

    def prepare(
        self, items: Sequence[ContextQuestion]
    ) -> Callable[[], Sequence[FoundAnswer | Exception]]:
        """Encode, in windows; the rest needs no tokenizer."""
        return partial(self._answer, [self._read(item) for item in items])

    def _answer(
        self, questions: Sequence[_Read | QuestionTooLong]
    ) -> list[FoundAnswer | Exception]:
        rows = [row for each in questions if isinstance(each, _Read) for row in each.rows]
        given = iter(in_batches(self._engine, rows))
        return [
            _found(each, [next(given) for _ in each.rows]) if isinstance(each, _Read) else each
            for each in questions
        ]

    def _read(self, item: ContextQuestion) -> _Read | QuestionTooLong:
        typed = without_surrogates(item.context)
        context = legible(typed)
        pair = (legible(without_surrogates(item.question)), context)
        encodings = self._encoder.tokenizer.encode_with_places([pair])
        if encodings is None:
            raise EngineError(Reason.TOKENIZER_WITHOUT_PLACES)
        (encoding,) = encodings
        require_known(encoding.ids, self._encoder.vocabulary_size)
        own = [place for place, text in enumerate(encoding.texts) if text == 1]
        begin, end = (own[0], own[-1] + 1) if own else (len(encoding.ids),) * 2
        around = len(encoding.ids) - (end - begin)
        limit = min(self._encoder.limit, _LONGEST_WINDOW)
        if around > limit // 2:
            return QuestionTooLong(used=around, maximum=limit // 2)
        windows = tuple(windows_of(end - begin, limit - around))
        used = around + (windows[-1][1] if windows else 0)
        return _Read(
            typed=typed,
            context=context,
            places=encoding.places[begin:end],
            windows=windows,
            rows=tuple(self._row(encoding, begin, end, *window) for window in windows),
            lead=begin,
            has_none=begin > 0 and encoding.texts[0] is None,
            tokens=TokenCount(used, len(encoding.ids)),
        )

    def _row(self, encoding: PlacedIds, begin: int, end: int, first: int, last: int) -> Encoded:
        def framed(values: list[int]) -> list[int]:
            return values[:begin] + values[begin + first : begin + last] + values[end:]

        ids = framed(encoding.ids)
        types = framed(encoding.type_ids) if self._encoder.has_types else None
        return Encoded(ids, types, TokenCount(len(ids), len(encoding.ids)))


def _found(read: _Read, of_windows: Sequence[NDArray[np.float32]]) -> FoundAnswer:
    best, least_none = _Passage(0.0, 0, -1), 1.0 if read.has_none and of_windows else 0.0
    for logits, (first, last) in zip(of_windows, read.windows, strict=True):
        own = slice(read.lead, read.lead + last - first)
        none, passage = _in_window(logits, own, has_none=read.has_none)
        least_none = min(least_none, none)
        if passage.score > best.score:
            best = _Passage(passage.score, first + passage.first, first + passage.last)
    start, end = _place(read, best)
    return FoundAnswer(start, end, best.score, least_none, read.tokens, len(read.windows))


def _in_window(
    logits: NDArray[np.float32], own: slice, *, has_none: bool
) -> tuple[float, _Passage]:
    """Return how likely no answer is, and the best passage; logits are (tokens, 2)."""
    seen = logits[own] if not has_none else np.concatenate([logits[:1], logits[own]])
    begins, ends = softmax(seen.T)
    none = float(begins[0] * ends[0]) if has_none else 0.0
    begins, ends = begins[int(has_none) :], ends[int(has_none) :]
    scores = np.tril(np.triu(np.outer(begins, ends)), MOST_TOKENS - 1)
    first, last = np.unravel_index(int(scores.argmax()), scores.shape)
    return none, _Passage(float(scores[first, last]), int(first), int(last))


def _place(read: _Read, passage: _Passage) -> tuple[int, int]:
    """Return where a passage stands in the context as it was typed, without space at its ends."""
    if passage.last < 0:
        return 0, 0
    begin, end = read.places[passage.first][0], read.places[passage.last][1]
    start, end = without_space(read.context, begin, end)
    if start == end:
        return 0, 0
    if read.typed == read.context:
        return start, end
    places = legible_places(read.typed)
    return places[start][0], places[end - 1][1]


ANSWERING = NetworkTask(
    task=Task.ANSWER,
    question=ContextQuestion,
    question_bytes=lambda question: 4 * (len(question.question) + len(question.context)),
    answer_bytes=lambda _: _ANSWER_BYTES,
    heads=("ForQuestionAnswering", "ForQuestionAnsweringSimple"),
    auto_class="AutoModelForQuestionAnswering",
    pipeline=lambda engine, encoder, _: Answerer(engine, encoder),
    first=ContextQuestion("뭐? What?", "안녕 hi"),
    read_field="context",
    reads=Reads.EACH_TOKEN,
)
