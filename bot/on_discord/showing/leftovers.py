"""Tells in their old messages of the jobs that a crash cut off."""

import logging

import discord

from bot.on_discord.connection.login import API_ERRORS
from bot.on_discord.drawing.render import draw
from bot.on_discord.incoming.people import PLATFORM
from handlers.jobs.runner import end_dead_of
from handlers.jobs.telling import interrupted_reply
from handlers.services import Jobs
from handlers.types import Language
from storage.errors import StorageError
from storage.records import Job

log = logging.getLogger(__name__)


async def tell(client: discord.Client, jobs: Jobs) -> None:
    """Mark every job of Discord whose process is gone, and say so where it was told of."""
    try:
        for job in await end_dead_of(jobs, PLATFORM):
            await _tell(client, job, jobs)
    except StorageError:
        log.exception("what a crash cut off could not be looked up")


async def _tell(client: discord.Client, job: Job, jobs: Jobs) -> None:
    shown = await jobs.shown_in(job.id)
    if shown is None:
        return
    drawn = draw(interrupted_reply([job], _language(job)), _language(job))
    channel = client.get_partial_messageable(int(shown.channel))
    try:
        await channel.get_partial_message(int(shown.message)).edit(**drawn.for_editing())
    except API_ERRORS:
        log.warning("the end of job %s could not be told", job.id, exc_info=True)


def _language(job: Job) -> Language:
    return Language(str(job.params.get("language", Language.ENGLISH)))
