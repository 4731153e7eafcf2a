"""Block elements: buttons, selects, inputs, images."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.servers.slack_server.checks import text
from tests.servers.slack_server.checks.problem import Path, Problem, keys, length, repeated
from tests.servers.slack_server.checks.text import Allowed

Check = Callable[[Path, dict[str, Any], Allowed], list[Problem]]

USUAL = "action_id confirm focus_on_load placeholder"
MOST_IN_SELECT = 100


def element(path: Path, thing: Any, kinds: frozenset[str], allowed: Allowed) -> list[Problem]:
    """Check an element that stands where only some kinds may."""
    if not isinstance(thing, dict):
        return [Problem(path, "must be an object")]
    kind = thing.get("type")
    if kind not in kinds:
        return [Problem((*path, "type"), f"unsupported type: {kind}")]
    problems = CHECKS[str(kind)](path, thing, allowed)
    if "action_id" in thing:
        problems += length((*path, "action_id"), thing["action_id"], 255)
    if "placeholder" in thing:
        place = (*path, "placeholder")
        problems += text.text_object(place, thing["placeholder"], 150, plain=True)
    if "confirm" in thing:
        problems += text.confirm((*path, "confirm"), thing["confirm"], allowed)
    return problems


def _button(path: Path, thing: dict[str, Any], _allowed: Allowed) -> list[Problem]:
    known = "action_id confirm url value style accessibility_label"
    problems = keys(path, thing, known, "text")
    problems += text.text_object((*path, "text"), thing.get("text"), 75, plain=True)
    for name, most in (("url", 3000), ("value", 2000), ("accessibility_label", 75)):
        if name in thing:
            problems += length((*path, name), thing[name], most)
    if thing.get("style", "primary") not in ("primary", "danger"):
        problems.append(Problem((*path, "style"), "must be primary or danger"))
    return problems


def _static_select(path: Path, thing: dict[str, Any], _allowed: Allowed) -> list[Problem]:
    initial = "initial_options max_selected_items" if _is_multi(thing) else "initial_option"
    problems = keys(path, thing, f"{USUAL} options option_groups {initial}")
    if ("options" in thing) == ("option_groups" in thing):
        problems.append(Problem(path, "must define either `options` or `option_groups`"))
    if "options" in thing:
        problems += text.options((*path, "options"), thing["options"], MOST_IN_SELECT)
        values = [one.get("value") for one in thing["options"] if isinstance(one, dict)]
        problems += repeated((*path, "options"), values, "value")
    if "option_groups" in thing:
        problems += text.option_groups((*path, "option_groups"), thing["option_groups"])
    return problems + _initial(path, thing, _of_select(thing))


def _external_select(path: Path, thing: dict[str, Any], _allowed: Allowed) -> list[Problem]:
    initial = "initial_options max_selected_items" if _is_multi(thing) else "initial_option"
    problems = keys(path, thing, f"{USUAL} min_query_length {initial}")
    if "initial_option" in thing:
        place = (*path, "initial_option")
        problems += text.option(place, thing["initial_option"], plain=True)
    return problems


def _conversations(path: Path, thing: dict[str, Any], _allowed: Allowed) -> list[Problem]:
    noun = str(thing["type"]).removeprefix("multi_").removesuffix("_select")
    initial = f"initial_{noun} max_selected_items" if _is_multi(thing) else f"initial_{noun[:-1]}"
    more = "default_to_current_conversation response_url_enabled filter"
    return keys(path, thing, f"{USUAL} {initial} {more}")


def _overflow(path: Path, thing: dict[str, Any], _allowed: Allowed) -> list[Problem]:
    problems = keys(path, thing, "action_id confirm", "options")
    return problems + text.options((*path, "options"), thing.get("options"), 5, has_url=True)


def _choices(path: Path, thing: dict[str, Any], allowed: Allowed) -> list[Problem]:
    initial = "initial_options" if thing["type"] == "checkboxes" else "initial_option"
    known = f"action_id confirm focus_on_load {initial}"
    problems = keys(path, thing, known, "options")
    place = (*path, "options")
    problems += text.options(place, thing.get("options"), 10, plain=False, allowed=allowed)
    return problems + _initial(path, thing, thing.get("options") or [])


def _text_input(path: Path, thing: dict[str, Any], _allowed: Allowed) -> list[Problem]:
    more = "multiline min_length max_length initial_value dispatch_action_config"
    problems = keys(path, thing, f"{USUAL} {more}")
    for name, least in (("min_length", 0), ("max_length", 1)):
        value = thing.get(name, least)
        if not isinstance(value, int) or not least <= value <= 3000:
            problems.append(Problem((*path, name), f"must be from {least} to 3000"))
    if "initial_value" in thing:
        most = thing.get("max_length", 3000)
        problems += length((*path, "initial_value"), thing["initial_value"], most, 0)
    return problems


def _number_input(path: Path, thing: dict[str, Any], _allowed: Allowed) -> list[Problem]:
    more = "min_value max_value initial_value dispatch_action_config"
    problems = keys(path, thing, f"{USUAL} {more}", "is_decimal_allowed")
    order = [thing[name] for name in ("min_value", "initial_value", "max_value") if name in thing]
    if order != sorted(order, key=float):
        problems.append(Problem((*path, "initial_value"), "must be from min_value to max_value"))
    return problems


def _other_input(path: Path, thing: dict[str, Any], _allowed: Allowed) -> list[Problem]:
    more = "initial_value initial_date initial_time initial_date_time timezone filetypes max_files"
    return keys(path, thing, f"{USUAL} {more} dispatch_action_config")


def image(path: Path, thing: dict[str, Any], _allowed: Allowed = ()) -> list[Problem]:
    """Check an image, as an element or a block."""
    problems = keys(path, thing, "image_url slack_file title block_id", "alt_text")
    problems += length((*path, "alt_text"), thing.get("alt_text"), 2000, 0)
    if ("image_url" in thing) == ("slack_file" in thing):
        problems.append(Problem(path, "must define either `image_url` or `slack_file`"))
    if "image_url" in thing:
        problems += length((*path, "image_url"), thing["image_url"], 3000)
    if "title" in thing:
        problems += text.text_object((*path, "title"), thing["title"], 2000, plain=True)
    return problems


def _is_multi(thing: dict[str, Any]) -> bool:
    return str(thing["type"]).startswith("multi_")


def _of_select(thing: dict[str, Any]) -> list[Any]:
    groups = thing.get("option_groups") or []
    return [*(thing.get("options") or []), *(one for group in groups for one in group["options"])]


def _initial(path: Path, thing: dict[str, Any], known: list[Any]) -> list[Problem]:
    """What is chosen at first must be one of the options, to the letter."""
    initial = [*(thing.get("initial_options") or [])]
    initial += [thing["initial_option"]] if "initial_option" in thing else []
    if all(one in known for one in initial):
        return []
    return [Problem((*path, "initial_option"), "must match exactly one of the provided options")]


CHECKS: dict[str, Check] = {
    "button": _button,
    "static_select": _static_select,
    "multi_static_select": _static_select,
    "external_select": _external_select,
    "multi_external_select": _external_select,
    "users_select": _conversations,
    "multi_users_select": _conversations,
    "channels_select": _conversations,
    "multi_channels_select": _conversations,
    "conversations_select": _conversations,
    "multi_conversations_select": _conversations,
    "overflow": _overflow,
    "checkboxes": _choices,
    "radio_buttons": _choices,
    "plain_text_input": _text_input,
    "number_input": _number_input,
    "email_text_input": _other_input,
    "url_text_input": _other_input,
    "datepicker": _other_input,
    "timepicker": _other_input,
    "datetimepicker": _other_input,
    "file_input": _other_input,
    "image": image,
}
SELECTS = frozenset(kind for kind in CHECKS if kind.endswith("_select"))
PICKERS = frozenset({"datepicker", "timepicker", "datetimepicker"})
CHOICES = frozenset({"checkboxes", "radio_buttons"})
IN_SECTION = SELECTS | CHOICES | PICKERS | {"button", "overflow", "image"} - {"datetimepicker"}
IN_ACTIONS = SELECTS | CHOICES | PICKERS | {"button", "overflow"}
IN_INPUT = SELECTS | CHOICES | PICKERS | {one for one in CHECKS if one.endswith("_input")}
