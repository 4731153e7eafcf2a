"""What stands before every command and press, in order: each lets somebody pass, or raises."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from math import ceil

from handlers.guard.rate_limit import DAY_S, MINUTE_S, RateLimit
from handlers.guard.roles import with_granted_role
from handlers.needs.communities import CommunitySettings
from handlers.types import Actor, Place, Role, UserError

_A_DAY, _TOGETHER = 100, 40
"""So many times what one person may give in a minute: in a day, and all of a community together."""

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
        if actor.role is Role.SHUT_OUT and needed > Role.SHUT_OUT:
            raise UserError("shut_out")
        if actor.role < needed and not actor.is_known:
            raise UserError("who_unknown" if actor.is_language_known else "who_unknown_in_both")
        if actor.role < needed:
            raise UserError(f"role_{needed.name.lower()}")
        return actor

    return check


def _person(actor: Actor, _: Place) -> str:
    return actor.id


def _community(_: Actor, place: Place) -> str:
    return place.community


def usual_limits(a_minute: int) -> Mapping[str, RateLimit]:
    """Return how often somebody may ask, by what it is: a minute, a day, and all of a community."""
    return {
        "minute": RateLimit(a_minute),
        "day": RateLimit(a_minute * _A_DAY, within_s=DAY_S),
        "community": RateLimit(a_minute * _TOGETHER),
    }


def rate_checks(limits: Mapping[str, RateLimit]) -> tuple[Check, ...]:
    """Only as often as the usual limits let somebody ask."""
    return (
        rate_check(limits["minute"]),
        rate_check(limits["day"], "too_often_today"),
        rate_check(limits["community"], "too_often_here", _community),
    )


def rate_check(
    limit: RateLimit,
    code: str = "too_often",
    who: Callable[[Actor, Place], str] = _person,
) -> Check:
    """Only so often, where strangers may come; each that passes counts as one more."""

    async def check(actor: Actor, place: Place, needed: Role) -> Actor:
        wait_s = 0.0 if place.is_private_property else limit.wait_s(who(actor, place))
        if wait_s:
            raise UserError(code, seconds=ceil(wait_s), minutes=ceil(wait_s / MINUTE_S))
        return actor

    return check
