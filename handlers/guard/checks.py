"""What stands before every command and press, in order: each lets somebody pass, or raises."""

from collections.abc import Awaitable, Callable, Iterable
from math import ceil

from handlers.guard.rate_limit import RateLimit
from handlers.guard.roles import with_granted_role
from handlers.services import CommunitySettings
from handlers.types import Actor, Place, Role, UserError

Check = Callable[[Actor, Place, Role], Awaitable[Actor]]
"""Takes who asks, where, and the role that it needs; returns the actor as the place sees them."""


async def passed(checks: Iterable[Check], actor: Actor, place: Place, needed: Role) -> Actor:
    """Return the actor after every check.

    Raises:
        UserError: one of them lets nobody like this pass.
    """
    for check in checks:
        actor = await check(actor, place, needed)
    return actor


def role_check(settings: CommunitySettings) -> Check:
    """Only whom the platform or the community has given the role."""

    async def check(actor: Actor, place: Place, needed: Role) -> Actor:
        actor = await with_granted_role(actor, place.community, settings)
        if actor.role < needed and not actor.is_known:
            raise UserError("who_unknown" if actor.is_language_known else "who_unknown_in_both")
        if actor.role < needed:
            raise UserError(f"role_{needed.name.lower()}")
        return actor

    return check


def rate_check(limit: RateLimit, code: str = "too_often") -> Check:
    """Only so often, where strangers may come; each that passes counts as one more."""

    async def check(actor: Actor, place: Place, needed: Role) -> Actor:
        wait_s = 0.0 if place.is_private_property else limit.wait_s(actor.id)
        if wait_s:
            raise UserError(code, seconds=ceil(wait_s))
        return actor

    return check
