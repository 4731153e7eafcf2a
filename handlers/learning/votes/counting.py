"""Counts the votes on all texts of a dataset: in columns, so that many take little time. Pure."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from handlers.learning.votes.columns import Columns, Flags, Floats, Numbers
from handlers.learning.votes.consensus import (
    NOTHING,
    SURE,
    Rules,
    Settlements,
    Standings,
    State,
    standings,
)
from handlers.learning.votes.dawid_skene import Believed, Said, fit, posteriors
from handlers.learning.votes.reliability import MEMBER, MODERATOR

Value = TypeVar("Value", bound=Hashable)

_ANCHORED_SHARE = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Ballots(Columns):
    """A row a vote; texts, people and answers by their places."""

    text: Numbers
    user: Numbers
    answer: Numbers
    """NOTHING where it names no label that there is."""
    is_anchored: Flags
    """They had a model's answer before them, so it counts half."""
    is_moderator: Flags
    is_check: Flags
    """They were asked what was known already, so it measures them and not the text."""

    @property
    def are_voting(self) -> Flags:
        """Which of them say something of their text."""
        said: Flags = (self.answer != NOTHING) & ~self.is_check
        return said

    @property
    def people(self) -> int:
        """How many have voted."""
        return int(self.user.max(initial=-1)) + 1


@dataclass(frozen=True, slots=True, eq=False)
class Count:
    """What came of each text, and what is believed of each person by now."""

    ballots: Ballots
    texts: Standings
    people: Believed
    agreed: Floats
    """Of each ballot: how far it was right, as far as it tells of whoever cast it."""
    telling: Floats
    """Of each ballot: how much it tells."""


def count(ballots: Ballots, settled: Settlements, rules: Rules) -> Count:
    """Return what came of each text.

    Args:
        ballots: everybody's last word.
        settled: what moderators have made of each text.
        rules: what the dataset asks for.
    """
    given = ballots.only(ballots.answer != NOTHING)
    asked = given.only(given.is_check)
    priors = _priors(given, ballots.people)
    found = _counted(ballots, settled, rules, priors)
    if not len(asked.text):
        return found
    known = found.texts.state[asked.text] == State.GOLD.code
    right = known & (found.texts.answer[asked.text] == asked.answer)
    priors = priors.with_more(asked.user, right.astype(float), known.astype(float))
    return _counted(ballots, settled, rules, priors)


def recount(
    before: Count,
    kept: Flags,
    more: Ballots,
    changed: Numbers,
    settled: Settlements,
    rules: Rules,
) -> Count:
    """Return the same after some votes, with all texts that nobody voted on as they were.

    A changed text is weighed by what is known of people from all others. What the new votes tell
    of people reaches the other texts with the next `count`, and so does what checks tell.

    Args:
        before: the last count.
        kept: which of its ballots still hold.
        more: all ballots on the texts that have changed.
        changed: the places of these texts.
        settled: as for `count`; there may be more texts than there were.
        rules: what the dataset asks for.
    """
    ballots = before.ballots.only(kept).and_then(more)
    voting = more.are_voting
    voted = more.only(voting)
    people = _without(before, ~kept).grown(_priors(voted, ballots.people))
    said, accuracy = _said(voted), people.right / people.known
    posterior = posteriors(said, accuracy[voted.user], rules.possible)
    agreed = posterior[said.pair] * said.telling
    texts = Standings.open(len(settled.state))
    texts.put(np.arange(len(before.texts.state)), before.texts)
    texts.put(changed, Standings.open(len(changed)))
    texts.put(said.number, standings(said, posterior, voted.is_moderator, rules))
    return Count(
        ballots,
        _with_settled(texts, settled),
        people.with_more(voted.user, agreed, said.telling),
        np.append(before.agreed[kept], _spread(agreed, voting)),
        np.append(before.telling[kept], _spread(said.telling, voting)),
    )


def numbered(values: Iterable[Value], known: dict[Value, int]) -> Numbers:
    """Return the place of each value among all that are known, which become more."""
    return np.array([known.setdefault(value, len(known)) for value in values], np.int64)


def _counted(ballots: Ballots, settled: Settlements, rules: Rules, priors: Believed) -> Count:
    voting = ballots.are_voting
    voted = ballots.only(voting)
    said = _said(voted)
    found = fit(said, priors, rules.possible)
    texts = Standings.open(len(settled.state))
    texts.put(said.number, standings(said, found.posterior, voted.is_moderator, rules))
    return Count(
        ballots,
        _with_settled(texts, settled),
        priors.with_more(voted.user, found.agreed, said.telling),
        _spread(found.agreed, voting),
        _spread(said.telling, voting),
    )


def _said(voted: Ballots) -> Said:
    share = np.where(voted.is_anchored, _ANCHORED_SHARE, 1.0)
    return Said.of(voted.text, voted.user, voted.answer, share)


def _priors(ballots: Ballots, people: int) -> Believed:
    """What is believed of each person before anything is measured."""
    is_moderator = np.bincount(ballots.user, ballots.is_moderator, people) > 0
    right = np.where(is_moderator, MODERATOR.right, MEMBER.right)
    wrong = np.where(is_moderator, MODERATOR.wrong, MEMBER.wrong)
    return Believed(right, right + wrong)


def _without(before: Count, gone: Flags) -> Believed:
    user = before.ballots.user[gone]
    return before.people.with_more(user, -before.agreed[gone], -before.telling[gone])


def _with_settled(texts: Standings, settled: Settlements) -> Standings:
    """Whatever the votes say, moderators have the last word."""
    is_said = settled.answer != NOTHING
    return Standings(
        np.where(settled.state == NOTHING, texts.state, settled.state),
        np.where(is_said, settled.answer, texts.answer),
        np.where(is_said, SURE, texts.posterior),
    )


def _spread(values: Floats, where: Flags) -> Floats:
    """Put values where they belong, and nought elsewhere."""
    found = np.zeros(len(where))
    found[where] = values
    return found
