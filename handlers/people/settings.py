"""`/settings`: who may what in this community, and how much; each change can be undone."""

import re

from handlers.guard.audit import deed
from handlers.guard.limits import DAYS, limit_of
from handlers.guard.roles import Grant, grant, grants, is_always_admin
from handlers.people.limits import LIMIT_OPTIONS, limits_table, set_limit
from handlers.services import Services
from handlers.table import Bilingual, Command, ControlFamily, Kind, Option
from handlers.texts import say
from handlers.types import (
    Button,
    Group,
    Language,
    Press,
    Reply,
    Request,
    Role,
    Table,
    UserError,
    Visibility,
)
from storage.records import Deed

BY_PERMISSIONS = "permissions"
"""The choice that forgets a grant."""
_UNDO = re.compile(
    r"set:(?P<group>[^:]{1,64}):(?P<role>shut_out|asker|member|moderator|admin|permissions)"
)


async def settings(request: Request, services: Services) -> Reply:
    """Answer `/settings [who] [may] [limit] [to]`.

    Raises:
        UserError: too little or too much was given, or nothing would change by it.
    """
    who, may = request.options.get("who"), request.options.get("may")
    language, community = request.actor.language, request.place.community
    limit, to = request.options.get("limit"), request.options.get("to")
    if who is None and may is None and to is None:
        return await _shown(community, services, language, with_limits=limit is not None)
    if limit is not None and who is None and may is None:
        return await set_limit(request, services)
    if not isinstance(who, Group) or may is None or limit is not None or to is not None:
        raise UserError("settings_incomplete")
    if may != BY_PERMISSIONS and await is_always_admin(who, community, services.people):
        raise UserError("always_admin", who=who.name)
    before = await _set(request, who, str(may), services)
    if before == may:
        return Reply(text=say(language, "settings.same", what=who.name))
    return Reply(
        text=_said(who, str(may), language),
        controls=(Button(f"set:{who.id}:{before}", say(language, "settings.undo")),),
    )


SETTINGS = Command(
    name=Bilingual("settings", "설정"),
    description=Bilingual(
        "Who may do what here, and how much", "이곳에서 누가 무엇을 얼마나 할 수 있는지 정해요"
    ),
    handler=settings,
    role=Role.ADMIN,
    visibility=Visibility.PRIVATE,
    example=Bilingual("/settings who:@mina may:moderator", "/설정 누가:@mina 권한:중재자"),
    options=(
        Option(
            Bilingual("who", "누가"),
            Bilingual("A role or a person", "역할 또는 사람"),
            Kind.GROUP,
        ),
        Option(
            Bilingual("may", "권한"),
            Bilingual("What they may do", "무엇을 할 수 있는지"),
            Kind.CHOICE,
            choices=(
                Bilingual("member", "멤버"),
                Bilingual("moderator", "중재자"),
                Bilingual("admin", "관리자"),
                Bilingual("asker", "질문만"),
                Bilingual("shut_out", "차단"),
                Bilingual(BY_PERMISSIONS, "원래대로"),
            ),
        ),
        *LIMIT_OPTIONS,
    ),
)


async def press_settings(press: Press, services: Services) -> Reply:
    """Put back what stood before a change.

    Raises:
        UserError: the id is not ours, or nothing was ever set for that group.
    """
    found = _UNDO.fullmatch(press.control)
    if not found:
        raise UserError("unknown_control", control=press.control)
    community, language = press.place.community, press.actor.language
    known = (await grants(community, services.storage.settings)).get(found["group"])
    if known is None:
        raise UserError("unknown_control", control=press.control)
    await _set(press, known.group, found["role"], services)
    return Reply(text=_said(known.group, found["role"], language))


async def _set(asked: Request | Press, who: Group, may: str, services: Services) -> str:
    """Set what a group may, if that changes anything, and return what it could before."""
    community, store = asked.place.community, services.storage.settings
    known = (await grants(community, store)).get(who.id)
    before = known.role.name.lower() if known and known.role else BY_PERMISSIONS
    if before == may:
        return before
    role = None if may == BY_PERMISSIONS else Role[may.upper()]
    facts = {"who": who.name, "group": who.id, "before": before, "after": may}
    done = deed(asked.actor, community, Deed.ROLE_GRANTED, **facts)
    await grant(community, Grant(who, role), store, done)
    return before


async def _shown(
    community: str, services: Services, language: Language, *, with_limits: bool
) -> Reply:
    if with_limits:
        return Reply(
            title=say(language, "settings.limits_title"),
            text=say(language, "settings.limits"),
            table=await limits_table(community, services, language),
        )
    store, rules = services.storage.settings, services.rules
    granted = (await grants(community, store)).values()
    held = [(each.group.name, each.role) for each in granted if each.role]
    days = await limit_of(DAYS, community, store, rules)
    columns = (say(language, "settings.who"), say(language, "settings.may"))
    rows = tuple((name, _role(role.name.lower(), language)) for name, role in held)
    return Reply(
        title=say(language, "settings.title"),
        text="\n".join(
            (
                say(language, "settings.rules" if rows else "settings.none"),
                say(language, "settings.kept", days=days),
            )
        ),
        table=Table(columns, rows) if rows else None,
    )


def _said(who: Group, may: str, language: Language) -> str:
    if may == BY_PERMISSIONS:
        return say(language, "settings.revoked", who=who.name)
    if may in ("shut_out", "asker"):
        return say(language, f"settings.{may}", who=who.name)
    return say(language, "settings.granted", who=who.name, role=_role(may, language))


def _role(name: str, language: Language) -> str:
    return say(language, f"role.{name}")


SETTINGS_UNDO = ControlFamily("set", press_settings, Role.ADMIN)
