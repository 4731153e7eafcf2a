"""Which version a bare name means, and how that is moved: promoted through the gate, or back.

A button's id carries the version, `live:<name>@<number>`; number 0 is what the operator allows
by that name. The answer to a press offers the former version, so every move can be undone.
`back:<name>@<number>` takes a move back for as long as that version answers.

A decision is about what answered when it was made: of two admins who decide at once, the second is
told.
"""

import logging
import re

from handlers.asking.checkpoints import find, provided, provided_names
from handlers.guard.audit import deed
from handlers.services import Services
from handlers.table import ControlFamily
from handlers.texts import say
from handlers.types import Actor, Button, Language, Press, Reply, Request, Role, UserError
from handlers.versions.card import renew_card
from handlers.versions.naming import bare_name, named_version, number_of
from handlers.versions.permission import been_live, has_meant, objection
from models.canonical import one_line
from models.errors import ModelError
from models.results import Checkpoint, Origin
from storage.errors import StorageError
from storage.records import Deed, LiveVersion, NewAuditEntry

log = logging.getLogger(__name__)

_ID = re.compile(r"(?:live|back):(?P<name>[^:@\s/]{1,64})@(?P<number>\d{1,9})")


async def live_version(services: Services, community: str, name: str) -> Checkpoint | None:
    """Return what a bare name means here; None if that is nothing, or cannot be told."""
    try:
        return await find(services, community, name)
    except UserError:
        return None
    except (ModelError, StorageError):
        log.warning("what %s means could not be looked up", name, exc_info=True)
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


def back_button(version: str, former: str, language: Language) -> Button:
    """Return the button that takes a version's place back; full names."""
    return Button(f"back:{version}", say(language, "modelinfo.back", former=former))


async def press_back(press: Press, services: Services) -> Reply:
    """Let a name mean what it meant before a version, if that is what it means now.

    Raises:
        UserError: the id is not ours, that version does not answer, or there was nothing before.
    """
    found = _ID.fullmatch(press.control)
    if not found:
        raise UserError("unknown_control", control=press.control)
    community, name, number = press.place.community, found["name"], int(found["number"])
    live = await live_version(services, community, name)
    if live is None or number_of(live) != number:
        raise UserError("not_live", name=name, version=f"{name}@{number}")
    return await _move_back(services, community, press.actor, name, live)


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
        UserError: it is no bare name, or it has always meant what it means.
    """
    community, name = request.place.community, bare_name(str(request.options["name"]))
    live = await find(services, community, name)
    return await _move_back(services, community, request.actor, name, live)


async def _move_back(
    services: Services, community: str, actor: Actor, name: str, live: Checkpoint
) -> Reply:
    number = await way_back(services, community, name, live)
    if number is None:
        meant = await has_meant(services, community, name)
        gone = next((one for one in meant if one != number_of(live)), None)
        code = "nothing_before" if gone is None else "former_removed"
        raise UserError(code, name=name, live=live.full_name, former=f"{name}@{gone}")
    return await _move(services, community, actor, name, number)


async def way_back(services: Services, community: str, name: str, live: Checkpoint) -> int | None:
    """Return the number that `/version rollback` would let a name mean; None: there is none."""
    meant = [*await been_live(services, community, name)]
    if name in await provided_names(services, community):
        meant.append(0)  # the operator's, before anybody decided
    return next((one for one in meant if one != number_of(live)), None)


async def _move(
    services: Services,
    community: str,
    actor: Actor,
    name: str,
    number: int,
    reason: str | None = None,
) -> Reply:
    language = actor.language
    seen = await services.storage.live_versions.get(community, name)
    former = await live_version(services, community, name)
    chosen = await _chosen(services, community, name, number)
    if seen and seen.decided_by and former and number_of(former) != seen.number:
        raise UserError("version_moved", name=name)  # what is known here is seconds old
    # A version whose files are gone says so now, and not to everybody who asks it.
    chosen = await services.models.fetch(chosen, lambda _: None)
    await services.models.overview(chosen)
    if former and former.full_name == chosen.full_name:
        return Reply(text=say(language, "modelinfo.live_already", name=name, live=chosen.full_name))
    if former and not _may_follow(services, chosen, former):
        raise UserError("other_task", name=chosen.full_name, live=former.full_name)
    why = await objection(services, community, chosen, former, language)
    if why and not reason:
        raise UserError("gate_closed", why=why, name=chosen.full_name)
    if former and services.models.state(former).is_loaded:
        # Nobody waits while it is loaded, and the former stays: that is quick to go back to.
        await services.models.make_ready(chosen)
    forced = reason if why else None
    noted = _noted(community, actor, former, chosen, forced)
    live = LiveVersion(number, actor.id)
    await services.storage.live_versions.put(
        community, name, live, forced, noted, instead_of=(seen,)
    )
    text = say(language, "modelinfo.now_live", name=name, live=chosen.full_name)
    if chosen.origin is Origin.TRAINED:
        await renew_card(services, community, name, number)
    if former is None:
        return Reply(text=text)
    again = say(language, "modelinfo.use_again", former=former.full_name)
    return Reply(text=text, controls=(Button(_id(former), again),))


async def _chosen(services: Services, community: str, name: str, number: int) -> Checkpoint:
    if number == 0:
        return await provided(services, community, name)
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


def _id(checkpoint: Checkpoint) -> str:
    return f"live:{checkpoint.name}@{number_of(checkpoint)}"


USE_VERSION = ControlFamily("live", press_live, Role.ADMIN)
TAKE_BACK = ControlFamily("back", press_back, Role.ADMIN)
