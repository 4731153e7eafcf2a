"""Tells in their old messages of the jobs that a crash cut off."""

import logging

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.on_slack.drawing.render import draw
from bot.on_slack.incoming.people import community_of
from handlers.jobs.runner import end_dead
from handlers.jobs.telling import interrupted_reply
from handlers.services import Jobs
from handlers.types import Language
from storage.errors import StorageError
from storage.records import Job

log = logging.getLogger(__name__)


async def tell(web: AsyncWebClient, team: str, jobs: Jobs) -> None:
    """Mark every job of a workspace whose process is gone, and say so where it was told of."""
    try:
        for job in await end_dead(jobs, community_of(team)):
            await _tell(web, job, jobs)
    except StorageError:
        log.exception("what a crash cut off could not be looked up")


async def _tell(web: AsyncWebClient, job: Job, jobs: Jobs) -> None:
    shown = await jobs.shown_in(job.id)
    if shown is None:
        return
    language = Language(str(job.params.get("language", Language.ENGLISH)))
    drawn = draw(interrupted_reply([job], language), language)
    try:
        await web.chat_update(
            channel=shown.channel, ts=shown.message, blocks=drawn.blocks, text=drawn.text
        )
    except (SlackApiError, aiohttp.ClientError, OSError):
        log.warning("the end of job %s could not be told", job.id, exc_info=True)
