"""Where an answer is shown on Slack: a message of the channel, or one for its reader alone.

A public answer is an ordinary message, which can be edited for ever. A private one goes through
the response URL, which Slack takes five times in half an hour, and which replaces nothing but a
message whose control was pressed (slackapi/bolt-python#1268): so of how a private answer comes
along, one state is shown, and only where it takes long. Where one way is closed, the next is
tried; the last is the conversation of Tokki with the one who asked, which is also where an answer
without a channel is shown.
"""

import logging
from collections.abc import Callable, Sequence

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.answering.screen import Showing
from bot.on_slack.connection.odd_answers import text_in
from bot.on_slack.connection.refusals import REFUSALS, code_of, may_go_elsewhere
from bot.on_slack.drawing.prefixed import with_prefix
from bot.on_slack.drawing.render import Drawn, draw, draw_line
from bot.on_slack.drawing.shareable import sealing_key
from bot.on_slack.incoming.origin import Origin
from bot.on_slack.showing.channel_message import ChannelMessage, Form, Unsure, in_some_form
from bot.on_slack.showing.response_url import ResponseUrl, ResponseUrlRefused
from bot.on_slack.showing.upload import put
from handlers.guard.failures import crash
from handlers.texts import say
from handlers.types import File, Language, Reply
from storage.records import JobMessage

