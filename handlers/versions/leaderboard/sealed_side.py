"""What models of a dataset are compared on: its test side, which no version learns from."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from handlers.learning.pool import pool_in
from handlers.services import Services
from handlers.training.snapshot import held_out
from models.finetune.plan import Example
from storage.records import Dataset


@dataclass(frozen=True, slots=True)
class SealedSide:
    """The texts of a test side, as they stand."""

    dataset: Dataset
    labels: tuple[str, ...]
    examples: tuple[Example, ...]
    digest: str
    """The same for the same texts with the same labels."""
    is_multi_label: bool = False
    """Several labels may hold for a text."""

    @property
    def unmeasured(self) -> list[str]:
        """The labels that none of the texts has."""
        measured = {number for one in self.examples for number in one.labels}
        return [label for number, label in enumerate(self.labels) if number not in measured]


async def sealed_side(services: Services, dataset: Dataset) -> SealedSide | None:
    """Return the test side of a dataset; None where nothing has been labelled to measure on."""
    if dataset.is_archived:
        return None
    pool = await pool_in(services, dataset)
    examples = held_out(pool)
    if not examples:
        return None
    digest = digest_of(pool.label_set, examples)
    return SealedSide(dataset, pool.label_set, examples, digest, pool.is_multi)


def digest_of(labels: Sequence[str], examples: Sequence[Example]) -> str:
    """Return a SHA-256 of texts with their labels, whatever their order."""
    held = [sorted(labels[number] for number in one.labels) for one in examples]
    rows = zip(examples, held, strict=True)
    lines = sorted(json.dumps([one.text, names]) for one, names in rows)
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()
