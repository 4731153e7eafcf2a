"""Who somebody of a workspace is just now, for whoever does not speak on Slack at the moment."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from slack_sdk.web.async_client import AsyncWebClient

from bot.on_slack.incoming.people import People, team_of
from handlers.types import Actor, Group, Language

WebOf = Callable[[str], Awaitable[AsyncWebClient | None]]
"""How Slack is spoken to in a workspace; None: Tokki is not in it."""


class MembersNow:
    """Fills `handlers.needs.people.PeopleOfPlatform`."""

    def __init__(self, people: People, web_of: WebOf) -> None:
        self._people = people
        self._web_of = web_of

    async def who(self, community: str, user: str, language: Language) -> Actor | None:
        """Return who somebody is now, in the language of their Slack.

        Raises:
            PlatformSilent: Slack does not say so now.
        """
        team = team_of(community)
        web = await self._web_of(team)
        return await self._people.actor_now(web, team, user) if web else None

    async def names(self, community: str, users: Sequence[str]) -> Mapping[str, str]:
        """Return what people are called there."""
        team = team_of(community)
        web = await self._web_of(team)
        return await self._people.names(web, team, users) if web else {}

    async def groups(self, community: str) -> Sequence[Group]:
        """Return the user groups there."""
        team = team_of(community)
        web = await self._web_of(team)
        return await self._people.user_groups(web, team, "") if web else ()
