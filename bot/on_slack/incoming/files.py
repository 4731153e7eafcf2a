"""Files that were put into a form: what Slack says of them, and their bytes."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.on_slack.connection.refusals import code_of
from handlers.types import Attachment, UserError

Download = Callable[[str, str, int], Awaitable[bytes]]
"""Fetches a file by its id and name, no more than so many bytes and one."""

_OK = 200
_TIMEOUT = aiohttp.ClientTimeout(total=60)
_GONE = ("file_not_found", "file_deleted", "missing_scope")


def attachment_of(described: Mapping[str, Any], download: Download) -> Attachment:
    """Return a file as it can be looked at before it is fetched.

    Raises:
        UserError: it is no file of Slack's.
    """
    file_id, name, size = (described.get(key) for key in ("id", "name", "size"))
    if not isinstance(file_id, str) or not isinstance(name, str) or not isinstance(size, int):
        raise UserError("unknown_control", control="file")

    async def fetch(most_bytes: int) -> bytes:
        return await download(file_id, name, most_bytes)

    return Attachment(name, size, fetch)


async def download(web: AsyncWebClient, file_id: str, name: str, most_bytes: int) -> bytes:
    """Fetch a file with the workspace's token; a form that is sent may name any file.

    Raises:
        UserError: it is not there, or larger than was said.
    """
    try:
        found = (await web.files_info(file=file_id)).get("file")
    except SlackApiError as error:
        if code_of(error) in _GONE:
            raise UserError("file_gone", name=name) from error
        raise
    if not isinstance(found, Mapping):
        raise UserError("file_gone", name=name)
    url, size = str(found.get("url_private") or ""), found.get("size")
    if not isinstance(size, int) or not _is_slacks(url, web):
        raise UserError("file_gone", name=name)
    if size > most_bytes:
        raise UserError("file_too_large", name=name, size=size, maximum=most_bytes)
    content = await _read(url, str(web.token), size)
    if content is None:
        raise UserError("file_gone", name=name)
    return content


def _is_slacks(url: str, web: AsyncWebClient) -> bool:
    """Our token is shown to nobody but Slack."""
    asked, own = urlsplit(url), urlsplit(web.base_url)
    is_files = asked.scheme == "https" and f".{asked.hostname}".endswith(".slack.com")
    return is_files or (asked.scheme, asked.netloc) == (own.scheme, own.netloc)


async def _read(url: str, token: str, size: int) -> bytes | None:
    """Return the bytes; None where Slack gives something else, such as a page to sign in."""
    try:
        async with (
            aiohttp.ClientSession(timeout=_TIMEOUT) as session,
            session.get(
                url, headers={"Authorization": f"Bearer {token}"}, allow_redirects=False
            ) as response,
        ):
            if response.status != _OK or response.content_length not in (None, size):
                return None
            content = await response.content.read(size + 1)
            while len(content) <= size and (more := await response.content.read(size + 1)):
                content += more
    except (aiohttp.ClientError, OSError, TimeoutError):
        return None
    return content if len(content) == size else None
