"""People who label: some know, some guess, some lie; few do most of the work."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from handlers.learning.votes.outcomes import Vote

PEOPLE = 40
SPAMMERS = 0.15
CHECKED = 0.1
SKILL, SPREAD = 0.85, 0.12
"""Of those who know: a majority of three is right in 78 of 100 texts, as where the goal is from."""


@dataclass(frozen=True)
class Crowd:
    """What each person does, and how much."""

    skill: np.ndarray
    guesses: np.ndarray
    lies: np.ndarray
    activity: np.ndarray


def gathered(rng: np.random.Generator, liars: int = 0) -> Crowd:
    """Draw forty people; the n-th most active does an n-th of what the first does."""
    activity = rng.permutation(1 / np.arange(1, PEOPLE + 1))
    order = rng.permutation(PEOPLE)
    spammers = round(SPAMMERS * PEOPLE)
    guesses, lies = np.zeros(PEOPLE, bool), np.zeros(PEOPLE, bool)
    guesses[order[:spammers]] = True
    lies[order[spammers : spammers + liars]] = True
    skill = np.clip(rng.normal(SKILL, SPREAD, PEOPLE), 0.4, 0.98)
    return Crowd(skill, guesses, lies, activity / activity.sum())


def answer(rng: np.random.Generator, crowd: Crowd, person: int, truth: int, labels: int) -> int:
    """What somebody says of a text; liars call the first label the second."""
    if crowd.guesses[person]:
        return int(rng.integers(labels))
    if crowd.lies[person] and truth == 0:
        return 1
    if rng.random() < crowd.skill[person]:
        return truth
    return int((truth + rng.integers(1, labels)) % labels)


def votes(
    rng: np.random.Generator, crowd: Crowd, truth: Sequence[int], labels: int, each: int
) -> list[Vote]:
    """So many votes on each text, and a tenth as many checks on texts that a moderator settled."""
    said = [
        Vote(text, f"user{person}", (str(answer(rng, crowd, person, right, labels)),))
        for text, right in enumerate(truth)
        for person in rng.choice(PEOPLE, each, replace=False, p=crowd.activity).tolist()
    ]
    return said + _checks(rng, crowd, truth, labels, said)


def _checks(
    rng: np.random.Generator, crowd: Crowd, truth: Sequence[int], labels: int, said: Sequence[Vote]
) -> list[Vote]:
    """Texts that are no part of what is measured, known by a moderator's word."""
    given: list[Vote] = []
    known = len(truth)
    for person in range(PEOPLE):
        count = round(CHECKED * sum(vote.user == f"user{person}" for vote in said))
        for right in rng.choice(truth, count).tolist():
            told = str(answer(rng, crowd, person, right, labels))
            given.append(Vote(known, f"user{person}", (told,), is_check=True))
            given.append(Vote(known, "moderator", (str(right),), is_moderator=True))
            known += 1
    return given
