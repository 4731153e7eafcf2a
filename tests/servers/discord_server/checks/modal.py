"""Limits of forms."""

from tests.servers.discord_server import kinds
from tests.servers.discord_server.checks.problem import Path, Problem, repeated, too_long, too_many
from tests.servers.discord_server.checks.select import select_problems
from tests.servers.discord_server.kinds import Json
from tests.servers.discord_server.message import walk

FIELDS = {
    kinds.TEXT_INPUT,
    *kinds.SELECTS,
    kinds.FILE_UPLOAD,
    kinds.RADIO,
    kinds.CHECKBOXES,
    kinds.CHECKBOX,
}


def modal_problems(modal: Json) -> list[Problem]:
    """Find what is wrong with a form."""
    components = modal.get("components") or []
    at = ("data", "components")
    names = [one["custom_id"] for one in walk(components) if "custom_id" in one]
    problems = [
        *too_long(("data", "title"), modal.get("title"), 45, 1),
        *too_long(("data", "custom_id"), modal.get("custom_id"), 100, 1),
        *too_many(at, components, 5, 1),
        *repeated(at, names, "Component custom id", "COMPONENT_CUSTOM_ID_DUPLICATED"),
    ]
    for number, part in enumerate(components):
        problems += _part_problems(part, (*at, number))
    return problems


def _part_problems(part: Json, at: Path) -> list[Problem]:
    if part.get("type") == kinds.LABEL:
        return [
            *too_long((*at, "label"), part.get("label"), 45, 1),
            *too_long((*at, "description"), part.get("description"), 100),
            *_field_problems(part.get("component") or {}, (*at, "component")),
        ]
    if part.get("type") == kinds.ROW:
        inner = part.get("components") or []
        problems = too_many((*at, "components"), inner, 1, 1)
        for one in inner:
            problems += _field_problems(one, (*at, "components", 0))
            problems += too_long((*at, "components", 0, "label"), one.get("label"), 45, 1)
        return problems
    if part.get("type") == kinds.TEXT_DISPLAY:
        return too_long((*at, "content"), part.get("content"), 4000, 1)
    return [Problem((*at, "type"), f"a form has no component {part.get('type')}")]


def _field_problems(part: Json, at: Path) -> list[Problem]:
    kind = part.get("type")
    if kind not in FIELDS:
        return [Problem((*at, "type"), f"{kind} is no field")]
    if kind in kinds.SELECTS:
        return select_problems(part, at)
    problems = too_long((*at, "custom_id"), part.get("custom_id"), 100, 1)
    if kind == kinds.TEXT_INPUT:
        problems += _text_problems(part, at)
    if kind in (kinds.RADIO, kinds.CHECKBOXES):
        problems += too_many((*at, "options"), part.get("options"), 10, 1)
    return problems


def _text_problems(part: Json, at: Path) -> list[Problem]:
    least, most = part.get("min_length") or 0, part.get("max_length") or 4000
    problems = too_long((*at, "placeholder"), part.get("placeholder"), 100)
    if part.get("value"):
        problems += too_long((*at, "value"), part["value"], min(most, 4000), least)
    if not (0 <= least <= most <= 4000):
        problems.append(Problem((*at, "max_length"), f"{least} to {most} characters"))
    return problems
