"""`/version remove`: a version that nobody needs any more gives its place on the disk back."""

from handlers.guard.audit import deed
from handlers.guard.limits import VERSIONS, limit_of
from handlers.services import Services
from handlers.texts import say
from handlers.types import Reply, Request, UserError
from handlers.versions.naming import trained_version
from storage.records import Deed


async def remove(request: Request, services: Services) -> Reply:
    """Answer `/version remove version`.

    Questions that it is answering are still answered.

    Raises:
        UserError: there is no such version here.
        StorageError: its name means it.
    """
    community, actor = request.place.community, request.actor
    version = await trained_version(services, community, str(request.options["version"]))
    name, number = version.name, version.number
    noted = deed(actor, community, Deed.VERSION_REMOVED, version=version.full_name)
    await services.storage.versions.remove(community, name, number, noted)
    checkpoint = services.models.trained(name, number, version.folder)
    freed = await services.models.discard(checkpoint) + await services.trainer.remove(
        version.folder
    )
    facts = {"version": version.full_name, "mb": f"{freed / 1e6:,.1f}"}
    return Reply(text=say(actor.language, "version.removed", **facts))


async def tidy_up(services: Services) -> None:
    """Free what versions take that were given up while Tokki was killed."""
    for folder in await services.storage.versions.removed_folders():
        await services.trainer.remove(folder)


async def check_room(services: Services, community: str, *, coming: int) -> None:
    """Refuse what would make one version too many, with those that are being trained.

    Raises:
        UserError: there are as many as there may be, or no room for one.
    """
    await services.room.check_coming(services, community, 0)
    versions = await services.storage.versions.all(community)
    most = await limit_of(VERSIONS, community, services.storage.settings, services.rules)
    if len(versions) + coming >= most:
        raise UserError("versions_full", most=most)
