"""Stands before every page: lets in who is signed in, and answers the others in words."""

import logging
from collections.abc import Awaitable, Callable, Iterator
from urllib.parse import urlsplit

from aiohttp import web

from bot.answering.accept_language import preferred
from bot.on_web.connection.bodies import Bodies, Form
from bot.on_web.connection.cookie import Cookie, is_same
from bot.on_web.connection.headers import HEADERS
from bot.on_web.connection.refusals import Refused, SignedOut, Unsure
from bot.on_web.incoming.visitors import Visitor, Visitors
from bot.on_web.page import Page, View
from bot.on_web.site import Site
from bot.on_web.turn import Turn
from bot.process.log_limits import OF_STRANGERS
from handlers.guard.failures import crash, explain
from handlers.people.web import PATH
from handlers.texts import say
from handlers.types import Language, UserError
from models.errors import ModelError
from storage.errors import StorageError

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]
_AGAIN_S = 3

log = logging.getLogger(__name__)


class Gate:
    """Makes what answers a browser of what answers a visitor."""

    def __init__(self, site: Site, visitors: Visitors, cookie: Cookie) -> None:
        self.site = site
        self.visitors = visitors
        self.cookie = cookie
        self.bodies = Bodies()

    def routes(self, pages: tuple[Page, ...]) -> Iterator[web.RouteDef]:
        """Yield a route for everything that the pages answer, and one for all that they do not."""
        for page in pages:
            path = f"{PATH}/{page.name}".rstrip("/")
            for behind, view in page.gets.items():
                yield web.get(f"{path}{behind}", self.guarded(self._looking(view)))
            for behind, view in page.posts.items():
                done = self.guarded(self._doing(view, page.most_bytes))
                yield web.post(f"{path}{behind}", done)
        yield web.route("*", f"{PATH}/{{rest:.*}}", self.guarded(_nothing))

    def guarded(self, answer: Answer) -> Answer:
        """Answer in words whatever goes wrong, and nobody who comes by another name."""

        async def guard(request: web.Request) -> web.StreamResponse:
            try:
                self._check_host(request)
                return await answer(request)
            except Refused as refusal:
                said = "a request to the pages was refused: %s"
                log.info(said, refusal.key, extra=OF_STRANGERS)
                return self._refuse(request, refusal)
            except web.HTTPException:
                raise
            except StorageError as error:
                log.warning("a page could not be read", exc_info=True)
                language = language_of(request)
                return self.word(503, explain(error.code, error.facts, language), language)
            except Exception as error:
                language = language_of(request)
                told = crash(error, "a page", language)
                return self.word(500, told.text or "", language)

        return guard

    def word(self, status: int, text: str, language: Language) -> web.Response:
        """Return a page that says one thing."""
        html = self.site.templates.draw("word.html", language, text=text, visitor=None)
        return web.Response(status=status, text=html, content_type="text/html", headers=HEADERS)

    def check_origin(self, request: web.Request) -> None:
        """Let no other site send forms for somebody; every browser of today says whose one is.

        Raises:
            Refused: it is of another.
        """
        origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
        if origin not in (None, self.site.url) or site not in (None, "same-origin"):
            raise Refused(403, "web.other_site")

    def _looking(self, view: View) -> Answer:
        async def look(request: web.Request) -> web.StreamResponse:
            visitor = await self._visitor(request)
            return await self._answered(Turn(request, self.site, visitor), view)

        return look

    def _doing(self, view: View, most_bytes: int) -> Answer:
        async def do(request: web.Request) -> web.StreamResponse:
            self.check_origin(request)
            token = await self.visitors.token(self.cookie.secret(request))
            form = await self._form(request, token, most_bytes)
            visitor = await self._visitor(request)  # as of now: a form may take a minute to come
            return await self._answered(Turn(request, self.site, visitor, form), view)

        return do

    async def _visitor(self, request: web.Request) -> Visitor:
        return await self.visitors.of(self.cookie.secret(request))

    async def _form(self, request: web.Request, token: str, most_bytes: int) -> Form:
        form = await self.bodies.read(request, most_bytes)
        if not is_same(form.get("token"), token):
            raise Refused(403, "web.forged")
        return form

    async def _answered(self, turn: Turn, view: View) -> web.StreamResponse:
        """Say in the visitor's language what they can mend."""
        try:
            return await view(turn)
        except (UserError, ModelError) as error:
            said = explain(error.code, error.facts, turn.language)
            return turn.show("word.html", status=400, text=said)
        except Refused as refusal:
            said = turn.say(refusal.key, **refusal.facts)
            return turn.show("word.html", status=refusal.status, text=said)

    def _check_host(self, request: web.Request) -> None:
        """A name of somebody else's that leads here would make our pages theirs."""
        if request.host.lower() != urlsplit(self.site.url).netloc:
            raise Refused(421, "web.other_name", url=self.site.url)

    def _refuse(self, request: web.Request, refusal: Refused) -> web.Response:
        language = language_of(request)
        response = self.word(refusal.status, say(language, refusal.key, **refusal.facts), language)
        if isinstance(refusal, SignedOut) and self.cookie.name in request.cookies:
            self.cookie.take(response)
        if isinstance(refusal, Unsure):
            response.headers["Retry-After"] = str(_AGAIN_S)
        return response


def language_of(request: web.Request) -> Language:
    """Return the language that a browser asks for, of somebody who is not known."""
    return preferred(request.headers.get("Accept-Language", ""))


async def _nothing(request: web.Request) -> web.StreamResponse:
    if request.path == f"{PATH}/":
        raise web.HTTPPermanentRedirect(PATH)
    raise Refused(404, "web.no_page")
