"""Datasets as a training sees them: which texts have which labels, and on which side they are."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from handlers.learning.label_pool import LabelPool, pool_of
from handlers.learning.must_pass import required
from handlers.services import Services
from handlers.types import UserError
from storage.records import Dataset, DatasetKind


async def pools(services: Services, community: str) -> Sequence[LabelPool]:
    """Return what each dataset of a community teaches, the largest first."""
    datasets = await services.storage.datasets.all(community)
    found = [await pool_in(services, one) for one in datasets if not one.is_archived]
    with_gold = [pool for pool in found if pool.examples]
    return sorted(with_gold, key=lambda pool: (-len(pool.examples), pool.label_set))


async def pool_in(services: Services, dataset: Dataset) -> LabelPool:
    """Return what a dataset teaches."""
    learnable = await services.storage.examples.learnable(dataset.community, dataset.id)
    tally = await services.tallies.exact(dataset)
    # A hundred thousand texts take long enough to be felt by everybody else.
    return await asyncio.to_thread(pool_of, tally, learnable)


@dataclass(frozen=True, slots=True)
class Head:
    """What the classifier that is gone on from decides between."""

    labels: tuple[str, ...]
    is_multi: bool
    dataset_id: int | None = None
    """What it was trained from; None: nobody knows, or it came from elsewhere."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """The keys of its labels there, by their names at the time."""


async def training_examples(
    services: Services,
    community: str,
    head: Head | None,
    model: str,
    dataset: Dataset | None = None,
) -> LabelPool:
    """Return what to train `model` on: the dataset that is named, else the largest that will do.

    Of a classifier it is the dataset of its labels, else the one that it was trained from, which
    may have got others since.

    Raises:
        UserError: nothing is labelled, or nothing with these labels, or too little of a label.
    """
    needed = services.rules.labels_needed
    found = await pools(services, community)
    if dataset is not None:
        found = [_of_dataset(dataset, found)]
    if not found:
        raise UserError("no_labels", needed=needed)
    if head is not None and dataset is None:
        found = _of_head(head, found)
        if not found:
            raise UserError("no_labels_for", model=model, labels=list(head.labels))
    found = [await _without_must_pass(services, community, pool) for pool in found]
    pool = max(found, key=lambda pool: (not pool.missing(needed), len(pool.examples)))
    if missing := pool.missing(needed):
        lacking = [f"{label} {n}" for label, n in missing.items()]
        if dataset is None and pool.model != pool.name:
            raise UserError("too_few_labels", needed=needed, missing=lacking, model=pool.model)
        raise UserError("too_few_gold", needed=needed, missing=lacking, name=pool.name)
    if everywhere := pool.never_missing():
        raise UserError("label_everywhere", labels=list(everywhere), name=pool.name)
    return pool


async def _without_must_pass(services: Services, community: str, pool: LabelPool) -> LabelPool:
    """What was learned by heart would pass, and tell nothing."""
    texts = await required(services, community, pool.dataset_id)
    return await asyncio.to_thread(pool.without, [one.text for one in texts])


def _of_head(head: Head, found: Sequence[LabelPool]) -> Sequence[LabelPool]:
    same = [
        pool
        for pool in found
        if set(pool.label_set) == set(head.labels) and pool.is_multi == head.is_multi
    ]
    return same or [pool for pool in found if pool.dataset_id == head.dataset_id]


def _of_dataset(dataset: Dataset, found: Iterable[LabelPool]) -> LabelPool:
    if dataset.is_archived:
        raise UserError("dataset_archived", name=dataset.name)
    names = tuple(label.name for label in dataset.active)
    is_multi = dataset.kind is DatasetKind.MULTI
    nothing = LabelPool(dataset.id, dataset.name, names, (), dataset.name, is_multi=is_multi)
    return next((pool for pool in found if pool.name == dataset.name), nothing)
