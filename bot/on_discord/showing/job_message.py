"""Edits the message of a job that was begun by an earlier process."""

import discord

from bot.on_discord.drawing.render import draw
from handlers.jobs.telling import language_of
from handlers.types import Reply
from storage.records import Job, JobMessage


async def edit(client: discord.Client, job: Job, shown: JobMessage, reply: Reply) -> None:
    """Show a reply there; may raise what discord.py does."""
    channel = client.get_partial_messageable(int(shown.channel))
    drawn = draw(reply, language_of(job))
    await channel.get_partial_message(int(shown.message)).edit(**drawn.for_editing())
