"""Makes the screens that answers are shown on."""

from collections.abc import Callable

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.answering.screen import Showing
from bot.on_slack.incoming.origin import Origin
from bot.on_slack.showing.screen import Screen
from handlers.types import Actor


class Screens:
    """Knows what all screens have in common."""

    def __init__(self, prefix: str, on_refusal: Callable[[SlackApiError], None]) -> None:
        self._prefix = prefix
        self._on_refusal = on_refusal

    def of(
        self,
        web: AsyncWebClient,
        origin: Origin,
        actor: Actor,
        showing: Showing,
    ) -> Screen:
        """Return a screen for what somebody asks; see `Screen`."""
        return Screen(
            web,
            origin,
            actor.id,
            actor.language,
            prefix=self._prefix,
            on_refusal=self._on_refusal,
            showing=showing,
        )
