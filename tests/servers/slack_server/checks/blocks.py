"""Blocks of messages, modals and homes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests.servers.slack_server.checks import elements, text
from tests.servers.slack_server.checks.problem import (
    Path,
    Problem,
    house,
    keys,
    length,
    repeated,
    size,
    units,
)
from tests.servers.slack_server.checks.round_trip import round_trip
from tests.servers.slack_server.checks.text import Allowed
from tests.servers.slack_server.kinds import Surface

Check = Callable[[Path, dict[str, Any], Allowed], list[Problem]]

MOST = {"message": 50, "modal": 100, "home": 100}
ONLY_IN_MESSAGES = frozenset({"markdown", "table", "file"})
MENTIONS = {"user": "<@", "usergroup": "<!subteam", "broadcast": "<!", "channel": "<#"}
"""Pieces of rich text that act, and the control sequences that they are."""


def blocks(things: Any, surface: Surface, allowed: Allowed, path: Path = ()) -> list[Problem]:
    """Check all blocks of a message or a view."""
    place = (*path, "blocks")
    problems = size(place, things, MOST[surface], 1 if surface == "modal" else 0)
    if not isinstance(things, list):
        return problems
    for number, thing in enumerate(things):
        problems += _block((*place, number), thing, surface, allowed)
    named = [one["block_id"] for one in things if isinstance(one, dict) and "block_id" in one]
    problems += repeated(place, named, "block_id")
    tables = [one for one in things if isinstance(one, dict) and one.get("type") == "table"]
    if len(tables) > 1:
        problems.append(Problem(place, "only one table is allowed"))
    return problems


def characters(things: list[dict[str, Any]]) -> int:
    """Count the text in blocks, all of which together Slack limits in messages."""
    return sum(units(found) for found in _texts(things))


def _block(path: Path, thing: Any, surface: Surface, allowed: Allowed) -> list[Problem]:
    if not isinstance(thing, dict):
        return [Problem(path, "must be an object")]
    kind = str(thing.get("type"))
    if kind not in CHECKS or (kind in ONLY_IN_MESSAGES and surface != "message"):
        return [Problem((*path, "type"), f"unsupported type: {kind}")]
    problems = CHECKS[kind](path, thing, allowed)
    if "block_id" in thing:
        problems += length((*path, "block_id"), thing["block_id"], 255)
    # A block that is wrong anyway need not be held against slack_sdk's models too.
    return (
        problems if any(one.is_refused for one in problems) else problems + round_trip(path, thing)
    )


def _section(path: Path, thing: dict[str, Any], allowed: Allowed) -> list[Problem]:
    problems = keys(path, thing, "block_id text fields accessory expand")
    if "text" not in thing and "fields" not in thing:
        problems.append(Problem(path, "must define either `text` or `fields`"))
    if "text" in thing:
        problems += text.text_object((*path, "text"), thing["text"], allowed=allowed)
    if "fields" in thing:
        place = (*path, "fields")
        problems += size(place, thing["fields"], 10)
        for number, field in enumerate(thing["fields"]):
            problems += text.text_object((*place, number), field, 2000, allowed=allowed)
    if "accessory" in thing:
        kinds, accessory = elements.IN_SECTION, thing["accessory"]
        problems += elements.element((*path, "accessory"), accessory, kinds, allowed)
    return problems


def _header(path: Path, thing: dict[str, Any], _allowed: Allowed) -> list[Problem]:
    problems = keys(path, thing, "block_id", "text")
    problems += text.text_object((*path, "text"), thing.get("text"), 150, plain=True)
    if any("\n" in found for found in _texts(thing.get("text"))):
        problems.append(house((*path, "text"), "a header of several lines"))
    return problems


def _context(path: Path, thing: dict[str, Any], allowed: Allowed) -> list[Problem]:
    place = (*path, "elements")
    problems = keys(path, thing, "block_id", "elements") + size(place, thing.get("elements"), 10)
    for number, one in enumerate(thing.get("elements") or []):
        if isinstance(one, dict) and one.get("type") == "image":
            problems += elements.image((*place, number), one)
        else:
            problems += text.text_object((*place, number), one, allowed=allowed)
    return problems


def _actions(path: Path, thing: dict[str, Any], allowed: Allowed) -> list[Problem]:
    place = (*path, "elements")
    inner = thing.get("elements")
    problems = keys(path, thing, "block_id", "elements") + size(place, inner, 25)
    for number, one in enumerate(inner or []):
        problems += elements.element((*place, number), one, elements.IN_ACTIONS, allowed)
    named = [
        one["action_id"] for one in inner or [] if isinstance(one, dict) and "action_id" in one
    ]
    return problems + repeated(place, named, "action_id")


def _input(path: Path, thing: dict[str, Any], allowed: Allowed) -> list[Problem]:
    problems = keys(path, thing, "block_id hint optional dispatch_action", "label element")
    problems += text.text_object((*path, "label"), thing.get("label"), 2000, plain=True)
    if "hint" in thing:
        problems += text.text_object((*path, "hint"), thing["hint"], 2000, plain=True)
    place = (*path, "element")
    return problems + elements.element(place, thing.get("element"), elements.IN_INPUT, allowed)


def _markdown(path: Path, thing: dict[str, Any], _allowed: Allowed) -> list[Problem]:
    problems = keys(path, thing, "block_id", "text")
    return problems + length((*path, "text"), thing.get("text"), 12_000)


def _table(path: Path, thing: dict[str, Any], allowed: Allowed) -> list[Problem]:
    rows = thing.get("rows")
    problems = keys(path, thing, "block_id column_settings", "rows")
    problems += size((*path, "rows"), rows, 100)
    for number, row in enumerate(rows or []):
        problems += size((*path, "rows", number), row, 20)
        for column, cell in enumerate(row):
            problems += _cell((*path, "rows", number, column), cell, allowed)
    if characters(rows or []) > 10_000:
        problems.append(Problem((*path, "rows"), "no more than 10000 characters in a table"))
    return problems


def _cell(path: Path, cell: Any, allowed: Allowed) -> list[Problem]:
    kind = cell.get("type") if isinstance(cell, dict) else None
    if kind == "rich_text":
        return _rich_text(path, cell, allowed)
    if kind not in ("raw_text", "raw_number"):
        return [Problem((*path, "type"), f"unsupported type: {kind}")]
    return length((*path, "text"), cell.get("text", ""), 10_000)


def _rich_text(path: Path, thing: dict[str, Any], allowed: Allowed) -> list[Problem]:
    problems = keys(path, thing, "block_id", "elements")
    for kind, sequence in MENTIONS.items():
        if any(one.get("type") == kind for one in _pieces(thing)) and sequence not in allowed:
            problems.append(house(path, f"a piece of rich text mentions a {kind}"))
    return problems if "<" not in allowed else [one for one in problems if one.is_refused]


def _only_keys(known: str, needed: str) -> Check:
    return lambda path, thing, _allowed: keys(path, thing, known, needed)


def _pieces(thing: Any) -> Iterator[dict[str, Any]]:
    for one in thing.get("elements") or []:
        yield one
        yield from _pieces(one)


def _texts(thing: Any) -> Iterator[str]:
    if isinstance(thing, list):
        for one in thing:
            yield from _texts(one)
    elif isinstance(thing, dict):
        for key, value in thing.items():
            if key == "text" and isinstance(value, str):
                yield value
            else:
                yield from _texts(value)


CHECKS: dict[str, Check] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "markdown": _markdown,
    "table": _table,
    "rich_text": _rich_text,
    "image": elements.image,
    "divider": _only_keys("block_id", ""),
    "file": _only_keys("block_id", "external_id source"),
    "video": _only_keys(
        "block_id author_name description provider_icon_url provider_name title_url",
        "alt_text title thumbnail_url video_url",
    ),
    "alert": _only_keys("block_id level", "text"),
}
