"""Who suddenly disagrees with the others: told to moderators while they work, to nobody else."""

import asyncio
from collections.abc import Sequence

from handlers.collecting.overview.people import is_file, people_of
from handlers.learning.votes.tally import Tally
from handlers.services import Services
from handlers.texts import say
from handlers.types import Request, Role
from storage.records import Dataset

_MOST_TOLD = 3
"""Of each dataset; `/dataset show` tells of all."""


async def jumps_in_words(
    request: Request, services: Services, datasets: Sequence[Dataset]
) -> list[str]:
    """Say of some datasets who has jumped there, a line each, by the names that people know."""
    if request.actor.role < Role.MODERATOR:
        return []
    found = [
        (dataset, user)
        for dataset in datasets
        for user in await _jumped(services, dataset)
        if user != request.actor.id
    ]
    names = await request.names([user for _, user in found]) if found else {}
    return [
        say(
            request.actor.language,
            "dataset.jumped",
            user=names.get(user) or user,
            id=user,
            name=dataset.name,
        )
        for dataset, user in found
    ]


async def _jumped(services: Services, dataset: Dataset) -> Sequence[str]:
    tally = await services.tallies.recent(dataset)
    return await asyncio.to_thread(_people, tally)


def _people(tally: Tally) -> Sequence[str]:
    """A file's labels count as a person's, and are no person's."""
    jumped = [one.user for one in people_of(tally) if one.has_jumped]
    return [user for user in jumped if not is_file(user)][:_MOST_TOLD]
