"""What the engine needs of a tokenizer, with or without transformers.

Nearly every tokenizer is one of the `tokenizers` library inside; asked directly it takes half the
time, and needs no transformers where an exported checkpoint answers. The few that are written in
Python are asked through transformers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import PreTrainedTokenizerBase

Text = str | tuple[str, str]
"""One, or a pair that is read together."""
TypedIds = tuple[list[int], list[int]]
"""The tokens of a text, and their types."""


@dataclass(frozen=True, slots=True)
class TokenizerFacts:
    """What a tokenizer knows of itself besides its tokenizer.json; plain data, fit for JSON."""

    has_types: bool
    truncation_side: str
    pad_id: int | None
    pad_type_id: int
    filler_id: int
    """Stands for a text without any token, since networks fail on none."""
    mask: str | None
    mask_id: int | None
    special_ids: tuple[int, ...]
    unknown_id: int | None = None
    splits_special: bool = False
    """Whether a special token that somebody types is cut like any other word."""


@dataclass(frozen=True, slots=True)
class PlacedIds:
    """The tokens of a text, and where in it each was read."""

    ids: list[int]
    type_ids: list[int]
    places: list[tuple[int, int]]
    """From which character to which."""
    texts: list[int | None]
    """Of which text each is, 0 or 1 of a pair; None of what was added."""


class TextTokenizer(Protocol):
    """Not safe in threads, unless it says so."""

    @property
    def facts(self) -> TokenizerFacts:
        """What it knows of itself."""
        ...

    def encode(self, texts: Sequence[Text]) -> list[TypedIds]:
        """Encode texts with special tokens; nothing is cut or padded."""
        ...

    def encode_with_places(self, texts: Sequence[Text]) -> list[PlacedIds] | None:
        """Encode likewise; None where it does not know the places."""
        ...

    @property
    def marks_subwords(self) -> bool:
        """Whether its tokens show which of them goes on with a word, as WordPiece's ## does."""
        ...

    def special_mask(self, text: str) -> list[int]:
        """1 where a token of the encoded text is one that the tokenizer added."""
        ...

    def pieces(self, text: str) -> list[str]:
        """The tokens of a text as the vocabulary spells them, without special ones."""
        ...

    def token(self, token_id: int) -> str:
        """A token as the vocabulary spells it."""
        ...

    def decode(self, token_id: int) -> str:
        """A token as people read it."""
        ...


class FastTokenizer:
    """A tokenizer of the `tokenizers` library. Safe in threads: nothing changes its state."""

    def __init__(self, tokenizer: "Tokenizer", facts: TokenizerFacts) -> None:
        # Both may be stored in a tokenizer.json.
        tokenizer.no_truncation()
        tokenizer.no_padding()
        tokenizer.encode_special_tokens = facts.splits_special  # which is not
        self._tokenizer = tokenizer
        self.facts = facts

    @property
    def json(self) -> str:
        """The content of its tokenizer.json."""
        return str(self._tokenizer.to_str())

    def encode(self, texts: Sequence[Text]) -> list[TypedIds]:
        """Encode texts; see `TextTokenizer.encode`."""
        return [(each.ids, each.type_ids) for each in self._tokenizer.encode_batch_fast(texts)]

    def encode_with_places(self, texts: Sequence[Text]) -> list[PlacedIds]:
        """Encode texts; see `TextTokenizer.encode_with_places`."""
        return [
            PlacedIds(each.ids, each.type_ids, each.offsets, each.sequence_ids)
            for each in self._tokenizer.encode_batch(texts)
        ]

    @property
    def marks_subwords(self) -> bool:
        """See `TextTokenizer.marks_subwords`."""
        return bool(getattr(self._tokenizer.model, "continuing_subword_prefix", None))

    def special_mask(self, text: str) -> list[int]:
        """See `TextTokenizer.special_mask`."""
        return list(self._tokenizer.encode(text).special_tokens_mask)

    def pieces(self, text: str) -> list[str]:
        """See `TextTokenizer.pieces`."""
        return list(self._tokenizer.encode(text, add_special_tokens=False).tokens)

    def token(self, token_id: int) -> str:
        """See `TextTokenizer.token`."""
        return str(self._tokenizer.id_to_token(token_id))

    def decode(self, token_id: int) -> str:
        """See `TextTokenizer.decode`."""
        return str(self._tokenizer.decode([token_id], skip_special_tokens=False))


class PythonTokenizer:
    """A tokenizer of transformers that is written in Python."""

    def __init__(self, tokenizer: "PreTrainedTokenizerBase", facts: TokenizerFacts) -> None:
        self._tokenizer = tokenizer
        self.facts = facts

    def encode(self, texts: Sequence[Text]) -> list[TypedIds]:
        """Encode texts; see `TextTokenizer.encode`."""
        return [self._encoded(text) for text in texts]

    def _encoded(self, text: Text) -> TypedIds:
        has_types, parts = self.facts.has_types, (text,) if isinstance(text, str) else text
        found = self._tokenizer(*parts, return_token_type_ids=has_types, verbose=False)
        ids = list(found["input_ids"])
        return ids, list(found["token_type_ids"]) if has_types else [0] * len(ids)

    def encode_with_places(self, texts: Sequence[Text]) -> None:
        """It knows no places."""

    @property
    def marks_subwords(self) -> bool:
        """See `TextTokenizer.marks_subwords`."""
        return False

    def special_mask(self, text: str) -> list[int]:
        """See `TextTokenizer.special_mask`."""
        return list(self._tokenizer(text, return_special_tokens_mask=True)["special_tokens_mask"])

    def pieces(self, text: str) -> list[str]:
        """See `TextTokenizer.pieces`."""
        return list(self._tokenizer.tokenize(text))

    def token(self, token_id: int) -> str:
        """See `TextTokenizer.token`."""
        return str(self._tokenizer.convert_ids_to_tokens(token_id))

    def decode(self, token_id: int) -> str:
        """See `TextTokenizer.decode`."""
        return str(self._tokenizer.decode([token_id]))


def text_tokenizer(tokenizer: "PreTrainedTokenizerBase") -> FastTokenizer | PythonTokenizer:
    """Return the quickest way to ask what transformers has loaded."""
    facts = _facts(tokenizer)
    if not tokenizer.is_fast:
        return PythonTokenizer(tokenizer, facts)
    from tokenizers import Tokenizer  # noqa: PLC0415 - not on the way to the first prompt

    backend = Tokenizer.from_str(tokenizer.backend_tokenizer.to_str())
    return FastTokenizer(backend, facts)


def _facts(tokenizer: "PreTrainedTokenizerBase") -> TokenizerFacts:
    fillers = (tokenizer.bos_token_id, tokenizer.eos_token_id, tokenizer.unk_token_id)
    return TokenizerFacts(
        has_types="token_type_ids" in tokenizer.model_input_names,
        truncation_side=tokenizer.truncation_side,
        pad_id=tokenizer.pad_token_id,
        pad_type_id=tokenizer.pad_token_type_id,
        filler_id=next((each for each in fillers if each is not None), 0),
        mask=tokenizer.mask_token,
        mask_id=tokenizer.mask_token_id,
        special_ids=tuple(sorted(set(tokenizer.all_special_ids))),
        unknown_id=tokenizer.unk_token_id,
        splits_special=bool(getattr(tokenizer, "split_special_tokens", False)),
    )
