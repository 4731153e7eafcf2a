"""`/tokenize`: how a tokenizer cuts a text, a pair or several lines into pieces."""

from handlers.checkpoints import ready
from handlers.remember import Stopwatch, remember, small_print
from handlers.services import Services
from handlers.texts import say
from handlers.types import File, Language, Reply, Request, Table, UserError
from models.results import Checkpoint, Piece, Tokenization, TokenizedLine

DEFAULT_MODEL = "sentiment"
MOST_LINES = 64
_MOST_ROWS = 60
"""A chat is no place for more; the rest goes into a file."""
_SHOWN_TEXT = 600


async def tokenize_text(request: Request, services: Services) -> Reply:
    """Answer `/tokenize text [pair] [model] [compare]`."""
    language = request.actor.language
    lines = _lines(request)
    pair = request.options.get("pair")
    checkpoint = await ready(services, request, "model", DEFAULT_MODEL)
    watch = Stopwatch()
    answer = await services.models.tokenize(checkpoint, lines, str(pair) if pair else None)
    if "compare" in request.options:
        return await _compared(request, services, checkpoint, answer, watch)
    query_id = await remember(services, request, checkpoint, _result(answer), watch)
    rows = _rows(answer, language)
    return Reply(
        title=_title(answer, language),
        text=_summary(answer, language, is_cut=len(rows) > _MOST_ROWS),
        table=Table(_columns(answer, language), rows[:_MOST_ROWS]),
        code=_decoded(answer, language),
        files=_whole(answer, language, rows),
        footer=small_print(checkpoint, watch, None, query_id),
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
    pair = request.options.get("pair")
    two = await services.models.tokenize(second, _lines(request), str(pair) if pair else None)
    result = _result(one) | {"compared": second.full_name, "other": _result(two)}
    query_id = await remember(services, request, first, result, watch)
    sides = ((first, one), (second, two))
    return Reply(
        title=say(language, "tokenize.compared", one=first.full_name, two=second.full_name),
        text="\n".join(
            say(language, "tokenize.side", model=checkpoint.full_name, **_facts(side))
            for checkpoint, side in sides
        ),
        table=_side_by_side(first, one, second, two),
        footer=small_print(first, watch, None, query_id),
    )


def _lines(request: Request) -> list[str]:
    lines = [line for line in str(request.options["text"]).splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        raise UserError("too_many_lines", lines=len(lines), maximum=MOST_LINES)
    return lines


def _result(answer: Tokenization) -> dict[str, object]:
    return {"tokens": [line.tokens.total for line in answer.lines]}


def _facts(answer: Tokenization) -> dict[str, object]:
    return {
        "tokens": f"{sum(line.tokens.total for line in answer.lines):,}",
        "unknown": sum(line.unknown for line in answer.lines),
        "tokenizer": answer.tokenizer_class,
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


def _columns(answer: Tokenization, language: Language) -> tuple[str, ...]:
    names = ["line"] * (len(answer.lines) > 1) + ["piece", "token", "id", "attention"]
    names += ["type"] * _has_types(answer) + ["kind"]
    return tuple(say(language, f"tokenize.{name}") for name in names)


def _rows(answer: Tokenization, language: Language) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (
            *([str(number)] if len(answer.lines) > 1 else []),
            *_cells(piece, language, has_types=_has_types(answer)),
        )
        for number, line in enumerate(answer.lines, start=1)
        for piece in line.pieces
    )


def _cells(piece: Piece, language: Language, *, has_types: bool) -> tuple[str, ...]:
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


def _whole(
    answer: Tokenization, language: Language, rows: tuple[tuple[str, ...], ...]
) -> tuple[File, ...]:
    if len(rows) <= _MOST_ROWS:
        return ()
    lines = ["\t".join(_columns(answer, language))]
    lines += ["\t".join(cell.replace("\t", " ") for cell in row) for row in rows]
    return (File("tokens.tsv", "\n".join(lines).encode()),)


def _side_by_side(
    first: Checkpoint, one: Tokenization, second: Checkpoint, two: Tokenization
) -> Table:
    left = [piece for line in one.lines for piece in line.pieces if not piece.is_padding]
    right = [piece for line in two.lines for piece in line.pieces if not piece.is_padding]
    rows = []
    for row in range(min(max(len(left), len(right)), _MOST_ROWS)):
        cells = [_piece_and_id(pieces, row) for pieces in (left, right)]
        rows.append((str(row + 1), *cells[0], *cells[1]))
    columns = ("#", first.full_name, "id", second.full_name, "id")
    return Table(columns, tuple(rows))


def _piece_and_id(pieces: list[Piece], row: int) -> tuple[str, str]:
    return (pieces[row].text, str(pieces[row].id)) if row < len(pieces) else ("", "")
