"""What has come of the texts of a dataset, by the votes on them."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from handlers.learning.consensus import (
    SURE,
    Ambiguous,
    Answer,
    Conflict,
    Gold,
    LeftOut,
    Mark,
    Open,
    Outcome,
    Vote,
    outcomes,
    possible_answers,
)
from handlers.services import Services
from models.canonical import identity_of
from storage.records import Arm, Dataset, DatasetKind, Example, LabelVote, Query, Settled


class State(StrEnum):
    """Where a text stands."""

    GOLD = "gold"
    OPEN = "open"
    CONFLICT = "conflict"
    AMBIGUOUS = "ambiguous"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class Judged:
    """A text of a dataset with what people make of it."""

    example: Example
    state: State
    labels: tuple[str, ...]
    """The keys of its labels, where people agree."""
    votes: tuple[LabelVote, ...]


async def judged(services: Services, dataset: Dataset) -> Sequence[Judged]:
    """Return every text of a dataset, the oldest first."""
    examples = await services.storage.examples.all(dataset.community, dataset.id)
    votes = await services.storage.examples.label_votes(dataset.community, dataset.id)
    return await asyncio.to_thread(_judged, dataset, examples, votes)


async def of_answer(services: Services, query: Query) -> Outcome:
    """Return what has come of the text of an answer that people judge, by the votes on it."""
    key = identity_of(query.text)
    found = await services.storage.examples.judgements(query.community, query.label_set, key)
    if found is None:
        return Open()
    dataset, example, votes = found
    return _outcomes(dataset, [example], votes).get(example.id, Open())


def answer_of(dataset: Dataset, vote: LabelVote) -> tuple[str, ...] | None:
    """Return what a vote says now, by keys in order; None if it names no label that there is."""
    return None if vote.labels is None else resolved(dataset, vote.labels)


def said_by(dataset: Dataset, vote: LabelVote) -> Answer | None:
    """Return the same, or that no label fits."""
    return Mark.AMBIGUOUS if vote.is_ambiguous else answer_of(dataset, vote)


def resolved(dataset: Dataset, keys: Sequence[str]) -> tuple[str, ...] | None:
    """Return the keys that count for these, in order; None where none of them does any more."""
    known = {label.key for key in keys if (label := dataset.resolved(key))}
    return tuple(sorted(known)) if known or not keys else None


def _judged(
    dataset: Dataset, examples: Sequence[Example], votes: Sequence[LabelVote]
) -> Sequence[Judged]:
    found = _outcomes(dataset, examples, votes)
    by_example: dict[int, list[LabelVote]] = {}
    for vote in votes:
        by_example.setdefault(vote.example_id, []).append(vote)
    return [
        Judged(one, *_state(found.get(one.id)), tuple(by_example.get(one.id, ())))
        for one in examples
    ]


def _outcomes(
    dataset: Dataset, examples: Iterable[Example], votes: Iterable[LabelVote]
) -> Mapping[int, Outcome]:
    said = [
        Vote(
            vote.example_id,
            vote.user,
            answer,
            is_anchored=vote.is_anchored,
            is_moderator=vote.is_moderator,
            is_check=vote.arm is Arm.CHECK,
        )
        for vote in votes
        if (answer := said_by(dataset, vote)) is not None
    ]
    settled = {one.id: told for one in examples if (told := _settled(dataset, one))}
    is_multi = dataset.kind is DatasetKind.MULTI
    possible = possible_answers(len(dataset.active), is_multi)
    return outcomes(said, possible, dataset.votes_needed, settled)


def _settled(dataset: Dataset, example: Example) -> Outcome | None:
    """What moderators have made of a text; None if they have not, or their label is gone."""
    match example.settled:
        case Settled.LEFT_OUT:
            return LeftOut()
        case Settled.AMBIGUOUS:
            return Ambiguous()
        case Settled.LABELLED:
            keys = resolved(dataset, example.settled_labels)
            return None if keys is None else Gold(keys, SURE)
        case None:
            return None


def _state(outcome: Outcome | None) -> tuple[State, tuple[str, ...]]:
    match outcome:
        case Gold(answer):
            return State.GOLD, answer
        case Conflict():
            return State.CONFLICT, ()
        case Ambiguous():
            return State.AMBIGUOUS, ()
        case LeftOut():
            return State.LEFT_OUT, ()
        case _:
            return State.OPEN, ()
