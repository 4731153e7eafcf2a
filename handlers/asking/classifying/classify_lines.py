"""`/classify` of several lines: a batch, a row a text, and a choice of the row to judge."""

import asyncio
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from handlers.asking.classifying.classification_log import log_classification
from handlers.asking.foreign_text import Reader, reader_of
from handlers.asking.query_log import Stopwatch, small_print
from handlers.asking.questions import questions_between
from handlers.coding.button import code_button
from handlers.services import Services
from handlers.texts import say
from handlers.types import Button, Language, Press, Reply, Request, Select, Table, UserError
from models.canonical import canonical, shortened
from models.results import Checkpoint, Classification, TokenCount
from models.tasks.classification import TextToClassify

MOST_LINES = 64
_MOST_OPTIONS = 25
"""Of a select, on the platform with the shortest."""
_LONGEST_OPTION = 50
_LONGEST_CELL = 300
_ID = re.compile(r"lines:(?P<first>\d{1,15})-(?P<last>\d{1,15})")

Title = Callable[[Classification], str]


@dataclass(frozen=True, slots=True)
class Row:
    """A line, its answer, and the number of its question."""

    query_number: int
    text: str
    answer: Classification


def lines_of(request: Request) -> list[str]:
    """Return the texts that a request has: its lines, or all of it where there is only one.

    Raises:
        UserError: they are too many.
    """
    lines = lines_in(str(request.options["text"]))
    if len(lines) > MOST_LINES:
        raise UserError("too_many_lines", lines=len(lines), maximum=MOST_LINES)
    return lines


def lines_in(text: str) -> list[str]:
    """Return the lines of a text that say something, or all of it where there is only one."""
    lines = [line for line in text.splitlines() if canonical(line)]
    return lines if len(lines) > 1 else [text]


async def classify_lines(
    request: Request, services: Services, checkpoint: Checkpoint, lines: Sequence[str], title: Title
) -> Reply:
    """Answer each line by itself.

    Args:
        request: of all of them.
        services: all that a handler may use.
        checkpoint: which is asked.
        lines: the texts.
        title: says what an answer comes to.
    """
    language, watch = request.actor.language, Stopwatch()
    reader = await reader_of(services, checkpoint)
    rows = await _rows(request, services, checkpoint, lines, watch, reader)
    tokens = TokenCount(
        sum(row.answer.tokens.used for row in rows), sum(row.answer.tokens.total for row in rows)
    )
    footer = small_print(checkpoint, watch, tokens, rows[0].query_number, rows[0].answer.engine)
    numbers = f"#{rows[0].query_number}–#{rows[-1].query_number}"
    return Reply(
        title=say(language, "classify.lines", lines=len(rows)),
        text=_notes(rows, language, reader.note(lines, language)),
        table=_table(rows, request, title),
        controls=(
            *_choices(rows, language),
            _as_one(rows, language),
            *code_button(rows[0].query_number, language, rows[-1].query_number),
        ),
        footer=footer | {"query": numbers},
    )


async def _rows(
    request: Request,
    services: Services,
    checkpoint: Checkpoint,
    lines: Sequence[str],
    watch: Stopwatch,
    reader: Reader,
) -> list[Row]:
    asker = request.place.community
    answers = await asyncio.gather(
        *(services.models.ask(checkpoint, TextToClassify(line), asker) for line in lines)
    )
    pairs = [(line, reader.doubted(line, each)) for line, each in zip(lines, answers, strict=True)]
    numbers = await asyncio.gather(
        *(
            log_classification(services, request, checkpoint, line, answer, watch)
            for line, answer in pairs
        )
    )
    return [Row(number, *pair) for number, pair in zip(numbers, pairs, strict=True)]


def _are_values(rows: Sequence[Row]) -> bool:
    return rows[0].answer.is_regression


def _notes(rows: Sequence[Row], language: Language, foreign: str | None) -> str:
    said = [say(language, f"classify.{'on_a_scale' if _are_values(rows) else 'choose_a_row'}")]
    if foreign:
        said.insert(0, foreign)
    if count := sum(row.answer.tokens.is_cut for row in rows):
        said.insert(0, say(language, "classify.lines_cut", count=count))
    return "\n".join(said)


def _table(rows: Sequence[Row], request: Request, title: Title) -> Table:
    """Without `top`, what each comes to and how likely that is; with it, the likeliest labels."""
    language, top = request.actor.language, request.number("top", 0)
    columns = ["number", "text", "labels"] if top else ["number", "text", "label", "probability"]
    if _are_values(rows):
        columns = ["number", "text", "value"]
    return Table(
        tuple(say(language, f"classify.{column}") for column in columns),
        tuple(
            (
                f"#{row.query_number}",
                shortened(" ".join(row.text.split()), _LONGEST_CELL),
                *_cells(row.answer, top, title),
            )
            for row in rows
        ),
    )


def _cells(answer: Classification, top: int, title: Title) -> Iterator[str]:
    if answer.is_regression:
        yield title(answer)
        return
    if top:
        yield ", ".join(f"{each.label} {each.score:.1%}" for each in answer.scores[:top])
        return
    yield title(answer)
    yield f"{answer.scores[0].score:.1%}"


def _choices(rows: Sequence[Row], language: Language) -> Iterator[Select]:
    """Ask which row to judge, in as many selects as it takes; values on a scale are not judged."""
    if _are_values(rows):
        return
    for begin in range(0, len(rows), _MOST_OPTIONS):
        some = rows[begin : begin + _MOST_OPTIONS]
        first, last = some[0].query_number, some[-1].query_number
        question = say(language, "classify.which_row", first=first, last=last)
        options = tuple(
            f"#{row.query_number} {shortened(' '.join(row.text.split()), _LONGEST_OPTION)}"
            for row in some
        )
        yield Select(f"fb:{first}:row", question, options)


def _as_one(rows: Sequence[Row], language: Language) -> Button:
    numbers = f"{rows[0].query_number}-{rows[-1].query_number}"
    return Button(f"lines:{numbers}", say(language, "classify.as_one"))


async def text_of_lines(press: Press, services: Services) -> tuple[str, str]:
    """Return the text whose lines were asked, and the model that was: to whoever asked alone.

    Raises:
        UserError: the id is not ours, or somebody else asked.
    """
    found = _ID.fullmatch(press.control)
    first, last = (int(found["first"]), int(found["last"])) if found else (0, -1)
    own = await questions_between(press, services, first, last, "lines_of_others")
    if own[0].command != "classify":
        raise UserError("answer_gone", query=str(first))
    return "\n".join(each.text for each in own), own[0].model
