"""Datasets as a training sees them: which texts have which label, and on which side they are."""

import asyncio
import hashlib
import re
import secrets
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import groupby

from handlers.learning.consensus import SURE, Mark, possible_answers
from handlers.learning.near_duplicates import fingerprint
from handlers.learning.outcomes import Conflict, Gold, Open, Outcome, Vote, outcomes
from handlers.learning.shares import Contribution, beyond_their_share
from handlers.learning.split import side_of
from handlers.services import Services
from handlers.types import Actor, Role, UserError
from models.canonical import folded, identity_of, lowered
from storage.records import (
    Arm,
    CountedVote,
    Dataset,
    DatasetKind,
    Fingerprint,
    NewExample,
    NewVote,
    Query,
    Side,
    Verdict,
)

_SALT = "salt_of_sides"


class LeftOut(StrEnum):
    """Why a text that has a label is not learned from."""

    CONFLICT = "conflict"
    """People disagree about it."""
    OPEN = "open"
    """Too few people have said what it is."""
    SHARE = "share"
    """One person supplies too much of its label."""
    SETTLED = "settled"
    """Moderators do not want it learned from."""
    UNWILLING = "unwilling"
    """Whose it is wants no model to learn from theirs."""


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A text with the label that people agree on."""

    example_id: int
    text: str
    label: str
    side: Side
    posterior: float
    """How probable the label is, given who said what."""


@dataclass(frozen=True, slots=True)
class LabelPool:
    """What the examples of one dataset teach; texts on which people do not agree are left out."""

    dataset_id: int
    name: str
    """Of the dataset."""
    label_set: tuple[str, ...]
    examples: tuple[LabelledText, ...]
    model: str
    """model@version that answered the newest of the questions; if none did, as the dataset."""
    left_out: Mapping[LeftOut, int] = field(default_factory=dict)
    """How many examples models do not learn from, of those whose votes count."""

    def counts(self) -> dict[str, int]:
        """How many examples each label has."""
        found = Counter(example.label for example in self.examples)
        return {label: found[label] for label in self.label_set}

    def side(self, side: Side) -> tuple[LabelledText, ...]:
        """The examples of one side."""
        return tuple(example for example in self.examples if example.side is side)

    def missing(self, needed: int) -> dict[str, int]:
        """How many more examples each label needs that has too few, or none to learn from."""
        learned = {example.label for example in self.side(Side.TRAIN)}
        few = {label: needed - n for label, n in self.counts().items()}
        none = {label: 1 for label in self.label_set if label not in learned}
        return {label: n for label in self.label_set if (n := few[label]) > 0} or none


async def pools(services: Services, community: str) -> Sequence[LabelPool]:
    """Return what each dataset of a community teaches, the largest first."""
    datasets = await services.storage.datasets.all(community)
    votes = await services.storage.examples.counted_votes(community)
    # Tens of thousands of votes take long enough to be felt by everybody else.
    return await asyncio.to_thread(_pools, {one.id: one for one in datasets}, votes)


async def training_examples(
    services: Services,
    community: str,
    labels: Collection[str] | None,
    model: str,
    dataset: Dataset | None = None,
) -> LabelPool:
    """Return what to train `model` on: the dataset of its labels, else the largest that will do.

    Raises:
        UserError: nothing is labelled, or nothing with these labels, or too little of a label.
    """
    needed = services.rules.labels_needed
    found = await pools(services, community)
    if dataset is not None:
        found = [_of_dataset(dataset, found)]
    if not found:
        raise UserError("no_labels", needed=needed)
    if labels is not None:
        found = [pool for pool in found if set(pool.label_set) == set(labels)]
        if not found:
            raise UserError("no_labels_for", model=model, labels=list(labels))
    pool = max(found, key=lambda pool: (not pool.missing(needed), len(pool.examples)))
    if missing := pool.missing(needed):
        lacking = [f"{label} {n}" for label, n in missing.items()]
        if dataset is None and pool.model != pool.name:
            raise UserError("too_few_labels", needed=needed, missing=lacking, model=pool.model)
        raise UserError("too_few_gold", needed=needed, missing=lacking, name=pool.name)
    return pool


def _of_dataset(dataset: Dataset, found: Iterable[LabelPool]) -> LabelPool:
    if dataset.kind is DatasetKind.MULTI:
        raise UserError("multi_not_trained", name=dataset.name)
    if dataset.is_archived:
        raise UserError("dataset_archived", name=dataset.name)
    names = tuple(label.name for label in dataset.active)
    nothing = LabelPool(dataset.id, dataset.name, names, (), dataset.name)
    return next((pool for pool in found if pool.name == dataset.name), nothing)


async def vote_on(
    services: Services, query: Query, actor: Actor, verdict: Verdict, label: str | None
) -> NewVote:
    """Return somebody's vote on an answer, with where its text goes if it is a new example."""
    group = folded(query.text)
    side = None
    if query.label_set and label is not None:
        counts = await services.storage.examples.sides(query.community, query.label_set, label)
        side = side_of(await salt_of(services, query.community) + group, counts)
    return NewVote(
        community=query.community,
        query_id=query.id,
        user=actor.id,
        verdict=verdict,
        label=label,
        dataset=name_after(query.model),
        canonical=identity_of(query.text),
        group_key=_digest(group, 8),
        side=side,
        is_moderator=actor.role >= Role.MODERATOR,
        fingerprint=fingerprint(group),
    )


