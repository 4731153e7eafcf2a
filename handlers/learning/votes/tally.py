"""The votes on a dataset, counted: where each of its texts stands, and who said what. Pure.

A text is told by its place here, which is its own as long as none is taken out. A tally never
changes: what comes after some votes is another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from handlers.learning.votes.columns import Codes, Columns, Flags, Numbers
from handlers.learning.votes.consensus import NOTHING, STATES, Answer, Mark, State
from handlers.learning.votes.counting import Count
from storage.records import Arm, Dataset, Side

SIDES = tuple(Side)
ARMS = tuple(Arm)

Given = Answer | None
"""The keys that a vote names, or that no label fits well."""


@dataclass(frozen=True, slots=True, eq=False)
class Texts(Columns):
    """A row a text, in the order of their numbers."""

    number: Numbers
    side: Codes
    """Its place in SIDES; NOTHING: on none yet."""
    settled: Codes
    """What moderators have made of it, as the code of a state; or NOTHING."""
    settled_on: Numbers
    """The labels that they have settled on, by the place in `Tally.given`; or NOTHING."""


@dataclass(frozen=True, slots=True, eq=False)
class Votes(Columns):
    """A row a vote."""

    text: Numbers
    user: Numbers
    """Its place in `Tally.users`."""
    given: Numbers
    """What it says, by its place in `Tally.given`."""
    day: Numbers
    """In UTC, as `date.toordinal` counts."""
    is_anchored: Flags
    is_moderator: Flags
    arm: Codes
    """Its place in ARMS, or NOTHING."""


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """A dataset with its texts, the votes on them, and what has come of it."""

    dataset: Dataset
    upto: int
    """The number of the last change that is counted."""
    texts: Texts
    votes: Votes
    count: Count
    answers: Sequence[Answer]
    """What the places in `count` stand for."""
    users: Mapping[str, int]
    """The place of each person."""
    given: Mapping[Given, int]
    silent: frozenset[str] = frozenset()
    """Those whose votes count for nothing."""
    behind: int = 0
    """So many votes have not yet told all that they tell of people."""

    @property
    def rows(self) -> int:
        """How many texts and votes there are."""
        return len(self.texts.number) + len(self.votes.text)

    @property
    def is_exact(self) -> bool:
        """Whether all votes tell of people."""
        return self.behind == 0

    def place(self, number: int) -> int | None:
        """Return the place of a text, by its number."""
        place = int(np.searchsorted(self.texts.number, number))
        is_there = place < len(self.texts.number) and self.texts.number[place] == number
        return place if is_there else None

    def state(self, place: int) -> State:
        """Return where a text stands."""
        return STATES[int(self.count.texts.state[place])]

    def labels(self, place: int) -> tuple[str, ...]:
        """Return the keys of the labels that people agree on; none where they do not."""
        is_gold = self.state(place) is State.GOLD
        return self.labels_of(self.count.texts.answer[place]) if is_gold else ()

    def labels_of(self, answer: int) -> tuple[str, ...]:
        """Return the keys that an answer names, by its place."""
        told = self.answers[answer]
        return () if isinstance(told, Mark) else told

    def stand(self, state: State) -> Flags:
        """Return which texts stand there."""
        flags: Flags = self.count.texts.state == state.code
        return flags

    def has_others(self) -> Flags:
        """Return on which texts people can be compared: two or more agree there, or do not.

        On gold alone everybody who had to be agreed with would seem to be right.
        """
        is_said = self.stand(State.GOLD) | self.stand(State.CONFLICT)
        flags: Flags = is_said & (self.people > 1)
        return flags

    def votes_for(self, key: str) -> Flags:
        """Return which votes give a label, by its key."""
        return self.naming(key)[self.count.ballots.answer]

    def naming(self, key: str) -> Flags:
        """Return which answers name a label, by their places; the last stands for NOTHING."""
        has = [key in self.labels_of(place) for place in range(len(self.answers))]
        return np.array([*has, False])

    def voted_by(self, user: str) -> Flags:
        """Return on which texts somebody has a vote."""
        found = np.zeros(len(self.texts.number), bool)
        found[self.votes.text[self.votes.user == self.users.get(user, NOTHING)]] = True
        return found

    @property
    def people(self) -> Numbers:
        """How many have a vote on each text."""
        return np.bincount(self.votes.text, minlength=len(self.texts.number))
