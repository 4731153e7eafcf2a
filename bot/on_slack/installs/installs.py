"""Tokki in several workspaces: each installs it by OAuth, and each has a token of its own.

https://docs.slack.dev/authentication/installing-with-oauth
"""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from pydantic import SecretStr
from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.oauth.installation_store.models.bot import Bot
from slack_sdk.web.async_client import AsyncWebClient

from bot.configuration.complaints import explain_value
from bot.data_folder import memory_of
from bot.doors import DoorClosed
from bot.on_slack.connection.paths import INSTALL_PATH, REDIRECT_PATH
from bot.on_slack.connection.web_api import web_client
from bot.on_slack.incoming.people import community_of
from bot.on_slack.installs.locked_store import LockedStore, States
from bot.on_slack.installs.pages import InstallFlow, callbacks
from bot.on_slack.installs.vault import Unreadable, Vault, open_vault
from bot.on_slack.setup.manifest import SCOPES
from bot.process.membership import Membership
from bot.settings import BadSetting, Settings
from handlers.guard.failures import explain
from handlers.others import INSTALLS_CHANGED
from handlers.people.presence import Presence
from handlers.texts import say
from handlers.types import Language
from storage.errors import StorageError
from storage.side_tables import SideTables

FILE = "slack.sqlite3"
_STATE_S = 600

log = logging.getLogger(__name__)


class Installs(AsyncAuthorize):
    """Who has installed Tokki; gives slack-bolt the token for whatever comes in.

    slack-bolt's own asks `auth.test` before each request is acknowledged; this one does not, since
    all that it would say was kept with the installation. What a dead token may still do, which is
    to answer by `response_url`, works meanwhile.
    """

    def __init__(self, store: LockedStore, flow: AsyncOAuthFlow, presence: Presence) -> None:
        self.flow = flow
        self._presence = presence
        self._store = store

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        **_actor: str | None,
    ) -> AuthorizeResult | None:
        """Return the bot of a workspace, as slack-bolt wants it."""
        found = await self._bot(
            enterprise_id, team_id, is_enterprise_install=bool(context.is_enterprise_install)
        )
        if found is None:
            return None
        return AuthorizeResult(
            enterprise_id=found.enterprise_id,
            team_id=team_id,
            team=found.team_name,
            bot_user_id=found.bot_user_id,
            bot_id=found.bot_id,
            bot_token=found.bot_token,
            bot_scopes=list(found.bot_scopes or ()),
            user_id=user_id,
        )

    def listen(self, app: AsyncApp) -> None:
        """Forget the workspaces that take the app out."""
        app.event("app_uninstalled")(self._on_gone)
        app.event("tokens_revoked")(self._on_gone)

    def share(self, others: Membership) -> None:
        """Tell other processes who has installed Tokki or taken it out here, and hear of theirs."""
        self._store.on_change = partial(others.tell, INSTALLS_CHANGED)
        others.on(INSTALLS_CHANGED, lambda _: self._store.forget())

    async def bots(self) -> tuple[list[Bot], int]:
        """Return the bot of each workspace, and how many have a token that our key cannot read."""
        teams = await self._store.teams()
        found = [await self._bot(enterprise, team) for enterprise, team in teams]
        bots = [each for each in found if each]
        return bots, len(found) - len(bots)

    async def web_of(self, team: str) -> AsyncWebClient | None:
        """Return how Slack is spoken to in a workspace; None: it has not installed the app."""
        teams = await self._store.teams()
        enterprises = [enterprise for enterprise, one in teams if one == team]
        bot = await self._bot(enterprises[0], team) if enterprises else None
        return web_client(bot.bot_token, self.flow.client.base_url) if bot else None

    async def communities(self) -> set[str]:
        """Return every community that has installed the app, be its token readable or not."""
        return {community_of(team) for _, team in await self._store.teams() if team}

    async def _bot(
        self, enterprise: str | None, team: str | None, *, is_enterprise_install: bool = False
    ) -> Bot | None:
        try:
            return await self._store.async_find_bot(
                enterprise_id=enterprise,
                team_id=team,
                is_enterprise_install=is_enterprise_install or team is None,
            )
        except Unreadable:
            log.error("the token of workspace %s was encrypted with another key", team)
            return None

    async def _on_gone(
        self, event: dict[str, Any], body: dict[str, Any], context: AsyncBoltContext
    ) -> None:
        enterprise, team = context.enterprise_id, context.team_id
        if event.get("type") == "tokens_revoked" and not event.get("tokens", {}).get("bot"):
            return  # those of people, of whom we have none
        bot = await self._bot(enterprise, team)
        if bot and int(body.get("event_time", bot.installed_at)) < int(bot.installed_at):
            log.info("workspace %s has installed the app again since", team)
            return
        await self._store.async_delete_all(enterprise_id=enterprise, team_id=team)
        if team:
            await self._presence.left(community_of(team))
        log.info("workspace %s has taken the app out", team)


