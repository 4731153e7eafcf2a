"""Which version a bare name means: told by `/modelinfo`, and moved by hand.

The button's id carries the version, `live:<name>@<number>`; number 0 is what the operator allows
by that name. The answer to a press offers the former version, so every move can be undone.
"""

import re

from handlers.asking.checkpoints import find
from handlers.services import Services
from handlers.table import ControlFamily
from handlers.texts import say
from handlers.types import Actor, Button, Press, Reply, Role, UserError
from models.errors import ModelError
from models.results import Checkpoint, Origin
from storage.errors import StorageError
from storage.records import LiveVersion

_ID = re.compile(r"live:(?P<name>[^:@\s/]{1,64})@(?P<number>\d{1,9})")


async def live_version(services: Services, community: str, name: str) -> Checkpoint | None:
    """Return what a bare name means here; None if that is nothing, or cannot be told."""
    try:
        return await find(services, community, name)
    except (UserError, ModelError, StorageError):
        return None


def use_button(
    services: Services, checkpoint: Checkpoint, live: Checkpoint | None, actor: Actor
) -> tuple[Button, ...]:
    """Return the button that lets the bare name mean this version, for who may press it."""
    is_live = live is not None and live.full_name == checkpoint.full_name
    if is_live or actor.role < Role.ADMIN or not _may_follow(services, checkpoint, live):
        return ()
    return (Button(_id(checkpoint), say(actor.language, "modelinfo.use")),)


async def press_live(press: Press, services: Services) -> Reply:
    """Let a bare name mean another of its versions.

    Raises:
        UserError: the id is not ours, there is no such version, or it does something else.
    """
    found = _ID.fullmatch(press.control)
    if not found:
        raise UserError("unknown_control", control=press.control)
    community, language = press.place.community, press.actor.language
    name, number = found["name"], int(found["number"])
    former = await live_version(services, community, name)
    chosen = (
        services.models.find(name)
        if number == 0
        else await find(services, community, f"{name}@{number}")
    )
    if former and not _may_follow(services, chosen, former):
        raise UserError("other_task", name=chosen.full_name, live=former.full_name)
    await services.storage.live_versions.put(community, name, LiveVersion(number, press.actor.id))
    text = say(language, "modelinfo.now_live", name=name, live=chosen.full_name)
    if former is None or former.full_name == chosen.full_name:
        return Reply(text=text)
    again = say(language, "modelinfo.use_again", former=former.full_name)
    return Reply(text=text, controls=(Button(_id(former), again),))


def _may_follow(services: Services, chosen: Checkpoint, former: Checkpoint | None) -> bool:
    """A name goes on doing what it does: whoever asks `fillmask` wants no classifier."""
    task = former and services.models.task_of(former)
    return task is None or services.models.task_of(chosen) is task


def _id(checkpoint: Checkpoint) -> str:
    number = checkpoint.version if checkpoint.origin is Origin.TRAINED else "0"
    return f"live:{checkpoint.name}@{number}"


USE_VERSION = ControlFamily("live", press_live, Role.ADMIN)
