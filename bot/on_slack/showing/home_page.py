"""The App Home of one person: gathers what it shows, and keeps what they choose there."""

from slack_sdk.web.async_client import AsyncWebClient

from bot.on_slack.drawing.home import (
    LANGUAGE,
    PRIVACY,
    HomeData,
    chosen,
    home_view,
)
from bot.on_slack.incoming.interaction_data import Pressed
from bot.on_slack.incoming.people import People, community_of, place_of
from handlers.asking.models_list import MODELS
from handlers.dispatch import Dispatcher
from handlers.guard.roles import with_granted_role
from handlers.learning.finetune import FINETUNE
from handlers.people.history import HISTORY
from handlers.services import Storage
from handlers.table import Command
from handlers.types import Actor, OptionValue, Reply, Request, Role, UserError


class HomePage:
    """Publishes homes."""

    def __init__(
        self, dispatcher: Dispatcher, storage: Storage, people: People, prefix: str
    ) -> None:
        self._dispatcher = dispatcher
        self._storage = storage
        self._people = people
        self._prefix = prefix

    def owns(self, action_id: str) -> bool:
        """Tell whether a control is one of the home's own."""
        return action_id in (LANGUAGE, PRIVACY)

    async def choose(self, web: AsyncWebClient, team: str, actor: Actor, pressed: Pressed) -> None:
        """Keep a choice, and show the home anew.

        Raises:
            UserError: it is no choice of ours.
        """
        community, kept = community_of(team), self._storage.choices
        before = await kept.of(community, actor.id)
        choices = chosen(pressed.action_id, pressed.value or "", before)
        if choices is None:
            raise UserError("unknown_control", control=pressed.action_id)
        await kept.put(community, actor.id, choices)
        await self.publish(web, team, await self._people.actor(web, team, actor.id))

    async def publish(self, web: AsyncWebClient, team: str, actor: Actor) -> None:
        """Show somebody their home."""
        community = community_of(team)
        seen = await with_granted_role(actor, community, self._storage.settings)
        choices = await self._storage.choices.of(community, actor.id)
        may_train = seen.role >= Role.ADMIN
        data = HomeData(
            role=seen.role,
            choices=choices,
            prefix=self._prefix,
            models=await self._reply(MODELS, team, actor),
            trainings=await self._reply(FINETUNE, team, actor, action="status")
            if may_train
            else None,
            queries=await self._reply(HISTORY, team, actor, top=5),
        )
        await web.views_publish(user_id=actor.id, view=home_view(data, actor.language))

    async def _reply(
        self, command: Command, team: str, actor: Actor, **options: OptionValue
    ) -> Reply | None:
        async def quiet(_: Reply) -> None: ...

        request = Request(command, options, actor, place_of(team, ""), quiet)
        reply = await self._dispatcher.look(request)
        return None if reply.error else reply
