"""The "Share" button under a private answer: the same, once, for the whole channel."""

import logging
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.on_slack.connection.refusals import may_go_elsewhere
from bot.on_slack.drawing.blocks import context
from bot.on_slack.drawing.render import Drawn
from bot.on_slack.drawing.shareable import sealing_key, unpack
from bot.on_slack.incoming import interaction_data
from bot.on_slack.incoming.interaction_data import Body
from bot.on_slack.incoming.origin import Origin
from bot.on_slack.showing.channel_message import ChannelMessage
from bot.on_slack.showing.response_url import ResponseUrl, ResponseUrlRefused
from handlers.texts import say
from handlers.types import Actor

_KEPT = 10_000

log = logging.getLogger(__name__)


class Sharing:
    """Publishes private answers; two presses at once count once."""

    def __init__(self) -> None:
        self._shared: OrderedDict[str, None] = OrderedDict()

    async def share(self, web: AsyncWebClient, body: Body, value: str, actor: Actor) -> None:
        """Publish what the pressed button carries.

        Raises:
            UserError: it carries nothing that we have answered this person.
            SlackApiError, ResponseUrlRefused, Unsure: Slack does not take it; it may be tried anew.
        """
        blocks, text = unpack(value, sealing_key(web.token, actor.id))
        origin = interaction_data.origin_of(body)
        message = f"{origin.channel}:{(body.get('container') or {}).get('message_ts') or value}"
        if message in self._shared:
            return
        by = context(say(actor.language, "door.shared_by", name=actor.name))
        with self._once(message):
            await _publish(web, origin, Drawn([*blocks, by], text))
        await _use_up(origin, Drawn(blocks, text))

    @contextmanager
    def _once(self, message: str) -> Iterator[None]:
        """Take a message for shared, unless that fails."""
        self._shared[message] = None
        if len(self._shared) > _KEPT:
            self._shared.popitem(last=False)
        try:
            yield
        except BaseException:
            self._shared.pop(message, None)
            raise


async def _publish(web: AsyncWebClient, origin: Origin, drawn: Drawn) -> None:
    try:
        await ChannelMessage(web, origin.channel, origin.thread).show(drawn, is_last=True)
    except SlackApiError as error:
        if not may_go_elsewhere(error):
            raise
        await ResponseUrl(origin).say(drawn, is_public=True)  # a conversation that Tokki is not in


async def _use_up(origin: Origin, drawn: Drawn) -> None:
    """Take the button off the private answer; a press of one that stays does nothing."""
    try:
        await ResponseUrl(origin).say(drawn, is_public=False, replaces=True)
    except (ResponseUrlRefused, aiohttp.ClientError, OSError) as error:
        log.info("the button of a shared answer stays: %s", error)
