"""What the people who labelled a text agree on. Pure.

Each text is judged as a whole: in a set of which several labels hold at once, two people agree who
chose the same labels. How far people are believed is measured: handlers/learning/reliability.py.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple

from handlers.learning import dawid_skene
from handlers.learning.reliability import MEMBER, MODERATOR, Reliability, checked

POSTERIOR_NEEDED = 0.8
SURE = 1.0
"""Of what moderators have settled."""
MOST_PEOPLE = 5
"""When so many have spoken and it is still not clear, one more would not make it so."""
MOST_ANSWERS = 1000
_ANCHORED_SHARE = 0.5


class Mark(Enum):
    """What people say of a text instead of a label."""

    AMBIGUOUS = auto()


Answer = tuple[str, ...] | Mark
"""The labels that somebody says a text has, in alphabetical order; () is a judgement, too."""


@dataclass(frozen=True, slots=True)
class Vote:
    """One person's last word on a text."""

    example: int
    user: str
    answer: Answer
    is_anchored: bool = False
    """They had a model's answer before them, so it counts half."""
    is_moderator: bool = False
    is_check: bool = False
    """They were asked what was known already, so it measures them and not the text."""


@dataclass(frozen=True, slots=True)
class Gold:
    """So many agree that it can be learned from."""

    answer: tuple[str, ...]
    posterior: float
    """How probable the answer is, given who said what."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """These answers share the lead: moderators settle it, never a coin."""

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


class Lead(NamedTuple):
    """An answer that somebody gave a text, with what speaks for it."""

    answer: Answer
    posterior: float
    people: int
    has_moderator: bool


def outcomes(
    votes: Sequence[Vote],
    answers: int,
    people_needed: int,
    settled: Mapping[int, Outcome] | None = None,
) -> dict[int, Outcome]:
    """Return what came of each text that has a vote, or that moderators have settled.

    `answers` is how many a text may have.
    """
    voted = [vote for vote in votes if not vote.is_check]
    asked = [vote for vote in votes if vote.is_check]
    believed = people_of(votes)

    def told() -> dict[int, Outcome]:
        leads = leads_of(voted, answers, believed)
        found = {example: outcome(of_it, people_needed) for example, of_it in leads.items()}
        return found | dict(settled or {})

    found = told()
    if not asked:
        return found
    believed = checked(believed, _results(asked, found))
    return told()


def leads_of(
    votes: Sequence[Vote], answers: int, believed: Mapping[str, Reliability]
) -> dict[int, list[Lead]]:
    """Return every answer that a text was given, with its posterior, the likeliest first."""
    shares = [_ANCHORED_SHARE if vote.is_anchored else 1.0 for vote in votes]
    found = dawid_skene.posteriors(
        [vote.example for vote in votes],
        [vote.user for vote in votes],
        [vote.answer for vote in votes],
        shares,
        believed,
        answers,
    )
    by_answer: defaultdict[tuple[int, Answer], list[Vote]] = defaultdict(list)
    for vote in votes:
        by_answer[vote.example, vote.answer].append(vote)
    leads: defaultdict[int, list[Lead]] = defaultdict(list)
    for (example, answer), said in by_answer.items():
        has_moderator = any(vote.is_moderator for vote in said)
        posterior = found[example, answer]
        leads[example].append(Lead(answer, posterior, len(said), has_moderator))
    for of_it in leads.values():
        of_it.sort(key=lambda lead: -lead.posterior)
    return dict(leads)


def people_of(votes: Iterable[Vote]) -> dict[str, Reliability]:
    """Return what is believed of each person before anything is measured."""
    moderators = {vote.user for vote in votes if vote.is_moderator}
    return {vote.user: MODERATOR if vote.user in moderators else MEMBER for vote in votes}


def possible_answers(labels: int, is_multi: bool = False) -> int:
    """Return how many answers there are to choose from, so that a guess is seldom right."""
    return min(2**labels, MOST_ANSWERS) if is_multi else labels


def outcome(leads: Sequence[Lead], people_needed: int) -> Outcome:
    """Return what came of one text, of which all answers are known, the likeliest first.

    Nobody contradicts a moderator who is alone, so there is nothing to weigh. A dataset that asks
    for one person believes most of them, as datasets did that came from answers alone.
    """
    if not leads:
        return Open()
    best, *others = leads
    is_enough = best.has_moderator or best.people >= people_needed > 1
    if is_enough and (best.posterior >= POSTERIOR_NEEDED or (best.has_moderator and not others)):
        return _settled(best)
    if people_needed == 1:
        return _most(leads)
    people = sum(lead.people for lead in leads)
    if people >= people_needed and (_is_shared(leads) or people >= MOST_PEOPLE):
        return Conflict(_sorted(lead.answer for lead in leads))
    return Open()


def _most(leads: Sequence[Lead]) -> Outcome:
    counts = Counter({lead.answer: lead.people for lead in leads})
    most = max(counts.values())
    leading = [lead for lead in leads if lead.people == most]
    if len(leading) > 1:
        return Conflict(_sorted(lead.answer for lead in leading))
    return _settled(leading[0])


def _is_shared(leads: Sequence[Lead]) -> bool:
    """A tie or less: what leads is no likelier than that it is something else."""
    return len(leads) > 1 and leads[0].posterior <= 0.5  # noqa: PLR2004 - as likely as not


def _settled(lead: Lead) -> Gold | Ambiguous:
    if isinstance(lead.answer, Mark):
        return Ambiguous()
    return Gold(lead.answer, lead.posterior)


def _sorted(answers: Iterable[Answer]) -> tuple[Answer, ...]:
    return tuple(sorted(answers, key=lambda answer: () if isinstance(answer, Mark) else answer))


def _results(asked: Iterable[Vote], known: Mapping[int, Outcome]) -> Iterator[tuple[str, bool]]:
    for vote in asked:
        match known.get(vote.example):
            case Gold(answer):
                yield vote.user, vote.answer == answer
