"""What each piece of a text may be called, and back from pieces to spans.

A piece is called what most of its characters are, the space before it left out: of a piece that is
the end of a name and the particle after it, the longer part decides. Where a source does not mark
a kind, an unmarked piece may be of that kind or of none; that is no mistake and teaches nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from transformers import PreTrainedTokenizerFast

from bundled_recipe.entities.sentences import KINDS, Sentence, Span

LABELS = ("O", *(f"{edge}-{kind}" for kind in KINDS for edge in ("B", "I")))
"""The labels of the network, by number."""
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
    """A span that the network found, and how sure it is: the mean over its pieces."""

    span: Span
    share: float


def spans_of(
    text: str,
    offsets: Sequence[tuple[int, int]],
    labels: Sequence[int],
    shares: Sequence[float],
) -> list[Found]:
    """Pieces of one kind in a row as one span, as transformers' ``simple`` aggregation has them."""
    groups: list[tuple[str, list[int]]] = []
    for place, (start, end) in enumerate(offsets):
        label = LABELS[labels[place]]
        if start == end or label == "O":
            groups.append(("O", []))
            continue
        edge, kind = label.split("-")
        if edge == "I" and groups and groups[-1][0] == kind:
            groups[-1][1].append(place)
        else:
            groups.append((kind, [place]))
    return [
        Found(
            trimmed(text, offsets[places[0]][0], offsets[places[-1]][1], kind),
            _mean(shares, places),
        )
        for kind, places in groups
        if places
    ]


def trimmed(text: str, start: int, end: int, kind: str) -> Span:
    """Without the space that a piece takes along."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end, kind)


def _mean(shares: Sequence[float], places: Sequence[int]) -> float:
    return sum(shares[place] for place in places) / len(places)
