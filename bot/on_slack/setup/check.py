"""`tokki check` for Slack: what is well, what is not and how to put it right, a line each.

It opens no Socket Mode connection: Slack would send to it what people ask of a running Tokki.
https://docs.slack.dev/reference/methods/apps.connections.open
"""

import asyncio
from typing import Any

from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient

from bot.doors import Say
from bot.findings import Findings
from bot.on_slack.connection.odd_answers import RefusesOddAnswers
from bot.on_slack.connection.web_api import web_client
from bot.on_slack.installs.installs import install_address
from bot.on_slack.setup.api_errors import API_ERRORS, NotSlack, Refused, asked, explain_api_error
from bot.on_slack.setup.drift import differences, other_prefix
from bot.on_slack.setup.manifest import SCOPES, Manifest, manifest
from bot.settings import Settings
from handlers.texts import say
from handlers.types import Language

_PATIENCE_S = 40
_REFUSED_TOKEN = (
    *("invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"),
    *("not_allowed_token_type", "user_removed_from_team", "team_disabled"),
)
_ANY_ADDRESS = "https://tokki.example/slack/events"


async def check(settings: Settings, language: Language, tell: Say) -> int:
    """Look at tokens, scopes, transport and manifest; return the exit code."""
    findings = Findings(language, tell)
    web = web_client(None, settings.slack_api_url)
    web.retry_handlers[:] = [RefusesOddAnswers(web.base_url)]  # what is wrong is told at once
    try:
        async with asyncio.timeout(_PATIENCE_S):
            await _Check(settings, web, findings).everything()
    except API_ERRORS as error:
        findings.bad_sentence(explain_api_error(error, web.base_url, language))
    return findings.exit_code


class _Check:
    """One visit to Slack."""

    def __init__(self, settings: Settings, web: AsyncWebClient, findings: Findings) -> None:
        self._settings = settings
        self._web = web
        self._findings = findings

    async def everything(self) -> None:
        app_id = await self._workspaces()
        if self._settings.slack_app_token is not None:
            app_id = await self._app_token(self._settings.slack_app_token, app_id) or app_id
        elif self._settings.slack_signing_secret is not None:
            self._findings.note("slack_http")
        else:
            self._findings.bad("slack_no_delivery")
        await self._manifest(app_id)

    async def _workspaces(self) -> str | None:
        """Look at the one workspace, or at how several install the app."""
        if self._settings.slack_client_id is None:
            return await self._bot_token()
        if self._settings.slack_client_secret is None:
            missing = say(self._findings.language, "run.slack_no_client_secret")
            self._findings.bad_sentence(missing)
        else:
            self._findings.note("slack_several", url=install_address(self._settings))
        return None

    async def _bot_token(self) -> str | None:
        """Look at the bot's token; return the id of its app, if Slack tells it."""
        token = _plain(self._settings.slack_bot_token)
        if token is None:
            self._findings.bad("slack_no_bot_token")
            return None
        if not _is_kind(token, "xoxb-"):
            self._findings.bad("slack_bot_wrong_kind")
            return None
        try:
            answer = await asked(self._web.auth_test(token=token))
        except Refused as refused:
            self._refused(refused, "slack_bad_bot_token")
            return None
        known = _object(answer.data)
        self._findings.good("slack_token", name=known.get("user"), team=known.get("team"))
        self._scopes(answer.headers.get("x-oauth-scopes", ""))
        return await self._app_of(token, str(known.get("bot_id")))

    def _scopes(self, header: str) -> None:
        granted = {scope.strip() for scope in header.split(",")} - {""}
        missing = [scope for scope in SCOPES if scope not in granted]
        for scope in missing:
            why = SCOPES[scope].to(self._findings.language)
            self._findings.bad("slack_scope_missing", scope=scope, why=why)
        if not missing:
            self._findings.good("slack_scopes", count=len(SCOPES))
        if surplus := sorted(granted - SCOPES.keys()):
            self._findings.note("slack_scopes_unneeded", names=", ".join(surplus))

    async def _app_of(self, token: str, bot: str) -> str | None:
        try:
            answer = await asked(self._web.bots_info(token=token, bot=bot))
        except Refused:  # without users:read, which is told of already
            return None
        app_id: str | None = _object(_object(answer.data).get("bot")).get("app_id")
        if app_id:
            self._findings.good("slack_application", id=app_id)
        return app_id

    async def _app_token(self, secret: SecretStr, app_id: str | None) -> str | None:
        """Look at the app-level token; return the id of its app, if Slack tells it."""
        token = _plain(secret)
        if token is None or not _is_kind(token, "xapp-"):
            self._findings.bad("slack_app_wrong_kind")
            return None
        try:
            known = _object((await asked(self._web.auth_test(token=token))).data)
            other = known.get("app_id")
            if app_id and other and other != app_id:
                self._findings.bad("slack_other_app", id=app_id, other=other)
            await asked(self._web.apps_connections_open(app_token=token))
        except Refused as refused:
            self._refused_socket(refused)
            return None
        self._findings.good("slack_socket")
        return other

    def _refused_socket(self, refused: Refused) -> None:
        match refused.code:
            case "missing_scope" | "no_permission":
                self._findings.bad("slack_app_scope")
            case "socket_mode_not_enabled":
                self._findings.bad("slack_socket_off")
            case _:
                self._refused(refused, "slack_bad_app_token")

    async def _manifest(self, app_id: str | None) -> None:
        token = _plain(self._settings.slack_config_token)
        if token is None:
            self._findings.note("slack_manifest_by_hand")
            return
        if not _is_kind(token, "xoxe.xoxp-"):
            self._findings.bad("slack_config_wrong_kind")
            return
        if app_id is None:
            self._findings.note("slack_manifest_unseen")
            return
        try:
            answer = await asked(self._web.apps_manifest_export(token=token, app_id=app_id))
        except Refused as refused:
            self._refused(refused, "slack_bad_config_token", "slack_hidden_manifest")
            return
        self._compare(_object(_object(answer.data).get("manifest")))

    def _compare(self, found: Manifest) -> None:
        prefix = self._settings.slack_prefix
        other = other_prefix(self._wanted(prefix), found, prefix)
        if other is not None:
            self._findings.bad("slack_other_prefix", found=other, wanted=prefix)
        drift = differences(self._wanted(prefix if other is None else other), found)
        for difference in drift:
            sentence = difference.to(self._findings.language)
            self._findings.bad("slack_drift", difference=sentence)
        if other is None and not drift:
            self._findings.good("slack_manifest")

    def _wanted(self, prefix: str) -> Manifest:
        return manifest(
            prefix,
            request_url=_ANY_ADDRESS,
            redirect_url=self._settings.slack_redirect_url,
            socket_mode=self._settings.slack_app_token is not None,
        )

    def _refused(self, refused: Refused, token: str, otherwise: str = "slack_refused") -> None:
        if refused.code in _REFUSED_TOKEN:
            self._findings.bad(token, code=refused.code)
        else:
            self._findings.bad(otherwise, reason=refused.code)


def _plain(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value().strip() if secret else None


def _is_kind(token: str, start: str) -> bool:
    """Tell whether it can be sent at all, and is what it should be by how it begins."""
    return token.startswith(start) and token.isascii() and token.isprintable()


def _object(data: object) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise NotSlack
    return data
