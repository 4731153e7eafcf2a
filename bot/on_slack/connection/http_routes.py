"""Slack over HTTP: signed requests instead of Socket Mode, and the pages of an installation.

A request is verified before anything reads it, and once more by
slack-bolt. https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence

import aiohttp
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier

from bot.answering.accept_language import preferred
from bot.on_slack.connection.paths import EVENTS_PATH, INSTALL_PATH
from bot.on_slack.installs import pages
from bot.process.log_limits import OF_STRANGERS
from handlers.texts import say
from storage.errors import StorageError

_LONGEST_READ_S = 10.0
_LONGEST_AGO_S = 5 * 60
"""As slack-sdk has it."""
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")
_TYPES = ("application/json", "application/x-www-form-urlencoded")
_UNREADABLE = (ValueError, LookupError, AttributeError, TypeError, RecursionError)
"""No JSON, no such encoding; a list, or something else where slack-bolt expects an object."""
_OAUTH = Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]

log = logging.getLogger(__name__)


def events_route(app: AsyncApp, signing_secret: str) -> web.RouteDef:
    """Return the route on which Slack sends what happens."""
    return web.post(EVENTS_PATH, _Events(app, SignatureVerifier(signing_secret)).take)


def page_routes(flow: AsyncOAuthFlow) -> Sequence[web.RouteDef]:
    """Return the pages where people install the app. A HEAD would use up the state of a GET."""
    return (
        web.get(flow.install_path, _page(flow.handle_installation), allow_head=False),
        web.get(flow.redirect_uri_path, _page(flow.handle_callback), allow_head=False),
    )


class _Events:
    """Gives slack-bolt what is signed, and refuses the rest without repeating it anywhere."""

    def __init__(self, app: AsyncApp, verifier: SignatureVerifier) -> None:
        self._app = app
        self._verifier = verifier

    async def take(self, request: web.Request) -> web.StreamResponse:
        try:
            return await self._take(request)
        except web.HTTPException as refusal:
            said = "a request from %s was refused: %s"
            log.warning(said, request.remote, refusal.reason, extra=OF_STRANGERS)
            raise
        except Exception:
            log.exception("a request from Slack could not be answered")
            raise web.HTTPInternalServerError from None

    async def _take(self, request: web.Request) -> web.StreamResponse:
        if request.content_type not in _TYPES:
            raise web.HTTPUnsupportedMediaType
        # Who has not even signed needs not be listened to.
        if not _may_be_signed(request) or not self._is_signed(await _body(request), request):
            raise web.HTTPUnauthorized
        try:
            asked = await to_bolt_request(request)
        except _UNREADABLE as error:
            raise web.HTTPBadRequest from error
        return await to_aiohttp_response(await self._app.async_dispatch(asked))

    def _is_signed(self, body: bytes, request: web.Request) -> bool:
        try:
            return self._verifier.is_valid_request(body, dict(request.headers))
        except (ValueError, TypeError):  # no time, no text, no digits
            return False


def _may_be_signed(request: web.Request) -> bool:
    """Whether there is what a signature looks like, of about this time, before the body is read."""
    signed_at = request.headers.get("X-Slack-Request-Timestamp", "")
    if not _SIGNATURE.fullmatch(request.headers.get("X-Slack-Signature", "")):
        return False
    return signed_at.isdecimal() and abs(time.time() - int(signed_at[:20])) <= _LONGEST_AGO_S


async def _body(request: web.Request) -> bytes:
    try:
        async with asyncio.timeout(_LONGEST_READ_S):
            return await request.read()
    except TimeoutError as error:
        raise web.HTTPRequestTimeout from error


def _page(answer: _OAUTH) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def show(request: web.Request) -> web.Response:
        try:
            _check(request.query)
            response = await to_aiohttp_response(await answer(await to_bolt_request(request)))
        except (aiohttp.ClientError, OSError, TimeoutError):
            log.warning("Slack could not be reached to install the app", exc_info=True)
            response = _apology(request, 502, "install.unreachable")
        except StorageError:
            log.exception("an installation could not be kept")
            response = _apology(request, 503, "install.not_kept")
        response.headers.update(pages.HEADERS)
        return response

    return show


def _check(query: Mapping[str, str]) -> None:
    """Refuse what could write lines of its own into the log."""
    if not all(value.isprintable() for value in query.values()):
        raise web.HTTPBadRequest(headers=pages.HEADERS)


def _apology(request: web.Request, status: int, words: str) -> web.Response:
    language = preferred(request.headers.get("Accept-Language", ""))
    again = (say(language, "install.again"), INSTALL_PATH)
    body = pages.page(language, "install.failed_title", say(language, words), *again)
    return web.Response(status=status, text=body, content_type="text/html")
