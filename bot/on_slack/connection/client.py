"""Takes what Slack delivers to the dispatcher, and answers; each thing is acknowledged first."""

import contextlib
import logging
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.answering.answer import Pace
from bot.answering.in_flight import AnswersInFlight
from bot.answering.job_messages import Telling
from bot.answering.routing import Options, Router, Visit, wants_form
from bot.on_slack.connection.deliveries import Deliveries, Delivery, workspace_of
from bot.on_slack.connection.forms import Forms
from bot.on_slack.connection.windows import Windows
from bot.on_slack.drawing import form
from bot.on_slack.drawing.controls import MORE, SHARE
from bot.on_slack.incoming import interaction_data, submission, typeahead
from bot.on_slack.incoming.files import download
from bot.on_slack.incoming.interaction_data import Body
from bot.on_slack.incoming.origin import Origin, read_origin
from bot.on_slack.incoming.people import PLATFORM, People, place_of
from bot.on_slack.showing import job_message
from bot.on_slack.showing.home_page import HomePage
from bot.on_slack.showing.screens import Screens
from bot.on_slack.showing.share import Sharing
from bot.on_slack.showing.window import window_in
from handlers.dispatch import Dispatcher
from handlers.needs.storage import Storage
from handlers.services import RunningJobs
from handlers.table import Action
from handlers.types import Actor, OptionValue, Reply, Role, UserError
from storage.records import Job, JobMessage

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
        jobs: RunningJobs,
        prefix: str,
        on_refusal: Callable[[SlackApiError], None],
    ) -> None:
        """Make one.

        Args:
            dispatcher: answers everything.
            storage: what Tokki remembers.
            jobs: long work, of which messages tell.
            prefix: stands before the names of commands.
            on_refusal: told of whatever Slack refuses, such as our token.
        """
        self._dispatcher = dispatcher
        self._prefix = prefix
        self.people = People(on_refusal)
        self._in_flight = AnswersInFlight(jobs, _PACE)
        self._router = Router(dispatcher, self._in_flight)
        self._sharing = Sharing()
        self._screens = Screens(prefix, on_refusal)
        self._home = HomePage(dispatcher, storage.settings, prefix)
        self._deliveries = Deliveries(
            dispatcher, self._in_flight, self.people, self._screens, on_refusal
        )
        self._windows = Windows(self._deliveries, prefix)
        self._forms = Forms(dispatcher.table, prefix)

    def listen(self, app: AsyncApp) -> None:
        """Take everything that an app delivers."""
        app.command(_ANY)(self._on_command)
        app.shortcut(_ANY)(self._on_shortcut)
        app.action(_ANY)(self._on_action)
        app.options(_ANY)(self._on_lookup)
        app.view(_ANY)(self._on_form)
        app.event("app_home_opened")(self._on_home)

    def follow_jobs(self, webs: Mapping[str, AsyncWebClient]) -> None:
        """Go on telling, in their messages, of the jobs of an earlier process.

        Args:
            webs: how Slack is spoken to in each community.
        """

        async def edit(job: Job, shown: JobMessage, reply: Reply) -> None:
            if web := webs.get(job.community):
                await job_message.edit(web, self._prefix, job, shown, reply)

        async def write(job: Job, reply: Reply) -> None:
            if web := webs.get(job.community):
                await job_message.write(web, self._prefix, job, reply)

        self._in_flight.follow_jobs(PLATFORM, Telling(edit, write))

    async def drain(self) -> None:
        """Take nothing new, and finish what is being answered."""
        await self._in_flight.drain()

    async def _on_command(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        asked = self._read_commands(body)
        only = asked[0] if not isinstance(asked, UserError) and len(asked) == 1 else None
        opens_form = only is not None and wants_form(only.command, only.options, has_files=True)
        opens_window = only is not None and only.command.stays_open
        delivery = _delivery(body, context, is_urgent=opens_form or opens_window)

        async def run(actor: Actor) -> None:
            if isinstance(asked, UserError):
                raise asked
            if only and opens_form:
                await self._forms.open(delivery, only.command, only.options, actor)
                return
            if only and opens_window:
                visit = await self._windows.visit(delivery, actor)
                self._router.run(visit, only.command, only.options, self._named(delivery))
                return
            for each in asked:
                await self._run(delivery, actor, each.command, each.options)

        await self._deliveries.take(delivery, run)

    async def _on_shortcut(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        delivery = _delivery(body, context)

        async def run(actor: Actor) -> None:
            command = interaction_data.action_of(body, self._dispatcher.table).command

            async def read() -> str:
                return interaction_data.message_text(body)

            self._router.run_on_message(self._visit(delivery, actor), command, read)

        await self._deliveries.take(delivery, run)

    async def _on_action(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        delivery = _delivery(body, context, is_urgent=self._opens_view(body))

        async def run(actor: Actor) -> None:
            await self._act(delivery, interaction_data.pressed_of(body), actor)

        await self._deliveries.take(delivery, run)

    async def _act(
        self, delivery: Delivery, pressed: interaction_data.Pressed, actor: Actor
    ) -> None:
        """Do what a control is for."""
        body, web = delivery.body, delivery.web
        if pressed.action_id == SHARE:
            message = (body.get("container") or {}).get("message_ts") or pressed.value
            if await self._dispatcher.is_first(f"{PLATFORM}:{delivery.team}:share:{message}"):
                await self._sharing.share(web, body, pressed.value or "", actor)
        elif pressed.action_id.startswith(MORE):
            select = pressed.action_id.removeprefix(MORE)
            await self._forms.open_labels(delivery, select, actor)
        elif pressed.action_id.startswith(form.FORM):
            await self._forms.open_pressed(delivery, pressed.action_id, actor)
        elif pressed.action_id.startswith(form.WHOLE):
            await self._forms.widen(delivery, pressed.action_id, actor)
        elif interaction_data.is_home(body) and not pressed.is_select:
            await self._home.press(web, delivery.team, actor, pressed.action_id)
        else:
            await self._press(delivery, actor, pressed)

    async def _on_lookup(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        """Fill a select as somebody types; its answer is the acknowledgement."""
        offered: dict[str, Any] = {"options": []}
        try:
            wanted = typeahead.read_lookup(body, self._dispatcher.table)
            offered = await self._offered(wanted, context)
        except UserError as error:
            log.info("a lookup of something else: %s", error)
        except Exception:
            log.exception("a lookup failed")
        await ack(**offered)

    async def _offered(self, wanted: typeahead.Lookup, context: AsyncBoltContext) -> dict[str, Any]:
        team = workspace_of(context)
        if wanted.is_group:
            groups = await self.people.user_groups(context.client, team, wanted.typed)
            return typeahead.group_suggestions(groups)
        names, place = self._dispatcher.names, place_of(team, "")
        assert wanted.option, "what is no group is a name"
        await names.refreshed(place.community)
        return typeahead.suggestions(names.fitting(wanted.option, wanted.typed, place))

    async def _on_form(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        view: Mapping[str, Any] = body.get("view") or {}
        origin = read_origin(view.get("private_metadata"))
        command = self._forms.command_of(view)
        if refusal := self._forms.refusal(view, command, origin.language):
            await ack(**refusal)
            return
        await ack()
        event = f"view:{view['id']}" if view.get("id") else ""
        delivery = Delivery(body, context, event, origin)

        async def run(actor: Actor) -> None:
            if command is None:
                chosen = submission.read_label_form(view)
                pressed = interaction_data.Pressed(*chosen, is_select=True)
                await self._press(delivery, actor, pressed)
                return
            if isinstance(command, UserError):
                raise command
            options = submission.read_options(view, command, partial(download, delivery.web))
            actor = await self._deliveries.surely(delivery, actor, command.role)
            self._router.run_form(
                self._visit(delivery, actor), command, options, self._named(delivery)
            )

        await self._deliveries.take(delivery, run)

    async def _on_home(self, event: Body, body: Body, context: AsyncBoltContext) -> None:
        if event.get("tab") != "home":
            return
        shown = {**body, "user": event.get("user")}
        event_id = str(body.get("event_id") or "")
        delivery = Delivery(shown, context, event_id, Origin(), is_asked=False)

        async def publish(actor: Actor) -> None:
            actor = await self._deliveries.surely(delivery, actor, Role.ADMIN)
            await self._home.publish(delivery.web, delivery.team, actor)

        await self._deliveries.take(delivery, publish)

    async def _run(
        self,
        delivery: Delivery,
        actor: Actor,
        command: Action,
        options: Mapping[str, OptionValue],
    ) -> None:
        actor = await self._deliveries.surely(delivery, actor, command.role)
        visit = self._visit(delivery, actor)
        self._router.run(visit, command, options, self._named(delivery))

    def _named(self, delivery: Delivery) -> Callable[[Options], Awaitable[Options]]:
        return partial(self.people.named, delivery.web, delivery.team)

    async def _press(
        self, delivery: Delivery, actor: Actor, pressed: interaction_data.Pressed
    ) -> None:
        value = pressed.value if pressed.is_select else None
        if self._stays_open(pressed.action_id) and delivery.body.get("trigger_id"):
            visit = await self._windows.visit(delivery, actor)
            self._router.press(visit, pressed.action_id, value, is_private=True)
            return
        role = self._dispatcher.role_of_press(pressed.action_id)
        actor = await self._deliveries.surely(delivery, actor, role)
        is_private = interaction_data.is_private(delivery.body)
        visit = self._visit(delivery, actor)
        self._router.press(visit, pressed.action_id, value, is_private=is_private)

    def _stays_open(self, control: str) -> bool:
        with contextlib.suppress(UserError):  # said in words later
            return self._dispatcher.table.family(control).stays_open
        return False

    def _opens_view(self, body: Body) -> bool:
        try:
            control = interaction_data.pressed_of(body).action_id
        except UserError:  # said in words later
            return False
        opens_window = window_in(body) is None and self._stays_open(control)
        return opens_window or control.startswith((form.FORM, MORE))

    def _visit(self, delivery: Delivery, actor: Actor) -> Visit:
        there = place_of(delivery.team, delivery.origin.channel)
        screen = partial(self._screens.of, delivery.web, delivery.origin, actor)
        names = partial(self.people.names, delivery.web, delivery.team)
        return Visit(actor, replace(there, command_prefix=self._prefix), screen, names)

    def _read_commands(self, body: Body) -> Sequence[interaction_data.Asked] | UserError:
        """Return what was typed, or why it cannot be understood, to be said in words later."""
        try:
            return interaction_data.read_commands(body, self._prefix, self._dispatcher.table)
        except UserError as error:
            return error


def _delivery(body: Body, context: AsyncBoltContext, *, is_urgent: bool = False) -> Delivery:
    event = str(body.get("trigger_id") or "")
    return Delivery(body, context, event, interaction_data.origin_of(body), is_urgent)
