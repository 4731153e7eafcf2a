"""Puts files into a conversation."""

from collections.abc import Sequence

from slack_sdk.web.async_client import AsyncWebClient

from bot.on_slack.drawing.files import alt_text
from handlers.types import File


async def put(web: AsyncWebClient, files: Sequence[File], channel: str, thread: str | None) -> None:
    """Upload files to a channel, or a thread of it; may raise what Slack's client does."""
    await web.files_upload_v2(
        channel=channel,
        thread_ts=thread,
        file_uploads=[
            {"content": each.content, "filename": each.name, "alt_txt": alt_text(each)}
            for each in files
        ],
    )
