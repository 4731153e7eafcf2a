"""Long texts as the windows that a network takes, which overlap; each token with its place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from models.canonical import legible, legible_places, without_surrogates
from models.checkpoints.tokenizing.tokenizer import PlacedIds
from models.engines.protocol import Engine, EngineError
from models.reasons import Reason
from models.results import TokenCount
from models.tasks.tokens.batching import BATCH_TOKENS, cut
from models.tasks.tokens.encoding import Encoded, TextEncoder, every_token

MOST_WINDOWS = 16
"""Of a text; what is behind them is cut off, so that nobody keeps a network for minutes."""
_OVERLAP = 4
"""A window shares this part of its tokens with the next: what stands at an edge lacks context."""


@dataclass(frozen=True, slots=True)
class PlacedText:
    """A text as its tokenizer reads it, without the tokens that are added to each window."""

    text: str
    """Legible: places count in it."""
    ids: list[int]
    places: list[tuple[int, int]]
    windows: tuple[tuple[int, int], ...]
    """From which token to which; none where there is no token."""
    rows: tuple[Encoded, ...]
    """The windows, as the network takes them."""
    lead: int
    """How many added tokens stand before a window's own."""
    tokens: TokenCount
    typed: list[tuple[int, int]] | None
    """Where each character of `text` was typed; None: just there."""

    def as_typed(self, start: int, end: int) -> tuple[int, int]:
        """Return a place in the text as it was typed."""
        if self.typed is None:
            return start, end
        return self.typed[start][0], self.typed[end - 1][1]


def placed(encoder: TextEncoder, texts: Sequence[str]) -> list[PlacedText]:
    """Encode texts.

    Raises:
        EngineError: the tokenizer knows no places, or does not belong to the network.
    """
    typed = [without_surrogates(text) for text in texts]
    read = [legible(text) for text in typed]
    encodings = encoder.tokenizer.encode_with_places(read)
    if encodings is None:
        raise EngineError(Reason.TOKENIZER_WITHOUT_PLACES)
    return [_placed(encoder, *each) for each in zip(typed, read, encodings, strict=True)]


def outputs(engine: Engine, texts: Sequence[PlacedText]) -> list[NDArray[np.float32]]:
    """Run the network over all windows; return what it gives for each token of each text.

    A token that is in two windows is read in the one where it is farther from an edge.
    """
    of_rows = iter(in_batches(engine, [row for text in texts for row in text.rows]))
    return [_joined(text, [next(of_rows) for _ in text.rows]) for text in texts]


def in_batches(engine: Engine, rows: Sequence[Encoded]) -> list[NDArray[np.float32]]:
    """Return what a network gives for each token of each row, however many there are."""
    order = sorted(range(len(rows)), key=lambda place: len(rows[place].ids))
    found: dict[int, NDArray[np.float32]] = {}
    for batch in cut([len(rows[place].ids) for place in order], BATCH_TOKENS):
        some = [order[each] for each in batch]
        found |= zip(some, by_row(engine, [rows[place] for place in some]), strict=True)
    return [found[place] for place in range(len(rows))]


def by_row(engine: Engine, rows: Sequence[Encoded]) -> list[NDArray[np.float32]]:
    """Return what a network gives for each token of each row, of shape (tokens, outputs)."""
    if not rows:
        return []
    ends = np.cumsum([len(row.ids) for row in rows])
    return np.split(engine.logits(rows, every_token(rows)), ends[:-1])


def _placed(encoder: TextEncoder, typed: str, text: str, encoding: PlacedIds) -> PlacedText:
    (lead, tail), total = encoder.frame, len(encoding.ids)
    own = slice(lead, total - tail)
    count = len(encoding.ids[own])
    windows = tuple(windows_of(count, max(1, encoder.limit - lead - tail)))
    return PlacedText(
        text=text,
        ids=encoding.ids[own],
        places=encoding.places[own],
        windows=windows,
        rows=tuple(encoder.window(encoding.ids, encoding.type_ids, *each) for each in windows),
        lead=lead,
        tokens=TokenCount(total - count + (windows[-1][1] if windows else 0), total),
        typed=None if typed == text else legible_places(typed),
    )


def windows_of(count: int, room: int) -> Iterator[tuple[int, int]]:
    """Cut so many tokens into windows; the last one is as short as it happens to be."""
    overlap = room // _OVERLAP
    begins = range(0, max(1, count - overlap), room - overlap) if count else range(0)
    for begin in begins[:MOST_WINDOWS]:
        yield begin, min(begin + room, count)


def _joined(text: PlacedText, of_windows: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    """Put together what the windows of a text gave; overlaps are shared between their windows."""
    if not of_windows:
        return np.zeros((0, 0), np.float32)
    middles = [(end + begin) // 2 for (_, end), (begin, _) in pairwise(text.windows)]
    bounds = pairwise([0, *middles, text.windows[-1][1]])
    parts = [
        given[text.lead + first - begin : text.lead + last - begin]
        for given, (begin, _), (first, last) in zip(of_windows, text.windows, bounds, strict=True)
    ]
    return np.concatenate(parts)
