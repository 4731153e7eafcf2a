"""What each piece of a text may be called, and back from pieces to spans.

A piece is called what most of its characters are, the space before it left out: of a piece that is
the end of a name and the particle after it, the longer part decides. Where a source does not mark
a kind, an unmarked piece may be of that kind or of none; that is no mistake and teaches nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor
from transformers import PreTrainedTokenizerFast

from bundled_recipe.entities.sentences import KINDS, Sentence, Span
from models.results import Aggregation
from models.tasks.tokens.spans import OUTSIDE, latin_words, spans, without_space

LABELS = ("O", *(f"{edge}-{kind}" for kind in KINDS for edge in ("B", "I")))
"""The labels of the network, by number."""
AGGREGATION = Aggregation.PATH
"""Measured once, on held-out rows of a half-trained network: 4 points of KLUE, 14 of EWT above
`simple`."""
ANYTHING = (1 << len(LABELS)) - 1
LONGEST = 160


@dataclass(frozen=True)
class Row:
    """A sentence as the network reads it."""

    ids: tuple[int, ...]
    allowed: tuple[int, ...]
    """Of each token, the labels that would be right, a bit for each."""
    weight: float


def spelled(
    tokenizer: PreTrainedTokenizerFast, sentences: Sequence[Sentence], dropout: float = 0.0
) -> list[Row]:
    """Rows of ``sentences``, cut at `LONGEST` tokens; ``dropout`` as `vocabulary.encode` has it."""
    model = tokenizer.backend_tokenizer.model
    model.dropout = dropout or None
    try:
        encoded = tokenizer(
            [each.text for each in sentences],
            truncation=True,
            max_length=LONGEST,
            return_offsets_mapping=True,
        )
    finally:
        model.dropout = None
    found: list[Row] = []
    for place, sentence in enumerate(sentences):
        ids, offsets = encoded["input_ids"][place], encoded["offset_mapping"][place]
        found.append(Row(tuple(ids), allowed_labels(sentence, offsets), sentence.weight))
    return found


def allowed_labels(sentence: Sentence, offsets: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """The labels that would be right for each piece; a special token may be called anything."""
    names = _by_character(sentence)
    unmarked = _bit("O")
    for kind in set(KINDS) - sentence.marked:
        unmarked |= _bit(f"B-{kind}") | _bit(f"I-{kind}")
    found: list[int] = []
    before: int | None = None
    for start, end in offsets:
        owners = [names[at] for at in range(start, end) if not sentence.text[at].isspace()]
        owners = owners or names[start:end]  # a space, or the mark of a capital there
        if not owners:
            found.append(ANYTHING)
            continue
        owner = max(set(owners), key=lambda one: (owners.count(one), one is not None, one or 0))
        if owner == _NOBODY_KNOWS:
            found.append(ANYTHING)
        elif owner is None:
            found.append(unmarked)
        else:
            edge = "I" if owner == before else "B"
            found.append(_bit(f"{edge}-{sentence.spans[owner].kind}"))
        before = owner
    return tuple(found)


_NOBODY_KNOWS = -1


def _by_character(sentence: Sentence) -> list[int | None]:
    """Of each character, the number of its span."""
    names: list[int | None] = [None] * len(sentence.text)
    for number, span in enumerate(sentence.spans):
        names[span.start : span.end] = [number] * (span.end - span.start)
    for start, end in sentence.unsure:
        names[start:end] = [_NOBODY_KNOWS] * (end - start)
    return names


def _bit(label: str) -> int:
    return 1 << LABELS.index(label)


@dataclass(frozen=True)
class Found:
    """A span that the network found, and how sure it is: the mean over its words."""

    span: Span
    share: float


def spans_of(text: str, offsets: Sequence[tuple[int, int]], shares: Tensor) -> list[Found]:
    """The spans that the product finds; ``shares`` is [pieces, labels], labels as in `LABELS`."""
    words = [
        word
        for word in latin_words(text, offsets)
        if offsets[word[0]][0] < offsets[word[-1]][1]  # not a token that was added
    ]
    found = spans(AGGREGATION, LABELS, offsets, words, shares.double().numpy())
    return [
        Found(Span(*without_space(text, each.start, each.end), each.label), each.score)
        for each in found
        if each.label != OUTSIDE
    ]
