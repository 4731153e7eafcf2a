"""Why there is no answer, said in private."""

import logging

import aiohttp
import discord

from bot.on_discord.drawing.render import draw
from handlers.types import Language, Reply

_ANSWERED_ALREADY = 40060

log = logging.getLogger(__name__)


async def show_refusal(interaction: discord.Interaction, reply: Reply, language: Language) -> None:
    """Say why; where even that cannot be shown, the log has it."""
    if interaction.type is discord.InteractionType.autocomplete:
        return  # Discord shows no choices then, and takes no words
    drawn = draw(reply, language)
    try:
        if interaction.response.is_done():
            await interaction.followup.send(**drawn.for_sending(), ephemeral=True)
        else:
            await interaction.response.send_message(**drawn.for_sending(), ephemeral=True)
    except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
        if getattr(error, "code", None) == _ANSWERED_ALREADY:
            log.info("interaction %s was answered by another process", interaction.id)
        else:
            log.exception("a refusal could not be shown")
