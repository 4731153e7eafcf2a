"""`/history`: what somebody asked last; nobody else's questions."""

from collections.abc import Callable

from handlers.analysing.compare import in_common
from handlers.asking.classifying.classification_log import in_a_line
from handlers.people.times import moment, zone_of
from handlers.reading.lookup import CommandTable
from handlers.services import Services
from handlers.table import Bilingual, Command, number_option
from handlers.texts import say
from handlers.types import Actor, Language, Reply, Request, Table, Visibility
from models.canonical import shortened
from storage.records import Feedback, Query, Verdict, read_set

_DEFAULT_TOP = 10
_SHOWN_TEXT = 60


async def history(request: Request, services: Services, table: CommandTable) -> Reply:
    """Answer `/history [top]`."""
    reader, language = request.actor, request.actor.language
    top = request.number("top", _DEFAULT_TOP)
    queries = await services.storage.queries.recent(request.place.community, reader.id, top)
    if not queries:
        return Reply(text=say(language, "history.empty"))
    numbers = [query.number for query in queries]
    said = await services.storage.votes.of_answers(request.place.community, numbers, reader.id)
    rows = [_row(query, said.get(query.number), reader, table) for query in queries]
    columns = ("query", "time", "command", "text", "answer", "verdict", "model")
    named = [say(language, f"history.{column}", zone=zone_of(reader)) for column in columns]
    return Reply(
        title=say(language, "history.title", count=len(rows)),
        table=Table(tuple(named), tuple(rows)),
    )


def history_command(table: Callable[[], CommandTable]) -> Command:
    """Return `/history`, which calls commands by their names in the table that it stands in."""

    async def history_(request: Request, services: Services) -> Reply:
        return await history(request, services, table())

    return Command(
        name=Bilingual("history", "기록"),
        description=Bilingual("Your own last questions", "내가 최근에 물어본 것을 보여 줘요"),
        handler=history_,
        visibility=Visibility.PRIVATE,
        example=Bilingual("/history", "/기록"),
        options=(
            number_option("How many (10)", "몇 개 볼지 (기본 10)", most=100, takes_free_text=True),
        ),
    )


def _row(
    query: Query, feedback: Feedback | None, reader: Actor, table: CommandTable
) -> tuple[str, ...]:
    language = reader.language
    verdict = ""
    if feedback and feedback.verdict is not Verdict.UNDONE:
        verdict = say(language, f"feedback.{feedback.verdict}")
        if feedback.verdict is Verdict.WRONG and feedback.label is not None:
            labels = ", ".join(read_set(feedback.label))
            verdict += f" → {labels or say(language, 'classify.none_fits')}"
    return (
        f"#{query.number}",
        moment(query.created_at, reader),
        f"/{table.name_of(query.command, language)}",
        shortened(" ".join(query.text.split()), _SHOWN_TEXT),
        shortened(" ".join(_answer(query, language).split()), _SHOWN_TEXT),
        verdict,
        query.model,
    )


def _answer(query: Query, language: Language) -> str:
    match query.result:
        case {"answer": str(found), "none_score": _}:
            return found or say(language, "ask.none")
        case {"written": str(text)}:
            return text if text.strip() else say(language, "writing.nothing")
        case _:
            return _of_encoder(query, language)


def _of_encoder(query: Query, language: Language) -> str:
    match query.result:
        case {"held": list(held)}:
            answer = ", ".join(held) or say(language, "classify.none_fits")
        case {"labels": [best, *_], "scores": [score, *_]}:
            answer = f"{best} {score:.0%}"
        case {"values": dict(values)}:
            answer = in_a_line(values)
        case {"masks": masks} if isinstance(masks, list):
            answer = ", ".join(str(candidates[0]["token"]) for candidates in masks)
        case {"entities": entities} if isinstance(entities, list):
            answer = ", ".join(f"{each['text']} ({each['label']})" for each in entities)
        case {"cosine": float(value)}:
            answer = say(language, "similar.cosine", value=f"{value:.2f}")
        case {"zero_shot": [[best, _], *_]} | {"of_pair": [[best, _], *_]}:
            answer = str(best)
        case {"label": str(best), "moved": list()}:
            answer = best
        case {"compared": list(), "agreed": int() | None as agreed, "of": int(count)}:
            answer = in_common(language, agreed, count)
        case {"shape": list(shape)}:
            answer = " × ".join(map(str, shape))
        case {"tokens": counts} if isinstance(counts, list):
            answer = say(language, "history.tokens", n=f"{sum(counts):,}")
        case _:
            answer = ""
    return answer
