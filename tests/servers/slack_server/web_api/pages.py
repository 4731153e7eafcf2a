"""What is not the Web API: files for those with a token, and the page where an app is installed."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from tests.servers.slack_server.team import Team
from tests.servers.slack_server.world import World

Authorize = Callable[[Team], str]


class Pages:
    """Gives pages."""

    def __init__(self, world: World, authorize: Authorize) -> None:
        self._world = world
        self._authorize = authorize

    async def file(self, request: web.Request) -> web.Response:
        """Give the bytes of a file."""
        file = self._world.files.get(request.match_info["file_id"])
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        token = self._world.tokens.get(text) if scheme == "Bearer" else None
        if token is None or token.error is not None or "files:read" not in token.scopes:
            # Slack shows a page to sign in, which is a trap for those who read only the status.
            return web.Response(text="<html>Sign in</html>", content_type="text/html")
        if file is None or file.team is not token.team or file.body is None:
            return web.Response(status=404)
        return web.Response(body=file.body, content_type="application/octet-stream")

    async def authorize(self, request: web.Request) -> web.Response:
        """Let somebody agree to an installation at once, as a browser would come here."""
        query = request.query
        if query.get("client_id") != self._world.client_id:
            return web.Response(status=400, text="invalid_client_id")
        first = next(iter(self._world.teams.values()))
        code = self._authorize(self._world.teams.get(query.get("team", ""), first))
        back = f"{query['redirect_uri']}?code={code}&state={query.get('state', '')}"
        return web.Response(status=302, headers={"Location": back})
