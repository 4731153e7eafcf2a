"""What the people who labelled a text agree on. Pure.

Each text is judged as a whole: in a set of which several labels hold at once, two people agree who
chose the same labels. How far people are believed is measured: `reliability.py`.
"""

from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import NamedTuple, Self

import numpy as np

from handlers.learning.votes.columns import Codes, Columns, Flags, Floats, Numbers
from handlers.learning.votes.dawid_skene import Said

POSTERIOR_NEEDED = 0.8
SURE = 1.0
"""Of what moderators have settled."""
MOST_PEOPLE = 5
"""When so many have spoken and it is still not clear, one more would not make it so."""
MOST_ANSWERS = 1000
NOTHING = -1
"""Stands for no answer, and for no state."""


class Mark(Enum):
    """What people say of a text instead of a label."""

    AMBIGUOUS = auto()


Answer = tuple[str, ...] | Mark
"""The labels that somebody says a text has, in alphabetical order; () is a judgement, too."""


class State(StrEnum):
    """Where a text stands."""

    GOLD = "gold"
    """So many agree that it can be learned from."""
    OPEN = "open"
    """Some more people have to say what it is."""
    CONFLICT = "conflict"
    """Several answers share the lead: moderators settle it, never a coin."""
    AMBIGUOUS = "ambiguous"
    """People agree that no label fits it well."""
    LEFT_OUT = "left_out"
    """Moderators do not want it learned from."""

    @property
    def code(self) -> int:
        """How it is written in a column."""
        return _CODES[self]


STATES = tuple(State)
_CODES = {state: code for code, state in enumerate(STATES)}


class Rules(NamedTuple):
    """What a dataset asks for."""

    possible: int
    """How many answers a text may have."""
    people_needed: int
    marks: tuple[int, ...] = ()
    """The answers, by their places, that say that no label fits well."""


@dataclass(frozen=True, slots=True, eq=False)
class Settlements(Columns):
    """What moderators have made of texts, a row a text."""

    state: Codes
    """As a code; NOTHING where they have not."""
    answer: Numbers
    """Which answer they say holds, by its place; NOTHING where they name none."""


@dataclass(frozen=True, slots=True, eq=False)
class Standings(Columns):
    """Where texts stand, a row a text."""

    state: Codes
    answer: Numbers
    """Which answer leads, by its place; NOTHING where nobody has given one."""
    posterior: Floats
    """How probable it is, given who said what."""

    @classmethod
    def open(cls, texts: int) -> Self:
        """Return texts of which nobody has said anything."""
        state = np.full(texts, State.OPEN.code, np.int8)
        return cls(state, np.full(texts, NOTHING), np.zeros(texts))


def standings(said: Said, posterior: Floats, is_moderator: Flags, rules: Rules) -> Standings:
    """Return what came of each text of which something was said, in their order.

    Nobody contradicts a moderator who is alone, so there is nothing to weigh; who is contradicted,
    be it by a file, and does not outweigh that, is asked again: more members would not say more
    than they. A dataset that asks for one person believes most of them, as datasets did that came
    from answers alone.
    """
    people = np.bincount(said.pair, minlength=len(said.text))
    lead = _highest(said, posterior)
    of_moderator = np.bincount(said.pair, is_moderator, len(said.text)) > 0
    by_moderator = of_moderator[lead]
    is_alone = np.bincount(said.text) == 1
    is_enough = by_moderator | ((people[lead] >= rules.people_needed) & (rules.people_needed > 1))
    is_sure = posterior[lead] >= POSTERIOR_NEEDED
    is_clear = is_enough & (is_sure | (by_moderator & is_alone))
    if rules.people_needed == 1:
        is_tied = _is_tied(said, people)
        lead = np.where(is_clear, lead, _highest(said, people.astype(float)))
        is_conflict = ~is_clear & is_tied
        is_clear |= ~is_tied
    else:
        voices = np.add.reduceat(people, said.starts)
        # A tie or less: what leads is no likelier than that it is something else.
        is_shared = ~is_alone & (posterior[lead] <= 0.5)  # noqa: PLR2004 - as likely as not
        has_many = voices >= MOST_PEOPLE
        is_conflict = (voices >= rules.people_needed) & (is_shared | has_many)
        is_conflict |= np.logical_or.reduceat(of_moderator, said.starts) & ~is_alone
        is_conflict &= ~is_clear
    answer = said.answer[lead]
    clear = np.where(np.isin(answer, rules.marks), State.AMBIGUOUS.code, State.GOLD.code)
    unclear = np.where(is_conflict, State.CONFLICT.code, State.OPEN.code)
    return Standings(np.where(is_clear, clear, unclear), answer, posterior[lead])


def possible_answers(labels: int, is_multi: bool = False) -> int:
    """Return how many answers there are to choose from, so that a guess is seldom right."""
    return min(2**labels, MOST_ANSWERS) if is_multi else labels


def _highest(said: Said, value: Floats) -> Numbers:
    """Of each text, the first pair with the highest value."""
    pairs = len(value)
    is_highest = value == np.maximum.reduceat(value, said.starts)[said.text]
    first: Numbers = np.minimum.reduceat(np.where(is_highest, np.arange(pairs), pairs), said.starts)
    return first


def _is_tied(said: Said, people: Numbers) -> Flags:
    """Whether several answers were given by as many, and none by more."""
    is_most = people == np.maximum.reduceat(people, said.starts)[said.text]
    tied: Flags = np.add.reduceat(is_most.astype(np.int64), said.starts) > 1
    return tied
