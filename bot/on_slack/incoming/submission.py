"""Filled-in forms: what comes back, which is hostile, and what is wrong with it."""

from collections.abc import Mapping
from typing import Any

from bot.answering.words import one_line
from bot.on_slack.drawing.fitting import shorten
from bot.on_slack.drawing.form import ASK, FORM, LABEL, WHOLE, block_ids
from bot.on_slack.drawing.prefixed import prefixed
from bot.on_slack.incoming.files import Download, attachment_of
from bot.on_slack.incoming.payload import member, text_of
from handlers.guard.failures import KnownError, explain
from handlers.reading.lookup import CommandTable
from handlers.reading.options import check
from handlers.table import Action, Bilingual, Kind, Option
from handlers.types import Attachment, Group, Language, OptionValue, UserError

_LONGEST_ERROR = 500


def form_command(view: object, table: CommandTable) -> Action:
    """Return the command that a form is of.

    Raises:
        UserError: it is no form of ours.
    """
    return opened_command(_callback_id(view), table)


def opened_command(control: str, table: CommandTable) -> Action:
    """Return the command whose form a button opens.

    Raises:
        UserError: it is no button of ours.
    """
    prefix = next((one for one in (FORM, WHOLE) if control.startswith(one)), None)
    if prefix is None:
        raise UserError("unknown_control", control=control)
    return table.of_form(control.removeprefix(prefix))


def read_options(view: object, command: Action, download: Download) -> dict[str, OptionValue]:
    """Return what a form was filled in with; what was left empty is left out.

    Args:
        view: as Slack sends it.
        command: whose form it is.
        download: fetches a file once it is wanted.

    Raises:
        UserError: it is no form of ours, or both a person and a user group are chosen.
    """
    options: dict[str, OptionValue] = {}
    for option in command.options:
        values = [_read(option, block, view, download) for block in block_ids(option)]
        filled = [value for value in values if value is not None]
        if len(filled) > 1:
            raise UserError("group_twice", key=option.name)
        if filled:
            options[option.name.en] = filled[0]
    return options


def read_label_form(view: object) -> tuple[str, str]:
    """Return the id of the select that a label was asked for, and the label.

    Raises:
        UserError: it is no form of ours, or there is no label.
    """
    callback_id = _callback_id(view)
    value = _state(view, LABEL).get("value")
    if not callback_id.startswith(ASK) or not isinstance(value, str) or not value.strip():
        raise UserError("unknown_control", control=callback_id)
    return callback_id.removeprefix(ASK), value.strip()


def refusal(
    view: object, command: Action, language: Language, prefix: str = ""
) -> dict[str, Any] | None:
    """Return the answer to a submission that shows at their fields what is wrong, if anything is.

    Only what can be seen at once is checked: neither rights nor whether a model exists.

    Raises:
        UserError: it is no form of ours.
    """
    try:
        check(command, read_options(view, command, _not_yet))
    except UserError as error:
        if error.code == "unknown_control":
            raise
        return error_response(command, error, language, prefix)
    return None


def error_response(
    command: Action, error: KnownError, language: Language, prefix: str = ""
) -> dict[str, Any]:
    """Return the answer to a submission that shows an error at the field it belongs to."""
    key = error.facts.get("key")
    keys = {option.name.en: option for option in command.options}
    name = key.en if isinstance(key, Bilingual) else str(key)
    option = keys.get(name, command.options[0])
    said = prefixed(explain(error.code, error.facts, language), prefix)
    message = shorten(said, _LONGEST_ERROR)
    return {"response_action": "errors", "errors": {block_ids(option)[0]: message}}


async def _not_yet(file_id: str, name: str, most_bytes: int) -> bytes:
    raise AssertionError("nothing is fetched before Slack is answered")


def _read(option: Option, block_id: str, view: object, download: Download) -> OptionValue | None:
    state = _state(view, block_id)
    if option.kind is Kind.FILE:
        return _file(state, block_id, download)
    user, chosen = state.get("selected_user"), state.get("selected_option")
    value = state.get("value")
    if chosen is not None:
        value = text_of(chosen, "value")
        if option.kind is Kind.GROUP:
            return Group(value, one_line(text_of(member(chosen, "text"), "text")))
    if user is not None:
        return Group(str(user), str(user))
    if value is not None and not isinstance(value, str):
        raise UserError("unknown_control", control=block_id)
    return value if value and value.strip() else None


def _file(state: Mapping[str, Any], block_id: str, download: Download) -> Attachment | None:
    files = state.get("files") or []
    if not isinstance(files, list) or len(files) > 1 or not isinstance((files or [{}])[0], Mapping):
        raise UserError("unknown_control", control=block_id)
    return attachment_of(files[0], download) if files else None


def _state(view: object, block_id: str) -> Mapping[str, Any]:
    """Return what one field says, none if it is empty or not there."""
    values = member(member(view, "state"), "values")
    fields = values.get(block_id, {})
    if not isinstance(fields, Mapping):
        raise UserError("unknown_control", control=block_id)
    for field in fields.values():
        if isinstance(field, Mapping):
            return field
        raise UserError("unknown_control", control=block_id)
    return {}


def _callback_id(view: object) -> str:
    return text_of(view, "callback_id")
