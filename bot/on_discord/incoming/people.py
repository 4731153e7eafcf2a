"""Who asks on Discord, and where: an interaction's `Actor` and `Place`.

In a server that has installed Tokki, Discord's permissions make the role. Everywhere else, in
direct messages and where somebody brought Tokki as their own app, each person is a community of
their own, in which only the application's owners are admins: a stranger starts no training.
"""

from collections.abc import Collection
from datetime import timedelta, timezone

import discord

from bot.on_discord.drawing.files import MOST_BYTES
from handlers.types import Actor, Language, Place, Role

PLATFORM = "discord"
_KOREA = timezone(timedelta(hours=9), "KST")


def actor_of(interaction: discord.Interaction, owners: Collection[int]) -> Actor:
    """Return who asks.

    Args:
        interaction: any interaction.
        owners: ids of the application's owner, or of the members of its team.
    """
    user, language = interaction.user, language_of(interaction)
    return Actor(
        id=str(user.id),
        name=user.name,
        role=_role(interaction, owners),
        language=language,
        # Their ids as they came: `roles` leaves out those of a server that is not known yet.
        groups=tuple(str(role) for role in getattr(user, "_roles", ())),
        zone=zone_of(language),
    )


def zone_of(language: Language) -> timezone | None:
    """Return a zone: Discord tells nobody's, but who reads Korean is nearly always in this one."""
    return _KOREA if language is Language.KOREAN else None


def language_of(interaction: discord.Interaction) -> Language:
    """Return the language that the user has chosen in Discord, or English."""
    return Language.KOREAN if str(interaction.locale).startswith("ko") else Language.ENGLISH


def place_of(interaction: discord.Interaction) -> Place:
    """Return the community and the channel that an interaction belongs to."""
    if interaction.is_guild_integration():
        community = server_community(interaction.guild_id)
    else:
        community = f"{PLATFORM}:user-{interaction.user.id}"
    channel = str(interaction.channel_id or "")
    return Place(PLATFORM, community, channel, asks_for_options=True, most_file_bytes=MOST_BYTES)


def server_community(guild_id: int | None) -> str:
    """Return the community of a server."""
    return f"{PLATFORM}:{guild_id}"


def is_of_a_server(community: str) -> bool:
    """Tell whether a community is a server, and not a person."""
    return community.removeprefix(f"{PLATFORM}:").isdecimal()


def _role(interaction: discord.Interaction, owners: Collection[int]) -> Role:
    if not interaction.is_guild_integration():
        return Role.ADMIN if interaction.user.id in owners else Role.MEMBER
    return role_of(interaction.permissions)


def role_of(may: discord.Permissions) -> Role:
    """Return what Discord's permissions make of somebody in a server."""
    if may.administrator or may.manage_guild:
        return Role.ADMIN
    return Role.MODERATOR if may.manage_messages else Role.MEMBER
