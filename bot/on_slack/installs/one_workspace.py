"""Tokki in one workspace, by the one token of the settings."""

from collections.abc import Callable
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.on_slack.connection.odd_answers import text_in
from bot.on_slack.incoming.people import community_of
from handlers.needs.people import PlatformSilent
from handlers.people.presence import Presence

_UNINSTALLED = "app_uninstalled"


class OneWorkspace(AsyncAuthorize):
    """Gives slack-bolt the token for whatever comes in.

    slack-bolt's own asks `auth.test` before it lets the first request be acknowledged; here, that
    is known before anything can come in.
    """

    def __init__(self, web: AsyncWebClient) -> None:
        self.web = web
        self._known: AsyncSlackResponse | None = None

    async def open(self) -> AsyncSlackResponse:
        """Ask Slack whose token it is.

        Raises:
            SlackApiError: Slack refuses it, or something else answers.
        """
        known = await self.web.auth_test()
        text_in(known, "team_id")  # all that is stored is kept by it
        self._known = known
        return known

    async def web_of(self, team: str) -> AsyncWebClient | None:
        """Return how Slack is spoken to in a workspace.

        Raises:
            PlatformSilent: Slack has not said yet whose token it is.
        """
        if self._known is None:
            raise PlatformSilent
        return self.web if text_in(self._known, "team_id") == team else None

    def listen(
        self, app: AsyncApp, on_refusal: Callable[[SlackApiError], None], presence: Presence
    ) -> None:
        """Notice where the app is taken out: nothing else would ever come to tell of it."""

        async def ask(event: dict[str, Any]) -> None:
            try:
                await self.open()
            except SlackApiError as error:
                if self._known and event.get("type") == _UNINSTALLED:
                    await presence.left(community_of(text_in(self._known, "team_id")))
                on_refusal(error)

        for event in (_UNINSTALLED, "tokens_revoked"):  # the latter of people's tokens, too
            app.event(event)(ask)

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        **_actor: str | None,
    ) -> AuthorizeResult | None:
        """Return the bot, as slack-bolt wants it."""
        known = self._known
        if known is None:
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            team=known.get("team"),
            bot_user_id=known.get("user_id"),
            bot_id=known.get("bot_id"),
            bot_token=self.web.token,
            user_id=user_id,
        )
