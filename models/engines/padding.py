"""How texts of different lengths go through a network together, each answered as if it were alone.

One rule for what answers, what measures and what trains; free of torch.
"""

import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, TypeGuard

import numpy as np
from numpy.typing import NDArray

from models.checkpoints.loading import embedded_tokens
from models.checkpoints.tokenizing.tokenizer import TokenizerFacts
from models.engines.protocol import TokenRow

if TYPE_CHECKING:
    from transformers import PreTrainedConfig, PreTrainedModel

_SEES_PADDING = {"canine", "convbert", "fnet", "funnel", "nystromformer", "yoso"}
"""Types whose answers depend on the padding behind a text (measured: 5 of 92 in transformers; of
Funnel only those of masks)."""

Batch = Mapping[str, NDArray[np.int64]]
"""By input name, each of shape (texts, tokens), padded right."""


@dataclass(frozen=True, slots=True)
class Row:
    """A text as token numbers (`engines.protocol.TokenRow`)."""

    ids: Sequence[int]
    type_ids: Sequence[int] | None = None


@dataclass(frozen=True, slots=True)
class Padding:
    """What fills up the shorter texts of a network, if anything may."""

    token: int
    type: int = 0
    inputs: frozenset[str] = frozenset({"input_ids", "attention_mask"})
    """What the network is given."""
    is_seen: bool = False
    """Whether any answer depends on it: then only texts of one length go together."""
    is_read: bool = False
    """Whether classes are read off it: a text's last place, say. Likewise then."""
    is_missing: bool = False
    """Whether a classifier refuses two texts at a time, for its config names no padding."""
    least: int = 1
    """How many tokens it takes at least: shorter texts are filled up even when they are alone."""
    end: int | None = None
    """The token that classes are read off, if any: BART refuses texts that have more of it and
    texts that have fewer at a time."""

    def batch(self, rows: Sequence[TokenRow]) -> Batch:
        """Put rows into one array per input, filled up on the right."""
        types = [row.type_ids or [0] * len(row.ids) for row in rows]
        batch = {
            "input_ids": filled([row.ids for row in rows], self.token, self.least),
            "attention_mask": filled([[1] * len(row.ids) for row in rows], 0, self.least),
            "token_type_ids": filled(types, self.type, self.least),
        }
        return {name: array for name, array in batch.items() if name in self.inputs}

    def for_classes(self, rows: Sequence[TokenRow]) -> Iterator[Sequence[TokenRow]]:
        """Cut rows, in their order, into those that a classifier may see together."""
        if self.is_missing:
            yield from ([row] for row in rows)
        else:
            yield from (list(alike) for _, alike in groupby(rows, self._likeness))

    def _likeness(self, row: TokenRow) -> tuple[int, int]:
        length = len(row.ids) if self.is_seen or self.is_read else 0
        return length, 0 if self.end is None else row.ids.count(self.end)


def padding_of(model: "PreTrainedModel", tokenizer: TokenizerFacts) -> Padding:
    """Read off a network and its tokenizer how texts may be put together."""
    # Decoders such as GPT-2 find a text's last token by the padding token of the config, not of
    # the tokenizer. Where that names none they refuse a batch.
    config, vocabulary_size = model.config.get_text_config(), embedded_tokens(model)
    own = getattr(config, "pad_token_id", None)  # which Perceiver's does not even have
    paddings = (own, tokenizer.pad_id, 0)
    takes = set(inspect.signature(model.forward).parameters)
    if not tokenizer.has_types:
        takes -= {"token_type_ids"}
    token = next(each for each in paddings if _is_token(each, vocabulary_size))
    end = config.eos_token_id if config.is_encoder_decoder else None
    return Padding(
        token=token,
        type=tokenizer.pad_type_id,
        inputs=frozenset(takes & {"input_ids", "attention_mask", "token_type_ids"}),
        is_seen=model.config.model_type in _SEES_PADDING,
        # XLNet reads a text's last place, or the mean of all, which others would fill with padding.
        is_read=getattr(config, "summary_type", "first") != "first" or token == end,
        least=_least_tokens(model.config),
        end=end,
        is_missing=not _is_token(own, vocabulary_size),
    )


def _least_tokens(config: "PreTrainedConfig") -> int:
    """How many tokens a network takes at least that pools several into one."""
    if config.model_type == "canine":
        return int(config.downsampling_rate)
    if config.model_type == "funnel":
        return int(2 ** (len(config.block_sizes) - 1) + 1)
    return 1


def filled(rows: Sequence[Sequence[int]], filling: int, least: int = 1) -> NDArray[np.int64]:
    """Put rows into one array, filled up on the right."""
    array = np.full((len(rows), max(least, *map(len, rows))), filling, dtype=np.int64)
    for row, values in zip(array, rows, strict=True):
        row[: len(values)] = values
    return array


def _is_token(number: int | None, vocabulary_size: int) -> TypeGuard[int]:
    return number is not None and 0 <= number < vocabulary_size
