"""Takes what Slack delivers to the dispatcher, and answers; each thing is acknowledged first."""

import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.answering.answer import Pace, Work
from bot.answering.desk import Desk
from bot.on_slack import asked, filled, form, lookup
from bot.on_slack.asked import Body
from bot.on_slack.controls import MORE, SHARE
from bot.on_slack.home_page import HomePage
from bot.on_slack.manifest import MESSAGE
from bot.on_slack.origin import Origin, read_origin
from bot.on_slack.people import PLATFORM, People, place_of
from bot.on_slack.screen import Screen
from bot.on_slack.share import Sharing
from handlers.commands import COMMANDS
from handlers.dispatch import Dispatcher
from handlers.failures import crash, known_failure
from handlers.grammar import find_command
from handlers.services import Storage
from handlers.table import Command
from handlers.texts import say
from handlers.types import (
    Actor,
    Group,
    OptionValue,
    Press,
    Reply,
    Request,
    UserError,
    Visibility,
)

_PACE = Pace(acknowledge_after_s=0.0, between_edits_s=2.0, crowd=1_000_000)
"""Everything is acknowledged already; Slack wants an edit every one to two seconds at most."""
_ANY = re.compile(".*", re.DOTALL)

log = logging.getLogger(__name__)


class SlackClient:
    """Answers commands, message actions, controls and forms; it reads no messages."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        storage: Storage,
        prefix: str,
        on_refusal: Callable[[SlackApiError], None],
    ) -> None:
        """Make one.

        Args:
            dispatcher: answers everything.
            storage: what Tokki remembers.
            prefix: stands before the names of commands.
            on_refusal: told once Slack no longer takes our token.
        """
        self._dispatcher = dispatcher
        self._storage = storage
        self._prefix = prefix
        self._on_refusal = on_refusal
        self._people = People(storage.choices)
        self._desk = Desk(storage.jobs, _PACE)
        self._sharing = Sharing()
        self._home = HomePage(dispatcher, storage, self._people, prefix)

    def listen(self, app: AsyncApp) -> None:
        """Take everything that an app delivers."""
        app.command(_ANY)(self._on_command)
        app.shortcut(_ANY)(self._on_shortcut)
        app.action(_ANY)(self._on_action)
        app.options(_ANY)(self._on_lookup)
        app.view(_ANY)(self._on_form)
        app.event("app_home_opened")(self._on_home)

    async def drain(self) -> None:
        """Take nothing new, and finish what is being answered."""
        await self._desk.drain()

    async def _on_command(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()

        async def run(actor: Actor) -> None:
            command = asked.command_of(body, self._prefix)
            options = asked.options_of(body, command)
            if asked.wants_form(command, options):
                await self._open_form(client, body, command, options, actor)
            else:
                self._run(client, body, asked.origin_of(body), actor, command, options)

        await self._safely(body, client, run)

    async def _on_shortcut(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()

        async def run(actor: Actor) -> None:
            command = asked.action_of(body, MESSAGE).command
            assert command.free_option
            options: dict[str, OptionValue] = {
                command.free_option.name.en: asked.message_text(body)
            }
            origin = asked.origin_of(body)
            self._run(client, body, origin, actor, command, options, is_private=True)

        await self._safely(body, client, run)

    async def _on_action(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()

        async def run(actor: Actor) -> None:
            pressed = asked.pressed_of(body)
            if pressed.action_id == SHARE:
                await self._sharing.share(client, body, pressed.value or "", actor)
            elif pressed.action_id.startswith(MORE):
                select = pressed.action_id.removeprefix(MORE)
                metadata = asked.origin_of(body).to_metadata()
                await _open(client, body, form.label_form(select, actor.language, metadata))
            elif pressed.action_id.startswith(form.FORM):
                command = filled.opened_command(pressed.action_id)
                await self._open_form(client, body, command, {}, actor)
            elif self._home.owns(pressed.action_id):
                await self._home.choose(client, asked.team_of(body), actor, pressed)
            else:
                self._press(client, body, actor, pressed.action_id, pressed)

        await self._safely(body, client, run)

    async def _on_lookup(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        """Fill a select as somebody types; its answer is the acknowledgement."""
        try:
            wanted = lookup.read_lookup(body)
            if wanted.is_group:
                names = await self._people.group_names(client)
                groups = [Group(each, name) for each, name in names.items()]
                word = wanted.typed.casefold()
                fitting = [each for each in groups if word in each.name.casefold()]
                await ack(**lookup.group_suggestions(fitting))
            else:
                place = place_of(asked.team_of(body), "")
                found = self._dispatcher.model_names(wanted.typed, wanted.task, place)
                await ack(**lookup.suggestions(found))
        except UserError as error:
            log.info("a lookup of something else: %s", error)
            await ack(options=[])

    async def _on_form(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        view: Mapping[str, Any] = body.get("view") or {}
        team, user = asked.team_of(body), asked.user_of(body)
        actor = await self._people.actor(client, team, user)
        origin = read_origin(view.get("private_metadata"))
        is_label = str(view.get("callback_id", "")).startswith(form.ASK)
        try:
            refusal = None if is_label else filled.refusal(view, actor.language)
        except UserError:
            refusal = None  # said in words below, since the form itself is not ours
        if refusal:
            await ack(**refusal)
            return
        await ack()

        async def run(actor: Actor) -> None:
            if is_label:
                select, value = filled.read_label_form(view)
                pressed = asked.Pressed(select, value, is_select=True)
                self._press(client, body, actor, select, pressed, origin)
                return
            name, options = filled.read_command_form(view)
            self._run(client, body, origin, actor, find_command(name, COMMANDS), options)

        await self._safely(body, client, run, event=f"view:{view.get('id')}", origin=origin)

    async def _on_home(self, event: Body, body: Body, client: AsyncWebClient) -> None:
        if event.get("tab") == "home" and await self._is_new(body, str(body.get("event_id"))):
            team = asked.team_of(body)
            actor = await self._people.actor(client, team, str(event.get("user")))
            await self._home.publish(client, team, actor)

    async def _safely(
        self,
        body: Body,
        client: AsyncWebClient,
        run: Callable[[Actor], Awaitable[None]],
        *,
        event: str | None = None,
        origin: Origin | None = None,
    ) -> None:
        """Do what was asked for, once; whatever goes wrong is said to the one who asked."""
        is_draining = self._desk.is_draining
        with self._desk.arrival():
            await self._answer(body, client, run, is_draining, event, origin)

    async def _answer(
        self,
        body: Body,
        client: AsyncWebClient,
        run: Callable[[Actor], Awaitable[None]],
        is_draining: bool,
        event: str | None,
        origin: Origin | None,
    ) -> None:
        if not await self._is_new(body, event or str(body.get("trigger_id"))):
            log.info("Slack delivered something again")
            return
        team, user = asked.team_of(body), asked.user_of(body)
        actor = await self._people.actor(client, team, user)
        origin = origin or asked.origin_of(body)
        try:
            if is_draining:
                await self._say(client, origin, actor, _stopping(actor))
                return
            await run(actor)
        except UserError as error:
            await self._say(client, origin, actor, known_failure(error, actor.language))
        except Exception as error:
            reply = crash(error, "something from Slack", actor.language)
            await self._say(client, origin, actor, reply)

    async def _is_new(self, body: Body, event: str) -> bool:
        """Tell whether this comes for the first time, also across a restart."""
        name = f"{PLATFORM}:{asked.team_of(body)}:{event}"
        return self._dispatcher.is_new(name) and await self._dispatcher.take(name)

    async def _say(
        self, client: AsyncWebClient, origin: Origin, actor: Actor, reply: Reply
    ) -> None:
        screen = self._screen(client, origin, actor, is_private=True)
        try:
            await screen.show(reply, is_last=True)
        except Exception:
            log.exception("a refusal could not be shown")

    async def _open_form(
        self,
        client: AsyncWebClient,
        body: Body,
        command: Command,
        options: Mapping[str, OptionValue],
        actor: Actor,
    ) -> None:
        metadata = asked.origin_of(body).to_metadata()
        await _open(client, body, form.command_form(command, options, actor.language, metadata))

    def _run(
        self,
        client: AsyncWebClient,
        body: Body,
        origin: Origin,
        actor: Actor,
        command: Command,
        options: Mapping[str, OptionValue],
        *,
        is_private: bool = False,
    ) -> None:
        is_private = is_private or command.visibility is Visibility.PRIVATE
        place = place_of(asked.team_of(body), origin.channel)
        self._begin(
            self._screen(client, origin, actor, is_private=is_private, is_shareable=is_private),
            actor,
            lambda progress: self._dispatcher.run(
                Request(command.name.en, options, actor, place, progress)
            ),
            is_long=command.is_long({name: str(value) for name, value in options.items()}),
        )

    def _press(
        self,
        client: AsyncWebClient,
        body: Body,
        actor: Actor,
        control: str,
        pressed: asked.Pressed,
        origin: Origin | None = None,
    ) -> None:
        origin = origin or asked.origin_of(body)
        place = place_of(asked.team_of(body), origin.channel)
        value = pressed.value if pressed.is_select else None
        # A question that only they see, such as which label is right, turns into its answer.
        is_question = pressed.is_select and asked.is_private(body)
        self._begin(
            self._screen(client, origin, actor, is_private=True, is_in_place=is_question),
            actor,
            lambda progress: self._dispatcher.press(Press(control, value, actor, place, progress)),
        )

    def _begin(self, screen: Screen, actor: Actor, work: Work, *, is_long: bool = False) -> None:
        self._desk.begin(screen, actor.language, work, is_long=is_long)

    def _screen(
        self,
        client: AsyncWebClient,
        origin: Origin,
        actor: Actor,
        *,
        is_private: bool,
        is_shareable: bool = False,
        is_in_place: bool = False,
    ) -> Screen:
        return Screen(
            client,
            origin,
            actor.id,
            actor.language,
            prefix=self._prefix,
            on_refusal=self._on_refusal,
            is_private=is_private,
            is_shareable=is_shareable,
            is_in_place=is_in_place,
        )


async def _open(client: AsyncWebClient, body: Body, view: form.View) -> None:
    await client.views_open(trigger_id=str(body.get("trigger_id")), view=view)


def _stopping(actor: Actor) -> Reply:
    return Reply(text=say(actor.language, "door.stopping"))
