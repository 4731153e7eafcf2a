"""The text of somebody's message: what they wrote, or the text file that Discord made of it.

Discord itself turns a long paste into an attached `message.txt`.
"""

from collections.abc import Mapping
from typing import Any

from bot.on_discord.incoming.attachments import Download, attachment_of
from handlers.reading.files import text_in
from handlers.types import File, UserError

MOST_BYTES = 400_000
"""The longest text that a command takes, 100,000 characters, in UTF-8."""


async def text_of(message: Mapping[str, Any], download: Download) -> str:
    """Return what a message says.

    Args:
        message: as Discord gives it.
        download: fetches an attachment by its address.

    Raises:
        UserError: there is nothing to read, or its file is too large, no text, or gone.
    """
    written = [message, *(each.get("message", {}) for each in message.get("message_snapshots", ()))]
    for each in written:  # a forwarded message holds what it forwards as a snapshot
        if str(each.get("content", "")).strip():
            return str(each["content"])
    files = [file for each in written for file in each.get("attachments", ())]
    if not files:
        raise UserError("message_empty")
    return await _read(_text_file(files), download)


def _text_file(files: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    text = [each for each in files if str(each.get("content_type", "")).startswith("text/")]
    if not text:
        raise UserError("file_not_text", name=str(files[0].get("filename", "")))
    return text[0]


async def _read(file: Mapping[str, Any], download: Download) -> str:
    given = attachment_of(file, download)
    name, size = given.name, given.size
    if size > MOST_BYTES:
        raise UserError("file_too_large", name=name, size=size, maximum=MOST_BYTES)
    return text_in(File(name, await given.fetch(MOST_BYTES)))
