"""`/classify` of several lines: a batch, a row a text, and a choice of the row to judge."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from handlers.asking.classification_log import log_classification
from handlers.asking.foreign_text import Reader, reader_of
from handlers.asking.query_log import Stopwatch, small_print
from handlers.services import Services
from handlers.table import Bilingual, Kind, Option
from handlers.texts import say
from handlers.types import Language, Reply, Request, Select, Table, UserError
from models.canonical import canonical
from models.results import Checkpoint, Classification, TokenCount
from models.tasks.classification import TextToClassify

MOST_LINES = 64
AS_ONE = "one"
LINES = Option(
    Bilingual("lines", "줄"),
    Bilingual("Several lines: each by itself (each), or all as one text", "여러 줄을 나눠 볼지"),
    Kind.CHOICE,
    choices=(Bilingual("each", "따로"), Bilingual(AS_ONE, "하나로")),
)
_MOST_OPTIONS = 25
"""Of a select, on the platform with the shortest."""
_LONGEST_OPTION = 50
_LONGEST_CELL = 300

Title = Callable[[Classification], str]


@dataclass(frozen=True, slots=True)
class Row:
    """A line, its answer, and the number of its question."""

    query_id: int
    text: str
    answer: Classification


def lines_of(request: Request) -> list[str]:
    """Return the texts that a request has: its lines, or all of it as one.

    Raises:
        UserError: they are too many.
    """
    text = str(request.options["text"])
    lines = [line for line in text.splitlines() if canonical(line)]
    if len(lines) <= 1 or request.options.get("lines") == AS_ONE:
        return [text]
    if len(lines) > MOST_LINES:
        raise UserError("too_many_lines", lines=len(lines), maximum=MOST_LINES)
    return lines


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
    footer = small_print(checkpoint, watch, tokens, rows[0].query_id)
    numbers = f"#{rows[0].query_id}–#{rows[-1].query_id}"
    return Reply(
        title=say(language, "classify.lines", lines=len(rows)),
        text=_notes(rows, language, reader.note(lines, language)),
        table=_table(rows, request, title),
        controls=tuple(_choices(rows, language)),
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


def _notes(rows: Sequence[Row], language: Language, foreign: str | None) -> str:
    said = [*([foreign] if foreign else []), say(language, "classify.lines_as_one")]
    if count := sum(row.answer.tokens.is_cut for row in rows):
        said.insert(0, say(language, "classify.lines_cut", count=count))
    return "\n".join(said)


def _table(rows: Sequence[Row], request: Request, title: Title) -> Table:
    """Without `top`, what each comes to and how likely that is; with it, the likeliest labels."""
    language, top = request.actor.language, request.number("top", 0)
    columns = ["number", "text", "labels"] if top else ["number", "text", "label", "probability"]
    return Table(
        tuple(say(language, f"classify.{column}") for column in columns),
        tuple(
            (f"#{row.query_id}", _short(row.text, _LONGEST_CELL), *_cells(row.answer, top, title))
            for row in rows
        ),
    )


def _cells(answer: Classification, top: int, title: Title) -> Iterator[str]:
    if top:
        yield ", ".join(f"{each.label} {each.score:.1%}" for each in answer.scores[:top])
        return
    yield title(answer)
    yield f"{answer.scores[0].score:.1%}"


def _choices(rows: Sequence[Row], language: Language) -> Iterator[Select]:
    """Ask which row to judge, in as many selects as it takes."""
    for begin in range(0, len(rows), _MOST_OPTIONS):
        some = rows[begin : begin + _MOST_OPTIONS]
        first, last = some[0].query_id, some[-1].query_id
        question = say(language, "classify.which_row", first=first, last=last)
        options = tuple(f"#{row.query_id} {_short(row.text, _LONGEST_OPTION)}" for row in some)
        yield Select(f"fb:{first}:row", question, options)


def _short(text: str, most: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"
