"""Limits of the components of messages."""

from collections.abc import Callable, Iterator
from typing import Any

from tests.servers.discord_server import kinds
from tests.servers.discord_server.checks.problem import Path, Problem, repeated, too_long, too_many
from tests.servers.discord_server.checks.select import select_problems
from tests.servers.discord_server.kinds import Json
from tests.servers.discord_server.message import walk

MOST = 40
"""Components in a message, those within others too."""

MOST_TEXT = 4000
"""Characters in all TextDisplays of a message together."""

IN_CONTAINER = {
    kinds.ROW,
    kinds.SECTION,
    kinds.TEXT_DISPLAY,
    kinds.GALLERY,
    kinds.FILE,
    kinds.SEPARATOR,
}


def component_problems(components: list[Json], is_v2: bool, at: Path) -> list[Problem]:
    """Find what is wrong with the components of a message."""
    everything = list(walk(components))
    allowed = IN_CONTAINER | {kinds.CONTAINER} if is_v2 else {kinds.ROW}
    problems = [
        *too_many(at, everything, MOST),
        *_allowed_problems(components, allowed, at),
        *_unique_problems(everything, at),
    ]
    if not is_v2:
        problems += too_many(at, components, 5)
    total = sum(len(one.get("content") or "") for one in everything)
    if total > MOST_TEXT:
        message = f"TextDisplays have more than {MOST_TEXT} characters together ({total})"
        problems.append(Problem(at, message, "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED"))
    for path, component in places(components, at):
        check = _CHECKS.get(component.get("type", 0))
        problems += check(component, path) if check is not None else []
    return problems


def places(components: list[Json], at: Path) -> Iterator[tuple[Path, Json]]:
    """Go through components and all within them, each with its place."""
    for number, component in enumerate(components):
        yield (*at, number), component
        inner = component.get("components") or []
        yield from places(inner, (*at, number, "components"))
        accessory = component.get("accessory")
        if isinstance(accessory, dict):
            yield (*at, number, "accessory"), accessory


def _allowed_problems(components: list[Json], allowed: set[int], at: Path) -> list[Problem]:
    return [
        Problem((*at, number, "type"), f"Value must be one of {sorted(allowed)}")
        for number, component in enumerate(components)
        if component.get("type") not in allowed
    ]


def _unique_problems(everything: list[Json], at: Path) -> list[Problem]:
    names = [one["custom_id"] for one in everything if one.get("custom_id") is not None]
    numbers = [one["id"] for one in everything if one.get("id")]
    return [
        *repeated(at, names, "Component custom id", "COMPONENT_CUSTOM_ID_DUPLICATED"),
        *repeated(at, numbers, "Component id", "COMPONENT_ID_DUPLICATED"),
    ]


def _row(row: Json, at: Path) -> list[Problem]:
    inner = row.get("components") or []
    where = (*at, "components")
    problems = too_many(where, inner, 5, 1)
    types = [one.get("type") for one in inner]
    if any(kind in kinds.SELECTS for kind in types) and len(inner) > 1:
        problems.append(Problem(where, "a select takes a whole row"))
    return problems + _allowed_problems(inner, {kinds.BUTTON, *kinds.SELECTS}, where)


def _button(button: Json, at: Path) -> list[Problem]:
    style = button.get("style")
    problems = too_long((*at, "label"), button.get("label"), 80)
    if style not in range(1, 7):
        problems.append(Problem((*at, "style"), f"there is no style {style}"))
    elif style == kinds.LINK:
        problems += too_long((*at, "url"), button.get("url"), 512, 1)
    elif style != kinds.PREMIUM:
        problems += too_long((*at, "custom_id"), button.get("custom_id"), 100, 1)
    has_name = button.get("custom_id") is not None
    if style in (kinds.LINK, kinds.PREMIUM) and has_name:
        problems.append(Problem((*at, "custom_id"), "a link has a url and no custom_id"))
    if style != kinds.PREMIUM and not (button.get("label") or button.get("emoji")):
        problems.append(Problem(at, "a button needs a label or an emoji"))
    return problems


def _section(section: Json, at: Path) -> list[Problem]:
    inner = section.get("components") or []
    problems = too_many((*at, "components"), inner, 3, 1)
    problems += _allowed_problems(inner, {kinds.TEXT_DISPLAY}, (*at, "components"))
    accessory: Any = section.get("accessory") or {}
    if accessory.get("type") not in (kinds.BUTTON, kinds.THUMBNAIL):
        problems.append(Problem((*at, "accessory"), "a section needs a button or a thumbnail"))
    return problems


def _text_display(display: Json, at: Path) -> list[Problem]:
    return too_long((*at, "content"), display.get("content"), MOST_TEXT, 1)


def _gallery(gallery: Json, at: Path) -> list[Problem]:
    items = gallery.get("items") or []
    problems = too_many((*at, "items"), items, 10, 1)
    for number, item in enumerate(items):
        where = (*at, "items", number, "description")
        problems += too_long(where, item.get("description"), 1024)
    return problems


def _file(file: Json, at: Path) -> list[Problem]:
    url = str((file.get("file") or {}).get("url"))
    if url.startswith("attachment://"):
        return []
    return [Problem((*at, "file", "url"), "a file is an attachment://")]


def _separator(separator: Json, at: Path) -> list[Problem]:
    if separator.get("spacing") in (None, 1, 2):
        return []
    return [Problem((*at, "spacing"), "spacing is 1 or 2")]


def _container(container: Json, at: Path) -> list[Problem]:
    inner = container.get("components") or []
    where = (*at, "components")
    return too_many(where, inner, MOST, 1) + _allowed_problems(inner, IN_CONTAINER, where)


_CHECKS: dict[int, Callable[[Json, Path], list[Problem]]] = {
    kinds.ROW: _row,
    kinds.BUTTON: _button,
    **dict.fromkeys(kinds.SELECTS, select_problems),
    kinds.SECTION: _section,
    kinds.TEXT_DISPLAY: _text_display,
    kinds.GALLERY: _gallery,
    kinds.FILE: _file,
    kinds.SEPARATOR: _separator,
    kinds.CONTAINER: _container,
}
