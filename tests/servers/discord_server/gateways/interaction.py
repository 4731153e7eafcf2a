"""INTERACTION_CREATE, as Discord sends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.servers.discord_server import kinds
from tests.servers.discord_server.kinds import Json
from tests.servers.discord_server.people.user_action import UserAction

if TYPE_CHECKING:
    from tests.servers.discord_server.channel import Channel
    from tests.servers.discord_server.message import Message
    from tests.servers.discord_server.people.person import Person
    from tests.servers.discord_server.world import World


def begin(
    world: World,
    person: Person,
    channel: Channel,
    kind: int,
    data: Json,
    *,
    owners: dict[str, str] | None = None,
    message: Message | None = None,
    opened_by: UserAction | None = None,
) -> UserAction:
    """Send an interaction, and give what becomes of it."""
    asked = UserAction(
        world.ids.take(), person, channel, kind, data, message=message, opened_by=opened_by
    )
    asked.owners = installed_for(person, channel, None) if owners is None else owners
    asked.payload = payload(world, asked)
    world.deliver(asked)
    return asked


def payload(world: World, asked: UserAction) -> Json:
    """Write the event."""
    channel, person = asked.channel, asked.person
    written: Json = {
        "id": str(asked.id),
        "application_id": str(world.application_id),
        "type": asked.kind,
        "token": asked.token,
        "version": 1,
        "data": asked.data,
        "channel_id": str(channel.id),
        "channel": _channel(world, asked),
        "locale": person.locale,
        "context": channel.context,
        "authorizing_integration_owners": asked.owners,
        "app_permissions": str(channel.bot_permissions),
        "attachment_size_limit": kinds.FILE_SIZE_LIMIT,
        "entitlements": [],
        "entitlement_sku_ids": [],
    }
    if asked.message is not None:
        written["message"] = asked.message.json()
    if channel.guild is None:
        return {**written, "user": person.json()}
    guild = channel.guild
    return {
        **written,
        "guild_id": str(guild.id),
        "guild": guild.partial(),
        "guild_locale": guild.locale,
        "member": guild.members[person.id].json(guild.allowed(person)),
    }


def installed_for(person: Person, channel: Channel, command: Json | None) -> dict[str, str]:
    """Tell whose installation lets the bot be asked: "0" the guild's, "1" the person's."""
    types = (command or {}).get("integration_types") or [0, 1]
    owners: dict[str, str] = {}
    if 0 in types and channel.guild is not None and channel.guild.with_bot:
        owners["0"] = str(channel.guild.id)
    if 0 in types and channel.context == kinds.IN_BOT_DM:
        owners["0"] = "0"
    if 1 in types and person.has_installed:
        owners["1"] = str(person.id)
    return owners


def _channel(world: World, asked: UserAction) -> Json:
    channel = asked.channel
    if channel.guild is None:
        reader = world.bot if channel.context == kinds.IN_BOT_DM else asked.person
        return channel.json(reader)
    return {**channel.json(), "permissions": str(channel.guild.allowed(asked.person))}
