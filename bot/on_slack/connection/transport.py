"""How Slack reaches us: by Socket Mode, or by HTTP where there is no app-level token."""

import asyncio
import logging
import os
from typing import Protocol

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.doors import DoorClosed
from bot.on_slack.connection.acknowledging_app import AcknowledgingApp
from bot.on_slack.connection.http_routes import events_route, page_routes
from bot.on_slack.connection.socket_mode import Socket
from bot.on_slack.installs.installs import Installs
from bot.on_slack.installs.one_workspace import OneWorkspace
from bot.settings import Settings
from bot.web_server import WebServer
from handlers.texts import say
from handlers.types import Language


class Transport(Protocol):
    """A way on which Slack's requests come."""

    async def connect(self) -> None:
        """Open it, anew if it is open."""

    async def watch(self) -> None:
        """Keep it open; never returns."""

    async def is_well(self) -> bool:
        """Tell whether Slack can reach us, as far as we know."""
        ...

    async def close(self) -> None:
        """Close it, if it is open."""


class OverHttp:
    """Slack comes by itself to the web server, which needs nobody to look after it."""

    def __init__(self) -> None:
        self._is_open = False

    async def connect(self) -> None:
        self._is_open = True

    async def watch(self) -> None:
        await asyncio.Event().wait()

    async def is_well(self) -> bool:
        return self._is_open

    async def close(self) -> None:
        self._is_open = False


def bolt_app(
    web: AsyncWebClient, settings: Settings, authorize: Installs | OneWorkspace
) -> AsyncApp:
    """Return slack-bolt's app, for one workspace by its token or for all that have installed it.

    It checks signatures by itself, but for what comes by Socket Mode.
    """
    _drop_empty_variables()
    installed = authorize if isinstance(authorize, Installs) else None
    app = AcknowledgingApp(
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
    settings: Settings,
    app: AsyncApp,
    installed: Installs | None,
    server: WebServer,
    language: Language,
) -> Transport:
    """Return the way that the settings ask for, with what it needs of the web server added there.

    Raises:
        DoorClosed: they allow none.
    """
    if installed:
        server.add_routes(page_routes(installed.flow))
    if settings.slack_app_token:
        return Socket(app, settings.slack_app_token.get_secret_value().strip())
    secret = _signing_secret(settings)
    if not secret:
        raise DoorClosed(say(language, "run.slack_no_app_token"))
    server.add_routes([events_route(app, secret)])
    return OverHttp()


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
