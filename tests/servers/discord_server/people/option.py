"""What may be typed into the options of a command."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.servers.discord_server import kinds
from tests.servers.discord_server.channel import Channel
from tests.servers.discord_server.guild import Role
from tests.servers.discord_server.kinds import Json

TEXT_LIMIT = 6000
"""How long the client lets a text option be, whatever the command says."""


def kind_of(value: Any) -> int:
    """Tell which kind of option would have a value."""
    by_type = {bool: kinds.BOOLEAN, int: kinds.INTEGER, float: kinds.NUMBER, str: kinds.STRING}
    by_type |= {Role: kinds.ROLE, Channel: kinds.CHANNEL, tuple: kinds.ATTACHMENT}
    return by_type.get(type(value), kinds.USER)


def check_options(
    declared: list[Json], given: Mapping[str, Any], channel: Channel, focus: str | None
) -> None:
    """Hold what was typed against what the command declares."""
    names = {option["name"]: option for option in declared}
    for name, value in given.items():
        assert name in names, f"no option {name!r} among {sorted(names)}"
        if name == focus:
            assert names[name].get("autocomplete"), f"{name!r} does not autocomplete"
        else:
            check_value(names[name], value, channel)
    if focus is None:
        missing = [one["name"] for one in declared if one.get("required")]
        missing = [name for name in missing if name not in given]
        assert not missing, f"required options are missing: {missing}"
    assert not any(one["type"] in (kinds.SUBCOMMAND, kinds.GROUP) for one in declared), (
        f"a subcommand is missing: {sorted(names)}"
    )


def check_value(option: Json, value: Any, channel: Channel) -> None:
    """Hold one value against its option."""
    name, kind = option["name"], option["type"]
    assert _fits(kind, value), f"{name!r} takes no {type(value).__name__} ({value!r})"
    choices = [choice["value"] for choice in option.get("choices") or []]
    assert not choices or value in choices, f"{name!r} is one of {choices}, not {value!r}"
    if kind == kinds.STRING:
        _check_range(name, "length", len(value), option, TEXT_LIMIT)
    if kind in (kinds.INTEGER, kinds.NUMBER):
        _check_range(name, "value", value, option, 2**53)
    if kind == kinds.CHANNEL and option.get("channel_types"):
        assert value.kind in option["channel_types"], f"{name!r} is not for {value}"
    if isinstance(value, Role):
        roles = channel.guild.roles if channel.guild else []
        assert value in roles, f"{value.name!r} is no role of {channel.guild}"


def _fits(kind: int, value: Any) -> bool:
    has = kind_of(value)
    also = {
        kinds.NUMBER: {kinds.NUMBER, kinds.INTEGER},
        kinds.MENTIONABLE: {kinds.USER, kinds.ROLE},
    }
    return has in also.get(kind, {kind})


def _check_range(name: str, what: str, size: float, option: Json, highest: float) -> None:
    least, most = option.get(f"min_{what}"), option.get(f"max_{what}")
    assert least is None or size >= least, f"{name!r}: {size} is under its least {what}, {least}"
    most = highest if most is None else most
    assert size <= most, f"{name!r}: {size} is over its greatest {what}, {most}"
