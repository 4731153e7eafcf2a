"""What a dataset teaches: which texts have which labels, on which side, what is left out. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np

from handlers.learning.near_duplicates import sure_keys
from handlers.learning.shares import Contribution, beyond_their_share
from handlers.learning.votes.columns import Flags, Numbers
from handlers.learning.votes.consensus import NOTHING, State
from handlers.learning.votes.measured import measured
from handlers.learning.votes.tally import SIDES, Tally
from models.canonical import folded
from storage.records import NO_LABEL, Dataset, DatasetKind, Learnable, Side

NO_ONE = -1
"""Stands for the number of a label where several may hold."""


class LeftOut(StrEnum):
    """Why a text that has a label is not learned from."""

    CONFLICT = "conflict"
    """People disagree about it."""
    OPEN = "open"
    """Too few people have said what it is."""
    SHARE = "share"
    """One person supplies too much of its label."""
    SETTLED = "settled"
    """Moderators do not want it learned from."""
    MUST_PASS = "must_pass"  # noqa: S105 - nothing secret
    """It says the same as a text that every version must get right."""
    UNWILLING = "unwilling"
    """Whose it is wants no model to learn from theirs."""


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A text with the labels that people agree on."""

    example_id: int
    text: str
    labels: tuple[str, ...]
    """The one that holds; where several may, all that do, which may be none."""
    side: Side
    posterior: float
    """How probable these labels are, given who said what."""


@dataclass(frozen=True, slots=True)
class LabelPool:
    """What the examples of one dataset teach; texts on which people do not agree are left out."""

    dataset_id: int
    name: str
    """Of the dataset."""
    label_set: tuple[str, ...]
    examples: tuple[LabelledText, ...]
    model: str
    """model@version that answered the newest of the questions; if none did, as the dataset."""
    left_out: Mapping[LeftOut, int] = field(default_factory=dict)
    """How many examples models do not learn from, of those whose votes count."""
    is_multi: bool = False
    """Several labels may hold for a text, or none."""
    called: Mapping[str, str] = field(default_factory=dict)
    """What labels are called by now, by what they were called first."""
    keys: tuple[str, ...] = ()
    """By which the labels of `label_set` are known, whatever they are called."""

    def without(self, texts: Collection[str]) -> "LabelPool":
        """Return what the pool teaches without texts to learn from that say the same as these."""
        known = {key for text in texts for key in sure_keys(folded(text))}
        if not known:
            return self
        kept = tuple(
            one
            for one in self.examples
            if one.side is not Side.TRAIN or known.isdisjoint(sure_keys(folded(one.text)))
        )
        lacking = len(self.examples) - len(kept)
        if not lacking:
            return self
        return replace(self, examples=kept, left_out={**self.left_out, LeftOut.MUST_PASS: lacking})

    def renamed(self, labels: Iterable[str]) -> dict[str, str]:
        """Return the labels among these that have another name by now, with that name."""
        gone = [label for label in labels if label not in self.label_set]
        return {label: self.called[label] for label in gone if label in self.called}

    def counts(self) -> dict[str, int]:
        """How many examples each label has."""
        found = Counter(label for example in self.examples for label in example.labels)
        return {label: found[label] for label in self.label_set}

    def side(self, side: Side) -> tuple[LabelledText, ...]:
        """The examples of one side."""
        return tuple(example for example in self.examples if example.side is side)

    def numbers(self, example: LabelledText) -> tuple[int, tuple[int, ...] | None]:
        """Return the number of an example's label, or -1 and those of all labels that hold."""
        places = sorted(self.label_set.index(label) for label in example.labels)
        return (NO_ONE, tuple(places)) if self.is_multi else (places[0], None)

    def missing(self, needed: int) -> dict[str, int]:
        """How many more examples each label needs that has too few, or none to learn from."""
        learned = {label for example in self.side(Side.TRAIN) for label in example.labels}
        few = {label: needed - n for label, n in self.counts().items()}
        none = {label: 1 for label in self.label_set if label not in learned}
        return {label: n for label in self.label_set if (n := few[label]) > 0} or none

    def never_missing(self) -> tuple[str, ...]:
        """Return the labels that hold for all texts to learn from, so that nothing tells them."""
        learned = [set(example.labels) for example in self.side(Side.TRAIN)]
        everywhere = set(self.label_set).intersection(*learned) if self.is_multi else set()
        return tuple(label for label in self.label_set if label in everywhere)


