"""What a training learns from, frozen: which texts, with which labels, and what is left out."""

import asyncio
import hashlib
import json
from collections.abc import Mapping, Sequence

from handlers.learning.label_pool import LabelledText, LabelPool, LeftOut
from handlers.services import Services
from models.finetune.plan import Example
from storage.records import NewSnapshot, Side, SnapshotRow, Withheld

_DIGITS = 4
"""Of a weight: more would make another snapshot of what nobody can tell apart."""


async def snapshot_of(services: Services, community: str, pool: LabelPool) -> NewSnapshot:
    """Return what there is to learn from in a pool: its train side alone."""
    withheld = await services.storage.examples.withheld(community, pool.dataset_id)
    return await asyncio.to_thread(_taken, community, pool, _left_out(pool, withheld))


def learned(pool: LabelPool, snapshot: NewSnapshot) -> tuple[Example, ...]:
    """Return the texts of a snapshot that was just taken of a pool, in its order."""
    texts = {one.example_id: one.text for one in pool.examples}
    return tuple(
        Example(texts[row.example_id], row.label, row.weight, row.held) for row in snapshot.rows
    )


def held_out(pool: LabelPool) -> tuple[Example, ...]:
    """Return the texts that models are measured on, and do not learn from."""
    tested = [(one.text, *pool.numbers(one)) for one in pool.side(Side.TEST)]
    return tuple(Example(text, label, held=held) for text, label, held in tested)


def _taken(community: str, pool: LabelPool, left_out: Mapping[str, int]) -> NewSnapshot:
    train = sorted(pool.side(Side.TRAIN), key=lambda one: one.example_id)
    rows = tuple(
        SnapshotRow(one.example_id, label, round(one.posterior, _DIGITS), held)
        for one in train
        for label, held in [pool.numbers(one)]
    )
    digest = _digest(pool.label_set, train, rows)
    parts = (pool.dataset_id, digest, pool.label_set, rows, left_out)
    return NewSnapshot(community, *parts, pool.keys)


def _digest(
    labels: Sequence[str], texts: Sequence[LabelledText], rows: Sequence[SnapshotRow]
) -> str:
    """Lines of JSON: the labels, then each text with the number of its label and its weight.

    Where several may hold, a list of numbers stands in the place of one.
    """
    content = [list(labels)]
    lines = [
        [one.text, row.label if row.held is None else list(row.held), row.weight]
        for one, row in zip(texts, rows, strict=True)
    ]
    digest = hashlib.sha256()
    for line in (*content, *lines):
        digest.update(json.dumps(line).encode() + b"\n")
    return digest.hexdigest()


def _left_out(pool: LabelPool, withheld: Withheld) -> Mapping[str, int]:
    counts = {
        **pool.left_out,
        LeftOut.SETTLED: withheld.settled,
        LeftOut.UNWILLING: withheld.unwilling,
    }
    return {str(why): count for why, count in counts.items() if count}
