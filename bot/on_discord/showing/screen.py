"""Where an answer is shown: first the response of its interaction, later an ordinary message.

Discord takes a response for 15 minutes. What takes longer goes on in the same message, edited by
its ids as the bot's own, or in a new one where that message is gone.
https://discord.com/developers/docs/interactions/receiving-and-responding
"""

import asyncio
import contextlib
import logging
from enum import Enum, auto

import discord

from bot.answering.screen import Showing
from bot.on_discord.drawing.render import Drawn, draw
from bot.on_discord.incoming.people import language_of
from bot.on_discord.showing.job_message import write_to
from handlers.guard.failures import crash
from handlers.types import Reply
from storage.records import JobMessage

log = logging.getLogger(__name__)

_NEVER_THERE = (10062, 10015, 50027)
"""Discord knows no such interaction, webhook or token: the response came too late."""
_ANSWERED = 40060
"""A response has been taken already: ours, of which the confirmation was lost on its way."""
_TOKEN_ENDED = 401
_AWAY = (discord.NotFound, discord.Forbidden)
_CONFIRMED_WITHIN_S = 10.0
"""Discord takes a response for 3 s. One that is not confirmed by now is there or never will be,
which an edit of it tells; discord.py would wait for as long as a server asks it to."""
_EDITED_WITHIN_S = 120.0


class _Stage(Enum):
    NEW = auto()
    ACKNOWLEDGED = auto()
    MESSAGE = auto()
    """From here on an ordinary message."""
    ALONE = auto()
    """One person's own message can be edited no more: they are told of the end of long work."""
    GONE = auto()
    """There is nowhere left to show anything."""


