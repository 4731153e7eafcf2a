"""The gateway, with a client that has never heard of this server."""

import asyncio
import zlib
from typing import Any

import discord
import pytest

from tests.servers.discord_server import LoopbackDiscord
from tests.servers.discord_server.gateways.packing import packing_for
from tests.servers.discord_tests.bot import Bot, Place, hello, running
from tests.waiting import PATIENCE_S


async def test_the_client_knows_what_ready_and_guild_create_told(place: Place) -> None:
    await place.bot.wait_until_ready()
    assert place.bot.application_id == place.discord.application_id
    assert place.bot.application is not None
    assert place.bot.application.owner.id == place.discord.owner.id
    guild = place.bot.get_guild(place.guild.id)
    assert guild is not None
    assert guild.name == "Lab"
    assert [channel.name for channel in guild.text_channels] == ["general"]
    assert place.discord.intents == 1
    assert place.discord.identifies == 1


async def test_whoever_asks_for_a_guild_is_told_less_than_by_its_event(place: Place) -> None:
    helpers = place.guild.add_role("Helpers", 8)
    told = await place.bot.fetch_guild(place.guild.id)
    assert told.owner_id == place.guild.owner.id and not told.channels
    role = told.get_role(helpers.id)
    assert role is not None and role.permissions.administrator
    foreign = place.discord.add_guild("Foreign", with_bot=False)
    with pytest.raises(discord.NotFound):
        await place.bot.fetch_guild(foreign.id)


async def test_what_is_added_later_is_told(place: Place) -> None:
    guild = place.discord.add_guild("Later")
    channel = guild.add_channel("one")
    thread = guild.add_thread(channel, "two")
    role = guild.add_role("Helpers")
    place.bot.on = hello
    guild.join(place.mina)
    await (await place.mina.slash(thread, "ask", check=False)).answered()
    known = place.bot.get_guild(guild.id)
    assert known is not None
    assert known.get_thread(thread.id) is not None
    assert known.get_role(role.id) is not None
    guild.remove_channel(channel)
    guild.remove_bot()
    await (await place.ask(hello)).answered()
    assert place.bot.get_guild(guild.id) is None


async def test_a_wrong_token_is_refused_at_login(server: LoopbackDiscord) -> None:
    bot = Bot()
    with pytest.raises(discord.LoginFailure):
        await bot.start("wrong")
    await bot.close()


@pytest.mark.parametrize("code", [4004, 4010, 4013])
async def test_an_identify_can_be_refused(server: LoopbackDiscord, code: int) -> None:
    server.refuse_identify(code)
    bot = Bot()
    with pytest.raises(discord.ConnectionClosed) as caught:
        await bot.start(server.token)
    assert caught.value.code == code
    await bot.close()


async def test_privileged_intents_are_refused_unless_they_are_granted(
    server: LoopbackDiscord,
) -> None:
    bot = Bot(intents=discord.Intents.all())
    with pytest.raises(discord.PrivilegedIntentsRequired):
        await bot.start(server.token)
    await bot.close()
    server.privileged_intents = discord.Intents.all().value
    async with running(server, Bot(intents=discord.Intents.all())):
        assert server.intents == discord.Intents.all().value


async def test_without_the_intent_for_guilds_interactions_come_all_the_same(
    server: LoopbackDiscord,
) -> None:
    guild = server.add_guild("Lab")
    channel = guild.add_channel("general")
    guild.join(server.owner)
    async with running(server, bot := Bot(intents=discord.Intents.none())):
        bot.on = hello
        await (await server.owner.slash(channel, "ask", check=False)).answered()
        assert server.intents == 0


async def test_what_was_missed_is_replayed_on_resume(place: Place) -> None:
    await place.discord.cut()
    first = await place.ask(hello)
    second = await place.mina.slash(place.channel, "again", check=False)
    assert (await first.answered()).text == "hello"
    assert (await second.answered()).text == "hello"
    assert (place.discord.identifies, place.discord.resumes) == (1, 1)


async def test_op_7_makes_the_client_resume(place: Place) -> None:
    resumed = asyncio.create_task(place.bot.wait_for("shard_resumed", timeout=PATIENCE_S))
    await asyncio.sleep(0)
    await place.discord.ask_reconnect()
    await resumed
    await (await place.ask(hello)).answered()
    assert (place.discord.identifies, place.discord.resumes) == (1, 1)


