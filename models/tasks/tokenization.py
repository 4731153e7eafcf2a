"""Showing how a tokenizer cuts texts into pieces, in the letters that people typed."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from sys import getsizeof

from models.canonical import without_surrogates
from models.checkpoints.folder_contents import TOKENIZER_FILE
from models.checkpoints.line_tokenizer import LineRow, LineTokenizer
from models.results import Question, Task, TokenCount
from models.tasks.spec import TokenizerTask
from models.tasks.tokens.encoding import estimate_tokens

_JAMO = re.compile("[\u1160-\u11ff\ud7b0-\ud7fb]")
_PIECE_BYTES = 210
"""Of an answer, besides its text; measured with tracemalloc, and a test holds it."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One token of a line. `text` is sliced from the original, so Hangul and emoji look right."""

    text: str
    token: str
    """As the vocabulary spells it; for byte-level tokenizers unreadable to people."""
    id: int
    attention: int
    type_id: int | None
    is_special: bool
    is_padding: bool


@dataclass(frozen=True, slots=True)
class TokenizedLine:
    """One text (or pair) of a batch."""

    pieces: tuple[Piece, ...]
    decoded: str
    decoded_without_special: str
    tokens: TokenCount
    """`used` and `total` without padding; `total` may be over the limit, nothing is cut here."""
    unknown: int
    """How many pieces are the unknown token."""


@dataclass(frozen=True, slots=True)
class Tokenization:
    """A padded batch: every line has equally many pieces."""

    lines: tuple[TokenizedLine, ...]
    limit: int | None
    """Most tokens that the model takes; None where nothing says so."""
    tokenizer_class: str
    """Or "tokenizer.json", where that is followed instead."""
    kind: str | None = None
    """By which algorithm it cuts, such as WordPiece, where that is known."""


@dataclass(frozen=True, slots=True)
class LinesToTokenize(Question[Tokenization]):
    """What a tokenizer's lane is asked: lines, each together with `pair` where there is one."""

    lines: tuple[str, ...]
    pair: str | None = None


class TokenViewer:
    """What stands behind a tokenizer's lane, a `models.tasks.spec.Pipeline`."""

    def __init__(self, tokenizer: LineTokenizer) -> None:
        self.facts = tokenizer.facts
        self._tokenizer = tokenizer
        self._special = frozenset(self.facts.special_ids)
        self._padding = _padding_piece(*self.facts.padding, 0 if self.facts.has_types else None)

    def size(self, item: LinesToTokenize) -> int:
        """Guess the tokens of all lines."""
        return sum(estimate_tokens(line) for line in item.lines)

    def prepare(self, items: Sequence[LinesToTokenize]) -> Callable[[], Sequence[Tokenization]]:
        """Do everything; there is no network to run."""
        answers = [self._tokenization(item) for item in items]
        return lambda: answers

    def _tokenization(self, item: LinesToTokenize) -> Tokenization:
        item, facts = _whole(item), self.facts
        rows = self._tokenizer.rows(item.lines, item.pair)
        width = max((len(row.ids) for row in rows), default=0)
        lines = tuple(
            self._line(row, (line, item.pair or ""), width)
            for row, line in zip(rows, item.lines, strict=True)
        )
        by = TOKENIZER_FILE if facts.is_by_file else facts.class_name
        return Tokenization(lines, facts.limit, by, facts.kind)

    def _line(self, row: LineRow, sources: tuple[str, str], width: int) -> TokenizedLine:
        total, facts = len(row.ids), self.facts
        pieces = (*self._pieces(row, sources), *[self._padding] * (width - total))
        plain = [piece.id for piece in pieces[:total] if not piece.is_special]
        return TokenizedLine(
            pieces=pieces,
            decoded=self._tokenizer.decode(row.ids),
            decoded_without_special=self._tokenizer.decode(plain),
            tokens=TokenCount(min(total, facts.limit or total), total),
            unknown=row.ids.count(facts.unknown_id) if facts.unknown_id is not None else 0,
        )

    def _pieces(self, row: LineRow, sources: tuple[str, str]) -> Iterator[Piece]:
        texts = _slices(row, sources) if row.spelled is None else row.spelled
        for place, text in enumerate(texts):
            yield Piece(
                text=text,
                token=row.tokens[place],
                id=row.ids[place],
                attention=1,
                type_id=row.type_ids[place] if row.type_ids else None,
                is_special=bool(row.added[place]) or row.ids[place] in self._special,
                is_padding=False,
            )


def _whole(item: LinesToTokenize) -> LinesToTokenize:
    """Replace half characters first, so that offsets count in the text that is cut."""
    pair = item.pair and without_surrogates(item.pair)
    return LinesToTokenize(tuple(without_surrogates(line) for line in item.lines), pair)


def _slices(row: LineRow, sources: tuple[str, str]) -> Iterator[str]:
    """Cut the texts at the offsets.

    Several tokens may share one character, such as the bytes of an emoji: the first one shows it,
    the others show nothing, so that the pieces in a row read like the text. What a tokenizer puts
    together before it counts, such as the parts of 한 in decomposed Hangul, is whole as well.
    """
    assert row.offsets is not None
    assert row.sources is not None
    shown_until = [0, 0]
    limits = _limits(row.offsets, row.sources, sources)
    for token, (start, end), source, limit in zip(
        row.tokens, row.offsets, row.sources, limits, strict=True
    ):
        if source is None:
            yield token
            continue
        text = sources[source]
        begin, until = max(start, shown_until[source]), _whole_end(text, end, limit)
        yield text[begin:until]
        shown_until[source] = max(until, shown_until[source])


def _limits(
    offsets: Sequence[tuple[int, int]], of: Sequence[int | None], sources: tuple[str, str]
) -> list[int]:
    """Return where, for each token, the next one begins that does not share its place."""
    limits = [0] * len(offsets)
    begins, behind = [len(each) for each in sources], [len(each) for each in sources]
    for place in reversed(range(len(offsets))):
        source, start = of[place], offsets[place][0]
        if source is None:
            continue
        if start != begins[source]:
            behind[source], begins[source] = begins[source], start
        limits[place] = behind[source]
    return limits


def _whole_end(text: str, end: int, limit: int) -> int:
    """Go on to the end of a letter, where nobody else shows the rest of it."""
    while 0 < end < limit and _belongs_to_the_last(text[end]):
        end += 1
    return end


def _belongs_to_the_last(character: str) -> bool:
    """Whether it is a mark above a letter, or a vowel or final consonant of decomposed Hangul."""
    return unicodedata.category(character) in ("Mn", "Me") or bool(_JAMO.match(character))


def _padding_piece(token: str, id_: int, type_id: int | None) -> Piece:
    return Piece(token, token, id_, 0, type_id, is_special=True, is_padding=True)


def _answer_bytes(answer: Tokenization) -> int:
    return sum(
        _PIECE_BYTES * len(line.pieces)
        + getsizeof(line.decoded)
        + getsizeof(line.decoded_without_special)
        for line in answer.lines
    )


TOKENIZATION = TokenizerTask(
    task=Task.TOKENIZE,
    question=LinesToTokenize,
    question_bytes=lambda asked: sum(map(getsizeof, asked.lines)) + getsizeof(asked.pair),
    answer_bytes=_answer_bytes,
    pipeline=TokenViewer,
)
