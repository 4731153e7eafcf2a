"""What has come of the texts of a dataset, by the votes on them."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from handlers.guard.roles import shut_out
from handlers.learning.votes.consensus import SURE, Answer, Mark, State, possible_answers
from handlers.learning.votes.outcomes import Ambiguous, Gold, LeftOut, Open, Outcome, Vote, outcomes
from handlers.learning.votes.tally import Tally
from handlers.learning.votes.tallying import keys_now
from handlers.services import Services
from models.canonical import identity_of
from storage.records import Arm, Dataset, DatasetKind, Example, LabelVote, Query, Settled


@dataclass(frozen=True, slots=True)
class Judged:
    """A text of a dataset with what people make of it."""

    example: Example
    state: State
    labels: tuple[str, ...]
    """The keys of its labels, where people agree."""
    votes: tuple[LabelVote, ...]


async def judged(
    services: Services, tally: Tally, numbers: Collection[int] | None = None
) -> Sequence[Judged]:
    """Return texts of a dataset by their numbers, or all of them; the oldest first."""
    community, dataset = tally.dataset.community, tally.dataset.id
    examples = await services.storage.examples.all(community, dataset, numbers)
    votes = await services.storage.examples.label_votes(community, dataset, numbers)
    return await asyncio.to_thread(_judged, tally, examples, votes)


def _judged(
    tally: Tally, examples: Sequence[Example], votes: Sequence[LabelVote]
) -> Sequence[Judged]:
    said: dict[int, list[LabelVote]] = {}
    for vote in votes:
        said.setdefault(vote.example_id, []).append(vote)
    found = [(one, tally.place(one.id)) for one in examples]
    return [
        Judged(one, tally.state(place), tally.labels(place), tuple(said.get(one.id, ())))
        for one, place in found
        if place is not None  # it has come meanwhile
    ]


async def of_answer(services: Services, query: Query) -> Outcome:
    """Return what has come of the text of an answer that people judge, by the votes on it."""
    found = await _judgements(services, query)
    if found is None:
        return Open()
    dataset, example, votes = found
    silent = await shut_out(query.community, services.storage.settings)
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
        if vote.user not in silent and (answer := said_by(dataset, vote)) is not None
    ]
    settled = {example.id: told} if (told := _settled(dataset, example)) else {}
    possible = possible_answers(len(dataset.active), dataset.kind is DatasetKind.MULTI)
    return outcomes(said, possible, dataset.votes_needed, settled).get(example.id, Open())


async def is_in_a_dataset(services: Services, query: Query) -> bool:
    """Tell whether the text of an answer that people judge is there to learn from already."""
    return await _judgements(services, query) is not None


async def _judgements(
    services: Services, query: Query
) -> tuple[Dataset, Example, Sequence[LabelVote]] | None:
    return await services.storage.examples.judgements(query, identity_of(query.text))


def answer_of(dataset: Dataset, vote: LabelVote) -> tuple[str, ...] | None:
    """Return what a vote says now, by keys in order; None if it names no label that there is."""
    return keys_now(dataset, vote.labels)


def said_by(dataset: Dataset, vote: LabelVote) -> Answer | None:
    """Return the same, or that no label fits."""
    return Mark.AMBIGUOUS if vote.is_ambiguous else answer_of(dataset, vote)


def _settled(dataset: Dataset, example: Example) -> Outcome | None:
    """What moderators have made of a text; None if they have not, or their label is gone."""
    match example.settled:
        case Settled.LEFT_OUT:
            return LeftOut()
        case Settled.AMBIGUOUS:
            return Ambiguous()
        case Settled.LABELLED:
            keys = keys_now(dataset, example.settled_labels)
            return None if keys is None else Gold(keys, SURE)
        case None:
            return None
