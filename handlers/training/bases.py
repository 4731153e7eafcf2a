"""What a recipe that compares bases may begin from, beside the one that was asked for."""

from collections.abc import Sequence

from handlers.asking.checkpoints import fetched, find
from handlers.services import Services
from handlers.types import Request, UserError
from handlers.versions.naming import named_version
from models.errors import ModelError
from models.results import Checkpoint, Origin, Task

SENTENCES = "meaning"
"""The bundled body that has learned what sentences mean."""
_MOST_PARENTS = 50
"""A version begun from a version, and so on: as many as a community could keep, and more."""


async def other_bases(
    base: Checkpoint,
    current: Checkpoint | None,
    labels: Sequence[str],
    request: Request,
    services: Services,
) -> Sequence[Checkpoint]:
    """Return what to compare with the body that is begun from by default.

    What answers now is a base if its labels are the very ones. Of a version trained here it is what
    that was begun from: it has not seen the texts that it is compared on.
    """
    community, found = request.place.community, list[Checkpoint]()
    for name in await _names(current, community, services):
        try:
            other = await find(services, community, name)
            other = await fetched(services, other, request.actor, request.progress)
            is_fit = await _is_fit(other, labels, services)
        except (UserError, ModelError):  # it was removed, or its name is not allowed any more
            continue
        if is_fit and other.full_name not in {one.full_name for one in (base, *found)}:
            found.append(other)
    return found


async def _names(current: Checkpoint | None, community: str, services: Services) -> Sequence[str]:
    root = await _root(current, community, services) if current else None
    return [SENTENCES, *([root] if root else [])]


async def _root(current: Checkpoint, community: str, services: Services) -> str | None:
    name, origin = current.full_name, current.origin
    for _ in range(_MOST_PARENTS):
        if origin is not Origin.TRAINED:
            return name
        version = await services.storage.versions.find(community, *named_version(name))
        if version is None:
            return None
        parent = await find(services, community, version.base)
        name, origin = parent.full_name, parent.origin
    return None


async def _is_fit(other: Checkpoint, labels: Sequence[str], services: Services) -> bool:
    task = services.models.task_of(other)
    if task is not Task.CLASSIFY:
        return task is Task.EMBED
    own = [label for _, label in (await services.models.describe(other)).labels]
    return sorted(own) == sorted(labels)
