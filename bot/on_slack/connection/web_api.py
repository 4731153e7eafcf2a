"""How Slack's Web API is spoken to: patient with rate limits, and where it is."""

import asyncio
import random

from aiohttp import ClientConnectorError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState
from slack_sdk.web.async_client import AsyncWebClient

from bot.on_slack.connection.channel_queue import ChannelQueues, wait_of
from bot.on_slack.connection.odd_answers import RefusesOddAnswers

_TIMEOUT_S = 30
_LIMITED = 429
_QUEUED = "chat.postMessage"
_POSTS = (_QUEUED, "chat.postEphemeral", "files.completeUploadExternal")
"""Methods that show something once more if they are asked for once more."""


class _Reconnecting(AsyncConnectionErrorRetryHandler):
    """Asks again over a new connection, but posts again only what has not been sent at all."""

    def __init__(self, *, posts: bool) -> None:
        super().__init__(max_retry_count=2)
        self._posts = posts

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        if self._posts or request.url.endswith(_POSTS):
            return isinstance(error, ClientConnectorError)
        return await super()._can_retry_async(
            state=state, request=request, response=response, error=error
        )


class _Patience(AsyncRetryHandler):
    """Waits as long as Slack says; slack-bolt hands it on to every client that it makes.

    With what is posted to a channel, the channel's queue does that by itself.
    """

    def __init__(self) -> None:
        super().__init__(max_retry_count=5)
        self.channel_queues = ChannelQueues()

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        if request.url.endswith(_QUEUED) or error is not None:
            return False
        return response is not None and response.status_code == _LIMITED

    async def prepare_for_next_attempt_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> None:
        """Wait; slack_sdk's own takes a date for a number, and any number for true."""
        headers = response.headers if response else {}
        state.next_attempt_requested = True
        await asyncio.sleep(wait_of(headers) + random.random())  # noqa: S311 - apart, no secret
        state.increment_current_attempt()


def web_client(token: str | None, api_url: str | None) -> AsyncWebClient:
    """Return a client for a token; None: each call brings its workspace's."""
    url = f"{api_url.rstrip('/')}/" if api_url else AsyncWebClient.BASE_URL
    return AsyncWebClient(
        token=token,
        base_url=url,
        timeout=_TIMEOUT_S,
        retry_handlers=[*retry_handlers(), RefusesOddAnswers(url)],
    )


def retry_handlers(*, posts: bool = False) -> list[AsyncRetryHandler]:
    """Return what is tried again: slack_sdk itself gives up at a 429.

    Args:
        posts: whatever is sent, it shows a message.
    """
    return [_Reconnecting(posts=posts), _Patience(), AsyncServerErrorRetryHandler(2)]


def channel_queues_of(web: AsyncWebClient) -> ChannelQueues:
    """Return the queues of the channels, which all clients of a door share."""
    found = (each.channel_queues for each in web.retry_handlers if isinstance(each, _Patience))
    return next(found, None) or ChannelQueues()
