"""The App Home of one person: gathers what it shows, and shows it anew when a button is pressed."""

from slack_sdk.web.async_client import AsyncWebClient

from bot.on_slack.drawing.home import HomeData, home_view
from bot.on_slack.incoming.people import community_of, place_of
from handlers.asking.models_list import MODELS
from handlers.commands import HISTORY
from handlers.dispatch import Dispatcher
from handlers.guard.roles import with_granted_role
from handlers.jobs.command import JOBS
from handlers.people.me import ME
from handlers.services import CommunitySettings
from handlers.table import Command
from handlers.types import Actor, OptionValue, Press, Reply, Request


class HomePage:
    """Publishes homes."""

    def __init__(self, dispatcher: Dispatcher, settings: CommunitySettings, prefix: str) -> None:
        self._dispatcher = dispatcher
        self._settings = settings
        self._prefix = prefix

    async def press(self, web: AsyncWebClient, team: str, actor: Actor, control: str) -> None:
        """Press a button of the home, and show it anew, with what was said where it failed."""
        place = place_of(team, "")
        reply = await self._dispatcher.press(Press(control, None, actor, place, _quiet))
        actor = await self._dispatcher.known(actor, place)
        await self.publish(web, team, actor, reply if reply.error else None)

    async def publish(
        self, web: AsyncWebClient, team: str, actor: Actor, failure: Reply | None = None
    ) -> None:
        """Show somebody their home."""
        seen = await with_granted_role(actor, community_of(team), self._settings)
        data = HomeData(
            role=seen.role,
            prefix=self._prefix,
            models=await self._reply(MODELS, team, actor),
            trainings=await self._reply(JOBS, team, actor),
            queries=await self._reply(HISTORY, team, actor, top=5),
            choices=failure or await self._reply(ME, team, actor),
        )
        await web.views_publish(user_id=actor.id, view=home_view(data, actor.language))

    async def _reply(
        self, command: Command, team: str, actor: Actor, **options: OptionValue
    ) -> Reply | None:
        request = Request(command, options, actor, place_of(team, ""), _quiet)
        reply = await self._dispatcher.look(request)
        return None if reply.error else reply


async def _quiet(_: Reply) -> None: ...
