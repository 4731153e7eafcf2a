"""How many spans a network finds, exactly, and how far its shares can be believed."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from transformers import BertForTokenClassification, PreTrainedTokenizerFast

from bundled_recipe.body.vocabulary import MAX_LENGTH, SPECIAL_TOKENS
from bundled_recipe.entities.pieces import Found, spans_of
from bundled_recipe.entities.sentences import KINDS, Sentence, Span
from models.finetune.network.loop import pad

_BATCH = 64
_BINS = 15


@dataclass(frozen=True)
class Counts:
    """Spans found, spans there, and spans that are both."""

    found: int
    there: int
    right: int

    @property
    def f1(self) -> float:
        """In percent."""
        return 200 * self.right / max(1, self.found + self.there)


@dataclass(frozen=True)
class Tagged:
    """What the network says of each piece of a text, [pieces, labels], and where the pieces are."""

    text: str
    offsets: Sequence[tuple[int, int]]
    logits: Tensor

    def spans(self, temperature: float = 1.0) -> list[Found]:
        """The spans found, with their shares at ``temperature``."""
        return spans_of(self.text, self.offsets, (self.logits / temperature).softmax(dim=1))


def tag(
    model: BertForTokenClassification, tokenizer: PreTrainedTokenizerFast, texts: Sequence[str]
) -> list[Tagged]:
    """Ask about each text, in the order given."""
    encoded = tokenizer(
        list(texts), truncation=True, max_length=MAX_LENGTH, return_offsets_mapping=True
    )
    ids, offsets = encoded["input_ids"], encoded["offset_mapping"]
    order = sorted(range(len(texts)), key=lambda place: len(ids[place]))
    found: dict[int, Tagged] = {}
    model.train(False)
    for start in range(0, len(order), _BATCH):
        places = order[start : start + _BATCH]
        inputs, mask = pad([ids[place] for place in places], SPECIAL_TOKENS.index("[PAD]"))
        with torch.inference_mode():
            logits = model(
                input_ids=inputs.to(model.device), attention_mask=mask.to(model.device)
            ).logits
        for row, place in enumerate(places):
            kept = logits[row, : len(ids[place])].float().cpu()
            found[place] = Tagged(texts[place], offsets[place], kept)
    return [found[place] for place in range(len(texts))]


def count_spans(
    found: Sequence[Sequence[Found]], sentences: Sequence[Sentence], kinds: frozenset[str]
) -> dict[str, Counts]:
    """By kind, and of all ``kinds`` together under "all"; others are not looked at."""
    there = [_of(kinds, sentence.spans) for sentence in sentences]
    guessed = [_of(kinds, [each.span for each in some]) for some in found]
    counts = {kind: _count(guessed, there, kind) for kind in KINDS if kind in kinds}
    return counts | {
        "all": Counts(
            sum(each.found for each in counts.values()),
            sum(each.there for each in counts.values()),
            sum(each.right for each in counts.values()),
        )
    }


def _of(kinds: frozenset[str], spans: Sequence[Span]) -> set[Span]:
    return {span for span in spans if span.kind in kinds}


def _count(guessed: Sequence[set[Span]], there: Sequence[set[Span]], kind: str) -> Counts:
    one = frozenset({kind})
    some, all_there = ([_of(one, list(each)) for each in side] for side in (guessed, there))
    right = sum(len(first & second) for first, second in zip(some, all_there, strict=True))
    return Counts(sum(map(len, some)), sum(map(len, all_there)), right)


def judged_spans(
    found: Sequence[Sequence[Found]], sentences: Sequence[Sentence], kinds: frozenset[str]
) -> list[tuple[float, bool]]:
    """How sure each span of ``kinds`` was found, and whether it is there."""
    return [
        (each.share, each.span in set(sentence.spans))
        for some, sentence in zip(found, sentences, strict=True)
        for each in some
        if each.span.kind in kinds
    ]


def calibration_error(judged: Sequence[tuple[float, bool]]) -> float:
    """How far shares and how often they are right lie apart, over 15 bins of shares."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(_BINS)]
    for share, right in judged:
        bins[min(_BINS - 1, int(share * _BINS))].append((share, right))
    apart = sum(
        abs(sum(share for share, _ in some) - sum(right for _, right in some)) for some in bins
    )
    return apart / max(1, len(judged))