def pool_of(tally: Tally, learnable: Learnable) -> LabelPool:
    """Return what a dataset teaches.

    A label is called what it is called now, and one that was merged into another is that one.
    """
    dataset, sides = tally.dataset, tally.texts.side
    may = np.isin(tally.texts.number, list(learnable.texts)) & (sides != NOTHING)
    beyond = _beyond_share(tally, may)
    kept = may & (sides != SIDES.index(Side.QUARANTINED))
    kept[list(beyond)] = False
    names = tuple(label.name for label in dataset.active)
    examples = tuple(_labelled(tally, kept, learnable.texts))
    left_out = _left_out(tally, may, len(beyond))
    model = learnable.model or dataset.name
    parts = (dataset.id, dataset.name, names, examples, model, left_out)
    keys = tuple(label.key for label in dataset.active)
    return LabelPool(*parts, dataset.kind is DatasetKind.MULTI, _called(dataset), keys)


def _called(dataset: Dataset) -> Mapping[str, str]:
    """Return what labels are called by now that were called otherwise first."""
    now = {label.key: dataset.resolved(label.key) for label in dataset.all_labels}
    return {key: label.name for key, label in now.items() if label and label.name != key}


def _labelled(tally: Tally, kept: Flags, texts: Mapping[int, str]) -> Iterator[LabelledText]:
    names = {label.key: label.name for label in tally.dataset.active}
    labels = [
        tuple(sorted(names[key] for key in tally.labels_of(n))) for n in range(len(tally.answers))
    ]
    found, sides = measured(tally), tally.texts.side
    kept = kept & (found.state == State.GOLD.code)
    for place in np.flatnonzero(kept).tolist():
        number, posterior = int(tally.texts.number[place]), float(found.posterior[place])
        told = labels[found.answer[place]]
        yield LabelledText(number, texts[number], told, SIDES[sides[place]], posterior)


def _left_out(tally: Tally, may: Flags, beyond: int) -> Mapping[LeftOut, int]:
    ballots = tally.count.ballots
    said = np.zeros(len(may), bool)
    said[ballots.text[ballots.are_voting]] = True
    said &= may & (tally.texts.side == SIDES.index(Side.TRAIN))
    counts = {
        LeftOut.CONFLICT: int((said & tally.stand(State.CONFLICT)).sum()),
        LeftOut.OPEN: int((said & tally.stand(State.OPEN)).sum()),
        LeftOut.SHARE: beyond,
    }
    return {why: n for why, n in counts.items() if n}


def surplus(tally: Tally) -> int:
    """How many gold texts are not learned from, as one person would supply too much of a label."""
    return len(_beyond_share(tally, np.ones(len(tally.texts.number), bool)))


def _beyond_share(tally: Tally, may: Flags) -> Collection[int]:
    """The places of what is not learned from as one person would supply too much of a class.

    Where moderators have decided that one person is enough, they are believed in that.
    """
    if tally.dataset.votes_needed == 1:
        return ()
    ballots, found = tally.count.ballots, tally.count.texts
    gold = may & tally.stand(State.GOLD) & (tally.texts.side == SIDES.index(Side.TRAIN))
    supporting = ballots.only(gold[ballots.text] & (ballots.answer == found.answer[ballots.text]))
    people: dict[int, set[int]] = {}
    for place, person in zip(supporting.text.tolist(), supporting.user.tolist(), strict=True):
        people.setdefault(place, set()).add(person)
    by_moderator = _by_moderator(tally, supporting.text[supporting.is_moderator])
    return beyond_their_share(
        [
            Contribution(
                place,
                label,
                frozenset(map(str, people[place])),
                is_by_moderator=bool(by_moderator[place]),
            )
            for place in sorted(people)
            for label in _classes(tally, found.answer[place])
        ]
    )


def _classes(tally: Tally, answer: int) -> Sequence[str]:
    """Of what one person may supply a part: each label that holds, and that none does."""
    return tally.labels_of(answer) or (NO_LABEL,)


def _by_moderator(tally: Tally, places: Numbers) -> Flags:
    found: Flags = tally.texts.settled != NOTHING
    found = found.copy()
    found[places] = True
    return found
