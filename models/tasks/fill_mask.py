"""Filling masks: a text with gaps in, the likeliest words for each gap out."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from sys import getsizeof

import numpy as np
from numpy.typing import NDArray

from models.canonical import legible
from models.checkpoints.tokenizing.tokenizer import TextTokenizer
from models.engines.protocol import Engine, EngineError
from models.errors import ModelError, NoMask, NoMaskLeft, TooManyMasks
from models.reasons import Reason
from models.results import Candidate, MaskFill, Question, Task
from models.tasks.classification import softmax
from models.tasks.spec import Decision, ExportSpec, HeadNames, NetworkTask, Reads, largest
from models.tasks.tokens.encoding import Encoded, TextEncoder, estimate_tokens

ANY_MASK = r"[\[［]MASK[\]］]|[<＜]mask[>＞]|[_＿]{3,}"
"""Also as Korean and other keyboards write the signs when they are set to full width."""
_SPACE_MARKS = "Ġ▁"
"""How byte-level and SentencePiece vocabularies spell the space before a word."""
_SUFFIX_MARK = "##"
_NO_CHARACTER = "\ufffd"
_SPARE = 64
"""How many more places of the ranking are looked at than asked for: some cannot be shown."""
MOST_MASKS = 10
CONTEXT_CHARACTERS = 150
"""Shown on each side of a mask. Without this and the bound on masks, one message of 100,000
characters would make an answer of gigabytes."""
_CANDIDATE_BYTES = 200
"""Of an answer, besides its sentence; measured with tracemalloc, and a test holds it."""
_COMPARED_WORDS = 5
_LOOKED_AT_WORDS = 50
"""Of a mask: a word that is likely in one engine is among these in the other."""


@dataclass(frozen=True, slots=True)
class MaskedText(Question[MaskFill]):
    """What a fill-mask lane is asked: how many candidates for each mask of a text."""

    text: str
    top: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", legible(self.text))


class _Link(Enum):
    """How a candidate stands to what comes before it."""

    JOINED = auto()
    SPACED = auto()
    AS_TYPED = auto()


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    link: _Link
    score: float


Span = tuple[int, int]


class MaskFiller:
    """What stands behind a masked-language model's lane, a `models.tasks.spec.Pipeline`."""

    def __init__(self, engine: Engine, encoder: TextEncoder) -> None:
        self._engine = engine
        self._encoder = encoder
        self._vocabulary = _Vocabulary(encoder.tokenizer)
        facts = encoder.tokenizer.facts
        self._mask, self._mask_id = str(facts.mask), facts.mask_id
        self._masks = re.compile(f"{re.escape(self._mask)}|{ANY_MASK}", re.IGNORECASE)

    def size(self, item: MaskedText) -> int:
        """Guess the tokens of a text."""
        return estimate_tokens(item.text, self._encoder.limit)

    def prepare(self, items: Sequence[MaskedText]) -> Callable[[], Sequence[MaskFill | ModelError]]:
        """Do everything: candidates are spelled by the tokenizer, too."""
        answers = self._answer(items)
        return lambda: answers

    def _answer(self, items: Sequence[MaskedText]) -> list[MaskFill | ModelError]:
        spans = [[match.span() for match in self._masks.finditer(item.text)] for item in items]
        rows = self._encoder.encode(
            [self._masks.sub(lambda _: self._mask, item.text) for item in items]
        )
        errors = [self._error(row, found) for row, found in zip(rows, spans, strict=True)]
        good = [place for place, error in enumerate(errors) if error is None]
        logits = self._logits([rows[place] for place in good])
        filled = {
            place: self._filled(items[place], spans[place], rows[place], mask_logits)
            for place, mask_logits in zip(good, logits, strict=True)
        }
        return [error or filled[place] for place, error in enumerate(errors)]

    def _error(self, row: Encoded, spans: Sequence[Span]) -> ModelError | None:
        if not spans:
            return NoMask(mask=self._mask)
        if len(spans) > MOST_MASKS:
            return TooManyMasks(masks=len(spans), maximum=MOST_MASKS)
        found = sum(id_ == self._mask_id for id_ in row.ids)
        if found < len(spans) and row.tokens.is_cut:
            return NoMaskLeft(used=row.tokens.used, total=row.tokens.total)
        if found != len(spans):
            raise EngineError(Reason.TOKENIZER_MASK_UNKNOWN)
        return None

    def _logits(self, rows: Sequence[Encoded]) -> list[NDArray[np.float32]]:
        """Return, for each text, logits of shape (masks, vocabulary)."""
        if not rows:
            return []
        masks = [
            (text, token)
            for text, row in enumerate(rows)
            for token, id_ in enumerate(row.ids)
            if id_ == self._mask_id
        ]
        texts, tokens = np.array(masks, dtype=np.intp).T
        logits = self._engine.logits(rows, (texts, tokens))
        ends = np.cumsum(np.bincount(texts, minlength=len(rows)))
        return np.split(logits, ends[:-1])

    def _filled(
        self, item: MaskedText, spans: Sequence[Span], row: Encoded, logits: NDArray[np.float32]
    ) -> MaskFill:
        # One mask at a time: a text full of masks times a large vocabulary is a gigabyte.
        words = [self._vocabulary.best(softmax(each), max(item.top, 1)) for each in logits]
        best = [ranked[0] for ranked in words]
        masks = tuple(
            tuple(
                Candidate(
                    word.text,
                    word.score,
                    _excerpt(item.text, spans, [*best[:place], word, *best[place + 1 :]], place),
                )
                for word in ranked
            )
            for place, ranked in enumerate(words)
        )
        return MaskFill(masks, row.tokens)