@pytest.mark.parametrize("resumable", [True, False])
async def test_op_9_makes_the_client_resume_or_begin_anew(place: Place, resumable: bool) -> None:
    event = "shard_resumed" if resumable else "shard_ready"
    await place.bot.wait_until_ready()
    back = asyncio.create_task(place.bot.wait_for(event, timeout=PATIENCE_S))
    await asyncio.sleep(0)
    await place.discord.invalidate(resumable=resumable)
    await back
    await place.discord.ready()
    await (await place.ask(hello)).answered()
    counts = (place.discord.identifies, place.discord.resumes)
    assert counts == ((1, 1) if resumable else (2, 0))


async def test_a_zombie_is_noticed_and_resumed(server: LoopbackDiscord) -> None:
    server.heartbeat_interval_ms = 200
    guild = server.add_guild("Lab")
    channel = guild.add_channel("general")
    guild.join(server.owner)
    async with running(server, bot := Bot(heartbeat_timeout=0.6)):
        bot.on = hello
        server.mute_heartbeats = True
        asked = await server.owner.slash(channel, "ask", check=False)
        await asked.answered()
        assert asked.answer_s is not None
        assert asked.answer_s > 0.2
        assert (server.identifies, server.resumes) == (1, 1)
        assert server.heartbeats > 0
        assert not server.mute_heartbeats


@pytest.mark.parametrize("code", [4000, 1000, 4009])
async def test_after_a_close_that_it_survives_the_client_is_back(place: Place, code: int) -> None:
    await place.discord.close_sockets(code)
    await place.discord.ready()
    await (await place.ask(hello)).answered()
    assert place.discord.identifies + place.discord.resumes == 2


@pytest.mark.parametrize("lose", [True, False])
async def test_the_server_goes_away_and_comes_back(place: Place, lose: bool) -> None:
    address = place.discord.api_url
    await place.discord.restart(lose_sessions=lose)
    assert place.discord.api_url == address
    await place.discord.ready()
    await (await place.ask(hello)).answered()
    # A client that finds the port closed begins anew even where its session is still known.
    assert place.discord.identifies + place.discord.resumes == 2
    assert not (lose and place.discord.resumes)


async def test_guilds_are_told_to_their_shards(
    server: LoopbackDiscord, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.shards = 2
    guilds = [server.add_guild(f"Shard {shard}", shard=shard) for shard in range(2)]
    async with running(server, bot := Bot()):
        bot.on = hello
        for shard, guild in enumerate(guilds):
            channel = guild.add_channel("general")
            guild.join(server.owner)
            await (await server.owner.slash(channel, "ask", check=False)).answered()
            known = bot.get_guild(guild.id)
            assert known is not None
            assert known.shard_id == shard
        await (await server.owner.slash(server.dm(server.owner), "ask", check=False)).answered()
    assert server.identifies == 2


async def test_an_interaction_can_be_delivered_twice(place: Place) -> None:
    place.discord.deliver_twice = True
    asked = await place.ask(hello)
    await asked.answered()
    assert (await place.bot.failed()).code == 40060
    assert len(place.channel.messages) == 1


async def test_without_a_session_it_is_told_why_there_is_no_answer(server: LoopbackDiscord) -> None:
    guild = server.add_guild("Lab")
    channel = guild.add_channel("general")
    guild.join(server.owner)
    asked = await server.owner.slash(channel, "ask", check=False)
    with pytest.raises(AssertionError, match="no gateway session"):
        await asked.answered(timeout=0.01)
    with pytest.raises(AssertionError, match="no client is ready"):
        await server.ready(timeout=0.01)


def test_a_zlib_stream_has_one_context_and_flushes_each_message() -> None:
    packing = packing_for("zlib-stream")
    assert packing is not None
    unpacking = zlib.decompressobj()
    sizes = []
    for _ in range(2):
        packed = packing.pack("the same words again " * 5)
        assert isinstance(packed, bytes)
        assert packed.endswith(b"\x00\x00\xff\xff")
        assert unpacking.decompress(packed).decode() == "the same words again " * 5
        sizes.append(len(packed))
    assert sizes[1] < sizes[0]


def test_a_zstd_stream_is_one_frame() -> None:
    unpacking = discord.utils._ActiveDecompressionContext()
    if unpacking.COMPRESSION_TYPE != "zstd-stream":
        pytest.skip("discord.py finds no zstandard here")
    packing = packing_for("zstd-stream")
    assert packing is not None
    for text in ("one", "two"):
        packed: Any = packing.pack(text)
        assert unpacking.decompress(packed) == text


def test_what_nobody_knows_is_no_packing() -> None:
    assert packing_for("lzma-stream") is None
    plain = packing_for(None)
    assert plain is not None
    assert plain.pack("as it is") == "as it is"
