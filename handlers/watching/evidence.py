"""What people did with a model that answers, as handlers/learning/watch judges it."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from handlers.asking.checkpoints import provided_names
from handlers.guard.roles import shut_out
from handlers.learning.votes.counting import Count
from handlers.learning.votes.reliability import MEMBER, weights
from handlers.learning.watch.acceptance import Judged
from handlers.learning.watch.alarms import Evidence
from handlers.learning.watch.drift import WINDOW, Answered, grams_in, unknown_share
from handlers.services import Services
from handlers.versions.naming import number_of
from handlers.versions.permission import been_live
from models.results import Checkpoint
from storage.records import AnswerRow, Dataset, JudgedAnswerRow, LiveMove, Snapshot

_MOST_JUDGED = 1_000


@dataclass(frozen=True, slots=True)
class Live:
    """A version that answers, and what its name meant before."""

    community: str
    checkpoint: Checkpoint
    since: LiveMove | None
    """When it began to answer; None: it has always done."""
    former: int | None
    """The number of what its name meant before that and could mean again; 0: the operator's."""

    @property
    def model(self) -> str:
        """As answers name it."""
        return self.checkpoint.full_name

    @property
    def former_model(self) -> str | None:
        """The same of the former one."""
        return None if self.former is None else f"{self.checkpoint.name}@{self.former}"


async def live_of(services: Services, community: str, checkpoint: Checkpoint) -> Live:
    """Return what is known of a version that answers here."""
    name, number = checkpoint.name, number_of(checkpoint)
    moves = await services.storage.live_versions.moves(community, name)
    if not moves or moves[0].number != number:
        return Live(community, checkpoint, None, None)
    meant = [*await been_live(services, community, name)]
    if name in await provided_names(services, community):
        meant.append(0)
    former = next((one for one in meant if one != number), None)
    return Live(community, checkpoint, moves[0], former)


async def evidence_of(services: Services, live: Live, *, asks_for_answers: bool = True) -> Evidence:
    """Read what people did with it and with the one before, and if asked what it answered."""
    since = live.since.moved_at if live.since else None
    whose, answers = (live.community, live.model), services.storage.answers
    snapshot, dataset = await _learned(services, live)
    silent = await shut_out(live.community, services.storage.settings)
    trust = {**await _trust(services, dataset), **dict.fromkeys(silent, 0.0)}
    judged = await answers.judged(*whose, _MOST_JUDGED, since)
    former: Sequence[JudgedAnswerRow] = ()
    if live.former_model:
        former = await answers.judged(live.community, live.former_model, _MOST_JUDGED)
    first: Sequence[AnswerRow] = ()
    last: Sequence[AnswerRow] = ()
    if asks_for_answers:
        first = await answers.first(*whose, WINDOW, since)
        last = await answers.last(*whose, WINDOW, since)
    if not first or not last or last[-1].id <= first[-1].id:  # not yet twice as many
        first = last = ()
    texts = await _texts(services, snapshot) if first else ()
    then, now = await asyncio.to_thread(_answered, first, last, texts)
    return Evidence(_weighed(judged, trust), _weighed(former, trust), then, now)


async def _learned(services: Services, live: Live) -> tuple[Snapshot | None, Dataset | None]:
    """What it learned from, if that is known."""
    number, storage = number_of(live.checkpoint), services.storage
    if not number:
        return None, None
    version = await storage.versions.find(live.community, live.checkpoint.name, number)
    if version is None or version.snapshot_id is None:
        return None, None
    snapshot = await storage.snapshots.get(live.community, version.snapshot_id)
    every = await storage.datasets.all(live.community)
    found = (one for one in every if snapshot and one.id == snapshot.dataset_id)
    return snapshot, next(found, None)


async def _trust(services: Services, dataset: Dataset | None) -> Mapping[str, float]:
    """How far each person's word counts beside that of somebody of whom nothing is known."""
    if dataset is None:
        return {}
    tally = await services.tallies.recent(dataset)
    return await asyncio.to_thread(_trusted, tally.count, tally.users, len(dataset.active))


def _trusted(count: Count, users: Mapping[str, int], labels: int) -> Mapping[str, float]:
    accuracy = count.people.right / np.maximum(count.people.known, 1e-9)
    unknown = weights(np.array([MEMBER.accuracy]), labels)[0]
    share = np.clip(weights(accuracy, labels) / unknown, 0.0, 1.0)
    return {user: float(share[place]) for user, place in users.items() if place < len(share)}


def _weighed(rows: Sequence[JudgedAnswerRow], trust: Mapping[str, float]) -> Sequence[Judged]:
    return [Judged(row.user, row.is_right, trust.get(row.user, 1.0)) for row in rows]


async def _texts(services: Services, snapshot: Snapshot | None) -> Sequence[str]:
    if snapshot is None:
        return ()
    texts = await services.storage.examples.texts(snapshot.community, snapshot.dataset_id)
    return [texts[row.example_id] for row in snapshot.rows if row.example_id in texts]


def _answered(
    first: Sequence[AnswerRow], last: Sequence[AnswerRow], texts: Sequence[str]
) -> tuple[Sequence[Answered], Sequence[Answered]]:
    known = {gram for text in texts for gram in grams_in(text)}
    return tuple([one for row in rows if (one := _one(row, known))] for rows in (first, last))  # type: ignore[return-value]


def _one(row: AnswerRow, known: set[int]) -> Answered | None:
    match row.result:
        case {"labels": [str(best), *_], "scores": [float(top), *others]}:
            margin = top - float(others[0]) if others else top
            return Answered(best, margin, unknown_share(row.text, known) if known else None)
        case _:  # values of a scale have no labels
            return None
