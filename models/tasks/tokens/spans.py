"""From what a network says of each token to spans with labels.

All ways but `PATH` are those of transformers' `TokenClassificationPipeline`. That one is for text
of Korean and English, and for small networks. A particle is written together with a Korean name and
has to stay outside, so tokens of Hangul are read each for itself, while a word of Latin letters is
one thing, whatever pieces a small vocabulary breaks it into. And of all ways to label the words it
takes the most probable one in which no span goes on that has not begun (Viterbi, 1967,
doi:10.1109/TIT.1967.1054010), where the others take each word for itself.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.results import Aggregation

OUTSIDE = "O"
"""What is no part of any span."""
_BEGINS, _GOES_ON = "B-", "I-"
_LEAST = 1e-12
_LATIN = re.compile("[0-9A-Za-z\u00c0-\u024f]{2}")

Places = Sequence[tuple[int, int]]
Shares = NDArray[np.float64]
Words = Sequence[Sequence[int]]
"""The numbers of the tokens of each word, in the order of the text."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A token, or a word or span of several, with its best label and where it stands."""

    label: str
    score: float
    start: int
    end: int

    @property
    def kind(self) -> str:
        """The label without the mark of a beginning: `PER` of `B-PER`."""
        is_marked = self.label.startswith((_BEGINS, _GOES_ON))
        return self.label[len(_BEGINS) :] if is_marked else self.label

    @property
    def group(self) -> str:
        """What transformers calls a span that begins with it."""
        return self.label.split("-", 1)[-1]


def spans(
    aggregation: Aggregation, labels: Sequence[str], places: Places, words: Words, shares: Shares
) -> list[Piece]:
    """Spans of a text, what is outside of all spans among them.

    `shares` are the probabilities of `labels` for each token, of shape (tokens, labels).
    """
    if aggregation is Aggregation.PATH:
        read = _path(labels, shares, words)
    else:
        best = _READERS.get(aggregation, _first)
        read = [best(labels, shares[word[0] : word[-1] + 1]) for word in words]
    pieces = [
        Piece(label, score, places[word[0]][0], places[word[-1]][1])
        for word, (label, score) in zip(words, read, strict=True)
    ]
    return pieces if aggregation is Aggregation.NONE else _grouped(pieces)


def words_of(goes_on: Iterable[bool]) -> list[list[int]]:
    """Words, by whether each token goes on with the one before."""
    words: list[list[int]] = []
    for number, goes in enumerate(goes_on):
        if goes and words:
            words[-1].append(number)
        else:
            words.append([number])
    return words


def latin_words(text: str, places: Places) -> list[list[int]]:
    """Words of Latin letters and digits, and every other token for itself.

    A token that has only the white space between words, such as the mark of a capital that follows,
    says nothing about either of them and is in no word.
    """
    words: list[list[int]] = []
    end_before = 0
    for number, (start, end) in enumerate(places):
        if text[start:end].isspace():
            continue
        is_inside = start < end and (
            start < end_before or (start > 0 and _LATIN.match(text, start - 1) is not None)
        )
        if words and is_inside and words[-1][-1] == number - 1:
            words[-1].append(number)
        else:
            words.append([number])
        end_before = end
    return words


def _first(labels: Sequence[str], of_word: Shares) -> tuple[str, float]:
    return _best(labels, of_word[0])


def _average(labels: Sequence[str], of_word: Shares) -> tuple[str, float]:
    return _best(labels, of_word.mean(axis=0))


def _surest(labels: Sequence[str], of_word: Shares) -> tuple[str, float]:
    return _best(labels, of_word[of_word.max(axis=-1).argmax()])


def _path(labels: Sequence[str], shares: Shares, words: Words) -> list[tuple[str, float]]:
    """The labels of the most probable path, each with the share of its kind."""
    if not words:
        return []
    kinds = [Piece(label, 0.0, 0, 0).kind for label in labels]
    of_kind = np.array([[kind == other for other in kinds] for kind in kinds], np.float64)
    means = np.array([shares[word[0] : word[-1] + 1].mean(axis=0) for word in words])
    first = shares[[word[0] for word in words]]
    # Within a word the mean would mix its beginning with the rest: the first token tells the edge.
    totals = means @ of_kind
    edges = first / np.maximum(first @ of_kind, _LEAST)
    chosen = _most_probable(np.log(np.maximum(totals * edges, _LEAST)), _may_follow(labels))
    return [(labels[best], float(total[best])) for best, total in zip(chosen, totals, strict=True)]


def _may_follow(labels: Sequence[str]) -> NDArray[np.bool_]:
    """Which label may stand behind which, of shape (labels, labels), the earlier one first.

    What goes on needs something of its kind before it, if the labels know beginnings at all.
    """
    begun = {label.removeprefix(_BEGINS) for label in labels if label.startswith(_BEGINS)}
    allowed = np.ones((len(labels), len(labels)), np.bool_)
    for place, label in enumerate(labels):
        kind = label.removeprefix(_GOES_ON)
        if label.startswith(_GOES_ON) and kind in begun:
            allowed[:, place] = [before in (label, _BEGINS + kind) for before in labels]
    return allowed


def _most_probable(scores: Shares, may_follow: NDArray[np.bool_]) -> list[int]:
    """The path of the largest sum; `scores` are logarithms, of shape (words, labels)."""
    steps = np.where(may_follow, 0.0, -np.inf)
    # Before the first word stands nothing, which no span goes on from.
    starts = may_follow.all(axis=0)
    best = np.where(starts, scores[0], -np.inf)
    came_from = []
    for row in scores[1:]:
        ways = best[:, np.newaxis] + steps
        came_from.append(ways.argmax(axis=0))
        best = ways.max(axis=0) + row
    path = [int(best.argmax())]
    for back in reversed(came_from):
        path.append(int(back[path[-1]]))
    return path[::-1]


def _best(labels: Sequence[str], shares: Shares) -> tuple[str, float]:
    best = int(shares.argmax())
    return labels[best], float(shares[best])


_READERS: dict[Aggregation, Callable[[Sequence[str], Shares], tuple[str, float]]] = {
    Aggregation.AVERAGE: _average,
    Aggregation.MAX: _surest,
}


def _grouped(pieces: Sequence[Piece]) -> list[Piece]:
    """Put neighbours of one kind together, unless the later one says that it begins anew."""
    groups: list[list[Piece]] = []
    for piece in pieces:
        goes_on = groups and piece.kind == groups[-1][-1].kind
        if goes_on and not piece.label.startswith(_BEGINS):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return [
        Piece(
            label=group[0].group,
            score=sum(piece.score for piece in group) / len(group),
            start=group[0].start,
            end=group[-1].end,
        )
        for group in groups
    ]


def without_space(text: str, start: int, end: int) -> tuple[int, int]:
    """The same place without white space at its ends; some tokenizers count that before a word."""
    inside = text[start:end]
    start += len(inside) - len(inside.lstrip())
    return start, max(start, end - len(inside) + len(inside.rstrip()))
