"""`/version remove`: a version that nobody needs any more gives its place on the disk back."""

from handlers.guard.audit import deed
from handlers.services import Services
from handlers.texts import say
from handlers.types import Reply, Request, UserError
from handlers.versions.moving import named_version
from storage.records import Deed

MOST_VERSIONS = 20
"""So many a community may keep; each has the size of a model."""


async def remove(request: Request, services: Services) -> Reply:
    """Answer `/version remove version`.

    Questions that it is answering are still answered.

    Raises:
        UserError: there is no such version here.
        StorageError: its name means it.
    """
    community, actor = request.place.community, request.actor
    name, number = named_version(str(request.options["version"]))
    version = await services.storage.versions.find(community, name, number)
    if version is None:
        raise UserError("unknown_model", name=f"{name}@{number}", nearest=[])
    noted = deed(actor, community, Deed.VERSION_REMOVED, version=version.full_name)
    await services.storage.versions.remove(community, name, number, noted)
    await services.trainer.remove(version.folder)
    return Reply(text=say(actor.language, "version.removed", version=version.full_name))


async def check_room(services: Services, community: str) -> None:
    """Refuse what would make one version too many.

    Raises:
        UserError: there are as many as there may be.
    """
    versions = await services.storage.versions.all(community)
    if len(versions) >= MOST_VERSIONS:
        raise UserError("versions_full", most=MOST_VERSIONS)