@dataclass(frozen=True, slots=True)
class Keys:
    """By what a text is known in a dataset."""

    canonical: bytes
    """The same for texts that are the same example."""
    group: bytes
    """The same for texts that surely stand on one side."""
    fingerprint: Fingerprint


def keys_of(text: str) -> Keys:
    """Return by what a text is known."""
    group = folded(text)
    return Keys(identity_of(text), _digest(group, 8), fingerprint(group))


def new_example(
    dataset: Dataset, actor: Actor, text: str, source: str, key: str | None, side: Side | None
) -> NewExample:
    """Return a text for a dataset, with the label that somebody gives it, by its key."""
    keys = keys_of(text)
    return NewExample(
        community=dataset.community,
        dataset_id=dataset.id,
        user=actor.id,
        text=text,
        canonical=keys.canonical,
        group_key=keys.group,
        fingerprint=keys.fingerprint,
        source=source,
        labels=None if key is None else (key,),
        side=side,
        is_moderator=actor.role >= Role.MODERATOR,
    )


async def side_for(services: Services, dataset: Dataset, text: str, key: str) -> Side:
    """Return where a text goes whose first label is this, unless its group is somewhere already."""
    counts = await services.storage.examples.sides_of(dataset.community, dataset.id, key)
    return side_of(await salt_of(services, dataset.community) + folded(text), counts)


async def salt_of(services: Services, community: str) -> str:
    """What only this community has, so that nobody can choose a text that is measured on."""
    known = await services.storage.settings.all(community)
    if _SALT not in known:
        await services.storage.settings.put(community, _SALT, secrets.token_hex(16))
        known = await services.storage.settings.all(community)
    return str(known[_SALT])


def name_after(model: str) -> str:
    """Return the bare name of `org/Model@version`, as the names of our own models may be."""
    name = lowered(model.partition("@")[0].rpartition("/")[2])
    allowed = re.sub(r"[^a-z0-9가-힣_-]", "-", name)
    return allowed.strip("-_")[:32] or "ours"


def _pools(datasets: Mapping[int, Dataset], votes: Iterable[CountedVote]) -> Sequence[LabelPool]:
    in_order = sorted(votes, key=lambda vote: vote.dataset_id)
    found = [
        _pool(datasets[dataset_id], list(said))
        for dataset_id, said in groupby(in_order, key=lambda vote: vote.dataset_id)
        if dataset_id in datasets
    ]
    with_gold = [pool for pool in found if pool.examples]
    return sorted(with_gold, key=lambda pool: (-len(pool.examples), pool.label_set))


