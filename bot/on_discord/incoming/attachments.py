"""Files that come along with a command or a message: what Discord says of them, and their bytes."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp
import discord

from handlers.types import Attachment, UserError

Download = Callable[[str], Awaitable[bytes]]
"""Fetches what lies at an address."""


def attachment_of(described: Mapping[str, Any], download: Download) -> Attachment:
    """Return a file as it can be looked at before it is fetched."""
    name, size = str(described.get("filename", "")), described.get("size")

    async def fetch(most_bytes: int) -> bytes:
        try:
            return await download(str(described.get("url", "")))
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            raise UserError("file_gone", name=name) from error

    return Attachment(name, size if isinstance(size, int) else 0, fetch)
