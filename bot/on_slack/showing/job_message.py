"""Tells of a job that was begun by an earlier process."""

import logging

from slack_sdk.web.async_client import AsyncWebClient

from bot.on_slack.drawing.prefixed import with_prefix
from bot.on_slack.drawing.render import Drawn, draw, draw_line
from bot.on_slack.showing.channel_message import ChannelMessage
from bot.on_slack.showing.channel_message import edit as edit_message
from bot.on_slack.showing.upload import put
from handlers.jobs.telling import language_of
from handlers.texts import say
from handlers.types import Reply
from storage.records import Job, JobMessage

log = logging.getLogger(__name__)


async def edit(web: AsyncWebClient, prefix: str, job: Job, shown: JobMessage, reply: Reply) -> None:
    """Show a reply there, with its files in the thread; may raise what Slack's client does."""
    drawn = draw(with_prefix(reply, prefix), language_of(job))
    await edit_message(web, shown, drawn, is_last=True)
    if drawn.files:
        await _attach(web, job, shown, drawn)


async def write(web: AsyncWebClient, prefix: str, job: Job, reply: Reply) -> None:
    """Write to whoever began it, in their conversation with Tokki; may raise what Slack's does."""
    drawn = draw(with_prefix(reply, prefix), language_of(job))
    await ChannelMessage(web, job.user).show(drawn, is_last=True)


async def _attach(web: AsyncWebClient, job: Job, shown: JobMessage, drawn: Drawn) -> None:
    """Attach what goes with the end; where Slack does not let us, that is one line more."""
    try:
        await put(web, drawn.files, shown.channel, shown.message)
    except Exception:  # whatever stands in the way, the end is told
        log.warning("files could not be attached", exc_info=True)
        names = ", ".join(file.name for file in drawn.files)
        line = draw_line(say(language_of(job), "slack.files_failed", names=names))
        await ChannelMessage(web, shown.channel, shown.message).show(line, is_last=True)
