"""Who asks on Slack: a user's `Actor`, from what Slack says of them and what they have chosen.

An owner of the workspace is an admin, its admins are moderators; `/settings` says otherwise for a
user group or a person.
"""

import logging
import time
from collections.abc import Awaitable, Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.services import PersonalChoices
from handlers.types import Actor, Language, Place, Role
from storage.errors import StorageError

PLATFORM = "slack"
_PROFILE_S = 300.0
_GROUPS_S = 60.0
_MOST = 10_000

T = TypeVar("T")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Profile:
    name: str
    role: Role
    language: Language


class _Remembered(Generic[T]):
    """What was looked up lately, by key."""

    def __init__(self, for_s: float) -> None:
        self._for_s = for_s
        self._known: dict[Hashable, tuple[float, T]] = {}

    async def get(self, key: Hashable, look_up: Callable[[], Awaitable[T]]) -> T:
        known = self._known.get(key)
        if known and known[0] > time.monotonic():
            return known[1]
        found = await look_up()
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[key] = (time.monotonic() + self._for_s, found)
        return found


class People:
    """Knows the people of every workspace."""

    def __init__(self, choices: PersonalChoices) -> None:
        self._choices = choices
        self._profiles: _Remembered[_Profile] = _Remembered(_PROFILE_S)
        self._groups: _Remembered[Mapping[str, frozenset[str]]] = _Remembered(_GROUPS_S)

    async def actor(self, web: AsyncWebClient, team: str, user: str) -> Actor:
        """Return who a user is; what Slack does not say makes them a member."""
        profile = await self._profiles.get((team, user), lambda: _profile(web, user))
        groups = await self._groups.get(team, lambda: _groups(web))
        return Actor(
            id=user,
            name=profile.name,
            role=profile.role,
            language=await self._chosen(team, user) or profile.language,
            groups=tuple(group for group, members in groups.items() if user in members),
        )

    async def group_names(self, web: AsyncWebClient) -> Mapping[str, str]:
        """Return the user groups of a workspace, by id."""
        listed = await _asked(web.usergroups_list())
        return {str(each["id"]): str(each["name"]) for each in listed.get("usergroups", ())}

    async def _chosen(self, team: str, user: str) -> Language | None:
        try:
            chosen = (await self._choices.of(community_of(team), user)).language
        except StorageError:  # the command itself will say it
            return None
        return Language(chosen) if chosen else None


def community_of(team: str) -> str:
    """Return the community of a workspace."""
    return f"{PLATFORM}:{team}"


def place_of(team: str, channel: str) -> Place:
    """Return where something is asked; in the App Home there is no channel."""
    return Place(PLATFORM, community_of(team), channel)


async def _profile(web: AsyncWebClient, user: str) -> _Profile:
    found = await _asked(web.users_info(user=user, include_locale=True))
    known = found.get("user", {})
    shown = known.get("profile", {}).get("display_name") or known.get("real_name")
    korean = str(known.get("locale", "")).startswith("ko")
    return _Profile(
        name=str(shown or known.get("name") or user),
        role=_role(known),
        language=Language.KOREAN if korean else Language.ENGLISH,
    )


def _role(user: Mapping[str, Any]) -> Role:
    if user.get("is_owner") or user.get("is_primary_owner"):
        return Role.ADMIN
    return Role.MODERATOR if user.get("is_admin") else Role.MEMBER


async def _groups(web: AsyncWebClient) -> Mapping[str, frozenset[str]]:
    listed = await _asked(web.usergroups_list(include_users=True))
    return {
        str(each["id"]): frozenset(map(str, each.get("users", ())))
        for each in listed.get("usergroups", ())
    }


async def _asked(asking: Awaitable[Any]) -> Mapping[str, Any]:
    """Return what Slack says, or nothing: a free workspace, for one, has no user groups."""
    try:
        said: Mapping[str, Any] = (await asking).data
    except (SlackApiError, aiohttp.ClientError, OSError) as error:
        log.warning("Slack does not say who somebody is: %s", error)
        return {}
    return said
