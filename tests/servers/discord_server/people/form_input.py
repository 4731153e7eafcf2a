"""Forms and selects as people fill them in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tests.servers.discord_server import kinds
from tests.servers.discord_server.kinds import Json
from tests.servers.discord_server.message import walk

if TYPE_CHECKING:
    from tests.servers.discord_server.people.typed import Resolved


def form(modal: Json, fields: Mapping[str, Any], resolved: Resolved, check: bool) -> list[Json]:
    """Write the components of a submitted form."""
    known = {one["custom_id"] for one in walk(modal["components"]) if "custom_id" in one}
    unknown = sorted(set(fields) - known)
    assert not (check and unknown), f"no fields {unknown} among {sorted(known)}"
    written = []
    for number, part in enumerate(modal["components"], 1):
        inner: Json = {"type": part["type"], "id": part.get("id", number)}
        if part["type"] == kinds.LABEL:
            inner["component"] = _field(part["component"], fields, resolved, check)
        elif part["type"] == kinds.ROW:
            inner["components"] = [
                _field(one, fields, resolved, check) for one in part["components"]
            ]
        written.append(inner)
    return written


def check_select(control: Json, values: Sequence[Any]) -> None:
    """Hold a choice against the select that it is made in."""
    name = control["custom_id"]
    assert not isinstance(values, str), f"{name!r} takes a list of values"
    least, most = control.get("min_values"), control.get("max_values")
    least, most = 1 if least is None else least, 1 if most is None else most
    assert least <= len(values) <= most, f"{name!r} takes {least} to {most}, not {len(values)}"
    options = [option["value"] for option in control.get("options") or []]
    strange = [value for value in values if value not in options]
    assert control["type"] != kinds.STRING_SELECT or not strange, (
        f"{name!r} has no {strange} among {options}"
    )


def _field(part: Json, fields: Mapping[str, Any], resolved: Resolved, check: bool) -> Json:
    name, kind = part["custom_id"], part["type"]
    value = fields[name] if name in fields else _before(part)
    if check:
        _check_field(part, value)
    written: Json = {"type": kind, "custom_id": name, "id": part.get("id", 1)}
    if kind in (kinds.TEXT_INPUT, kinds.RADIO, kinds.CHECKBOX):
        return {**written, "value": value}
    return {**written, "values": [resolved.value(one) for one in value]}


def _before(part: Json) -> Any:
    """Give what the bot filled in."""
    chosen = [one["value"] for one in part.get("options") or [] if one.get("default")]
    if part["type"] == kinds.RADIO:
        return chosen[0] if chosen else None
    if part["type"] == kinds.CHECKBOX:
        return part.get("default", False)
    return part.get("value") or "" if part["type"] == kinds.TEXT_INPUT else chosen


def _check_field(part: Json, value: Any) -> None:
    name, kind = part["custom_id"], part["type"]
    is_required = part.get("required", True) is not False
    if kind == kinds.CHECKBOX:
        assert isinstance(value, bool), f"{name!r} is ticked or not, not {value!r}"
        return
    assert value or not is_required, f"{name!r} is required"
    if not value:
        return
    if kind == kinds.TEXT_INPUT:
        least, most = part.get("min_length") or 0, part.get("max_length") or 4000
        assert least <= len(value) <= most, f"{name!r} takes {least} to {most} characters"
    elif kind == kinds.RADIO:
        options = [option["value"] for option in part["options"]]
        assert value in options, f"{name!r} is one of {options}, not {value!r}"
    else:
        _check_several(part, value)


def _check_several(part: Json, value: Sequence[Any]) -> None:
    if part["type"] == kinds.CHECKBOXES and part.get("max_values") is None:
        part = {**part, "max_values": len(part["options"])}
    check_select(part, value)
    if part["type"] == kinds.CHECKBOXES:
        options = [option["value"] for option in part["options"]]
        assert set(value) <= set(options), f"{part['custom_id']!r} takes {options}"
