"""Opens the pages, and closes them: for `tokki run`, and beside a chat at a terminal."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from aiohttp import web

from bot.answering.answer import Pace
from bot.answering.in_flight import AnswersInFlight
from bot.answering.routing import Router
from bot.app import App
from bot.doors import DoorClosed, Say
from bot.on_web.connection.assets import assets
from bot.on_web.connection.cookie import Cookie
from bot.on_web.connection.gate import Gate
from bot.on_web.connection.sign_in import SignIn
from bot.on_web.drawing.templates import Templates
from bot.on_web.incoming.visitors import Visitors
from bot.on_web.pages import PAGES
from bot.on_web.showing.answers import Answers
from bot.on_web.showing.once import Once
from bot.on_web.site import Site
from bot.settings import Settings
from bot.web_server import PortTaken
from handlers.learning import picture
from handlers.people.web import PATH
from handlers.texts import say
from handlers.types import Language

_PACE = Pace(acknowledge_after_s=0.3, between_edits_s=0.5, crowd=1_000_000)
"""Nothing is acknowledged: who looks at a page sees that an answer is coming."""
_STARTED_S = 5.0
"""By then the doors of the chats are open, which somebody may wait for."""


async def serve(
    app: App, settings: Settings, language: Language, stop: asyncio.Event, tell: Say
) -> None:
    """Serve the pages until `stop` is set.

    Raises:
        DoorClosed: the port cannot be had.
    """
    async with _open(app, settings) as site:
        try:
            await app.web_server.start()
        except PortTaken as taken:
            raise DoorClosed(taken.explain(language)) from taken
        tell(say(language, "run.web_ready", url=f"{site.url}{PATH}"))
        preparing = asyncio.create_task(_prepare())
        await stop.wait()
        preparing.cancel()


async def _prepare() -> None:
    """Once the start is over, import what the first chart on a page would wait for."""
    await asyncio.sleep(_STARTED_S)
    await picture.prepare()


@asynccontextmanager
async def beside_a_chat(app: App, settings: Settings) -> AsyncIterator[None]:
    """Serve the pages as long as a chat goes on, unless another process does so at that port.

    Links and sessions are in the database, so it does not matter which process it is.
    """
    async with _open(app, settings):
        with suppress(PortTaken):
            await app.web_server.start()
        yield


@asynccontextmanager
async def _open(app: App, settings: Settings) -> AsyncIterator[Site]:
    """Add the pages to the web server, and let it be closed once they have answered."""
    site = _site(app, settings)
    visitors = Visitors(site.services.people, site.services.storage)
    app.web_server.add_routes(_routes(site, visitors))
    try:
        yield site
    finally:
        await site.in_flight.drain()
        await app.web_server.close()
        await visitors.close()


def _site(app: App, settings: Settings) -> Site:
    in_flight = AnswersInFlight(app.services.jobs, _PACE)
    return Site(
        url=settings.web_url or "",
        dispatcher=app.dispatcher,
        services=app.services,
        in_flight=in_flight,
        router=Router(app.dispatcher, in_flight),
        answers=Answers(),
        once=Once(),
        templates=Templates(),
        pages=PAGES,
    )


def _routes(site: Site, visitors: Visitors) -> list[web.RouteDef]:
    gate = Gate(site, visitors, Cookie(site.url))
    given = (web.get(path, gate.guarded(give)) for path, give in assets())
    return [*given, *SignIn(gate).routes(), *gate.routes(PAGES)]