def _pool(dataset: Dataset, votes: Sequence[CountedVote]) -> LabelPool:
    """Votes come by the number of their question, and so do the texts.

    A label is called what it is called now, and one that was merged into another is that one.
    """
    called = {label.key: dataset.resolved(label.key) for label in dataset.all_labels}
    votes = list(_called_now(votes, {key: label.name for key, label in called.items() if label}))
    by_example: dict[int, CountedVote] = {}
    for vote in votes:
        by_example.setdefault(vote.example_id, vote)
    found = _outcomes(dataset, votes)
    # What measures is said by people who had no model's answer before them, on texts that chance
    # alone chose. Where nobody has labelled like that, judgements of answers are all there is.
    sealed = _outcomes(dataset, [vote for vote in votes if _may_measure(vote)])
    measured = sealed if any(isinstance(one, Gold) for one in sealed.values()) else found
    beyond = _beyond_share(dataset, votes, found)
    kept = {number: one for number, one in by_example.items() if number not in beyond}
    names = tuple(label.name for label in dataset.active)
    model = next((vote.model for vote in reversed(votes) if vote.model), dataset.name)
    examples = tuple(_labelled(kept, found, measured))
    left_out = _left_out(by_example, found, beyond)
    return LabelPool(dataset.id, dataset.name, names, examples, model, left_out)


def _left_out(
    examples: Mapping[int, CountedVote], found: Mapping[int, Outcome], beyond: Collection[int]
) -> Mapping[LeftOut, int]:
    counts = Counter(dict.fromkeys(LeftOut, 0) | {LeftOut.SHARE: len(beyond)})
    for number, one in examples.items():
        match found.get(number):
            case Conflict() if one.side is Side.TRAIN:
                counts[LeftOut.CONFLICT] += 1
            case Open() if one.side is Side.TRAIN:
                counts[LeftOut.OPEN] += 1
    return {why: count for why, count in counts.items() if count}


def _called_now(votes: Iterable[CountedVote], names: Mapping[str, str]) -> Iterator[CountedVote]:
    for vote in votes:
        settled = tuple(names[key] for key in vote.settled_labels if key in names)
        if vote.label is None:
            yield replace(vote, settled_labels=settled)
        elif vote.label in names:
            yield replace(vote, label=names[vote.label], settled_labels=settled)


def _beyond_share(
    dataset: Dataset, votes: Iterable[CountedVote], found: Mapping[int, Outcome]
) -> Collection[int]:
    """What is not learned from as one person would supply too much of a class.

    Where moderators have decided that one person is enough, they are believed in that.
    """
    if dataset.votes_needed == 1:
        return ()
    supporting: dict[int, list[CountedVote]] = {}
    for vote in votes:
        match found.get(vote.example_id):
            case Gold((label,)) if vote.label == label and vote.side is Side.TRAIN:
                supporting.setdefault(vote.example_id, []).append(vote)
    return beyond_their_share(
        [
            Contribution(
                number,
                str(said[0].label),
                frozenset(vote.user for vote in said),
                is_by_moderator=any(vote.is_moderator or vote.settled_labels for vote in said),
            )
            for number, said in supporting.items()
        ]
    )


def _labelled(
    examples: Mapping[int, CountedVote],
    found: Mapping[int, Outcome],
    measured: Mapping[int, Outcome],
) -> Iterator[LabelledText]:
    for number, one in examples.items():
        if one.side is Side.QUARANTINED:
            continue
        told = (measured if one.side is Side.TEST else found).get(number)
        match told:
            case Gold((label,), posterior):
                yield LabelledText(number, one.text, label, one.side, posterior)


def _outcomes(dataset: Dataset, votes: Sequence[CountedVote]) -> Mapping[int, Outcome]:
    return outcomes(
        [
            Vote(
                vote.example_id,
                vote.user,
                Mark.AMBIGUOUS if vote.label is None else (vote.label,),
                is_anchored=vote.is_anchored,
                is_moderator=vote.is_moderator,
                is_check=vote.arm is Arm.CHECK,
            )
            for vote in votes
        ],
        possible_answers(len(dataset.active)),
        dataset.votes_needed,
        {v.example_id: Gold(v.settled_labels, SURE) for v in votes if v.settled_labels},
    )


def _may_measure(vote: CountedVote) -> bool:
    return vote.side is Side.TEST and not vote.is_anchored and vote.arm is Arm.RANDOM


def _digest(text: str, size: int) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).digest()
