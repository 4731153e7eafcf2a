"""The App Home of one person: gathers what it shows, and shows it anew when a button is pressed."""

from collections.abc import Mapping, Sequence

from slack_sdk.web.async_client import AsyncWebClient

from bot.on_slack.drawing.home import HomeData, home_view
from bot.on_slack.incoming.people import community_of, place_of
from handlers.asking.models_list import MODELS
from handlers.commands import HISTORY
from handlers.dispatch import Dispatcher
from handlers.guard.roles import with_granted_role
from handlers.jobs.command import JOBS
from handlers.needs.communities import CommunitySettings
from handlers.people.me import ME
from handlers.table import Command
from handlers.types import Actor, OptionValue, Press, Reply, Request, Role

_PARTS: tuple[tuple[Command, Mapping[str, OptionValue]], ...] = (
    (MODELS, {}),
    (JOBS, {}),
    (HISTORY, {"top": 5}),
    (ME, {}),
)
_NOT_FOR_THEM = frozenset({"shut_out", *(f"role_{role.name.lower()}" for role in Role)})


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
        models, trainings, queries, choices = [
            await self._reply(command, team, actor, **options) for command, options in _PARTS
        ]
        data = HomeData(
            role=seen.role,
            prefix=self._prefix,
            models=_said(models),
            trainings=_said(trainings),
            queries=_said(queries),
            choices=failure or _said(choices),
            left_out=_left_out((models, trainings, queries, choices)),
        )
        await web.views_publish(user_id=actor.id, view=home_view(data, actor.language))

    async def _reply(
        self, command: Command, team: str, actor: Actor, **options: OptionValue
    ) -> Reply:
        request = Request(command, options, actor, place_of(team, ""), _quiet)
        return await self._dispatcher.look(request)


def _said(reply: Reply) -> Reply | None:
    return None if reply.error else reply


def _left_out(replies: Sequence[Reply]) -> str | None:
    """Why a part is missing that they may see, if one is."""
    errors = [reply.error for reply in replies if reply.error]
    return next((error.message for error in errors if error.code not in _NOT_FOR_THEM), None)


async def _quiet(_: Reply) -> None: ...
