"""Where an answer is shown on Slack: a message of the channel, or one for its reader alone.

A public answer is an ordinary message, which can be edited for ever. A private one goes through
the response URL, which Slack takes five times in half an hour: so of how it comes along, only the
first state is shown. https://docs.slack.dev/interactivity/handling-user-interaction
"""

import logging
from collections.abc import Callable, Sequence

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.on_slack.blocks import Block
from bot.on_slack.origin import Origin
from bot.on_slack.prefixed import with_prefix
from bot.on_slack.render import Drawn, draw
from bot.on_slack.web import REFUSALS, retry_handlers
from handlers.failures import crash
from handlers.types import File, Language, Reply
from storage.records import JobMessage

_TOO_MUCH = ("msg_blocks_too_long", "invalid_blocks", "msg_too_long")
_AWAY = (
    *("not_in_channel", "channel_not_found", "is_archived", "restricted_action"),
    *("message_not_found", "cant_update_message", "edit_window_closed"),
)
"""Errors after which another way may lead to the reader."""

log = logging.getLogger(__name__)


class Screen:
    """Shows one answer, of which only the last state counts."""

    def __init__(
        self,
        web: AsyncWebClient,
        origin: Origin,
        user: str,
        language: Language,
        *,
        prefix: str,
        on_refusal: Callable[[SlackApiError], None],
        is_private: bool,
        is_shareable: bool = False,
        is_in_place: bool = False,
    ) -> None:
        """Make one.

        Args:
            web: speaks to the workspace.
            origin: where the question came from.
            user: who asked.
            language: theirs.
            prefix: stands before the names of commands here.
            on_refusal: told once Slack no longer takes our token.
            is_private: only they see the answer.
            is_shareable: they may publish it.
            is_in_place: it replaces the private message whose control was pressed.
        """
        self._web = web
        self._origin = origin
        self._user = user
        self._language = language
        self._prefix = prefix
        self._on_refusal = on_refusal
        self._is_private = is_private
        self._is_shareable = is_shareable
        self._is_in_place = is_in_place
        self._posted: JobMessage | None = None
        self._was_told = False

    @property
    def message(self) -> JobMessage | None:
        """The message of the channel, once there is one."""
        return self._posted

    async def acknowledge(self) -> None:
        """Do nothing: on Slack that has happened before anything else."""

    async def show(self, reply: Reply, *, is_last: bool) -> None:
        """Show a state of the answer in the place of the one before.

        Raises:
            SlackApiError: Slack does not take it.
        """
        try:
            await self._show(reply, is_last=is_last)
        except SlackApiError as error:
            if error.response.get("error") in REFUSALS:
                self._on_refusal(error)
            raise

    async def _show(self, reply: Reply, *, is_last: bool) -> None:
        drawn = self._drawn(reply)
        is_private = self._is_private or (reply.error is not None and self._posted is None)
        if is_private:
            if is_last or not self._was_told:
                await self._tell(drawn)
        else:
            await self._publish(drawn)
        await self._upload(drawn.files, is_private=is_private)

    def _drawn(self, reply: Reply) -> Drawn:
        try:
            is_shareable = self._is_shareable and reply.error is None
            spoken = with_prefix(reply, self._prefix)
            return draw(spoken, self._language, is_shareable=is_shareable)
        except Exception as error:  # an answer that cannot be drawn is still told of
            return draw(crash(error, "drawing an answer", self._language), self._language)

    async def _publish(self, drawn: Drawn) -> None:
        """Post a message, or edit the one that is there; go another way where neither is let."""
        try:
            await self._post_or_edit(drawn.blocks, drawn.text)
        except SlackApiError as error:
            code = error.response.get("error")
            if code in _TOO_MUCH:
                await self._post_or_edit([], drawn.text)
            elif code in _AWAY:
                self._posted = None
                await self._respond(drawn, is_private=False)
            else:
                raise

    async def _post_or_edit(self, blocks: Sequence[Block], text: str) -> None:
        if self._posted:
            at = self._posted
            await self._web.chat_update(channel=at.channel, ts=at.message, blocks=blocks, text=text)
            return
        posted = await self._web.chat_postMessage(
            channel=self._origin.channel,
            thread_ts=self._origin.thread or None,
            unfurl_links=False,
            unfurl_media=False,
            blocks=blocks,
            text=text,
        )
        self._posted = JobMessage(str(posted["channel"]), str(posted["ts"]))

    async def _tell(self, drawn: Drawn) -> None:
        """Say it to the one who asked alone."""
        self._was_told = True
        if self._origin.response_url:
            await self._respond(drawn, is_private=True)
            return
        opened = await self._web.conversations_open(users=self._user)
        await self._web.chat_postMessage(
            channel=opened["channel"]["id"], blocks=drawn.blocks, text=drawn.text
        )

    async def _respond(self, drawn: Drawn, *, is_private: bool) -> None:
        hook = AsyncWebhookClient(self._origin.response_url, retry_handlers=retry_handlers())
        said = await hook.send(
            text=drawn.text,
            blocks=drawn.blocks,
            response_type="ephemeral" if is_private else "in_channel",
            replace_original=self._is_in_place,
        )
        if said.status_code == 200:  # noqa: PLR2004 - HTTP's OK
            return
        log.warning("Slack refuses an answer: %s %s", said.status_code, said.body[:200])
        if is_private and self._origin.channel:
            await self._web.chat_postEphemeral(
                channel=self._origin.channel, user=self._user, text=drawn.text
            )

    async def _upload(self, files: Sequence[File], *, is_private: bool) -> None:
        """Attach files: in the thread of the message, or in the reader's own conversation."""
        if not files:
            return
        if is_private or self._posted is None:
            opened = await self._web.conversations_open(users=self._user)
            channel, thread = str(opened["channel"]["id"]), None
        else:
            channel, thread = self._posted.channel, self._posted.message
        await self._web.files_upload_v2(
            channel=channel,
            thread_ts=thread,
            file_uploads=[
                {"content": each.content, "filename": each.name, "alt_txt": each.name}
                for each in files
            ],
        )
