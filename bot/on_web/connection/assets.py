"""The style and the scripts: read once, and found by their names alone."""

from collections.abc import Iterator

from aiohttp import web

from bot.on_web.connection.gate import Answer
from bot.on_web.connection.headers import KEPT
from bot.on_web.connection.refusals import Refused
from bot.on_web.drawing.templates import STATIC, StaticFile, static_files


def assets() -> Iterator[tuple[str, Answer]]:
    """Yield what answers for `static/`, by its path."""
    files = {file.address: file for file in static_files().values()}

    async def give(request: web.Request) -> web.StreamResponse:
        file = files.get(request.match_info["name"])
        if file is None:
            raise Refused(404, "web.no_page")
        return _given(file)

    yield f"{STATIC}/{{name}}", give


def _given(file: StaticFile) -> web.Response:
    return web.Response(body=file.content, content_type=file.type, charset="utf-8", headers=KEPT)
