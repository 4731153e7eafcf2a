"""How much may be kept and asked here, in `/settings`; each change can be undone."""

import re

from handlers.guard.audit import deed
from handlers.guard.limits import (
    LIMITS,
    OPERATORS,
    Limit,
    choose,
    chosen,
    limit_of,
    most,
    usual,
)
from handlers.services import Services
from handlers.table import Bilingual, ControlFamily, Kind, Option
from handlers.texts import say
from handlers.types import Button, Language, Press, Reply, Request, Role, Table, UserError
from storage.records import Deed

_UNDO = re.compile(rf"limit:(?P<name>{'|'.join(LIMITS)}):(?P<before>\d{{1,9}})", re.ASCII)
_MOST = 999_999_999

LIMIT_OPTIONS = (
    Option(
        Bilingual("limit", "한도"),
        Bilingual("How much of what", "무엇을 얼마나"),
        Kind.CHOICE,
        choices=tuple(limit.name for limit in LIMITS.values()),
    ),
    Option(
        Bilingual("to", "값"),
        Bilingual("The new limit; 0 is the operator's", "새 한도. 0은 운영자가 정한 값"),
        Kind.INTEGER,
        minimum=0,
        maximum=_MOST,
    ),
)


async def set_limit(request: Request, services: Services) -> Reply:
    """Answer `/settings limit to`.

    Raises:
        UserError: it is more than the operator allows.
    """
    limit, value = LIMITS[str(request.options["limit"])], request.number("to", OPERATORS)
    before = await _set(request, limit, value, services)
    language = request.actor.language
    if before == value:
        much = amount(limit, value or usual(limit, services.rules)).to(language)
        what = f"{limit.name.to(language)} {much}"
        return Reply(text=say(language, "settings.same", what=what))
    undo = Button(f"limit:{limit.name.en}:{before}", say(language, "settings.undo"))
    return Reply(text=_said(limit, value, language, services), controls=(undo,))


async def press_limit(press: Press, services: Services) -> Reply:
    """Put back what stood before a change.

    Raises:
        UserError: the id is not ours, or it is more than the operator allows by now.
    """
    found = _UNDO.fullmatch(press.control)
    if not found:
        raise UserError("unknown_control", control=press.control)
    limit, value = LIMITS[found["name"]], int(found["before"])
    await _set(press, limit, value, services)
    return Reply(text=_said(limit, value, press.actor.language, services))


LIMIT_UNDO = ControlFamily("limit", press_limit, Role.ADMIN)


async def limits_table(community: str, services: Services, language: Language) -> Table:
    """Return what holds here, and the most that admins may choose."""
    rules, store = services.rules, services.storage.settings
    columns = ("settings.limit", "settings.now", "settings.most")
    rows = [
        (
            f"{limit.name.to(language)}: {say(language, f'limit.{name}')}",
            f"{await limit_of(limit, community, store, rules):,}",
            f"{most(limit, rules):,}",
        )
        for name, limit in LIMITS.items()
    ]
    return Table(tuple(say(language, each) for each in columns), tuple(rows))


async def _set(asked: Request | Press, limit: Limit, value: int, services: Services) -> int:
    """Set a limit, if that changes anything, and return what was chosen before."""
    rules, store, community = services.rules, services.storage.settings, asked.place.community
    if value > most(limit, rules):
        raise UserError("limit_too_high", name=limit.name, most=amount(limit, most(limit, rules)))
    before = await chosen(limit, community, store)
    if before == value:
        return before
    facts = {"limit": limit.name.en, "before": str(before), "after": str(value)}
    done = deed(asked.actor, community, Deed.LIMIT_SET, **facts)
    await choose(limit, value, community, store, done)
    return before


def _said(limit: Limit, value: int, language: Language, services: Services) -> str:
    name = limit.name.en
    facts = {"what": say(language, f"limit.{name}"), "name": limit.name.to(language)}
    key = "settings.limit_usual" if value == OPERATORS else "settings.limit_set"
    to = amount(limit, value or usual(limit, services.rules))
    return say(language, key, **facts, to=to.to(language))


def amount(limit: Limit, value: int) -> Bilingual:
    """Say so many of what is limited, such as 90 days."""
    en, ko = (say(one, f"amount.{limit.name.en}", n=f"{value:,}") for one in Language)
    return Bilingual(en, ko)
