"""From texts to token numbers, cut to what a model takes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.canonical import legible, without_surrogates
from models.checkpoints.tokenizing.tokenizer import Text, TextTokenizer
from models.engines.protocol import EngineError, Positions, TokenRow
from models.reasons import Reason
from models.results import TokenCount

_BYTES_PER_TOKEN = 4
"""Of UTF-8, roughly, in English (4 letters of 1) as in Korean (a syllable and a third of 3)."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """One text as the model sees it (`engines.protocol.TokenRow`): special tokens included, cut."""

    ids: list[int]
    type_ids: list[int] | None
    tokens: TokenCount


def estimate_tokens(text: str, limit: int | None = None) -> int:
    """Guess how many tokens a text has, without a tokenizer, to sort and to cut batches."""
    tokens = len(text.encode(errors="replace")) // _BYTES_PER_TOKEN + 3
    return tokens if limit is None else min(tokens, limit)


def every_token(rows: Sequence[TokenRow]) -> Positions:
    """Return the positions of all tokens of all rows."""
    lengths = [len(row.ids) for row in rows]
    tokens = np.concatenate([np.arange(length) for length in lengths])
    return np.repeat(np.arange(len(rows)), lengths), tokens


class TextEncoder:
    """Encodes for one network. As safe in threads as its tokenizer.

    The tokenizer itself is never asked to cut or to pad. Both are state of the object that it
    shares with every other caller, and cutting here gives the whole length for nothing.
    """

    def __init__(
        self, tokenizer: TextTokenizer, limit: int, has_types: bool, vocabulary_size: int
    ) -> None:
        """`has_types` says whether the network takes the types of tokens."""
        self.tokenizer = tokenizer
        self.limit = limit
        self.vocabulary_size = vocabulary_size
        # GPT-2 takes types, too, and would add them up with the words: the tokenizer must agree.
        self.has_types = has_types and tokenizer.facts.has_types
        self.frame = _frame(tokenizer)
        """How many special tokens stand before and after a text's own."""

    def encode(self, texts: Sequence[Text]) -> list[Encoded]:
        """Encode texts; each is at least one token long, since networks fail on none.

        Raises:
            EngineError: the tokenizer does not belong to the network.
        """
        read = [_legible(text) for text in texts]
        rows = zip(read, self.tokenizer.encode(read), strict=True)
        return [
            self._cut(text, ids, type_ids if self.has_types else None)
            for text, (ids, type_ids) in rows
        ]

    def _cut(self, text: Text, ids: list[int], type_ids: list[int] | None) -> Encoded:
        total = len(ids)
        if not ids:
            ids, type_ids = [self.tokenizer.facts.filler_id], None
        require_known(ids, self.vocabulary_size)
        tokens = TokenCount(used=min(total, self.limit), total=total)
        if total <= self.limit:
            return Encoded(ids, type_ids, tokens)
        if not isinstance(text, str) and (cut := self._of_first(text[0], total)):
            return Encoded(ids[: cut.start] + ids[cut.stop :], _without(type_ids, cut), tokens)
        return Encoded(self._kept(ids), type_ids and self._kept(type_ids), tokens)

    def _of_first(self, first: str, total: int) -> range | None:
        """Return which tokens of a pair are cut: the end of the first text, if that is enough."""
        ((ids, _),) = self.tokenizer.encode([first])
        end = len(ids) - self.frame[1]
        begin = end - (total - self.limit)
        return range(begin, end) if begin >= self.frame[0] else None

    def window(self, ids: list[int], type_ids: list[int], begin: int, end: int) -> Encoded:
        """Return some of a text's own tokens, by number, between the special ones.

        Raises:
            EngineError: the tokenizer does not belong to the network.
        """
        require_known(ids, self.vocabulary_size)
        types = self._framed(type_ids, begin, end) if self.has_types else None
        size = sum(self.frame) + end - begin
        return Encoded(self._framed(ids, begin, end), types, TokenCount(size, len(ids)))

    def _kept(self, values: list[int]) -> list[int]:
        """Keep the special tokens at both ends, and of the rest what the tokenizer would keep."""
        own = len(values) - sum(self.frame)
        room = max(0, self.limit - sum(self.frame))
        is_left = self.tokenizer.facts.truncation_side == "left"
        return self._framed(values, own - room if is_left else 0, own if is_left else room)

    def _framed(self, values: list[int], begin: int, end: int) -> list[int]:
        head, tail = self.frame
        own = values[head : len(values) - tail]
        return values[:head] + own[begin:end] + values[len(values) - tail :]


def require_known(ids: Sequence[int], vocabulary_size: int) -> None:
    """Refuse tokens that the network has no embedding for.

    Raises:
        EngineError: the tokenizer does not belong to the network.
    """
    if max(ids, default=0) >= vocabulary_size:
        raise EngineError(Reason.TOKENIZER_TOO_LARGE)


def _legible(text: Text) -> Text:
    if isinstance(text, str):
        return legible(without_surrogates(text))
    first, second = (legible(without_surrogates(each)) for each in text)
    return first, second


def _without(values: list[int] | None, cut: range) -> list[int] | None:
    return values and values[: cut.start] + values[cut.stop :]


def _frame(tokenizer: TextTokenizer) -> tuple[int, int]:
    """Return how many special tokens the tokenizer puts before and after a text."""
    special = tokenizer.special_mask("a")
    if all(special):
        return len(special), 0
    return special.index(0), special[::-1].index(0)
