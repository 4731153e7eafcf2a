"""Opens the Slack door, keeps it open, and closes it: one function for `tokki run`."""

import asyncio
import logging
from collections.abc import Coroutine

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.answering.opening import patiently, unless
from bot.app import App
from bot.doors import DoorClosed, Say
from bot.on_slack.connection.client import SlackClient
from bot.on_slack.connection.odd_answers import text_in
from bot.on_slack.connection.refusals import REFUSALS, code_of, may_pass
from bot.on_slack.connection.transport import Transport, bolt_app, transport
from bot.on_slack.connection.web_api import web_client
from bot.on_slack.incoming.members_now import MembersNow
from bot.on_slack.incoming.people import PLATFORM, community_of
from bot.on_slack.installs.installs import Installs, authorizing
from bot.on_slack.installs.one_workspace import OneWorkspace
from bot.on_slack.installs.workspaces import greet
from bot.on_slack.setup.api_errors import explain_api_error, told_apart
from bot.settings import Settings
from bot.web_server import PortTaken, WebServer
from handlers.people.presence import Presence
from handlers.texts import say
from handlers.types import Language

log = logging.getLogger(__name__)


async def serve(
    app: App, settings: Settings, language: Language, stop: asyncio.Event, tell: Say
) -> None:
    """Serve Slack until `stop` is set.

    Raises:
        DoorClosed: Slack does not let us in, and waiting would not help.
    """
    web = web_client(_token(settings), settings.slack_api_url)
    presence = Presence(app.services.storage.departures)
    async with authorizing(settings, web, language, presence) as installed:
        if installed:
            installed.share(app.others)
        refused: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def on_refusal(error: SlackApiError) -> None:
            if code_of(error) not in REFUSALS:
                return
            if installed:  # one workspace of several, which may have taken Tokki out
                log.warning("a workspace refuses its token: %s", code_of(error))
            elif not refused.done():
                refused.set_exception(error)

        services, prefix = app.services, settings.slack_prefix
        slack = SlackClient(app.dispatcher, services.storage, services.jobs, prefix, on_refusal)
        authorize = installed or OneWorkspace(web)
        bolt = bolt_app(web, settings, authorize)
        slack.listen(bolt)
        app.services.people[PLATFORM] = MembersNow(slack.people, authorize.web_of)
        if isinstance(authorize, OneWorkspace):
            authorize.listen(bolt, on_refusal, presence)
        way = transport(settings, bolt, installed, app.web_server, language)
        app.web_server.health.watch("slack", way.is_well)
        stopping = asyncio.create_task(stop.wait())
        try:
            opening = _open(app, slack, settings, way, authorize, language, tell, presence)
            await unless(stopping, opening)
            if not stop.is_set():
                await unless(stopping, _first(way.watch(), refused))
            tell(say(language, "run.slack_draining"))
            if app.others.is_shared:  # others take what comes from now on
                await app.others.begin_to_leave()
                await way.close()
            await slack.drain()
        except SlackApiError as error:
            raise DoorClosed(_words(error, language)) from error
        finally:
            stopping.cancel()
            refused.cancel()
            await app.web_server.close()  # what is under way there needs what is closed next
            await way.close()


def _token(settings: Settings) -> str | None:
    """Return the token of the one workspace; None where each has its own."""
    if settings.slack_client_id or settings.slack_bot_token is None:
        return None
    return settings.slack_bot_token.get_secret_value().strip()


async def _open(
    app: App,
    slack: SlackClient,
    settings: Settings,
    way: Transport,
    authorize: Installs | OneWorkspace,
    language: Language,
    tell: Say,
    presence: Presence,
) -> None:
    async def connect() -> AsyncSlackResponse | None:
        known = await authorize.open() if isinstance(authorize, OneWorkspace) else None
        await way.connect()
        await _listen(app.web_server, language)
        return known

    def unreachable(seconds: int, error: BaseException | None) -> None:
        if isinstance(error, SlackApiError):  # something answers
            reason = explain_api_error(told_apart(error), _url(settings), language)
            tell(say(language, "run.again", reason=reason, seconds=seconds))
        else:
            tell(say(language, "run.slack_unreachable", seconds=seconds))

    known = await patiently(connect, may_pass, unreachable)
    if isinstance(authorize, Installs):
        webs = await greet(authorize, settings, language, tell)
        await presence.compare(PLATFORM, await authorize.communities(), lambda _: True)
        slack.follow_jobs(webs)
    elif known:
        community = community_of(text_in(known, "team_id"))
        await presence.came(community)
        slack.follow_jobs({community: authorize.web})
        tell(say(language, "run.slack_ready", name=known.get("user"), team=known.get("team")))


def _url(settings: Settings) -> str:
    return settings.slack_api_url or AsyncWebClient.BASE_URL


async def _listen(server: WebServer, language: Language) -> None:
    try:
        await server.start()
    except PortTaken as taken:
        raise DoorClosed(taken.explain(language)) from taken


def _words(error: SlackApiError, language: Language) -> str:
    code = code_of(error)
    if code == "socket_mode_not_enabled":
        return say(language, "check.slack_socket_off")
    if code == "missing_scope":
        return say(language, "run.slack_missing_scope", scope=error.response.get("needed"))
    return say(language, "run.slack_bad_token", code=code)


async def _first(watching: Coroutine[None, None, None], refused: "asyncio.Future[None]") -> None:
    """Watch the connection until Slack refuses our token, or the watch fails."""
    task = asyncio.create_task(watching)
    try:
        await asyncio.wait({task, refused}, return_when=asyncio.FIRST_COMPLETED)
        await (refused if refused.done() else task)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
