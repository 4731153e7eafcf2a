"""An ordinary message of a channel, which can be edited for as long as it is there."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.on_slack.connection.channel_queue import patiently
from bot.on_slack.connection.odd_answers import OddAnswer, text_in
from bot.on_slack.connection.refusals import LIMITED, code_of, may_go_elsewhere
from bot.on_slack.connection.web_api import channel_queues_of
from bot.on_slack.drawing.render import TOO_MUCH, Drawn
from storage.records import JobMessage

_REFUSED = 400
_LONGEST_WAIT_S = 3.0
"""A state on the way that would have to wait longer is left out: another will follow."""

log = logging.getLogger(__name__)

Form = dict[str, Any]


class Unsure(Exception):
    """A message was sent, and Slack has not answered: it may stand there or not."""


class ChannelMessage:
    """A message: posted once, edited from then on, and posted afresh where it is gone."""

    def __init__(self, web: AsyncWebClient, channel: str, thread: str = "") -> None:
        """Make one.

        Args:
            web: speaks to the workspace.
            channel: where it is to stand; a person's id means their conversation with Tokki.
            thread: of which thread, if of any.
        """
        self._web = web
        self._channel = channel
        self._thread = thread
        self._queue = channel_queues_of(web).of(channel)
        self._posting: asyncio.Task[AsyncSlackResponse] | None = None
        self._times_gone = 0
        self.at: JobMessage | None = None

    @property
    def wait_s(self) -> float:
        """How long it would have to wait until it may be posted; nothing if it is there."""
        return 0.0 if self.at or self._posting else self._queue.wait_s

    async def show(self, drawn: Drawn, *, is_last: bool) -> None:
        """Show a state in the place of the one before.

        Raises:
            SlackApiError: Slack does not take it.
            Unsure: Slack does not say whether it has taken it.
        """
        if self._posting:  # an earlier state, cut off on its way
            await self._arrive(self._posting)
        if self.at and await self._edits(drawn, self.at, is_last=is_last):
            return
        # Somebody may have deleted it on purpose: then only the end is worth a third message.
        is_welcome = self._times_gone <= 1 and self.wait_s <= _LONGEST_WAIT_S
        if is_last or is_welcome:
            await in_some_form(drawn, self._post)

    async def _edits(self, drawn: Drawn, at: JobMessage, *, is_last: bool) -> bool:
        """Edit it; false if it cannot be edited any more."""
        try:
            await edit(self._web, at, drawn, is_last=is_last)
        except SlackApiError as error:
            if not may_go_elsewhere(error):
                raise
            log.info("a message cannot be edited any more: %s", code_of(error))
            self.at, self._times_gone = None, self._times_gone + 1
            return False
        return True

    async def _post(self, form: Form) -> None:
        self._posting = self._queue.post(
            lambda: self._web.chat_postMessage(
                channel=self._channel,
                thread_ts=self._thread or None,
                unfurl_links=False,
                unfurl_media=False,
                **form,
            )
        )
        await self._arrive(self._posting)

    async def _arrive(self, posting: "asyncio.Task[AsyncSlackResponse]") -> None:
        """Wait until it is posted; who gives up waiting leaves it on its way for the next one."""
        try:
            posted = await asyncio.shield(posting)
            self.at = JobMessage(text_in(posted, "channel"), text_in(posted, "ts"))
        except aiohttp.ClientConnectorError:
            raise
        except OddAnswer as error:
            if error.response.status_code >= _REFUSED:
                raise
            raise Unsure from error
        except (aiohttp.ClientError, OSError) as error:
            raise Unsure from error
        finally:
            if posting.done():
                self._posting = None


async def edit(web: AsyncWebClient, at: JobMessage, drawn: Drawn, *, is_last: bool) -> None:
    """Let a message say something else.

    Raises:
        SlackApiError: Slack does not take it.
    """

    async def send(form: Form) -> None:
        said = {name: value for name, value in form.items() if name != "mrkdwn"}
        await _edited(
            lambda: web.chat_update(channel=at.channel, ts=at.message, **said), is_last=is_last
        )

    await in_some_form(drawn, send)


async def _edited(send: Callable[[], Awaitable[AsyncSlackResponse]], *, is_last: bool) -> None:
    """Edit; of the states on the way, one that Slack finds too much is left out."""
    if is_last:
        await patiently(send)
        return
    try:
        await send()
    except SlackApiError as error:
        if code_of(error) != LIMITED:
            raise


async def in_some_form(drawn: Drawn, send: Callable[[Form], Awaitable[object]]) -> None:
    """Send a message in the first form that is not too much for Slack.

    Raises:
        SlackApiError: Slack does not take any.
    """
    *forms, plainest = drawn.forms()
    for form in forms:
        try:
            await send(form)
        except SlackApiError as error:
            if code_of(error) not in TOO_MUCH:
                raise
        else:
            return
    await send(plainest)
