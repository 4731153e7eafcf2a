"""From texts to token numbers, cut to what a model takes."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.canonical import legible, without_surrogates
from models.checkpoints.tokenizer import TextTokenizer
from models.engines.protocol import EngineError
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
        self._vocabulary_size = vocabulary_size
        # GPT-2 takes types, too, and would add them up with the words: the tokenizer must agree.
        self._has_types = has_types and tokenizer.facts.has_types
        self._head, self._tail = _frame(tokenizer)

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """Encode texts; each is at least one token long, since networks fail on none.

        Raises:
            EngineError: the tokenizer does not belong to the network.
        """
        rows = self.tokenizer.encode([legible(without_surrogates(text)) for text in texts])
        return [self._cut(ids, type_ids if self._has_types else None) for ids, type_ids in rows]

    def _cut(self, ids: list[int], type_ids: list[int] | None) -> Encoded:
        total = len(ids)
        if not ids:
            ids, type_ids = [self.tokenizer.facts.filler_id], None
        if max(ids) >= self._vocabulary_size:
            raise EngineError(Reason.TOKENIZER_TOO_LARGE)
        tokens = TokenCount(used=min(total, self.limit), total=total)
        if total <= self.limit:
            return Encoded(ids, type_ids, tokens)
        return Encoded(self._kept(ids), type_ids and self._kept(type_ids), tokens)

    def _kept(self, values: list[int]) -> list[int]:
        """Keep the special tokens at both ends, and of the rest what the tokenizer would keep."""
        body = values[self._head : len(values) - self._tail]
        room = max(0, self.limit - self._head - self._tail)
        is_left = self.tokenizer.facts.truncation_side == "left"
        kept = body[len(body) - room :] if is_left else body[:room]
        return values[: self._head] + kept + values[len(values) - self._tail :]


def _frame(tokenizer: TextTokenizer) -> tuple[int, int]:
    """Return how many special tokens the tokenizer puts before and after a text."""
    special = tokenizer.special_mask("a")
    if all(special):
        return len(special), 0
    return special.index(0), special[::-1].index(0)
