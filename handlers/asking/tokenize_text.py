"""`/tokenize`: how a tokenizer cuts a text, a pair or several lines into pieces."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from itertools import islice, zip_longest

from handlers.asking.checkpoints import ready, say_if_slow
from handlers.asking.query_log import Stopwatch, log_if_possible, not_kept_note, small_print
from handlers.coding.button import code_button
from handlers.coding.snippet import LONGEST
from handlers.services import Services
from handlers.table import LONGEST_TEXT, Bilingual, Command, Kind, Option, model_option, text_option
from handlers.texts import say
from handlers.types import File, Language, Reply, Request, Table, UserError
from models.canonical import shortened
from models.results import Checkpoint, Task
from models.tasks.tokenization import LinesToTokenize, Piece, Tokenization, TokenizedLine

DEFAULT_MODEL = "sentiment"
MOST_LINES = 64
MOST_CHARACTERS = 200_000
"""Of a batch, counted as it is padded: every line as long as the longest, with its pair."""
_MOST_ROWS = 60
"""A chat is no place for more; the rest goes into a file."""
_SHOWN_TEXT = 600
_ESCAPES = str.maketrans({"\t": "\\t", "\n": "\\n", "\r": "\\r"})

Row = tuple[str, ...]


async def tokenize_text(request: Request, services: Services) -> Reply:
    """Answer `/tokenize text [pair] [model] [compare]`."""
    language = request.actor.language
    lines = _lines(request)
    checkpoint = await ready(services, request, "model", DEFAULT_MODEL)
    await say_if_slow(services, checkpoint, request, Task.TOKENIZE)
    watch = Stopwatch()
    answer = await services.models.ask(
        checkpoint, LinesToTokenize(tuple(lines), _pair(request)), request.place.community
    )
    if "compare" in request.options:
        return await _compared(request, services, checkpoint, answer, watch)
    result = _result(answer, request)
    query_number = await log_if_possible(services, request, checkpoint, result, watch)
    table, files = await _shown(_columns(answer, language), lambda: _rows(answer, language))
    return Reply(
        title=_title(answer, language),
        text=_with_note(_summary(answer, language, is_cut=bool(files)), query_number, language),
        table=table,
        code=_decoded(answer, language),
        files=files,
        controls=code_button(query_number, language),
        footer=small_print(checkpoint, watch, None, query_number),
    )


TOKENIZE = Command(
    name=Bilingual("tokenize", "토큰"),
    description=Bilingual(
        "How a tokenizer cuts a text into pieces", "토크나이저가 글을 어떻게 나누는지 보여 줘요"
    ),
    handler=tokenize_text,
    example=Bilingual("/tokenize Hello there", "/토큰 안녕하세요"),
    options=(
        text_option("The text; several lines make a batch", "글 (여러 줄이면 한 배치)"),
        Option(
            Bilingual("pair", "짝"),
            Bilingual("A second text, for a sentence pair", "문장 쌍의 둘째 글"),
            Kind.TEXT,
            holds_words=True,
            maximum=LONGEST_TEXT,
        ),
        model_option("Whose tokenizer (sentiment)", "토크나이저를 쓸 모델 (기본 sentiment)"),
        Option(
            Bilingual("compare", "비교"),
            Bilingual("A second tokenizer, side by side", "나란히 비교할 다른 토크나이저"),
            Kind.MODEL,
        ),
    ),
)


async def _compared(
    request: Request,
    services: Services,
    first: Checkpoint,
    one: Tokenization,
    watch: Stopwatch,
) -> Reply:
    language = request.actor.language
    second = await ready(services, request, "compare", DEFAULT_MODEL)
    await say_if_slow(services, second, request, Task.TOKENIZE)
    asker = request.place.community
    two = await services.models.ask(
        second, LinesToTokenize(tuple(_lines(request)), _pair(request)), asker
    )
    result = _result(one, request)
    result |= {"compared": second.full_name, "other": _result(two, request)}
    query_number = await log_if_possible(services, request, first, result, watch)
    has_types = _pair(request) is not None and (_has_types(one) or _has_types(two))
    names = ["id", say(language, "tokenize.type")] if has_types else ["id"]
    columns = ("#", first.full_name, *names, second.full_name, *names)
    table, files = await _shown(columns, lambda: _side_by_side(one, two, has_types=has_types))
    sides = ((first, one), (second, two))
    said = [
        say(language, "tokenize.side", model=checkpoint.full_name, **_facts(side))
        for checkpoint, side in sides
    ]
    said += _types_said(sides, language) if has_types else []
    said += [say(language, "tokenize.more_in_file", rows=_MOST_ROWS)] if files else []
    return Reply(
        title=say(language, "tokenize.compared", one=first.full_name, two=second.full_name),
        text=_with_note("\n".join(said), query_number, language),
        table=table,
        files=files,
        controls=code_button(query_number, language),
        footer=small_print(first, watch, None, query_number),
    )


def _with_note(text: str, query_number: int | None, language: Language) -> str:
    return "\n".join(filter(None, (text, not_kept_note(language, query_number))))


def lines_in(text: str) -> list[str]:
    """Return the lines of a text that say something."""
    return [line for line in text.splitlines() if line.strip()]


def _lines(request: Request) -> list[str]:
    lines = lines_in(str(request.options["text"]))
    if len(lines) > MOST_LINES:
        raise UserError("too_many_lines", lines=len(lines), maximum=MOST_LINES)
    longest = max(map(len, lines)) + len(str(request.options.get("pair", "")))
    if len(lines) * longest > MOST_CHARACTERS:
        raise UserError(
            "batch_too_large", lines=len(lines), longest=longest, maximum=MOST_CHARACTERS
        )
    return lines


def _pair(request: Request) -> str | None:
    pair = request.options.get("pair")
    return str(pair) if pair else None


async def _shown(columns: Row, rows: Callable[[], Iterator[Row]]) -> tuple[Table, tuple[File, ...]]:
    """Return the first rows as a table, and all of them as a file where they are more."""
    first = tuple(islice(rows(), _MOST_ROWS + 1))
    table = Table(columns, first[:_MOST_ROWS])
    if len(first) <= _MOST_ROWS:
        return table, ()
    # A hundred thousand rows take long enough to be felt by everybody else.
    return table, (await asyncio.to_thread(_as_file, columns, rows()),)


def _as_file(columns: Row, rows: Iterator[Row]) -> File:
    lines = ["\t".join(cell.translate(_ESCAPES) for cell in row) for row in (columns, *rows)]
    return File("tokens.tsv", "\n".join(lines).encode())


def _result(answer: Tokenization, request: Request) -> dict[str, object]:
    pair = _pair(request)
    kept = {"pair": shortened(pair, LONGEST + 1)} if pair else {}
    return {"tokens": [line.tokens.total for line in answer.lines], **kept}


def _facts(answer: Tokenization) -> dict[str, object]:
    return {
        "tokens": f"{sum(line.tokens.total for line in answer.lines):,}",
        "unknown": sum(line.unknown for line in answer.lines),
        "tokenizer": answer.kind or answer.tokenizer_class,
        "frame": _frame(answer.lines[0]),
    }


def _title(answer: Tokenization, language: Language) -> str:
    longest = max(line.tokens.total for line in answer.lines)
    limit = f"{answer.limit:,}" if answer.limit else "∞"
    if len(answer.lines) == 1:
        return say(language, "tokenize.count", tokens=f"{longest:,}", limit=limit)
    return say(
        language,
        "tokenize.batch",
        lines=len(answer.lines),
        width=f"{len(answer.lines[0].pieces):,}",
        longest=f"{longest:,}",
        limit=limit,
    )


def _summary(answer: Tokenization, language: Language, *, is_cut: bool) -> str:
    facts = _facts(answer)
    said = [say(language, "tokenize.by", **facts)]
    if facts["unknown"]:
        said.append(say(language, "tokenize.unknown", **facts))
    if answer.limit and any(line.tokens.total > answer.limit for line in answer.lines):
        said.append(say(language, "tokenize.over_limit", limit=f"{answer.limit:,}"))
    if is_cut:
        said.append(say(language, "tokenize.more_in_file", rows=_MOST_ROWS))
    return " ".join(said)


def _columns(answer: Tokenization, language: Language) -> Row:
    names = ["line"] * (len(answer.lines) > 1) + ["piece", "token", "id", "attention"]
    names += ["type"] * _has_types(answer) + ["kind"]
    return tuple(say(language, f"tokenize.{name}") for name in names)


def _rows(answer: Tokenization, language: Language) -> Iterator[Row]:
    has_types = _has_types(answer)
    for number, line in enumerate(answer.lines, start=1):
        for piece in line.pieces:
            cells = _cells(piece, language, has_types=has_types)
            yield (str(number), *cells) if len(answer.lines) > 1 else cells


def _cells(piece: Piece, language: Language, *, has_types: bool) -> Row:
    kind = "padding" if piece.is_padding else "special" if piece.is_special else None
    return (
        piece.text,
        piece.token,
        str(piece.id),
        str(piece.attention),
        *([str(piece.type_id)] if has_types else []),
        say(language, f"tokenize.{kind}") if kind else "",
    )


def _has_types(answer: Tokenization) -> bool:
    return answer.lines[0].pieces[0].type_id is not None if answer.lines[0].pieces else False


def _decoded(answer: Tokenization, language: Language) -> str:
    def shown(line: TokenizedLine) -> str:
        with_special = say(language, "tokenize.decoded", text=line.decoded[:_SHOWN_TEXT])
        without = say(
            language, "tokenize.decoded_plain", text=line.decoded_without_special[:_SHOWN_TEXT]
        )
        return f"{with_special}\n{without}"

    return "\n".join(shown(line) for line in answer.lines)


def _types_said(sides: Iterable[tuple[Checkpoint, Tokenization]], language: Language) -> list[str]:
    """Say which of two tells texts of a pair apart, where only one does."""
    named = {_has_types(answer): checkpoint.full_name for checkpoint, answer in sides}
    if len(named) == 1:
        return []
    return [say(language, "tokenize.one_has_types", one=named[True], other=named[False])]


def _side_by_side(one: Tokenization, two: Tokenization, *, has_types: bool) -> Iterator[Row]:
    sides = [
        (
            (_marked(piece), str(piece.id), *([_type(piece)] if has_types else []))
            for line in side.lines
            for piece in line.pieces
            if not piece.is_padding
        )
        for side in (one, two)
    ]
    nothing = ("",) * (3 if has_types else 2)
    for number, (left, right) in enumerate(zip_longest(*sides, fillvalue=nothing), start=1):
        yield (str(number), *left, *right)


def _type(piece: Piece) -> str:
    return "–" if piece.type_id is None else str(piece.type_id)


def _marked(piece: Piece) -> str:
    """Return a piece as the vocabulary spells it, with its ##, ▁ or Ġ, where people can read that.

    Bytes that are no letters of the text show the letter that they make together.
    """
    text = piece.text.strip()
    return piece.token if text and text in piece.token else piece.text


def _frame(line: TokenizedLine) -> str:
    """Return the special tokens of a line, with an ellipsis for each stretch of text."""
    shown: list[str] = []
    for piece in line.pieces:
        if piece.is_special and not piece.is_padding:
            shown.append(piece.token)
        elif not piece.is_special and shown[-1:] != ["…"]:
            shown.append("…")
    return " ".join(shown)