_CROWD_S = 8.0
"""Where the queue of a channel is longer, an answer goes through its response URL."""
_QUIET_S = 5.0
"""A model is loaded within it; the line that says so would stand above the answer for ever."""
_UNSAID = (ResponseUrlRefused, aiohttp.ClientConnectorError)
"""What was sent to a response URL has surely not been said."""
_UNHEARD = (ResponseUrlRefused, aiohttp.ClientError, OSError)
"""It has not, or nobody knows."""

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
        showing: Showing,
    ) -> None:
        """Make one.

        Args:
            web: speaks to the workspace.
            origin: where the question came from.
            user: who asked.
            language: theirs.
            prefix: stands before the names of commands here.
            on_refusal: told once Slack no longer takes our token.
            showing: who sees the answer, and what it replaces.
        """
        self._web = web
        self._origin = origin
        self._user = user
        self._language = language
        self._prefix = prefix
        self._on_refusal = on_refusal
        self._is_private = showing.is_private
        self._is_at_home = not (origin.channel or origin.response_url)
        self._is_shareable = showing.is_shareable and not self._is_at_home and bool(web.token)
        self._is_in_place = showing.is_in_place
        self._response_url = ResponseUrl(origin)
        self._posted = ChannelMessage(web, origin.channel or user, origin.thread)
        self._is_away = False
        self._was_told = False

    @property
    def message(self) -> JobMessage | None:
        """The ordinary message, once there is one."""
        return self._posted.at

    @property
    def quiet_s(self) -> float:
        """How long nothing of how it comes along is shown, where that could not be taken back."""
        may_be_replaced = self._is_at_home or self._is_in_place
        return _QUIET_S if self._is_private and not may_be_replaced else 0.0

    async def acknowledge(self) -> None:
        """Do nothing: on Slack that has happened before anything else."""

    async def show(self, reply: Reply, *, is_last: bool) -> None:
        """Show a state of the answer in the place of the one before.

        Raises:
            SlackApiError: Slack does not take it, on no way.
        """
        try:
            await self._show(reply, is_last=is_last)
        except SlackApiError as error:
            self._report(error)
            raise

    def _report(self, error: SlackApiError) -> None:
        if code_of(error) in REFUSALS:
            self._on_refusal(error)

    async def _show(self, reply: Reply, *, is_last: bool) -> None:
        drawn = self._drawn(reply, is_last=is_last)
        is_refusal = reply.error is not None and self._posted.at is None
        is_private = (self._is_private or is_refusal) and not self._is_at_home
        if not is_private:
            await self._publish(drawn, is_last=is_last)
        elif is_last or not self._was_told:
            await self._tell(drawn, replaces=self._is_in_place and reply.error is None)
        if is_last and drawn.files:
            await self._attach(drawn.files, is_private=is_private)

    def _drawn(self, reply: Reply, *, is_last: bool) -> Drawn:
        language = reply.language or self._language
        try:
            return draw(
                with_prefix(reply, self._prefix),
                language,
                is_shareable=self._is_shareable and is_last and reply.error is None,
                key=sealing_key(self._web.token, self._user),
            )
        except Exception as error:  # an answer that cannot be drawn is still told of
            return draw(crash(error, "drawing an answer", language), language)

    async def _publish(self, drawn: Drawn, *, is_last: bool) -> None:
        """Show it to all, as a message that is edited where Slack lets us."""
        if self._is_away:
            if is_last:  # a response URL is good for few messages
                await self._respond(drawn)
            return
        if is_last and self._posted.wait_s > _CROWD_S and await self._overtakes(drawn):
            return
        try:
            await self._posted.show(drawn, is_last=is_last)
        except Unsure:
            await self._make_sure(drawn, is_last=is_last)
        except SlackApiError as error:
            if self._is_at_home or not may_go_elsewhere(error):
                raise
            log.info("Tokki cannot post in a channel: %s", code_of(error))
            self._is_away = True
            await self._respond(drawn)

    async def _overtakes(self, drawn: Drawn) -> bool:
        """Go around a long queue, if Slack lets us."""
        try:
            await self._response_url.say(drawn, is_public=True)
        except _UNSAID as error:
            log.info("an answer waits for its turn: %s", error)
            return False
        except _UNHEARD:
            await self._make_sure(drawn, is_last=True)
        return True

    async def _make_sure(self, drawn: Drawn, *, is_last: bool) -> None:
        """Never say it twice to all: its end is repeated to the one who asked alone.

        Of a state on the way nothing is repeated; the next one is a new message.
        """
        log.warning("Slack has not said whether it has taken a message")
        if is_last:
            await self._tell(drawn)

    async def _respond(self, drawn: Drawn) -> None:
        """Show it to all where Tokki cannot post; if that fails, to the one who asked."""
        try:
            await self._response_url.say(drawn, is_public=True)
        except _UNHEARD as error:
            log.info("a response URL cannot be used: %s", error)
            await self._write(drawn)

    async def _tell(self, drawn: Drawn, *, replaces: bool = False) -> None:
        """Say it to the one who asked alone."""
        self._was_told = True
        # Slack knows no thread for what is sent to a response URL for one person alone.
        if self._origin.thread and not replaces and await self._whispers(drawn):
            return
        try:
            await self._response_url.say(drawn, is_public=False, replaces=replaces)
        except _UNHEARD as error:
            log.info("a response URL cannot be used: %s", error)
            if not await self._whispers(drawn):
                await self._write(drawn)

    async def _whispers(self, drawn: Drawn) -> bool:
        """Show it in the channel to one person; false if Slack does not let us."""
        if not self._origin.channel:
            return False

        async def send(form: Form) -> None:
            said = {name: value for name, value in form.items() if name != "mrkdwn"}
            await self._web.chat_postEphemeral(
                channel=self._origin.channel,
                user=self._user,
                thread_ts=self._origin.thread or None,
                **said,
            )

        try:
            await in_some_form(drawn, send)
        except (SlackApiError, aiohttp.ClientError, OSError) as error:
            if isinstance(error, SlackApiError) and code_of(error) in REFUSALS:
                raise
            log.info("Tokki cannot whisper in a channel: %s", error)
            return False
        return True

    async def _write(self, drawn: Drawn) -> None:
        """Go on in the conversation with the one who asked, which can be edited."""
        if not self._is_at_home:
            self._posted, self._is_at_home = ChannelMessage(self._web, self._user), True
        await self._posted.show(drawn, is_last=True)

    async def _attach(self, files: Sequence[File], *, is_private: bool) -> None:
        """Attach files; the answer stands already, so that a failure is one line more."""
        said = "slack.files_failed"
        try:
            if await self._upload(files, is_private=is_private):
                return
            said, is_private = f"slack.files_{'alone' if is_private else 'elsewhere'}", True
        except Exception as error:
            log.warning("files could not be attached", exc_info=True)
            if isinstance(error, SlackApiError):
                self._report(error)
        names = ", ".join(file.name for file in files)
        await self._add(draw_line(say(self._language, said, names=names)), is_private=is_private)

    async def _add(self, line: Drawn, *, is_private: bool) -> None:
        at = self._posted.at
        try:
            if at and not is_private:
                thread = self._origin.thread or at.message
                await ChannelMessage(self._web, at.channel, thread).show(line, is_last=True)
            else:
                await self._tell(line)
        except (SlackApiError, Unsure, aiohttp.ClientError, OSError):
            log.warning("that files are missing could not be told", exc_info=True)

    async def _upload(self, files: Sequence[File], *, is_private: bool) -> bool:
        """Put files into the thread of the message, or else the reader's own conversation.

        Return whether they are where they are looked for: Slack lets Tokki post in a public
        channel that it is not in, but not attach files there.
        """
        channel, thread = ("", None) if is_private else self._place()
        if channel:
            try:
                await put(self._web, files, channel, thread)
            except SlackApiError as error:
                if not may_go_elsewhere(error):
                    raise
            else:
                return True
        opened = await self._web.conversations_open(users=self._user)
        await put(self._web, files, text_in(opened, "channel", "id"), None)
        return False

    def _place(self) -> tuple[str, str | None]:
        """Return the channel of a public answer, and the thread that its files belong to."""
        at, thread = self._posted.at, self._origin.thread or None
        return (at.channel, thread or at.message) if at else (self._origin.channel, thread)
