"""How a link of `/web` lets somebody in: it is shown by looking at it, and used by a button.

Chat platforms look at links by themselves to preview them; that uses none up.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from aiohttp import web

from bot.on_web.connection.cookie import is_secret
from bot.on_web.connection.gate import Gate
from bot.on_web.connection.headers import HEADERS
from bot.on_web.connection.refusals import Refused, SignedOut
from handlers.people.web import PATH, SIGN_IN, digest_of, new_secret

SESSION_FOR = timedelta(days=7)
_GONE = 410


class SignIn:
    """Takes links."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._sessions = gate.site.services.storage.web_sessions

    def routes(self) -> Iterator[web.RouteDef]:
        """Yield what shows a link, and what uses it."""
        path = f"{SIGN_IN}{{secret}}"
        yield web.get(path, self._gate.guarded(self._show))
        yield web.post(path, self._gate.guarded(self._use))

    async def _show(self, request: web.Request) -> web.StreamResponse:
        secret = _secret_in(request)
        link = await self._sessions.link(digest_of(secret))
        if link is None:
            raise Refused(_GONE, "web.link_over")
        actor = await self._gate.visitors.who(link)
        if actor is None:
            raise SignedOut("web.not_there")
        facts = {"name": actor.name, "community": link.community, "action": f"{SIGN_IN}{secret}"}
        html = self._gate.site.templates.draw("sign_in.html", actor.language, **facts)
        return web.Response(text=html, content_type="text/html", headers=HEADERS)

    async def _use(self, request: web.Request) -> web.StreamResponse:
        """Only here the link is used up; the browser then goes to an address without a secret."""
        self._gate.check_origin(request)
        session, until = new_secret(), datetime.now(UTC) + SESSION_FOR
        opened = await self._sessions.open(
            digest_of(_secret_in(request)), digest_of(session), until
        )
        if opened is None:
            raise Refused(_GONE, "web.link_over")
        await self._end_former(request)
        response = web.Response(status=303, headers={**HEADERS, "Location": PATH})
        self._gate.cookie.give(response, session, int(SESSION_FOR.total_seconds()))
        return response

    async def _end_former(self, request: web.Request) -> None:
        """Who signs in anew is no more who they were in this browser before."""
        if former := self._gate.cookie.secret(request):
            await self._sessions.end(digest_of(former))


def _secret_in(request: web.Request) -> str:
    secret = request.match_info["secret"]
    if not is_secret(secret):
        raise Refused(_GONE, "web.link_over")
    return secret
