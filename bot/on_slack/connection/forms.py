"""Forms in modals: opened for what a command lacks, widened, and looked at when they are sent."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.on_slack.connection.deliveries import Delivery
from bot.on_slack.connection.refusals import TOO_LATE, code_of
from bot.on_slack.drawing import form
from bot.on_slack.incoming import submission
from bot.on_slack.incoming.files import download
from bot.on_slack.incoming.payload import text_of
from handlers.reading.lookup import CommandTable
from handlers.table import Action
from handlers.types import Actor, Language, OptionValue, UserError


class Forms:
    """Opens the forms of a table of commands."""

    def __init__(self, table: CommandTable, prefix: str) -> None:
        self._table = table
        self._prefix = prefix

    async def open(
        self, delivery: Delivery, command: Action, options: Mapping[str, OptionValue], actor: Actor
    ) -> None:
        """Ask for what a command lacks.

        Raises:
            UserError: Slack finds that too late.
            SlackApiError: Slack does not take it.
        """
        metadata = _metadata(delivery, actor)
        await _open(delivery, form.command_form(command, options, actor.language, metadata))

    async def open_pressed(self, delivery: Delivery, control: str, actor: Actor) -> None:
        """Open the form that a button is for; raises as `open` does."""
        await self.open(delivery, submission.opened_command(control, self._table), {}, actor)

    async def open_labels(self, delivery: Delivery, select: str, actor: Actor) -> None:
        """Ask for one of the labels that a select has no room for; raises as `open` does."""
        metadata = _metadata(delivery, actor)
        await _open(delivery, form.label_form(select, actor.language, metadata))

    async def widen(self, delivery: Delivery, control: str, actor: Actor) -> None:
        """Ask for everything in a form that is open, with what it holds already."""
        command = submission.opened_command(control, self._table)
        view = delivery.body.get("view")
        given = submission.read_options(view, command, partial(download, delivery.web))
        metadata = _metadata(delivery, actor)
        whole = form.command_form(command, given, actor.language, metadata, is_whole=True)
        await delivery.web.views_update(view_id=text_of(view, "id"), view=whole)

    def command_of(self, view: Mapping[str, Any]) -> Action | UserError | None:
        """Return the command of a form that was sent, or why it has none; None: it asks a label."""
        if str(view.get("callback_id", "")).startswith(form.ASK):
            return None
        try:
            return submission.form_command(view, self._table)
        except UserError as error:
            return error

    def refusal(
        self, view: Mapping[str, Any], command: Action | UserError | None, language: Language
    ) -> dict[str, Any] | None:
        """Return what is wrong in a form, for Slack to show beside its fields; None: nothing."""
        if not isinstance(command, Action):
            return None
        try:
            return submission.refusal(view, command, language, self._prefix)
        except UserError:
            return None  # said in words later, since the form itself is not ours


def _metadata(delivery: Delivery, actor: Actor) -> str:
    return replace(delivery.origin, language=actor.language).to_metadata()


async def _open(delivery: Delivery, view: form.View) -> None:
    try:
        await delivery.web.views_open(trigger_id=str(delivery.body.get("trigger_id")), view=view)
    except SlackApiError as error:
        if code_of(error) in TOO_LATE:
            raise UserError("form_too_late") from error
        raise