class Screen:
    """Shows one answer, of which only the last state counts."""

    def __init__(self, interaction: discord.Interaction, showing: Showing) -> None:
        """`interaction` has not been responded to."""
        self._interaction = interaction
        self._is_private = showing.is_private
        self._is_shareable = showing.is_shareable
        self._is_in_place = showing.is_in_place
        self._stage = _Stage.NEW
        self._has_shown = False
        self._message: JobMessage | None = None

    @property
    def message(self) -> JobMessage | None:
        """The ordinary message that can be edited by its ids, once there is one."""
        return None if self._is_private else self._message

    @property
    def quiet_s(self) -> float:
        """Nothing is kept back: whatever Tokki has sent can be edited."""
        return 0.0

    async def acknowledge(self) -> None:
        """Tell Discord that an answer will come."""
        if self._stage is not _Stage.NEW:
            return
        try:
            async with asyncio.timeout(_CONFIRMED_WITHIN_S):
                await self._interaction.response.defer(
                    ephemeral=self._is_private, thinking=not self._is_in_place
                )
            self._stage = _Stage.ACKNOWLEDGED
        except (discord.InteractionResponded, TimeoutError):
            self._stage = _Stage.ACKNOWLEDGED
        except discord.HTTPException as error:
            self._refused(error, is_private=self._is_private)

    async def show(self, reply: Reply, *, is_last: bool) -> None:
        """Show an answer in the place of what was shown before.

        An error is for the one who asked alone, unless something has been shown already.

        Raises:
            discord.HTTPException: Discord does not take it.
        """
        drawn = self._drawn(reply, is_last=is_last)
        is_refusal = reply.error is not None and not self._has_shown
        if self._stage is _Stage.NEW and await self._responds(drawn, is_refusal=is_refusal):
            return
        change = self._refuses if is_refusal else self._edits_response
        if self._stage is _Stage.ACKNOWLEDGED and await change(drawn):
            return
        if self._stage is _Stage.MESSAGE:
            await self._edit_message(drawn, is_last=is_last)
        if self._stage is _Stage.ALONE and is_last and self._is_awaited(reply):
            await self._write(reply)

    def _is_awaited(self, reply: Reply) -> bool:
        """Tell whether they have been told that it goes on, so that its end is owed to them."""
        return reply.job is not None or self._has_shown

    async def _write(self, reply: Reply) -> None:
        self._stage = _Stage.GONE
        guild = self._interaction.client.get_guild(self._interaction.guild_id or 0)
        language = reply.language or language_of(self._interaction)
        try:
            await write_to(self._interaction.user, guild, reply, language)
        except _AWAY:
            log.info("an end cannot be told to whoever began it (job %s)", reply.job)

    def _drawn(self, reply: Reply, *, is_last: bool) -> Drawn:
        language = reply.language or language_of(self._interaction)
        try:
            is_shareable = self._is_shareable and is_last and reply.error is None
            return draw(reply, language, is_shareable=is_shareable)
        except Exception as error:  # an answer that cannot be drawn is still told of
            return draw(crash(error, "drawing an answer", language), language)

    async def _responds(self, drawn: Drawn, *, is_refusal: bool) -> bool:
        """Respond; false if Discord does not let us, and there is another way."""
        is_private = self._is_private or is_refusal
        try:
            async with asyncio.timeout(_CONFIRMED_WITHIN_S):
                await self._sends_response(
                    drawn, is_edit=self._is_in_place and not is_refusal, is_private=is_private
                )
        except (discord.InteractionResponded, TimeoutError):  # a try was not seen to be confirmed
            self._stage = _Stage.ACKNOWLEDGED
            return False
        except discord.HTTPException as error:
            self._refused(error, is_private=is_private)
            return False
        self._stage, self._has_shown = _Stage.ACKNOWLEDGED, True
        return True

    async def _sends_response(self, drawn: Drawn, *, is_edit: bool, is_private: bool) -> None:
        response = self._interaction.response
        if is_edit:
            await response.edit_message(**drawn.for_editing())
            return
        sent = await response.send_message(**drawn.for_sending(), ephemeral=is_private)
        self._keep(sent.message_id)

    async def _refuses(self, drawn: Drawn) -> bool:
        """Say in private what everybody was told to wait for, or what would spoil a question."""
        if self._is_private and not self._is_in_place:
            return await self._edits_response(drawn)
        if not self._is_in_place:
            with contextlib.suppress(discord.NotFound):
                await self._interaction.delete_original_response()
        await self._interaction.followup.send(**drawn.for_sending(), ephemeral=True)
        self._stage = _Stage.GONE
        return True

    async def _edits_response(self, drawn: Drawn) -> bool:
        """Edit the response; false once Discord no longer takes its token."""
        try:
            async with asyncio.timeout(_EDITED_WITHIN_S):
                edited = await self._interaction.edit_original_response(**drawn.for_editing())
        except discord.HTTPException as error:
            if not isinstance(error, _AWAY) and error.status != _TOKEN_ENDED:
                raise
            log.info("a response cannot be edited any more: %s", error)
            self._stage = _Stage.ALONE if self._is_private else _Stage.MESSAGE
            return False
        self._keep(edited.id)
        self._has_shown = True
        return True

    async def _edit_message(self, drawn: Drawn, *, is_last: bool) -> None:
        channel = self._channel()
        if self._message:
            shown = channel.get_partial_message(int(self._message.message))
            try:
                await shown.edit(**drawn.for_editing())
                return
            except _AWAY as error:
                log.info("a message cannot be edited any more: %s", error)
                self._message = None
        if is_last:  # somebody may have deleted it on purpose: only the end is worth a new one
            await self._post(channel, drawn)

    async def _post(self, channel: discord.PartialMessageable, drawn: Drawn) -> None:
        """Post a message; where Tokki may not, tell the one who asked."""
        self._stage = _Stage.GONE
        try:
            self._keep((await channel.send(**drawn.for_sending())).id)
        except _AWAY as error:
            log.info("an answer cannot be posted: %s", error)
            try:
                await self._interaction.user.send(**drawn.for_sending())
            except _AWAY:
                log.warning("an answer cannot be shown anywhere")

    def _refused(self, error: discord.HTTPException, *, is_private: bool) -> None:
        """Find another way if Discord has forgotten the interaction, or was there before us."""
        if error.code == _ANSWERED:
            self._stage = _Stage.ACKNOWLEDGED
        elif error.code in _NEVER_THERE:
            log.warning("the response to interaction %s was late", self._interaction.id)
            self._stage = _Stage.ALONE if is_private else _Stage.MESSAGE
        else:
            raise error

    def _keep(self, message_id: int | None) -> None:
        if message_id is not None and self._interaction.channel_id is not None:
            self._message = JobMessage(str(self._interaction.channel_id), str(message_id))

    def _channel(self) -> discord.PartialMessageable:
        return self._interaction.client.get_partial_messageable(self._interaction.channel_id or 0)
