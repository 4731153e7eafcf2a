"""Who supplied much of what a version learned, and so judges nothing of it."""

import asyncio
from collections.abc import Mapping, Sequence

from handlers.learning.comparing import large_suppliers
from handlers.services import Services
from storage.records import Comparison, Dataset, LabelVote, Snapshot


async def suppliers_of(
    services: Services, comparison: Comparison, dataset: Dataset
) -> frozenset[str]:
    """Return them; nobody, where it is not known what it learned from."""
    if comparison.snapshot_id is None:
        return frozenset()
    snapshot = await services.storage.snapshots.get(dataset.community, comparison.snapshot_id)
    if snapshot is None:
        return frozenset()
    labels = _labels(dataset, snapshot)
    votes = await services.storage.examples.label_votes(dataset.community, dataset.id)
    return await asyncio.to_thread(_found, labels, votes)


def _found(labels: Mapping[int, str], votes: Sequence[LabelVote]) -> frozenset[str]:
    said = (
        (one.example_id, one.user, label)
        for one in votes
        if one.example_id in labels
        for label in one.labels or ()
    )
    return frozenset(large_suppliers(labels, said))


def _labels(dataset: Dataset, snapshot: Snapshot) -> Mapping[int, str]:
    """The key of each text's label, by the text's number."""
    keys = [dataset.key_of(name) for name in snapshot.labels]
    alone = (row for row in snapshot.rows if row.label >= 0)
    return {row.example_id: key for row in alone if (key := keys[row.label])}
