"""What came of texts, one by one, where there are few of them. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from handlers.learning.votes.consensus import (
    NOTHING,
    STATES,
    Answer,
    Mark,
    Rules,
    Settlements,
    State,
)
from handlers.learning.votes.counting import Ballots, count, numbered


@dataclass(frozen=True, slots=True)
class Vote:
    """One person's last word on a text."""

    example: int
    user: str
    answer: Answer
    is_anchored: bool = False
    is_moderator: bool = False
    is_check: bool = False


@dataclass(frozen=True, slots=True)
class Gold:
    """So many agree that it can be learned from."""

    answer: tuple[str, ...]
    posterior: float
    """How probable the answer is, given who said what."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """These answers share the lead."""

    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """People agree that no label fits it well."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Moderators do not want it learned from."""


@dataclass(frozen=True, slots=True)
class Open:
    """Some more people have to say what it is."""


Outcome = Gold | Conflict | Ambiguous | LeftOut | Open


def outcomes(
    votes: Sequence[Vote],
    possible: int,
    people_needed: int,
    settled: Mapping[int, Outcome] | None = None,
) -> dict[int, Outcome]:
    """Return what came of each text that has a vote, or that moderators have settled.

    `possible` is how many answers a text may have.
    """
    texts: dict[int, int] = {}
    answers: dict[Answer, int] = {}
    ballots = ballots_of(votes, texts, answers)
    decided = _settlements(settled or {}, texts, answers)
    marks = tuple(place for answer, place in answers.items() if isinstance(answer, Mark))
    rules = Rules(possible, people_needed, marks)
    found = count(ballots, decided, rules).texts
    said = _answers_of(vote for vote in votes if not vote.is_check)
    names = [*answers, ()]  # the last stands where nobody has said anything
    return {
        number: _outcome(
            STATES[found.state[place]],
            names[found.answer[place]],
            float(found.posterior[place]),
            said.get(number, Counter()),
            people_needed,
        )
        for number, place in texts.items()
        if number in said or found.state[place] != State.OPEN.code
    }


def _settlements(
    settled: Mapping[int, Outcome], texts: dict[int, int], answers: dict[Answer, int]
) -> Settlements:
    numbered(settled, texts)
    state, answer = np.full(len(texts), NOTHING, np.int8), np.full(len(texts), NOTHING)
    for number, told in settled.items():
        place = texts[number]
        match told:
            case Gold(keys):
                state[place] = State.GOLD.code
                answer[place] = answers.setdefault(keys, len(answers))
            case Ambiguous():
                state[place] = State.AMBIGUOUS.code
            case LeftOut():
                state[place] = State.LEFT_OUT.code
    return Settlements(state, answer)


def ballots_of(votes: Sequence[Vote], texts: dict[int, int], answers: dict[Answer, int]) -> Ballots:
    """Return votes as columns; the texts and answers that have no place yet are given one."""
    return Ballots(
        numbered((vote.example for vote in votes), texts),
        numbered((vote.user for vote in votes), {}),
        numbered((vote.answer for vote in votes), answers),
        np.array([vote.is_anchored for vote in votes], bool),
        np.array([vote.is_moderator for vote in votes], bool),
        np.array([vote.is_check for vote in votes], bool),
    )


def _answers_of(votes: Iterable[Vote]) -> Mapping[int, Counter[Answer]]:
    said: dict[int, Counter[Answer]] = {}
    for vote in votes:
        said.setdefault(vote.example, Counter())[vote.answer] += 1
    return said


def _outcome(
    state: State, answer: Answer, posterior: float, said: Counter[Answer], people_needed: int
) -> Outcome:
    match state:
        case State.GOLD:
            assert not isinstance(answer, Mark)
            return Gold(answer, posterior)
        case State.CONFLICT:
            most = max(said.values()) if people_needed == 1 else 0
            leading = [one for one, people in said.items() if people >= most]
            leading.sort(key=lambda one: () if isinstance(one, Mark) else one)
            return Conflict(tuple(leading))
        case State.AMBIGUOUS:
            return Ambiguous()
        case State.LEFT_OUT:
            return LeftOut()
        case State.OPEN:
            return Open()
