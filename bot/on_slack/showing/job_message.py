"""Edits the message of a job that was begun by an earlier process."""

from slack_sdk.web.async_client import AsyncWebClient

from bot.on_slack.drawing.prefixed import with_prefix
from bot.on_slack.drawing.render import draw
from handlers.jobs.telling import language_of
from handlers.types import Reply
from storage.records import Job, JobMessage


async def edit(web: AsyncWebClient, prefix: str, job: Job, shown: JobMessage, reply: Reply) -> None:
    """Show a reply there; may raise what Slack's client does."""
    drawn = draw(with_prefix(reply, prefix), language_of(job))
    await web.chat_update(
        channel=shown.channel, ts=shown.message, blocks=drawn.blocks, text=drawn.text
    )
