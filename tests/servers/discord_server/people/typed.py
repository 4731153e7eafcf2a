"""Commands as people type them, by the rules that Discord's client holds them to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tests.servers.discord_server import kinds
from tests.servers.discord_server.channel import Channel
from tests.servers.discord_server.gateways.interaction import installed_for
from tests.servers.discord_server.guild import Role
from tests.servers.discord_server.kinds import Json
from tests.servers.discord_server.people.option import check_options, kind_of
from tests.servers.discord_server.people.permissions import ADMINISTRATOR

if TYPE_CHECKING:
    from tests.servers.discord_server.people.person import Person
    from tests.servers.discord_server.world import World


class Resolved:
    """The objects that the ids of an interaction mean."""

    def __init__(self, world: World, channel: Channel) -> None:
        self._world = world
        self._channel = channel
        self.data: dict[str, dict[str, Json]] = {}

    def as_data(self) -> Json:
        """Give it as a part of an interaction's data, or nothing where there is nothing."""
        return {"resolved": self.data} if self.data else {}

    def value(self, value: Any) -> Any:
        """Write a value as interactions do: an object as its id."""
        if isinstance(value, Role):
            return self._put("roles", value.id, value.json())
        if isinstance(value, Channel):
            allowed = {"permissions": str(value.bot_permissions)}
            return self._put("channels", value.id, value.json() | allowed)
        if isinstance(value, tuple):
            attachment = self._world.attach(self._channel, value)
            return self._put("attachments", attachment.id, attachment.json())
        if kind_of(value) == kinds.USER:
            return self.person(value)
        return value

    def person(self, person: Person) -> str:
        """Put a person in, with their membership where they have one."""
        guild = self._channel.guild
        if guild is not None and person.id in guild.members:
            member = guild.members[person.id].json(guild.allowed(person))
            left_out = {"user", "deaf", "mute"}
            kept = {key: value for key, value in member.items() if key not in left_out}
            self._put("members", person.id, kept)
        return self._put("users", person.id, person.json())

    def _put(self, kind: str, number: int, described: Json) -> str:
        self.data.setdefault(kind, {})[str(number)] = described
        return str(number)


def find(world: World, person: Person, channel: Channel, name: str, kind: int, check: bool) -> Json:
    """Find the registered command that a person would be offered."""
    first = name.partition(" ")[0] if kind == kinds.CHAT_INPUT else name
    scopes = [None] if channel.guild is None else [channel.guild.id, None]
    known = [command for scope in scopes for command in world.registry.listing(scope)]
    for command in known:
        if command["type"] == kind and first in _names(command, person):
            if check:
                _check_offered(command, person, channel)
            return command
    assert not check, f"no command {name!r} is registered; {sorted(one['name'] for one in known)}"
    return {"id": str(world.ids.take()), "name": first, "type": kind, "options": []}


def chat_input(
    world: World,
    person: Person,
    channel: Channel,
    command: Json,
    name: str,
    options: Mapping[str, Any],
    check: bool,
    focus: tuple[str, str] | None = None,
) -> Json:
    """Write the data of a slash command; `focus` is the option that is being typed into."""
    path, declared = _descend(command, name.split(" ")[1:], person)
    given = dict(options) if focus is None else {**options, focus[0]: focus[1]}
    if check:
        check_options(declared, given, channel, focus and focus[0])
    resolved = Resolved(world, channel)
    written = [_written(key, value, declared, resolved) for key, value in given.items()]
    for option in written:
        if focus is not None and option["name"] == focus[0]:
            option["focused"] = True
    for kind, part in reversed(path):
        written = [{"type": kind, "name": part, "options": written}]
    data: Json = {"id": command["id"], "name": command["name"], "type": kinds.CHAT_INPUT}
    if "guild_id" in command:
        data["guild_id"] = command["guild_id"]
    return {**data, "options": written, **resolved.as_data()}


def menu(command: Json, kind: int, target: int, resolved: Json) -> Json:
    """Write the data of a context menu's command."""
    return {
        "id": command["id"],
        "name": command["name"],
        "type": kind,
        "target_id": str(target),
        "resolved": resolved,
    }


def _names(named: Json, person: Person) -> set[str]:
    localized = (named.get("name_localizations") or {}).get(person.locale)
    return {named["name"], localized} - {None}


def _check_offered(command: Json, person: Person, channel: Channel) -> None:
    name = command["name"]
    contexts = command.get("contexts")
    assert contexts is None or channel.context in contexts, f"{name!r} is not for {channel}"
    assert installed_for(person, channel, command), f"{name!r} is not installed at {channel}"
    if channel.guild is not None:
        has = channel.guild.allowed(person)
        wanted = int(command.get("default_member_permissions") or 0)
        assert has & ADMINISTRATOR or has & wanted == wanted, f"{person} is not offered {name!r}"
        assert command.get("default_member_permissions") != "0" or has & ADMINISTRATOR, (
            f"{name!r} is offered to administrators only"
        )


def _descend(
    command: Json, names: list[str], person: Person
) -> tuple[list[tuple[int, str]], list[Json]]:
    """Go down to a subcommand: give the way, and the options that it declares."""
    path: list[tuple[int, str]] = []
    declared: list[Json] = command.get("options") or []
    for name in names:
        inner = [one for one in declared if name in _names(one, person)]
        assert inner, f"{command['name']!r} has no subcommand {name!r}"
        path.append((inner[0]["type"], inner[0]["name"]))
        declared = inner[0].get("options") or []
    return path, declared


def _written(name: str, value: Any, declared: list[Json], resolved: Resolved) -> Json:
    kind = next((one["type"] for one in declared if one["name"] == name), kind_of(value))
    return {"name": name, "type": kind, "value": resolved.value(value)}
