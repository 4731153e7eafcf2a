"""What happens to everything that Slack delivers, once it is acknowledged: it is done once.

Whatever goes wrong is said to the one who asked, and a dead token is told of.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from slack_bolt.async_app import AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.answering.in_flight import AnswersInFlight
from bot.answering.screen import Showing
from bot.on_slack.incoming import interaction_data
from bot.on_slack.incoming.interaction_data import Body
from bot.on_slack.incoming.origin import Origin
from bot.on_slack.incoming.people import PLATFORM, People, place_of
from bot.on_slack.showing.screens import Screens
from handlers.dispatch import Dispatcher
from handlers.guard.failures import crash
from handlers.texts import say
from handlers.types import Actor, Language, Reply, Role, UserError

_HURRY_S = 1.0
"""Slack lets a form be opened within three seconds."""

Run = Callable[[Actor], Awaitable[None]]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Delivery:
    """Something that Slack has delivered."""

    body: Body
    context: AsyncBoltContext
    event: str
    """What it is known by if it comes again; empty if Slack does not say."""
    origin: Origin
    is_urgent: bool = False
    """It opens a form."""
    is_asked: bool = True
    """Somebody waits for an answer, or at least for the reason why there is none."""

    @property
    def web(self) -> AsyncWebClient:
        """Speaks to the workspace."""
        return self.context.client

    @property
    def team(self) -> str:
        """The workspace."""
        return workspace_of(self.context)

    @property
    def user(self) -> str:
        """Who did it."""
        return interaction_data.user_of(self.body)


class Deliveries:
    """Takes what arrives."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        in_flight: AnswersInFlight,
        people: People,
        screens: Screens,
        on_refusal: Callable[[SlackApiError], None],
    ) -> None:
        self._dispatcher = dispatcher
        self._in_flight = in_flight
        self._people = people
        self._screens = screens
        self._on_refusal = on_refusal

    async def take(self, delivery: Delivery, run: Run) -> None:
        """Do what was asked for, unless that has been done."""
        is_draining = self._in_flight.is_draining
        with self._in_flight.preparing():
            actor = Actor(delivery.user, delivery.user, Role.MEMBER, Language.ENGLISH)
            try:
                if not await self._is_new(delivery):
                    log.info("Slack delivered something again")
                    return
                actor = await self._actor(delivery)
            except Exception as error:
                await self._say(delivery, actor, _broke(error, actor))
                return
            await self._do(delivery, actor, self._stop_for(delivery) if is_draining else run)

    async def _do(self, delivery: Delivery, actor: Actor, run: Run) -> None:
        try:
            await run(actor)
            if delivery.is_urgent and not self._dispatcher.is_shared:
                await self._keep(delivery)
        except UserError as error:
            place = place_of(delivery.team, delivery.origin.channel)
            await self._say(delivery, actor, await self._dispatcher.refuse(error, actor, place))
        except Exception as error:
            if isinstance(error, SlackApiError):
                self._on_refusal(error)
            await self._say(delivery, actor, _broke(error, actor))

    async def surely(self, delivery: Delivery, actor: Actor, needed: Role) -> Actor:
        """Return who somebody is, asked again if it was not to be had and something hangs on it."""
        if actor.is_known or actor.role >= needed:
            return actor
        actor = await self._people.actor_surely(delivery.web, delivery.team, delivery.user)
        return await self._dispatcher.known(actor, place_of(delivery.team, delivery.origin.channel))

    def _stop_for(self, delivery: Delivery) -> Run:
        async def stop(actor: Actor) -> None:
            await self._say(delivery, actor, Reply(text=say(actor.language, "door.stopping")))

        return stop

    async def _is_new(self, delivery: Delivery) -> bool:
        """Tell whether it comes for the first time; also across a restart, if there is time."""
        if not delivery.event:
            return True
        if not self._dispatcher.is_new(_name(delivery)):
            return False
        if not delivery.is_urgent:
            return await self._keep(delivery)
        if not self._dispatcher.is_shared:
            return True
        try:  # a form may wait for a moment: Slack may have given another process the same
            async with asyncio.timeout(_HURRY_S):
                return await self._keep(delivery)
        except TimeoutError:
            return True

    async def _keep(self, delivery: Delivery) -> bool:
        return not delivery.event or await self._dispatcher.take(_name(delivery))

    async def _actor(self, delivery: Delivery) -> Actor:
        patience = {"within_s": _HURRY_S} if delivery.is_urgent else {}
        web, team = delivery.web, delivery.team
        actor = await self._people.actor(web, team, delivery.user, **patience)
        return await self._dispatcher.known(actor, place_of(team, delivery.origin.channel))

    async def _say(self, delivery: Delivery, actor: Actor, reply: Reply) -> None:
        if not delivery.is_asked:
            return
        showing = Showing(is_private=True)
        screen = self._screens.of(delivery.web, delivery.origin, actor, showing)
        try:
            await screen.show(reply, is_last=True)
        except Exception:
            log.exception("a refusal could not be shown")


def workspace_of(context: AsyncBoltContext) -> str:
    """Return the workspace whose token answers, or else the organization.

    A guest from another workspace, by Slack Connect, is told of with their own.
    """
    return str(context.team_id or context.enterprise_id or "")


def _name(delivery: Delivery) -> str:
    return f"{PLATFORM}:{delivery.team}:{delivery.event}"


def _broke(error: Exception, actor: Actor) -> Reply:
    return crash(error, "something from Slack", actor.language)
