"""What models may learn from, a row for every vote on such a text, by what trainings read."""

from typing import NamedTuple

from storage.database import Database
from storage.records import Side


class Learned(NamedTuple):
    """The label that one person gives a text; of several, the first."""

    dataset_id: int
    example_id: int
    text: str
    side: Side | None
    label: str | None


async def learned(database: Database, community: str) -> list[Learned]:
    """Return it for all datasets of a community but archived ones, by text and time."""
    found = []
    for dataset in await database.datasets.all(community):
        if dataset.is_archived:
            continue
        whose = (community, dataset.id)
        texts = (await database.examples.learnable(*whose)).texts
        sides = {one.id: one.side for one in await database.examples.all(*whose)}
        for vote in await database.examples.label_votes(*whose):
            number, labels = vote.example_id, vote.labels
            if number in texts and labels:
                row = (dataset.id, number, texts[number], sides[number], labels[0])
                found.append(Learned(*row))
    return found