@asynccontextmanager
async def authorizing(
    settings: Settings, web: AsyncWebClient, language: Language, presence: Presence
) -> AsyncIterator[Installs | None]:
    """Open the installations where the settings ask for several workspaces.

    Raises:
        DoorClosed: the key, the file or a setting is not as it should be.
    """
    if settings.slack_client_id is None:
        yield None
        return
    if settings.slack_client_secret is None:
        raise DoorClosed(say(language, "run.slack_no_client_secret"))
    try:
        opening = installs(
            memory_of(settings, FILE),
            open_vault(_plain(settings.secret_key), settings.data_dir),
            web,
            client_id=settings.slack_client_id,
            client_secret=settings.slack_client_secret.get_secret_value().strip(),
            redirect_url=settings.slack_redirect_url,
            prefix=settings.slack_prefix,
            presence=presence,
        )
        async with opening as opened:
            yield opened
    except BadSetting as error:
        raise DoorClosed(explain_value(error.name, error.problem, language)) from error
    except StorageError as error:
        raise DoorClosed(explain(error.code, error.facts, language)) from error


def install_address(settings: Settings) -> str:
    """Return where a workspace installs Tokki: beside the address where people come back."""
    here = f"http://{settings.http_host}:{settings.http_port}{REDIRECT_PATH}"
    return urljoin(settings.slack_redirect_url or here, INSTALL_PATH.rpartition("/")[2])


@asynccontextmanager
async def installs(
    place: Path | str,
    vault: Vault,
    web: AsyncWebClient,
    *,
    client_id: str,
    client_secret: str,
    redirect_url: str | None,
    presence: Presence,
    prefix: str = "",
) -> AsyncIterator[Installs]:
    """Open the installations, in a file or on the server of a URL.

    Raises:
        StorageError: it cannot be used.
    """
    file = SideTables.open(place)
    try:
        store, states = LockedStore(file, vault, client_id), States(file, _STATE_S)
        await store.create()
        await states.create()
        oauth = AsyncOAuthSettings(
            client_id=client_id,
            client_secret=client_secret,
            scopes=list(SCOPES),
            user_scopes=[],
            redirect_uri=redirect_url,
            callback_options=callbacks(prefix, presence),
            install_path=INSTALL_PATH,
            redirect_uri_path=REDIRECT_PATH,
            authorization_url=_authorization_url(web.base_url),
            installation_store=store,
            installation_store_bot_only=True,
            state_store=states,
            state_expiration_seconds=_STATE_S,
        )
        yield Installs(store, InstallFlow(client=web, settings=oauth), presence)
    finally:
        await file.close()


def _authorization_url(api_url: str) -> str:
    """Return where people agree; another server than Slack has it beside its Web API."""
    is_slack = api_url == AsyncWebClient.BASE_URL
    root = "https://slack.com/" if is_slack else api_url.removesuffix("api/")
    return f"{root}oauth/v2/authorize"


def _plain(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None
