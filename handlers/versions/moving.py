"""Which version a bare name means, and how that is moved: promoted through the gate, or back.

A button's id carries the version, `live:<name>@<number>`; number 0 is what the operator allows
by that name. The answer to a press offers the former version, so every move can be undone.
"""

import re

from handlers.asking.checkpoints import find
from handlers.guard.audit import deed
from handlers.services import Services
from handlers.table import ControlFamily
from handlers.texts import say
from handlers.types import Actor, Button, Press, Reply, Request, Role, UserError
from handlers.versions.permission import been_live, objection
from models.canonical import lowered, one_line
from models.errors import ModelError
from models.results import Checkpoint, Origin
from storage.errors import StorageError
from storage.records import Deed, LiveVersion, NewAuditEntry

_ID = re.compile(r"live:(?P<name>[^:@\s/]{1,64})@(?P<number>\d{1,9})")
_TYPED = re.compile(r"(?P<name>[^:@\s/]{1,64})@(?P<number>\d{1,9})")


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
        UserError: the id is not ours, there is no such version, it does something else, or the
            gate has not let it through.
    """
    found = _ID.fullmatch(press.control)
    if not found:
        raise UserError("unknown_control", control=press.control)
    community = press.place.community
    return await _move(services, community, press.actor, found["name"], int(found["number"]))


async def promote(request: Request, services: Services) -> Reply:
    """Answer `/version promote version [reason]`.

    Raises:
        UserError: as `press_live`.
    """
    name, number = named_version(str(request.options["version"]))
    given = request.options.get("reason")
    reason = None if given is None else one_line(str(given))
    return await _move(services, request.place.community, request.actor, name, number, reason)


async def rollback(request: Request, services: Services) -> Reply:
    """Answer `/version rollback name`: back to what the name has meant before.

    Raises:
        UserError: it has always meant the same.
    """
    community, name = request.place.community, lowered(str(request.options["name"]))
    live = await find(services, community, name)
    meant = [*await been_live(services, community, name)]
    if name in services.models.names():
        meant.append(0)  # the operator's, before anybody decided
    number = next((one for one in meant if one != _number(live)), None)
    if number is None:
        raise UserError("nothing_before", name=name, live=live.full_name)
    return await _move(services, community, request.actor, name, number)


def named_version(typed: str) -> tuple[str, int]:
    """Return the name and the number that somebody typed as `ours@2`.

    Raises:
        UserError: it is no version's.
    """
    found = _TYPED.fullmatch(lowered(typed))
    if not found:
        raise UserError("version_wanted", typed=typed)
    return found["name"], int(found["number"])


async def _move(
    services: Services,
    community: str,
    actor: Actor,
    name: str,
    number: int,
    reason: str | None = None,
) -> Reply:
    language = actor.language
    former = await live_version(services, community, name)
    chosen = await _chosen(services, community, name, number)
    if former and not _may_follow(services, chosen, former):
        raise UserError("other_task", name=chosen.full_name, live=former.full_name)
    await services.models.fetch(chosen, lambda _: None)
    why = former and await objection(services, community, chosen, former, language)
    if why and not reason:
        raise UserError("gate_closed", why=why, name=chosen.full_name)
    forced = reason if why else None
    noted = _noted(community, actor, former, chosen, forced)
    live = LiveVersion(number, actor.id)
    await services.storage.live_versions.put(community, name, live, forced, noted)
    text = say(language, "modelinfo.now_live", name=name, live=chosen.full_name)
    if former is None or former.full_name == chosen.full_name:
        return Reply(text=text)
    if former.origin is Origin.TRAINED:  # nobody else asks it, so its place is free
        await services.models.renew(former, chosen)
    again = say(language, "modelinfo.use_again", former=former.full_name)
    return Reply(text=text, controls=(Button(_id(former), again),))


async def _chosen(services: Services, community: str, name: str, number: int) -> Checkpoint:
    if number == 0:
        return services.models.find(name)
    return await find(services, community, f"{name}@{number}")


def _noted(
    community: str, actor: Actor, former: Checkpoint | None, chosen: Checkpoint, forced: str | None
) -> NewAuditEntry:
    before = former.full_name if former else "–"
    facts = {"name": chosen.name, "before": before, "after": chosen.full_name}
    return deed(actor, community, Deed.VERSION_MOVED, **facts, reason=forced or "")


def _may_follow(services: Services, chosen: Checkpoint, former: Checkpoint | None) -> bool:
    """A name goes on doing what it does: whoever asks `fillmask` wants no classifier."""
    task = former and services.models.task_of(former)
    return task is None or services.models.task_of(chosen) is task


def _number(checkpoint: Checkpoint) -> int:
    return int(checkpoint.version) if checkpoint.origin is Origin.TRAINED else 0


def _id(checkpoint: Checkpoint) -> str:
    return f"live:{checkpoint.name}@{_number(checkpoint)}"


USE_VERSION = ControlFamily("live", press_live, Role.ADMIN)
