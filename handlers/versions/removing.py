"""`/version remove`: a version that nobody needs any more gives its place on the disk back.

What would go is told first; the button that lets it go names it: `remove:<name>@<number>`.
"""

import re

from handlers.guard.audit import deed
from handlers.guard.limits import VERSIONS, limit_of
from handlers.services import Services
from handlers.table import ControlFamily
from handlers.texts import say
from handlers.types import Button, Press, Reply, Request, Role, UserError
from handlers.versions.moving import live_version, way_back
from handlers.versions.naming import trained_version
from storage.records import Deed, Version

_ID = re.compile(r"remove:(?P<version>[^:@\s/]{1,64}@\d{1,9})")


async def remove(request: Request, services: Services) -> Reply:
    """Answer `/version remove version`: tell what would go.

    Raises:
        UserError: there is no such version here, or its name means it.
    """
    community, language = request.place.community, request.actor.language
    version = await trained_version(services, community, str(request.options["version"]))
    live = await services.storage.live_versions.get(community, version.name)
    if live is not None and live.number == version.number:
        raise UserError("version_live", version=version.full_name)
    lines = [say(language, "version.will_remove", version=version.full_name)]
    if await _is_way_back(services, version):
        lines.append(say(language, "version.is_way_back", name=version.name))
    return Reply(
        title=say(language, "version.remove_title", version=version.full_name),
        text="\n".join(lines),
        controls=(
            Button(f"remove:{version.full_name}", say(language, "version.remove_now"), "bad"),
        ),
    )


async def press_remove(press: Press, services: Services) -> Reply:
    """Give up a version that was told of. Questions that it is answering are still answered.

    Raises:
        UserError: the id is not ours, or there is no such version here.
        StorageError: its name means it by now.
    """
    found = _ID.fullmatch(press.control)
    if not found:
        raise UserError("unknown_control", control=press.control)
    community, actor = press.place.community, press.actor
    version = await trained_version(services, community, found["version"])
    name, number = version.name, version.number
    noted = deed(actor, community, Deed.VERSION_REMOVED, version=version.full_name)
    await services.storage.versions.remove(community, name, number, noted)
    checkpoint = services.models.trained(name, number, version.folder)
    freed = await services.models.discard(checkpoint) + await services.trainer.remove(
        version.folder
    )
    facts = {"version": version.full_name, "mb": f"{freed / 1e6:,.1f}"}
    return Reply(text=say(actor.language, "version.removed", **facts))


REMOVE_VERSION = ControlFamily("remove", press_remove, Role.ADMIN, is_in_place=True)


async def _is_way_back(services: Services, version: Version) -> bool:
    """Whether it is what a rollback would return to."""
    community, name = version.community, version.name
    live = await live_version(services, community, name)
    return live is not None and await way_back(services, community, name, live) == version.number


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
