"""Who asks on Slack: a user's `Actor`, from what Slack says of them.

An owner of the workspace is an admin, its admins are moderators; `/settings` says otherwise for a
user group or a person. Who comes from another workspace, by Slack Connect, is a member whatever
they are at home. Nobody waits long to be known: what Slack has said before does meanwhile. Of whom
Slack has said nothing, nothing is known, and that is no "no": it is asked again where it matters.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.answering.expiring_cache import ExpiringCache
from bot.answering.words import one_line
from bot.on_slack.connection.refusals import code_of
from handlers.needs.people import PlatformSilent
from handlers.types import Actor, Group, Language, OptionValue, Place, Role
from models.canonical import folded

PLATFORM = "slack"
_PROFILE_S = 300.0
_DAY_S = 86_400
_GROUPS_S = 60.0
_PATIENCE_S = 1.5
_MOST_NAMES = 20
_USER = re.compile(r"[UW][A-Z0-9]{2,30}")
_TYPING_PATIENCE_S = 2.0
_AGAIN_AFTER_S = (0.5, 1.0, 2.0)
_NOBODY = ("user_not_found", "user_not_visible")
"""Errors by which somebody is a stranger to the workspace."""
_NO_GROUPS = (
    *("paid_teams_only", "missing_scope", "not_allowed_token_type", "plan_upgrade_required"),
    *("team_not_found", "user_is_restricted", "no_permission"),
)
"""Errors by which a workspace has no user groups that we could know of."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Profile:
    name: str
    role: Role
    language: Language
    zone: tzinfo | None = None


@dataclass(frozen=True, slots=True)
class _UserGroup:
    name: str
    members: frozenset[str]


_Groups = Mapping[str, _UserGroup]


class People:
    """Knows the people of every workspace."""

    def __init__(self, on_refusal: Callable[[SlackApiError], None]) -> None:
        self._on_refusal = on_refusal
        self._profiles: ExpiringCache[_Profile] = ExpiringCache(_PROFILE_S)
        self._groups: ExpiringCache[_Groups] = ExpiringCache(_GROUPS_S)

    async def actor(
        self, web: AsyncWebClient, team: str, user: str, within_s: float = _PATIENCE_S
    ) -> Actor:
        """Return who a user is, as far as Slack says it in time."""
        profile, groups = await asyncio.gather(
            self._known(web, team, user, within_s),
            self._known_groups(web, team, within_s),
        )
        return _actor(user, profile, groups)

    async def actor_now(self, web: AsyncWebClient, team: str, user: str) -> Actor | None:
        """Return who a user is at this moment; None: there is none, or no more.

        Raises:
            PlatformSilent: Slack does not say so now.
        """
        said, groups = await asyncio.gather(
            self._asked(web.users_info(user=user, include_locale=True), _NOBODY),
            self._listed_groups(web),
        )
        if said is None or groups is None:
            raise PlatformSilent
        if not said or said["user"].get("deleted") is True:
            return None
        return _actor(user, _read_profile(said["user"], team, user), groups)

    async def actor_surely(self, web: AsyncWebClient, team: str, user: str) -> Actor:
        """Return the same, asked for again and again while Slack does not say it."""
        actor = await self.actor(web, team, user)
        for pause_s in _AGAIN_AFTER_S:
            if actor.is_known:
                break
            await asyncio.sleep(pause_s)
            actor = await self.actor(web, team, user)
        return actor

    async def named(
        self, web: AsyncWebClient, team: str, options: Mapping[str, OptionValue]
    ) -> dict[str, OptionValue]:
        """Return options in which a person of whom Slack has told the id alone has a name."""
        return {key: await self._named(web, team, value) for key, value in options.items()}

    async def _named(self, web: AsyncWebClient, team: str, value: OptionValue) -> OptionValue:
        if not isinstance(value, Group) or value.name != value.id or value.id.startswith("S"):
            return value
        known = await self._known(web, team, value.id, _PATIENCE_S)
        return Group(value.id, known.name if known else value.name)

    async def names(self, web: AsyncWebClient, team: str, users: Sequence[str]) -> dict[str, str]:
        """Return what people are called by their ids, as far as Slack says it soon."""
        asked = [user for user in users if _USER.fullmatch(user)][:_MOST_NAMES]
        asking = (self._known(web, team, user, _PATIENCE_S) for user in asked)
        found = await asyncio.gather(*asking)
        return {user: one.name for user, one in zip(asked, found, strict=True) if one}

    async def user_groups(self, web: AsyncWebClient, team: str, typed: str) -> Sequence[Group]:
        """Return the user groups of a workspace whose name holds what was typed."""
        groups = await self._known_groups(web, team, _TYPING_PATIENCE_S)
        word = folded(typed)
        named = [Group(each, group.name) for each, group in (groups or {}).items()]
        return [each for each in named if word in folded(each.name)]

    async def _known(
        self, web: AsyncWebClient, team: str, user: str, within_s: float
    ) -> _Profile | None:
        return await self._profiles.get(
            (team, user), lambda: self._profile(web, team, user), within_s
        )

    async def _known_groups(
        self, web: AsyncWebClient, team: str, within_s: float
    ) -> _Groups | None:
        return await self._groups.get(team, lambda: self._listed_groups(web), within_s)

    async def _profile(self, web: AsyncWebClient, team: str, user: str) -> _Profile | None:
        said = await self._asked(web.users_info(user=user, include_locale=True), _NOBODY)
        if said is None:
            return None
        if said:
            return _read_profile(said["user"], team, user)
        return _Profile(user, Role.MEMBER, Language.ENGLISH)

    async def _listed_groups(self, web: AsyncWebClient) -> _Groups | None:
        said = await self._asked(web.usergroups_list(include_users=True), _NO_GROUPS)
        return None if said is None else _read_groups(said["usergroups"] if said else ())

    async def _asked(
        self, asking: Awaitable[Any], nothing: Sequence[str] = ()
    ) -> Mapping[str, Any] | None:
        """Return what Slack says; None if it does not say it now.

        Args:
            asking: the call.
            nothing: error codes that say that there is nothing.
        """
        try:
            said: Mapping[str, Any] = (await asking).data
        except SlackApiError as error:
            self._on_refusal(error)
            log.warning("Slack does not say who somebody is: %s", code_of(error) or error)
            return {} if code_of(error) in nothing else None
        except (aiohttp.ClientError, OSError) as error:
            log.warning("Slack does not say who somebody is: %r", error)
            return None
        return said


