"""A modal that stays open: each press in it changes what it shows.

https://docs.slack.dev/surfaces/modals
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.on_slack.connection.odd_answers import text_in
from bot.on_slack.connection.refusals import TOO_LATE, code_of
from bot.on_slack.drawing.blocks import Block, plain, section
from bot.on_slack.drawing.prefixed import with_prefix
from bot.on_slack.drawing.render import TOO_MUCH, WARNING, draw_window
from bot.on_slack.incoming.origin import Origin
from handlers.guard.failures import crash
from handlers.texts import say
from handlers.types import Actor, Reply, UserError
from storage.records import JobMessage

CALLBACK = "window"
_NOTICE = "notice"
"""The id of the block that says why a press changed nothing."""
_CLOSED = ("not_found", "view_not_found")
_LONGEST_NOTICE = 1_000

log = logging.getLogger(__name__)


class Window:
    """A `bot.answering.screen.Screen`: what is said last fills it."""

    def __init__(
        self,
        web: AsyncWebClient,
        view_id: str,
        origin: Origin,
        actor: Actor,
        prefix: str,
        blocks: Sequence[Block] = (),
    ) -> None:
        """`blocks` are what it shows already."""
        self._web = web
        self._view_id = view_id
        self._origin = origin
        self._actor = actor
        self._prefix = prefix
        self._blocks = [block for block in blocks if block.get("block_id") != _NOTICE]

    @property
    def message(self) -> JobMessage | None:
        """It is no message."""
        return None

    @property
    def quiet_s(self) -> float:
        """Nothing is kept back: a window can be drawn anew."""
        return 0.0

    async def acknowledge(self) -> None:
        """Do nothing: on Slack that has happened before anything else."""

    async def show(self, reply: Reply, *, is_last: bool) -> None:
        """Show an answer in the place of what was there; an error above it, if there is something.

        Raises:
            SlackApiError: Slack does not take it.
        """
        for blocks in self._forms(reply):
            try:
                await self._update(blocks)
            except SlackApiError as error:
                if code_of(error) in _CLOSED:
                    log.info("a window was closed before its answer")
                    return
                if code_of(error) not in TOO_MUCH:
                    raise
            else:
                return

    def _forms(self, reply: Reply) -> list[list[Block]]:
        language = reply.language or self._actor.language
        shown = with_prefix(reply, self._prefix)
        if reply.error and self._blocks:
            words = f"{WARNING} {shown.text or reply.error.message}"[:_LONGEST_NOTICE]
            return [[section(plain(words)) | {"block_id": _NOTICE}, *self._blocks]]
        try:
            drawn = draw_window(shown, language)
        except Exception as error:  # an answer that cannot be drawn is still told of
            drawn = draw_window(crash(error, "drawing an answer", language), language)
        return [form["blocks"] for form in drawn.forms() if form["blocks"]]

    async def _update(self, blocks: list[Block]) -> None:
        view = window_view(blocks, self._origin, self._actor)
        await self._web.views_update(view_id=self._view_id, view=view)


async def open_window(
    web: AsyncWebClient, trigger_id: str, origin: Origin, actor: Actor, prefix: str
) -> Window:
    """Open a modal before anything else is done: Slack lets that be for three seconds.

    Raises:
        UserError: Slack finds that too late.
        SlackApiError: Slack does not take it.
    """
    waiting = [section(plain(say(actor.language, "slack.window_waiting")))]
    view = window_view(waiting, origin, actor)
    try:
        opened = await web.views_open(trigger_id=trigger_id, view=view)
    except SlackApiError as error:
        if code_of(error) in TOO_LATE:
            raise UserError("form_too_late") from error
        raise
    return Window(web, text_in(opened, "view", "id"), origin, actor, prefix)


def window_view(blocks: list[Block], origin: Origin, actor: Actor) -> dict[str, Any]:
    """Return the modal."""
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "title": plain(say(actor.language, "slack.window_title")),
        "close": plain(say(actor.language, "slack.window_close")),
        "blocks": blocks,
        "private_metadata": origin.to_metadata(),
    }


def window_in(body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the window in which a control was pressed, if it was in one."""
    view = body.get("view")
    is_window = isinstance(view, Mapping) and view.get("callback_id") == CALLBACK
    return view if is_window else None
