"""One-coin Dawid-Skene: who is reliable follows from who agrees, and what is right from both. Pure.

Three people on a text say much about each other. Two who agree would only confirm each other, so
their texts are weighed by what is known of them from elsewhere.

Everything is a column of an array. An answer that somebody gave a text is a *pair*.
"""

from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np

from handlers.learning.votes.columns import Floats, Numbers
from handlers.learning.votes.reliability import weights

ROUNDS = 20
TELLING_VOTES = 3
"""On a text with so many votes, each of them says something about whoever gave it."""
_CLOSE = 1e-4


class Believed(NamedTuple):
    """Of each person: as if so many of their answers had been right, of so many known ones."""

    right: Floats
    known: Floats

    def with_more(self, user: Numbers, right: Floats, known: Floats) -> Self:
        """Return what is believed after some more answers; a row an answer."""
        people = len(self.right)
        return self._replace(
            right=self.right + np.bincount(user, right, people),
            known=self.known + np.bincount(user, known, people),
        )

    def grown(self, priors: "Believed") -> Self:
        """Return it with what is believed of people that are behind these."""
        people = len(self.right)
        return self._replace(
            right=np.append(self.right, priors.right[people:]),
            known=np.append(self.known, priors.known[people:]),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """Votes, and the pairs that they speak for."""

    pair: Numbers
    """Of each vote."""
    user: Numbers
    share: Floats
    """How much of a vote counts."""
    text: Numbers
    """Of each pair: from nought on, ascending, and none is left out."""
    answer: Numbers
    """Of each pair."""
    number: Numbers
    """Of each text: what it is called elsewhere."""
    starts: Numbers
    """Of each text: where its pairs begin."""

    @classmethod
    def of(cls, text: Numbers, user: Numbers, answer: Numbers, share: Floats) -> Self:
        """Gather votes, a row a vote, into pairs."""
        answers = int(answer.max(initial=0)) + 1
        keys, pair = np.unique(text * answers + answer, return_inverse=True)
        numbers = keys // answers
        is_first = np.diff(numbers, prepend=-1) > 0
        starts = np.flatnonzero(is_first)
        place = np.cumsum(is_first) - 1
        return cls(pair, user, share, place, keys % answers, numbers[starts], starts)

    @property
    def telling(self) -> Floats:
        """How much each vote tells of whoever gave it."""
        of_vote = self.text[self.pair]
        told: Floats = self.share * (np.bincount(of_vote)[of_vote] >= TELLING_VOTES)
        return told


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """What is probable, given who said what."""

    posterior: Floats
    """Of each pair; an answer that nobody gave has the rest, evenly among those that there are."""
    agreed: Floats
    """Of each vote: how far it was right, as far as it tells of whoever gave it."""


def fit(said: Said, priors: Believed, possible: int, rounds: int = ROUNDS) -> Fit:
    """Weigh votes and people by each other; `possible` is how many answers a text may have."""
    if not len(said.pair):
        return Fit(np.zeros(0), np.zeros(0))
    user, telling = said.user, said.telling
    right, known = priors.right[user], priors.known[user]
    counted = known + np.bincount(user, telling)[user] - telling
    accuracy = right / known
    for _ in range(rounds + 1):
        posterior = posteriors(said, accuracy, possible)
        agreed = posterior[said.pair] * telling
        before = accuracy
        # What somebody is believed on a text comes from all the others: none confirms itself.
        accuracy = (right + np.bincount(user, agreed)[user] - agreed) / counted
        if np.abs(accuracy - before).max() < _CLOSE:
            break
    return Fit(posterior, agreed)


def posteriors(said: Said, accuracy: Floats, possible: int) -> Floats:
    """Return how probable each pair is, where each voter is right so often; a row a vote."""
    score = np.bincount(said.pair, weights(accuracy, possible) * said.share)
    unsaid = np.maximum(possible - np.bincount(said.text), 0)
    # A softmax within each text; each answer that nobody gave has a score of nought.
    highest = np.maximum(np.maximum.reduceat(score, said.starts), 0.0)
    odds = np.exp(score - highest[said.text])
    total = np.add.reduceat(odds, said.starts) + unsaid * np.exp(-highest)
    probable: Floats = odds / total[said.text]
    return probable
