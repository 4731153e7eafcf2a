"""What people choose and fill in, as Slack writes it, by the rules of its client."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from tests.servers.slack_server.kinds import Json
from tests.servers.slack_server.seen import shown
from tests.servers.slack_server.seen.mrkdwn import read
from tests.servers.slack_server.web_api.upload import File

if TYPE_CHECKING:
    from tests.servers.slack_server.seen.message import Message
    from tests.servers.slack_server.seen.view import View

TEXTS = {"plain_text_input", "email_text_input", "url_text_input", "number_input"}
ONE_OPTION = {"static_select", "external_select", "radio_buttons", "overflow"}
MANY_OPTIONS = {"multi_static_select", "multi_external_select", "checkboxes"}
NAMED = {
    "users_select": "selected_user",
    "channels_select": "selected_channel",
    "conversations_select": "selected_conversation",
    "multi_users_select": "selected_users",
    "multi_channels_select": "selected_channels",
    "multi_conversations_select": "selected_conversations",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
}
OFFERED = "loopback_offered"
"""Where the options that the bot last offered for an external select are kept."""


def chosen(place: Message | View, element: Json, value: Any, *, check: bool = True) -> Json:
    """Write what was chosen in an element: options by their values or by what stands on them."""
    kind = element["type"]
    element = {**element, OFFERED: place.offers.get(element["action_id"])}
    if kind in TEXTS:
        return {"value": _typed(element, value, check)}
    if kind in ONE_OPTION:
        option = None if value is None else _option(element, value, check)
        return {"selected_option": option}
    if kind in MANY_OPTIONS:
        return {"selected_options": [_option(element, one, check) for one in value or []]}
    if kind == "file_input":
        return {"files": _files(element, value or [], check)}
    assert kind in NAMED, f"{kind} cannot be filled in here"
    many = isinstance(value, list)
    ids = [getattr(one, "id", one) for one in (value if many else [value])]
    return {NAMED[kind]: ids if many else ids[0]}


def form(
    view: View, values: Mapping[str, Any], *, check: bool = True, is_whole: bool = True
) -> dict[str, dict[str, Json]]:
    """Fill in a form: what is not given stays as it is."""
    state: dict[str, dict[str, Json]] = {}
    left = dict(values)
    for block, element in shown.elements(view.blocks):
        if element["type"] == "button":
            continue
        ids = [key for key in (block["block_id"], element["action_id"]) if key in left]
        entry = _entry(view, block, element, left.pop(ids[0]) if ids else None, bool(ids), check)
        if block["type"] == "input":
            _check_required(block, entry, check and is_whole)
        state.setdefault(block["block_id"], {})[element["action_id"]] = entry
    assert not left or not check, f"the form has no {sorted(left)}, it has {sorted(state)}"
    return state


def note(place: Message | View, block: Json, element: Json, action: Json) -> None:
    """Keep what was chosen, which later payloads tell as the state of the place."""
    entry = {"type": element["type"], **action}
    place.state.setdefault(block["block_id"], {})[element["action_id"]] = entry


def _entry(view: View, block: Json, element: Json, value: Any, is_given: bool, check: bool) -> Json:
    kept = view.state.get(block["block_id"], {}).get(element["action_id"])
    if is_given:
        return {"type": element["type"], **chosen(view, element, value, check=check)}
    return kept or {"type": element["type"], **_initial(element)}


def _initial(element: Json) -> Json:
    """Give what an element holds before anybody touches it."""
    kind = element["type"]
    if kind in TEXTS:
        return {"value": element.get("initial_value")}
    if kind in ONE_OPTION:
        return {"selected_option": element.get("initial_option")}
    if kind in MANY_OPTIONS:
        return {"selected_options": element.get("initial_options") or []}
    if kind == "file_input":
        return {"files": []}
    initial = NAMED[kind].replace("selected", "initial")
    return {NAMED[kind]: element.get(initial, [] if kind.startswith("multi") else None)}


def _typed(element: Json, value: Any, check: bool) -> str | None:
    if value is None or value == "":
        return None
    text = str(value)
    most = element.get("max_length", 3000)
    assert not check or len(text) <= most, f"at most {most} characters can be typed"
    least = element.get("min_length", 0)
    assert not check or len(text) >= least, f"at least {least} characters must be typed"
    is_line = element["type"] == "plain_text_input" and not element.get("multiline")
    assert not (check and is_line and "\n" in text), "this input has one line"
    return text


def _files(element: Json, files: list[Any], check: bool) -> list[Json]:
    """Write files that the person has put in, or what somebody claims to be files."""
    types = element.get("filetypes") or []
    for file in files if check else ():
        assert len(files) <= element.get("max_files", 10), "too many files"
        assert not types or file.name.rpartition(".")[2].lower() in types, f"{types}: {file}"
    return [file.json() if isinstance(file, File) else file for file in files]


def _option(element: Json, value: Any, check: bool) -> Json:
    if isinstance(value, dict):
        return value
    options = list(_options(element))
    for option in options:
        if value in (option.get("value"), read(option["text"]["text"])):
            return option
    known = [option.get("value") for option in options]
    assert not check, f"no option {value!r} among {known}" + (
        " (an external select must be asked by suggest() first)"
        if "external" in element["type"]
        else ""
    )
    return {"text": {"type": "plain_text", "text": str(value), "emoji": True}, "value": value}


def _options(element: Json) -> Iterator[Json]:
    yield from element.get("options") or []
    for group in element.get("option_groups") or []:
        yield from group["options"]
    yield from element.get(OFFERED) or []
    if element.get("initial_option"):
        yield element["initial_option"]
    yield from element.get("initial_options") or []


def _check_required(block: Json, entry: Json, check: bool) -> None:
    is_empty = not any(value for key, value in entry.items() if key != "type")
    if check and is_empty and not block.get("optional"):
        raise AssertionError(f"{block['block_id']!r} must be filled in")
