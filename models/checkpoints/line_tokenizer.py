"""Cuts lines with all that there is to show of it: through transformers, or by a file alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from models.checkpoints.loading import LoadedTokenizer

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import BatchEncoding, PreTrainedTokenizerBase

_KINDS = ("WordPiece", "BPE", "Unigram", "WordLevel")


@dataclass(frozen=True, slots=True)
class LineFacts:
    """What transformers knows of a tokenizer besides its rules; plain data, fit for JSON."""

    limit: int | None
    """The most tokens that its model takes; None of one that is alone, perhaps."""
    class_name: str
    is_by_file: bool
    """Whether tokenizer.json is followed where its class would cut texts otherwise."""
    kind: str | None
    """By which algorithm it cuts; one in Python does not say it."""
    has_types: bool
    splits_special: bool
    unknown_id: int | None
    special_ids: tuple[int, ...]
    """Without that of what is unknown."""
    padding: tuple[str, int]
    """What fills up a shorter line; the end of text does where there is no padding token."""


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line as a tokenizer gave it; where it tells no places, it spells each token."""

    ids: list[int]
    tokens: list[str]
    added: list[int]
    type_ids: list[int] | None
    offsets: list[tuple[int, int]] | None = None
    sources: list[int | None] | None = None
    spelled: list[str] | None = None


class LineTokenizer(Protocol):
    """Not safe in threads."""

    @property
    def facts(self) -> LineFacts:
        """What is known of it."""
        ...

    def rows(self, lines: Sequence[str], pair: str | None) -> list[LineRow]:
        """Cut each line, together with `pair` where there is one; nothing is left off or padded."""
        ...

    def decode(self, ids: list[int]) -> str:
        """Put tokens together again."""
        ...


class FileLines:
    """A tokenizer.json by itself, of which the facts are known."""

    def __init__(self, tokenizer: "Tokenizer", facts: LineFacts) -> None:
        # Both may be stored in the file.
        tokenizer.no_truncation()
        tokenizer.no_padding()
        tokenizer.encode_special_tokens = facts.splits_special  # which is not
        self._tokenizer = tokenizer
        self.facts = facts

    def rows(self, lines: Sequence[str], pair: str | None) -> list[LineRow]:
        """Cut lines; see `LineTokenizer.rows`."""
        texts = lines if pair is None else [(line, pair) for line in lines]
        return [
            LineRow(
                each.ids,
                each.tokens,
                each.special_tokens_mask,
                each.type_ids if self.facts.has_types else None,
                each.offsets,
                each.sequence_ids,
            )
            for each in self._tokenizer.encode_batch(texts)
        ]

    def decode(self, ids: list[int]) -> str:
        """See `LineTokenizer.decode`."""
        return str(self._tokenizer.decode(ids, skip_special_tokens=False))


class TransformersLines:
    """Whatever transformers has loaded: its classes have rules of their own."""

    def __init__(self, loaded: LoadedTokenizer) -> None:
        self._tokenizer = loaded.own.tokenizer
        self.facts = _facts(loaded)
        self._says_nothing = {self.facts.unknown_id, *self.facts.special_ids}

    def rows(self, lines: Sequence[str], pair: str | None) -> list[LineRow]:
        """Cut lines; see `LineTokenizer.rows`."""
        batch = self._tokenizer(
            list(lines),
            [pair] * len(lines) if pair is not None else None,
            return_special_tokens_mask=True,
            return_token_type_ids=self.facts.has_types,
            verbose=False,
        )
        return [self._row(batch, place) for place in range(len(lines))]

    def decode(self, ids: list[int]) -> str:
        """See `LineTokenizer.decode`."""
        return str(self._tokenizer.decode(ids))

    def _row(self, batch: "BatchEncoding", place: int) -> LineRow:
        ids = list(batch["input_ids"][place])
        types = batch["token_type_ids"][place] if self.facts.has_types else None
        added = batch["special_tokens_mask"][place]
        if batch.encodings is None:  # a tokenizer in Python, which tells no offsets
            tokens = [str(self._tokenizer.convert_ids_to_tokens(id_)) for id_ in ids]
            spelled = [self._spelled(*each) for each in zip(tokens, ids, strict=True)]
            return LineRow(ids, tokens, added, types, spelled=spelled)
        encoding = batch.encodings[place]
        return LineRow(ids, encoding.tokens, added, types, encoding.offsets, encoding.sequence_ids)

    def _spelled(self, token: str, id_: int) -> str:
        """What a token says, or its spelling where it says nothing."""
        if id_ in self._says_nothing:
            return token
        return self._tokenizer.convert_tokens_to_string([token]) or token


def _facts(loaded: LoadedTokenizer) -> LineFacts:
    tokenizer, own = loaded.own.tokenizer, loaded.own
    return LineFacts(
        limit=loaded.limit,
        class_name=own.class_name,
        is_by_file=own.is_by_file,
        kind=_kind(tokenizer),
        has_types="token_type_ids" in tokenizer.model_input_names,
        splits_special=bool(getattr(tokenizer, "split_special_tokens", False)),
        unknown_id=tokenizer.unk_token_id,
        special_ids=tuple(sorted({*tokenizer.all_special_ids} - {tokenizer.unk_token_id})),
        padding=_padding(tokenizer),
    )


def _kind(tokenizer: "PreTrainedTokenizerBase") -> str | None:
    backend = getattr(tokenizer, "backend_tokenizer", None)
    name = type(getattr(backend, "model", None)).__name__
    return name if name in _KINDS else None


def _padding(tokenizer: "PreTrainedTokenizerBase") -> tuple[str, int]:
    token, id_ = tokenizer.pad_token, tokenizer.pad_token_id
    if token is None or id_ is None:
        token, id_ = tokenizer.eos_token or "", tokenizer.eos_token_id or 0
    return str(token), id_