class _Vocabulary:
    """The words that may be offered, as people read them."""

    def __init__(self, tokenizer: TextTokenizer) -> None:
        self._tokenizer = tokenizer
        self._special = tokenizer.facts.special_ids
        self._marks_spaces = any(mark in "".join(tokenizer.pieces("a a")) for mark in _SPACE_MARKS)

    def best(self, scores: NDArray[np.float64], top: int) -> list[_Word]:
        """Return the likeliest words, one at least, never a special token or half a character."""
        offered = scores.copy()
        offered[[each for each in self._special if each < len(offered)]] = -1.0
        words = list(self._words(offered, scores, min(top + _SPARE, len(offered)), top))
        return words or list(self._words(offered, scores, len(offered), top))

    def _words(
        self, offered: NDArray[np.float64], scores: NDArray[np.float64], looked_at: int, top: int
    ) -> Iterator[_Word]:
        likeliest = np.argpartition(-offered, looked_at - 1)[:looked_at]
        found: set[str] = set()
        for id_ in likeliest[np.argsort(-offered[likeliest], kind="stable")]:
            word = self._word(int(id_), float(scores[id_]))
            # With a space before it or without, it is one word: the likelier spelling stands.
            if len(found) < top and word.text and word.text not in found and offered[id_] >= 0:
                found.add(word.text)
                yield word

    def _word(self, id_: int, score: float) -> _Word:
        token = self._tokenizer.token(id_)
        text = self._tokenizer.decode(id_).strip()
        if token.startswith(_SUFFIX_MARK) and len(token) > len(_SUFFIX_MARK):
            return _Word(text.removeprefix(_SUFFIX_MARK), _Link.JOINED, score)
        if _NO_CHARACTER in text or not text.isprintable():
            return _Word("", _Link.AS_TYPED, score)
        if not self._marks_spaces:
            return _Word(text, _Link.AS_TYPED, score)
        link = _Link.SPACED if token[:1] in _SPACE_MARKS else _Link.JOINED
        return _Word(text, link, score)