def _actor(user: str, profile: _Profile | None, groups: _Groups | None) -> Actor:
    known = profile or _Profile(user, Role.MEMBER, Language.ENGLISH)
    members = {each: group.members for each, group in (groups or {}).items()}
    return Actor(
        id=user,
        name=known.name,
        role=known.role,
        language=known.language,
        groups=tuple(each for each, people in members.items() if user in people),
        is_known=profile is not None and groups is not None,
        is_language_known=profile is not None,
        zone=known.zone,
    )


def team_of(community: str) -> str:
    """Return the workspace of a community."""
    return community.removeprefix(f"{PLATFORM}:")


def community_of(team: str) -> str:
    """Return the community of a workspace."""
    return f"{PLATFORM}:{team}"


def place_of(team: str, channel: str) -> Place:
    """Return where something is asked; in the App Home there is no channel."""
    return Place(PLATFORM, community_of(team), channel, has_forms=True)


def _read_profile(known: Mapping[str, Any], team: str, user: str) -> _Profile:
    shown = (known.get("profile") or {}).get("display_name") or known.get("real_name")
    is_korean = str(known.get("locale", "")).startswith("ko")
    return _Profile(
        name=one_line(str(shown or known.get("name") or user)),
        role=_role(known) if is_of(team, known) else Role.MEMBER,
        language=Language.KOREAN if is_korean else Language.ENGLISH,
        zone=_zone(known),
    )


def _zone(user: Mapping[str, Any]) -> tzinfo | None:
    """Return somebody's zone by its name or, where this machine has none of that name, its hours.

    https://docs.slack.dev/reference/objects/user-object
    """
    try:
        return ZoneInfo(str(user["tz"]))
    except (KeyError, ValueError, OSError):
        pass
    seconds = user.get("tz_offset")
    if isinstance(seconds, int) and abs(seconds) < _DAY_S:
        return timezone(timedelta(seconds=seconds))
    return None


def is_of(team: str, user: Mapping[str, Any]) -> bool:
    """Tell whether somebody belongs to a workspace, or is a guest of it by Slack Connect."""
    grid = user.get("enterprise_user") or {}
    homes = (user.get("team_id"), grid.get("enterprise_id"), *(grid.get("teams") or ()))
    return team in homes


def _role(user: Mapping[str, Any]) -> Role:
    if user.get("is_owner") is True or user.get("is_primary_owner") is True:
        return Role.ADMIN
    return Role.MODERATOR if user.get("is_admin") is True else Role.MEMBER


def _read_groups(listed: Sequence[Mapping[str, Any]]) -> _Groups:
    return {
        str(each["id"]): _UserGroup(str(each["name"]), frozenset(map(str, each.get("users") or ())))
        for each in listed
    }
