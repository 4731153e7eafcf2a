"""Who labels a dataset, how much and how reliably: for moderators alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from handlers.learning.votes.columns import Flags
from handlers.learning.votes.consensus import NOTHING, State
from handlers.learning.votes.reliability import MEMBER, MODERATOR, has_jumped
from handlers.learning.votes.tally import Tally
from handlers.texts import say
from handlers.types import Language
from storage.records import VOTER_OF_A_FILE

MOST_SHOWN = 20
_FEWEST_MEASURED = 5.0
"""Answers that tell of somebody, beyond what is believed of everybody; with fewer it is no news."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who labels: how much, and how often they are right."""

    user: str
    votes: int
    agreed: int
    compared: int
    """Votes on texts that others have labelled too, and that are gold or in conflict."""
    reliability: float | None
    """How probable it is that their next answer is right; None: too little has been measured."""
    has_jumped: bool
    """They suddenly disagree with the others more than they ever did."""
    is_unchecked: bool
    """No moderator has said anything of a text of theirs: only people like them agree."""


def people_of(tally: Tally) -> Sequence[Person]:
    """Return who has labelled, those first who did most."""
    ballots, reliability = tally.count.ballots, _reliability(tally)
    given = ballots.answer != NOTHING
    is_compared = given & (tally.stand(State.GOLD) & (tally.people > 1))[ballots.text]
    agreed = is_compared & (tally.count.texts.answer[ballots.text] == ballots.answer)
    is_told = given & tally.has_others()[ballots.text]
    votes, right, compared = (
        np.bincount(ballots.user, each, len(tally.users)).astype(int).tolist()
        for each in (given, agreed, is_told)
    )
    jumped, checked = _jumped(tally, is_compared, agreed), _checked(tally)
    found = [
        Person(
            user,
            votes[place],
            right[place],
            compared[place],
            reliability[place],
            place in jumped,
            reliability[place] is not None and not checked[place],
        )
        for user, place in tally.users.items()
        if votes[place]
    ]
    return sorted(found, key=lambda one: -one.votes)


def people_in_words(
    found: Sequence[Person], names: Mapping[str, str], language: Language
) -> Iterator[str]:
    """Say who labels, a line each, by the names that the platform knows."""
    if not found:
        return
    yield say(language, "dataset.people")
    for one in found[:MOST_SHOWN]:
        user = names.get(one.user) or one.user
        said = [say(language, "dataset.person", user=user, votes=f"{one.votes:,}")]
        if one.compared:
            facts = {"agreed": f"{one.agreed:,}", "compared": f"{one.compared:,}"}
            said.append(say(language, "dataset.person_compared", **facts))
        if one.reliability is not None:
            percent = f"{100 * one.reliability:.0f}"
            said.append(say(language, "dataset.person_reliable", percent=percent))
        if one.has_jumped:
            said.append(say(language, "dataset.person_jumped", id=one.user))
        yield "".join(said)
    if len(found) > MOST_SHOWN:
        yield say(language, "dataset.people_more", n=len(found) - MOST_SHOWN)


def unchecked_in_words(
    found: Sequence[Person], names: Mapping[str, str], language: Language
) -> str:
    """Say whom no moderator has checked: a crowd agrees with itself, be it right or not."""
    unchecked = [one.user for one in found[:MOST_SHOWN] if one.is_unchecked]
    them = [user for user in unchecked if not is_file(user)]
    if not them:
        return ""
    return say(language, "dataset.people_unchecked", names=_called(them, names), id=them[0])


def silent_in_words(users: Sequence[str], names: Mapping[str, str], language: Language) -> str:
    """Say who has voted, and is shut out by now."""
    return say(language, "dataset.people_silent", names=_called(users, names)) if users else ""


def is_file(user: str) -> bool:
    """Tell of a voter whether it is a file that was put in."""
    return user.startswith(VOTER_OF_A_FILE)


def _called(users: Sequence[str], names: Mapping[str, str]) -> str:
    return ", ".join(names.get(user) or user for user in users)


def _checked(tally: Tally) -> Sequence[bool]:
    """Whether each person has a vote on a text of which a moderator has said something, too."""
    ballots = tally.count.ballots
    by_moderator = tally.texts.settled != NOTHING
    by_moderator[ballots.text[ballots.is_moderator & (ballots.answer != NOTHING)]] = True
    found = np.bincount(ballots.user, by_moderator[ballots.text], len(tally.users))
    return [bool(one) for one in found]


def _reliability(tally: Tally) -> Sequence[float | None]:
    """Of each person who has a vote, by their place."""
    ballots, believed = tally.count.ballots, tally.count.people
    people = len(believed.known)  # the last of those who are known may have taken all votes back
    are_moderators = np.bincount(ballots.user, ballots.is_moderator, people) > 0
    before = np.where(are_moderators, MODERATOR.answers, MEMBER.answers)
    is_measured = believed.known - before >= _FEWEST_MEASURED
    accuracy = believed.right / believed.known
    return [float(one) if told else None for one, told in zip(accuracy, is_measured, strict=True)]


def _jumped(tally: Tally, is_compared: Flags, agreed: Flags) -> frozenset[int]:
    """Return the places of those who suddenly disagree; votes of one day come by their texts."""
    user, votes = tally.count.ballots.user, tally.votes
    in_order = np.lexsort((votes.text, votes.day, user))
    in_order = in_order[is_compared[in_order]]
    places, first, counts = np.unique(user[in_order], return_index=True, return_counts=True)
    answers = agreed[in_order].tolist()
    return frozenset(
        place
        for place, begin, count in zip(
            places.tolist(), first.tolist(), counts.tolist(), strict=True
        )
        if has_jumped(answers[begin : begin + count])
    )
