"""How Slack reaches us: by Socket Mode, or by HTTP where there is no app-level token."""

import logging
import os
from typing import Protocol

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.doors import DoorClosed
from bot.on_slack.connection.http_server import Http
from bot.on_slack.connection.socket_mode import Socket
from bot.on_slack.installs.installs import Installs
from bot.on_slack.installs.one_workspace import OneWorkspace
from bot.settings import Settings
from handlers.texts import say
from handlers.types import Language


class Transport(Protocol):
    """A way on which Slack's requests come."""

    async def connect(self) -> None:
        """Open it, anew if it is open."""

    async def watch(self) -> None:
        """Keep it open; never returns."""

    async def close(self) -> None:
        """Close it, if it is open."""


class WithPages:
    """Socket Mode, and beside it the pages where the app is installed."""

    def __init__(self, socket: Socket, pages: Http) -> None:
        self._socket = socket
        self._pages = pages

    async def connect(self) -> None:
        """Open both."""
        await self._socket.connect()
        await self._pages.connect()

    async def watch(self) -> None:
        """Look after the socket; the pages do not need it."""
        await self._socket.watch()

    async def close(self) -> None:
        """Close both."""
        await self._pages.close()
        await self._socket.close()


def bolt_app(
    web: AsyncWebClient, settings: Settings, authorize: Installs | OneWorkspace
) -> AsyncApp:
    """Return slack-bolt's app, for one workspace by its token or for all that have installed it.

    It checks signatures by itself, but for what comes by Socket Mode.
    """
    _drop_empty_variables()
    installed = authorize if isinstance(authorize, Installs) else None
    app = AsyncApp(
        client=_without_token(web),
        name="tokki",
        logger=logging.getLogger("slack_bolt"),  # not the root, whose level lets people's words in
        signing_secret=_signing_secret(settings),
        authorize=authorize,  # type: ignore[arg-type]  # takes an AsyncAuthorize, too
        oauth_flow=installed.flow if installed else None,
        user_facing_authorize_error_message="\n".join(
            say(each, "run.slack_not_installed") for each in Language
        ),
    )
    if installed:
        installed.listen(app)
    return app


def transport(
    settings: Settings, app: AsyncApp, installed: Installs | None, language: Language
) -> Transport:
    """Return the way that the settings ask for.

    Raises:
        DoorClosed: they allow none.
    """
    http = Http(settings.http_host, settings.http_port, language)
    if installed:
        http.add_pages(installed.flow)
    if settings.slack_app_token:
        socket = Socket(app, settings.slack_app_token.get_secret_value().strip())
        return WithPages(socket, http) if installed else socket
    secret = _signing_secret(settings)
    if not secret:
        raise DoorClosed(say(language, "run.slack_no_app_token"))
    http.add_events(app, secret)
    return http


def _without_token(web: AsyncWebClient) -> AsyncWebClient:
    """Return the same client, for slack-bolt to give each request the token that it is due."""
    return AsyncWebClient(
        base_url=web.base_url, timeout=web.timeout, retry_handlers=web.retry_handlers
    )


def _signing_secret(settings: Settings) -> str:
    secret = settings.slack_signing_secret
    return secret.get_secret_value().strip() if secret else ""


def _drop_empty_variables() -> None:
    """Unset what slack-bolt, which looks by itself, would take for credentials although empty.

    Containers often get all variables, some of them empty; for our settings these are not set.
    """
    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"):
        if os.environ.get(name) == "":
            del os.environ[name]
