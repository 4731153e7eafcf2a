"""A Discord on loopback for tests and benchmarks: see tests/servers/README.md.

async with LoopbackDiscord() as discord:
    guild = discord.add_guild("Lab")
    channel = guild.add_channel("general")
    mina = discord.add_person("mina", locale="ko")
    guild.join(mina)
    ...  # start a bot with discord.token at discord.api_url
    await discord.ready()
    asked = await mina.slash(channel, "classify", {"text": "I love this"})
    message = await asked.answered()
    assert "joy" in message.text
"""

from tests.servers.discord_server.channel import Channel
from tests.servers.discord_server.fault import Fault
from tests.servers.discord_server.guild import Guild, Role
from tests.servers.discord_server.message import Message
from tests.servers.discord_server.people.person import Person
from tests.servers.discord_server.people.user_action import Modal, UserAction
from tests.servers.discord_server.rest.rates import RateLimit
from tests.servers.discord_server.rest.received import Received
from tests.servers.discord_server.server import LoopbackDiscord

__all__ = [
    "Channel",
    "Fault",
    "Guild",
    "LoopbackDiscord",
    "Message",
    "Modal",
    "Person",
    "RateLimit",
    "Received",
    "Role",
    "UserAction",
]
