"""From texts to token numbers, cut to what a model takes, and to padded batches."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.engines import Batch, EngineError
from models.results import TokenCount

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

_MOST_TOKENS = 8_192
"""Where nothing limits a model, this does: attention over a whole book would take all memory."""
_BYTES_PER_TOKEN = 4
"""Of UTF-8, roughly, in English (4 letters of 1) as in Korean (a syllable and a third of 3)."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """One text as the model sees it: special tokens included, cut, not padded."""

    ids: list[int]
    type_ids: list[int] | None
    tokens: TokenCount


def estimate_tokens(text: str, limit: int | None) -> int:
    """Guess how many tokens a text has, without a tokenizer, to sort and to cut batches."""
    return min(len(text.encode(errors="replace")) // _BYTES_PER_TOKEN + 3, limit or _MOST_TOKENS)


def without_surrogates(text: str) -> str:
    """Put a question mark for each half character, which tokenizers refuse; the length stays."""
    return text.encode(errors="replace").decode()


class Encoder:
    """Encodes for one network. Not safe in threads: its lane calls it from one at a time.

    The tokenizer itself is never asked to cut or to pad. Both are state of the object that it
    shares with every other caller, and cutting here gives the whole length for nothing.
    """

    def __init__(
        self,
        tokenizer: "PreTrainedTokenizerBase",
        limit: int | None,
        inputs: frozenset[str],
        vocabulary_size: int,
    ) -> None:
        self.tokenizer = tokenizer
        self.limit = limit
        self.inputs = inputs
        self._vocabulary_size = vocabulary_size
        # GPT-2 takes types, too, and would add them up with the words: the tokenizer must agree.
        names = tokenizer.model_input_names
        self._has_types = "token_type_ids" in inputs and "token_type_ids" in names
        self._head, self._tail = _frame(tokenizer)
        self._filler = next(
            (
                each
                for each in (tokenizer.bos_token_id, tokenizer.eos_token_id, tokenizer.unk_token_id)
                if each is not None
            ),
            0,
        )

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """Encode texts; each is at least one token long, since networks fail on none.

        Raises:
            EngineError: the tokenizer does not belong to the network.
        """
        batch = self.tokenizer(
            [without_surrogates(text) for text in texts],
            return_token_type_ids=self._has_types,
            verbose=False,
        )
        types = batch.get("token_type_ids") if self._has_types else None
        return [
            self._cut(ids, types[row] if types is not None else None)
            for row, ids in enumerate(batch["input_ids"])
        ]

    def pad(self, rows: Sequence[Encoded]) -> Batch:
        """Put encoded texts into one array per input, filled up on the right."""
        pad_id = self.tokenizer.pad_token_id
        filling = pad_id if pad_id is not None and pad_id < self._vocabulary_size else 0
        batch = {
            "input_ids": _padded([row.ids for row in rows], filling),
            "attention_mask": _padded([[1] * len(row.ids) for row in rows], 0),
        }
        if self._has_types:
            type_ids = [row.type_ids or [0] * len(row.ids) for row in rows]
            batch["token_type_ids"] = _padded(type_ids, self.tokenizer.pad_token_type_id)
        return {name: array for name, array in batch.items() if name in self.inputs}

    def _cut(self, ids: list[int], type_ids: list[int] | None) -> Encoded:
        total = len(ids)
        if not ids:
            ids, type_ids = [self._filler], None
        if max(ids) >= self._vocabulary_size:
            raise EngineError("Its tokenizer knows tokens that its weights do not.")
        most = self.limit or _MOST_TOKENS
        tokens = TokenCount(used=min(total, most), total=total)
        if total <= most:
            return Encoded(ids, type_ids, tokens)
        return Encoded(self._kept(ids, most), type_ids and self._kept(type_ids, most), tokens)

    def _kept(self, values: list[int], most: int) -> list[int]:
        """Keep the special tokens at both ends, and of the rest what the tokenizer would keep."""
        body = values[self._head : len(values) - self._tail]
        room = most - self._head - self._tail
        is_left = self.tokenizer.truncation_side == "left"
        kept = body[len(body) - room :] if is_left else body[:room]
        return values[: self._head] + kept + values[len(values) - self._tail :]


def _frame(tokenizer: "PreTrainedTokenizerBase") -> tuple[int, int]:
    """Return how many special tokens the tokenizer puts before and after a text."""
    special = tokenizer("a", return_special_tokens_mask=True)["special_tokens_mask"]
    if all(special):
        return len(special), 0
    return special.index(0), special[::-1].index(0)


def _padded(rows: Sequence[Sequence[int]], filling: int) -> NDArray[np.int64]:
    array = np.full((len(rows), max(map(len, rows))), filling, dtype=np.int64)
    for row, values in zip(array, rows, strict=True):
        row[: len(values)] = values
    return array
