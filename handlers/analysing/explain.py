"""`/explain`: which words moved a classifier's answer, by leaving each of them out.

No gradients: the model itself is asked again, once for each word, without it.
Source: Li et al., Understanding Neural Networks through Representation Erasure,
https://arxiv.org/abs/1612.08220
"""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from handlers.asking.checkpoints import ready, say_if_slow
from handlers.asking.foreign_text import reader_of
from handlers.asking.query_log import (
    Stopwatch,
    cut_note,
    log_if_possible,
    not_kept_note,
    small_print,
)
from handlers.coding.button import code_button
from handlers.services import Services
from handlers.table import Bilingual, Command, model_option, text_option
from handlers.texts import say
from handlers.types import Language, Mark, MarkedText, Reply, Request, Table, UserError
from models.canonical import shortened
from models.results import Classification, LabelScore, Task
from models.tasks.classification import TextToClassify

DEFAULT_MODEL = "sentiment"
MOST_WORDS = 100
"""The model is asked once for each."""
_LONGEST_TEXT = 10_000
_WORD = re.compile(r"\S+")
_LONGEST_CELL = 60
_NOTABLE = 0.01
"""A word that moves a probability by less has not moved it."""


@dataclass(frozen=True, slots=True)
class _Word:
    """A word, and the best label's score without it."""

    text: str
    without: float
    moved: float
    """How much higher the score is with it."""


async def explain(request: Request, services: Services) -> Reply:
    """Answer `/explain text [model]`."""
    language, text = request.actor.language, str(request.options["text"])
    words = _words(text)
    checkpoint = await ready(services, request, "model", DEFAULT_MODEL)
    await say_if_slow(services, checkpoint, request, Task.CLASSIFY)
    watch, asker = Stopwatch(), request.place.community
    whole, *others = await asyncio.gather(
        *(
            services.models.ask(checkpoint, TextToClassify(each), asker)
            for each in (text, *(_without(text, word) for word in words))
        )
    )
    best = whole.scores[0]
    moved = [_moved(word, best, other) for word, other in zip(words, others, strict=True)]
    result = {"label": best.label, "score": best.score, "moved": _kept(moved)}
    query_number = await log_if_possible(services, request, checkpoint, result, watch)
    notes = (
        _said(moved, best, whole, language),
        cut_note(language, whole.tokens),
        (await reader_of(services, checkpoint)).note([text], language),
        not_kept_note(language, query_number),
    )
    return Reply(
        title=f"{best.label} {_shown(best.score, whole)}",
        marked=_marked(text, words, moved, whole),
        text="\n".join(filter(None, notes)),
        table=_table(moved, whole, language),
        controls=code_button(query_number, language),
        footer=small_print(checkpoint, watch, whole.tokens, query_number, whole.engine),
    )


EXPLAIN = Command(
    name=Bilingual("explain", "이유"),
    description=Bilingual(
        "Which words moved the answer",
        "어느 낱말이 답을 움직였는지 보여 줘요",
    ),
    handler=explain,
    example=Bilingual("/explain I love this", "/이유 이 영화 정말 재미있어요"),
    options=(
        replace(text_option("The text", "글"), maximum=_LONGEST_TEXT),
        model_option(
            "Which classifier (sentiment)", "쓸 분류 모델 (기본 sentiment)", Task.CLASSIFY
        ),
    ),
)


def _words(text: str) -> list[re.Match[str]]:
    """Return what stands between white space.

    Raises:
        UserError: so many words that asking for each would take too long.
    """
    words = list(_WORD.finditer(text))
    if len(words) > MOST_WORDS:
        raise UserError("too_many_words", words=len(words), maximum=MOST_WORDS)
    return words


def _without(text: str, word: re.Match[str]) -> str:
    before, behind = text[: word.start()].rstrip(), text[word.end() :].lstrip()
    return f"{before} {behind}".strip()


def _moved(word: re.Match[str], best: LabelScore, other: Classification) -> _Word:
    without = next(each.score for each in other.scores if each.label == best.label)
    return _Word(word[0], without, best.score - without)


def _strongest_first(words: Sequence[_Word]) -> list[_Word]:
    return sorted(words, key=lambda word: -abs(word.moved))


def _marked(
    text: str, places: Sequence[re.Match[str]], words: Sequence[_Word], whole: Classification
) -> MarkedText | None:
    """Point out the words that moved the answer, each with its points."""
    marks = tuple(
        Mark(*place.span(), f"{100 * word.moved:+.0f}")
        for place, word in zip(places, words, strict=True)
        if abs(word.moved) >= _NOTABLE
    )
    return MarkedText(text, marks) if marks and not whole.is_regression else None


def _said(
    words: Sequence[_Word], best: LabelScore, whole: Classification, language: Language
) -> str:
    """Say what the word that matters most has done."""
    strongest, *_ = _strongest_first(words)
    if not whole.is_regression and abs(strongest.moved) < _NOTABLE:
        return say(language, "explain.none", label=best.label)
    way = "for" if strongest.moved > 0 else "against"
    return say(
        language,
        f"explain.{way}",
        word=shortened(strongest.text, _LONGEST_CELL),
        label=best.label,
        score=_shown(best.score, whole),
        without=_shown(strongest.without, whole),
    )


def _shown(score: float, of: Classification) -> str:
    return f"{score:.4g}" if of.is_regression else f"{score:.1%}"


def _table(words: Sequence[_Word], whole: Classification, language: Language) -> Table:
    rows = (
        (
            shortened(word.text, _LONGEST_CELL),
            f"{word.moved:+.4g}" if whole.is_regression else f"{100 * word.moved:+.1f}",
            _shown(word.without, whole),
        )
        for word in _strongest_first(words)
    )
    moved = "moved" if whole.is_regression else "moved_points"
    columns = ("word", moved, "without")
    return Table(tuple(say(language, f"explain.{column}") for column in columns), tuple(rows))


def _kept(words: Sequence[_Word]) -> list[list[object]]:
    return [[shortened(word.text, _LONGEST_CELL), round(word.moved, 6)] for word in words]