def _excerpt(text: str, spans: Sequence[Span], words: Sequence[_Word], place: int) -> str:
    """The sentence around one mask: every candidate carries its own, so it cannot be a book."""
    start = max(0, spans[place][0] - CONTEXT_CHARACTERS)
    end = min(len(text), spans[place][1] + CONTEXT_CHARACTERS)
    kept = [each for each, span in enumerate(spans) if span[1] > start and span[0] < end]
    start, end = min(start, spans[kept[0]][0]), max(end, spans[kept[-1]][1])
    inside = [(spans[each][0] - start, spans[each][1] - start) for each in kept]
    sentence = _sentence(text[start:end], inside, [words[each] for each in kept])
    return "…" * (start > 0) + sentence + "…" * (end < len(text))


def _sentence(text: str, spans: Sequence[Span], words: Sequence[_Word]) -> str:
    """Put the words into the text as the user wrote it, which decoding would not give back."""
    sentence, rest = "", 0
    for (start, end), word in zip(spans, words, strict=True):
        sentence += text[rest:start]
        if word.link is _Link.JOINED:
            sentence = sentence.rstrip(" ")
        elif word.link is _Link.SPACED and sentence and not sentence[-1].isspace():
            sentence += " "
        sentence += word.text
        rest = end
    return sentence + text[rest:]


def _answer_bytes(answer: MaskFill) -> int:
    candidates = (each for mask in answer.masks for each in mask)
    return sum(_CANDIDATE_BYTES + getsizeof(each.sentence) for each in candidates)


def _difference(one: MaskFill, other: MaskFill) -> float:
    scores, others = _scores(one, _COMPARED_WORDS), _scores(other, _LOOKED_AT_WORDS)
    return max(abs(score - others.get(word, 0.0)) for word, score in scores.items())


def _scores(answer: MaskFill, words: int) -> dict[tuple[int, str], float]:
    return {
        (place, word.token): word.score
        for place, found in enumerate(answer.masks)
        for word in reversed(found[:words])  # two tokens may read alike: the likelier counts
    }


FILLING_MASKS = NetworkTask(
    task=Task.FILL_MASK,
    question=MaskedText,
    question_bytes=lambda question: getsizeof(question.text),
    answer_bytes=_answer_bytes,
    heads=("ForMaskedLM", "BertForPreTraining", "WithLMHeadModel"),
    auto_class="AutoModelForMaskedLM",
    pipeline=lambda engine, encoder, _: MaskFiller(engine, encoder),
    first=MaskedText("안녕 ___", 1),
    reads=Reads.MASKS,
    is_wide=False,  # candidates are spelled by the tokenizer
    export=ExportSpec(
        heads={
            "albert": HeadNames(
                last="predictions.decoder",
                dense="predictions.dense",
                norm="predictions.LayerNorm",
            ),
            "electra": HeadNames(
                last="generator_lm_head",
                dense="generator_predictions.dense",
                activation="gelu",
                norm="generator_predictions.LayerNorm",
            ),
            "modernbert": HeadNames(
                last="decoder",
                dense="head.dense",
                activation_key="classifier_activation",
                norm="head.norm",
            ),
            "distilbert": HeadNames(
                last="vocab_projector", dense="vocab_transform", norm="vocab_layer_norm"
            ),
        }
        | dict.fromkeys(
            ("bert", "deberta-v2"),
            HeadNames(
                last="cls.predictions.decoder",
                dense="cls.predictions.transform.dense",
                norm="cls.predictions.transform.LayerNorm",
            ),
        )
        | dict.fromkeys(
            ("camembert", "mpnet", "roberta", "xlm-roberta"),
            HeadNames("lm_head.decoder", "lm_head.dense", "gelu", "lm_head.layer_norm"),
        ),
        question=lambda text: MaskedText(text, _LOOKED_AT_WORDS),
        decisions=lambda answer: [
            Decision.best([(word.token, word.score) for word in words]) for words in answer.masks
        ],
        difference=largest(_difference),
        evidence=lambda _: (),
    ),
)
