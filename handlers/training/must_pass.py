"""Whether a version gets right what it must: as its training measured it, and as it answers."""

import asyncio
from collections.abc import Sequence

from handlers.asking.classifying.classification_log import held
from handlers.learning.label_pool import NO_ONE, LabelPool
from handlers.learning.must_pass import Required, required
from handlers.services import Services
from models.finetune.plan import Example
from models.results import Checkpoint, Classification
from models.tasks.classification import TextToClassify
from storage.records import Version


def as_example(one: Required, pool: LabelPool) -> Example:
    """Return one of them as a training measures it."""
    places = tuple(sorted(pool.label_set.index(label) for label in one.labels))
    if pool.is_multi:
        return Example(one.text, NO_ONE, held=places)
    return Example(one.text, places[0])


async def failed(
    services: Services, community: str, version: Version, checkpoint: Checkpoint
) -> Sequence[int]:
    """Ask a version what it must get right by now; return the numbers of what it gets wrong."""
    if version.snapshot_id is None:
        return []
    snapshot = await services.storage.snapshots.get(community, version.snapshot_id)
    texts = await required(services, community, snapshot.dataset_id) if snapshot else []
    models = services.models
    asked = (models.ask(checkpoint, TextToClassify(one.text), community) for one in texts)
    answers = await asyncio.gather(*asked)
    return [
        one.number
        for one, answer in zip(texts, answers, strict=True)
        if _said(answer) != set(one.labels)
    ]


def _said(answer: Classification) -> set[str]:
    return set(held(answer)) if answer.is_multi_label else {answer.scores[0].label}
