"""Tells of what has outlived its message, or of a job that was begun by an earlier process."""

from dataclasses import replace

import discord

from bot.on_discord.drawing.render import draw
from handlers.jobs.telling import language_of
from handlers.texts import say
from handlers.types import Language, Reply
from storage.records import Job, JobMessage


async def edit(client: discord.Client, job: Job, shown: JobMessage, reply: Reply) -> None:
    """Show a reply in the place of a message; may raise what discord.py does."""
    channel = client.get_partial_messageable(int(shown.channel))
    drawn = draw(reply, language_of(job))
    await channel.get_partial_message(int(shown.message)).edit(**drawn.for_editing())


async def write(client: discord.Client, job: Job, reply: Reply) -> None:
    """Write to whoever began it; may raise what discord.py does, such as that they take nothing."""
    person = await client.create_dm(discord.Object(int(job.user)))
    number = job.community.rpartition(":")[2]
    guild = client.get_guild(int(number)) if number.isdecimal() else None
    await write_to(person, guild, reply, language_of(job))


async def write_to(
    person: discord.abc.Messageable, guild: discord.Guild | None, reply: Reply, language: Language
) -> None:
    """Tell somebody in their conversation with Tokki what came of something in a server.

    What is pressed in that conversation is no word in the server: there are no controls, but where
    there are some is said. May raise what discord.py does.
    """
    if guild is not None:
        said = (reply.text, _where(reply.job, guild.name, language))
        reply = replace(reply, text="\n".join(filter(None, said)), controls=())
    await person.send(**draw(reply, language).for_sending())


def _where(job: int | None, place: str, language: Language) -> str:
    if job is None:
        return say(language, "door.asked_in", place=place)
    return say(language, "jobs.where", number=job, place=place)
