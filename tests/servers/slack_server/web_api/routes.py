"""The addresses of the server."""

from aiohttp import web

from tests.servers.slack_server.web_api.answering import WebApi
from tests.servers.slack_server.web_api.pages import Pages
from tests.servers.slack_server.world import World


def routes(world: World, web_api: WebApi, pages: Pages) -> list[web.RouteDef]:
    """Give all addresses, and what answers there."""
    return [
        web.route("*", "/api/{method}", web_api.method),
        web.post("/commands/{rest:.+}", web_api.response_url),
        web.post("/actions/{rest:.+}", web_api.response_url),
        web.post("/upload/v1/{file_id}/{secret}", web_api.upload),
        web.get("/files-pri/{file_id}/{rest:.+}", pages.file),
        web.get("/oauth/v2/authorize", pages.authorize),
        web.get("/link/", world.socket.handle),
    ]
