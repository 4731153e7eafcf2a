"""`/entities`: the names in a text, such as people and places, each with its place and score."""

import re

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
from handlers.table import Bilingual, Command, Kind, Option, model_option, text_option
from handlers.texts import say, sentences
from handlers.types import Language, Mark, MarkedText, Reply, Request, Table
from models.canonical import shortened
from models.results import Aggregation, Entities, Entity, Task
from models.tasks.token_classification import BY_WORD, TextToTag

DEFAULT_MODEL = "entities"
_LONGEST_CELL = 300
_MOST_KEPT = 200
"""Spans of one question in the history."""
_HANGUL = re.compile("[가-힣]")


async def entities(request: Request, services: Services) -> Reply:
    """Answer `/entities text [aggregation] [model]`."""
    language = request.actor.language
    checkpoint = await ready(services, request, "model", DEFAULT_MODEL)
    await say_if_slow(services, checkpoint, request, Task.TAG)
    watch = Stopwatch()
    text, asker = str(request.options["text"]), request.place.community
    named = request.options.get("aggregation")
    aggregation = Aggregation(str(named)) if named is not None else None
    answer = await services.models.ask(checkpoint, TextToTag(text, aggregation), asker)
    result = _result(text, answer) | {"aggregation": aggregation}
    query_number = await log_if_possible(services, request, checkpoint, result, watch)
    notes = (
        _word_note(text, aggregation, language),
        cut_note(language, answer.tokens),
        (await reader_of(services, checkpoint)).note([text], language),
        not_kept_note(language, query_number),
    )
    return Reply(
        title=say(language, "entities.found", n=len(answer.spans)),
        marked=_marked(text, answer, language) if answer.spans else None,
        text="\n".join(filter(None, notes)) or None,
        table=_table(text, answer, language) if answer.spans else None,
        controls=code_button(query_number, language),
        footer=small_print(checkpoint, watch, answer.tokens, query_number, answer.engine),
    )


ENTITIES = Command(
    name=Bilingual("entities", "개체"),
    description=Bilingual(
        "Find people, places, dates and other names",
        "글에서 이름, 장소, 날짜를 찾아요",
    ),
    handler=entities,
    example=Bilingual(
        "/entities Mina flies to Paris on Friday", "/개체 미나는 금요일에 파리로 떠나요"
    ),
    options=(
        text_option("The text to look through", "살펴볼 글"),
        Option(
            Bilingual("aggregation", "묶기"),
            Bilingual(
                "How tokens become names (what suits the model); first, average, max: whole words",
                "토큰을 이름으로 묶는 방법 (기본은 모델에 맞게, 첫토큰·평균·최댓값은 낱말째로)",
            ),
            Kind.CHOICE,
            choices=(
                Bilingual("simple", "이웃끼리"),
                Bilingual("none", "토큰마다"),
                Bilingual("first", "첫토큰"),
                Bilingual("average", "평균"),
                Bilingual("max", "최댓값"),
                Bilingual("path", "경로"),
            ),
        ),
        model_option("Which model (entities)", "쓸 모델 (기본 entities)", Task.TAG),
    ),
)


def _marked(text: str, answer: Entities, language: Language) -> MarkedText:
    marks = (Mark(span.start, span.end, _kind(span, language)) for span in answer.spans)
    return MarkedText(text, tuple(marks))


def _kind(span: Entity, language: Language) -> str:
    return sentences(language).get(f"entity.{span.label}", span.label)


def _word_note(text: str, aggregation: Aggregation | None, language: Language) -> str | None:
    """Say why a Korean particle may be part of a name."""
    is_of_concern = aggregation in BY_WORD and _HANGUL.search(text)
    return say(language, "entities.by_word") if is_of_concern else None


def _table(text: str, answer: Entities, language: Language) -> Table:
    columns = ("name", "kind", "probability", "place")
    return Table(
        tuple(say(language, f"entities.{column}") for column in columns),
        tuple(
            (
                shortened(" ".join(text[span.start : span.end].split()), _LONGEST_CELL),
                _named(span, language),
                _probability(span, answer, language),
                f"{span.start}–{span.end}",
            )
            for span in answer.spans
        ),
    )


def _named(span: Entity, language: Language) -> str:
    """Return the kind in words and as the model has it."""
    kind = _kind(span, language)
    return kind if kind == span.label else f"{kind} ({span.label})"


def _probability(span: Entity, answer: Entities, language: Language) -> str:
    is_unsure = answer.unsure_below is not None and span.score < answer.unsure_below
    said = f"{span.score:.1%}"
    return say(language, "entities.unsure", percent=said) if is_unsure else said


def _result(text: str, answer: Entities) -> dict[str, object]:
    return {
        "entities": [
            {
                "label": span.label,
                "text": shortened(text[span.start : span.end], _LONGEST_CELL),
                "score": round(span.score, 6),
                "start": span.start,
                "end": span.end,
            }
            for span in answer.spans[:_MOST_KEPT]
        ]
    }
