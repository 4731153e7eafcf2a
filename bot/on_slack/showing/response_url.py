"""The response URL of a command or a press: five messages in half an hour, wherever it was.

https://docs.slack.dev/interactivity/handling-user-interaction
"""

import json
from collections.abc import Mapping
from typing import Any

from slack_sdk.webhook.async_client import AsyncWebhookClient
from slack_sdk.webhook.webhook_response import WebhookResponse

from bot.on_slack.connection.web_api import retry_handlers
from bot.on_slack.drawing.render import TOO_MUCH, Drawn
from bot.on_slack.incoming.origin import Origin

_OK = 200


class ResponseUrlRefused(Exception):
    """Slack does not take what is sent to a response URL: it is used up, too old, or no good."""


class ResponseUrl:
    """Answers where there is no message to edit."""

    def __init__(self, origin: Origin) -> None:
        self._origin = origin

    async def say(self, drawn: Drawn, *, is_public: bool, replaces: bool = False) -> None:
        """Say something, to the one who asked alone or to all.

        Raises:
            ResponseUrlRefused: Slack does not take it.
            aiohttp.ClientError, OSError: Slack cannot be reached, or has not answered.
        """
        if not self._origin.response_url:
            raise ResponseUrlRefused("there is none")
        for form in drawn.forms():
            said = await self._send(form, is_public=is_public, replaces=replaces)
            if _is_taken(said):
                return
            if not any(code in said.body for code in TOO_MUCH):
                break
        raise ResponseUrlRefused(f"{said.status_code} {said.body[:200]}")

    async def _send(
        self, form: Mapping[str, Any], *, is_public: bool, replaces: bool
    ) -> WebhookResponse:
        how = {
            "response_type": "in_channel" if is_public else "ephemeral",
            "replace_original": replaces,
        }
        if self._origin.thread and is_public and not replaces:
            how["thread_ts"] = self._origin.thread
        client = AsyncWebhookClient(
            self._origin.response_url, retry_handlers=retry_handlers(posts=True)
        )
        return await client.send_dict({**form, **how})


def _is_taken(said: WebhookResponse) -> bool:
    """Slack says `ok`, or refuses in JSON, sometimes with a status of 200."""
    if said.status_code != _OK:
        return False
    try:
        body = json.loads(said.body)
    except ValueError:
        return True
    return not isinstance(body, dict) or body.get("ok", True) is True
