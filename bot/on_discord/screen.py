"""Where an answer is shown: first the response of its interaction, later an ordinary message.

Discord takes a response for 15 minutes. What takes longer goes on in the same message, edited by
its ids as the bot's own, or in a new one where that message is gone.
https://discord.com/developers/docs/interactions/receiving-and-responding
"""

import logging
from enum import Enum, auto

import discord

from bot.on_discord.people import language_of
from bot.on_discord.render import Drawn, draw
from handlers.failures import crash
from handlers.types import Reply
from storage.records import JobMessage

log = logging.getLogger(__name__)

_NEVER_THERE = 10062
"""Discord knows no such interaction: it came too late, or somebody else has answered it."""
_ANSWERED = 40060


class _Stage(Enum):
    NEW = auto()
    ACKNOWLEDGED = auto()
    MESSAGE = auto()
    """From here on an ordinary message."""
    GONE = auto()
    """There is nowhere left to show anything."""


class Screen:
    """Shows one answer, of which only the last state counts."""

    def __init__(
        self,
        interaction: discord.Interaction,
        *,
        is_private: bool,
        is_shareable: bool = False,
        is_in_place: bool = False,
    ) -> None:
        """Make one.

        Args:
            interaction: has not been responded to.
            is_private: only the one who asked sees it.
            is_shareable: they may publish it.
            is_in_place: it replaces the message whose control was pressed.
        """
        self._interaction = interaction
        self._is_private = is_private
        self._is_shareable = is_shareable
        self._is_in_place = is_in_place
        self._stage = _Stage.NEW
        self._message: JobMessage | None = None

    @property
    def message(self) -> JobMessage | None:
        """The ordinary message that can be edited by its ids, once there is one."""
        return None if self._is_private else self._message

    async def acknowledge(self) -> None:
        """Tell Discord that an answer will come."""
        if self._stage is not _Stage.NEW:
            return
        try:
            await self._interaction.response.defer(
                ephemeral=self._is_private, thinking=not self._is_in_place
            )
            self._stage = _Stage.ACKNOWLEDGED
        except discord.HTTPException as error:
            self._refused(error)

    async def show(self, reply: Reply, *, is_last: bool) -> None:
        """Show an answer in the place of what was shown before.

        An error is private if nothing has been shown yet; later Discord allows no change.

        Raises:
            discord.HTTPException: Discord does not take it.
        """
        drawn, is_refusal = self._drawn(reply), reply.error is not None
        if self._stage is _Stage.NEW:
            await self._respond(drawn, is_private=self._is_private or is_refusal)
        elif self._stage is _Stage.ACKNOWLEDGED:
            await self._edit_response(drawn)
        if self._stage is _Stage.MESSAGE:
            await self._edit_message(drawn)

    def _drawn(self, reply: Reply) -> Drawn:
        language = language_of(self._interaction)
        try:
            is_shareable = self._is_shareable and reply.error is None
            return draw(reply, language, is_shareable=is_shareable)
        except Exception as error:  # an answer that cannot be drawn is still told of
            return draw(crash(error, "drawing an answer", language), language)

    async def _respond(self, drawn: Drawn, *, is_private: bool) -> None:
        response = self._interaction.response
        try:
            if self._is_in_place:
                await response.edit_message(**drawn.for_editing())
            else:
                sent = await response.send_message(**drawn.for_sending(), ephemeral=is_private)
                self._keep(sent.message_id)
            self._stage = _Stage.ACKNOWLEDGED
        except discord.HTTPException as error:
            self._refused(error)

    async def _edit_response(self, drawn: Drawn) -> None:
        if self._interaction.is_expired():
            self._stage = self._after_response()
            return
        try:
            edited = await self._interaction.edit_original_response(**drawn.for_editing())
            self._keep(edited.id)
        except (discord.NotFound, discord.Forbidden) as error:
            log.info("a response cannot be edited any more: %s", error)
            self._stage = self._after_response()
        except discord.HTTPException as error:
            if error.status != 401:  # noqa: PLR2004 - the token has come to its end
                raise
            self._stage = self._after_response()

    async def _edit_message(self, drawn: Drawn) -> None:
        channel = self._channel()
        try:
            if self._message:
                shown = channel.get_partial_message(int(self._message.message))
                await shown.edit(**drawn.for_editing())
                return
        except (discord.NotFound, discord.Forbidden) as error:
            log.info("a message cannot be edited any more: %s", error)
        await self._post(channel, drawn)

    async def _post(self, channel: discord.PartialMessageable, drawn: Drawn) -> None:
        try:
            self._keep((await channel.send(**drawn.for_sending())).id)
        except (discord.NotFound, discord.Forbidden) as error:
            log.warning("an answer cannot be shown anywhere: %s", error)
            self._stage = _Stage.GONE

    def _refused(self, error: discord.HTTPException) -> None:
        """Go on in an ordinary message if Discord has forgotten the interaction."""
        if error.code == _ANSWERED:
            log.warning("another process has answered interaction %s", self._interaction.id)
            self._stage = _Stage.GONE
        elif error.code == _NEVER_THERE:
            log.warning("the acknowledgement of interaction %s was late", self._interaction.id)
            self._stage = self._after_response()
        else:
            raise error

    def _after_response(self) -> _Stage:
        return _Stage.GONE if self._is_private else _Stage.MESSAGE

    def _keep(self, message_id: int | None) -> None:
        if message_id is not None:
            self._message = JobMessage(str(self._interaction.channel_id), str(message_id))

    def _channel(self) -> discord.PartialMessageable:
        assert self._interaction.channel_id is not None
        return self._interaction.client.get_partial_messageable(self._interaction.channel_id)
