"""`tokki sync`, and what `tokki run` does of it by itself."""

from pathlib import Path

import discord
import pytest
import pytest_asyncio

from bot.on_discord.connection.login import logged_in, use_its_gateway, use_server
from bot.on_discord.setup.commands import payloads
from bot.on_discord.setup.drift import differences
from bot.on_discord.setup.sync import fetch, sync_if_changed, sync_now
from bot.settings import Settings
from handlers.types import Language
from storage.database import Database
from tests.servers.discord_server import LoopbackDiscord

COMMANDS = "/applications/*/commands"


@pytest.fixture
def settings(server: LoopbackDiscord, tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, discord_token=server.token, discord_api_url=server.api_url)


@pytest_asyncio.fixture
async def database(tmp_path: Path):
    database = await Database.open(tmp_path / "tokki.sqlite3")
    yield database
    await database.close()


async def run(settings: Settings, server: int | None = None, **more: bool) -> tuple[int, list[str]]:
    said: list[str] = []
    return await sync_now(settings, Language.ENGLISH, server, said.append, **more), said


def puts(server: LoopbackDiscord) -> int:
    return sum(request.method == "PUT" for request in server.requests)


async def test_commands_are_sent_once_and_again_when_they_change(server, settings, database):
    async with logged_in(settings) as client:
        assert await sync_if_changed(client, payloads(), database.settings)
        assert not await sync_if_changed(client, payloads(), database.settings)
        assert puts(server) == 1
        assert len(server.commands) == len(payloads())
        assert await sync_if_changed(client, payloads()[1:], database.settings)
        assert len(server.commands) == len(payloads()) - 1


async def test_what_discord_refused_is_sent_again(server, settings, database):
    server.fail("PUT", COMMANDS, status=400)
    async with logged_in(settings) as client:
        with pytest.raises(discord.HTTPException):
            await sync_if_changed(client, payloads(), database.settings)
        assert await sync_if_changed(client, payloads(), database.settings)


async def test_two_applications_over_one_database(server, settings, database, monkeypatch):
    async with logged_in(settings) as client:
        await sync_if_changed(client, payloads(), database.settings)
    async with LoopbackDiscord() as other:
        theirs = Settings(discord_token=other.token, discord_api_url=other.api_url)
        async with logged_in(theirs) as client:
            assert await sync_if_changed(client, payloads(), database.settings)


async def test_what_was_synced_is_listed_with_no_difference(server, settings):
    assert (await run(settings))[0] == 0
    async with logged_in(settings) as client:
        assert differences(payloads(), await fetch(client)) == []


async def test_by_hand_they_are_sent_although_nothing_has_changed(server, settings, database):
    async with logged_in(settings) as client:
        await sync_if_changed(client, payloads(), database.settings)
        code, said = await run(settings)
        assert (code, puts(server)) == (0, 2)
        assert said[0].startswith(f"Discord has all of them now: {len(payloads())} commands.")
        assert not await sync_if_changed(client, payloads(), database.settings)


async def test_by_hand_counts_for_tokki_run(server, settings, database):
    await run(settings)
    async with logged_in(settings) as client:
        assert not await sync_if_changed(client, payloads(), database.settings)


async def test_one_server_gets_its_own_and_loses_them_again(server, settings, database):
    guild, other = server.add_guild("Lab"), server.add_guild("Other")
    code, said = await run(settings, guild.id)
    assert code == 0
    assert f"tokki sync --server {guild.id} --remove" in said[0]
    assert [c["name"] for c in guild.commands] == [c["name"] for c in payloads()]
    assert not server.commands
    assert not other.commands
    code, said = await run(settings, guild.id, is_removal=True)
    assert code == 0
    assert guild.commands == []
    async with logged_in(settings) as client:  # the commands for everywhere are still to be sent
        assert await sync_if_changed(client, payloads(), database.settings)


async def test_a_server_without_tokki(server, settings):
    guild = server.add_guild("Elsewhere", with_bot=False)
    code, (said,) = await run(settings, guild.id)
    assert code == 2
    assert f"Tokki is not in server {guild.id}" in said


async def test_a_removal_never_takes_the_commands_of_everywhere(server, settings):
    await run(settings)
    with pytest.raises(ValueError, match="takes a server"):
        await run(settings, is_removal=True)
    assert len(server.commands) == len(payloads())


async def test_what_discord_says_of_a_form_stands_in_one_line(server, settings):
    errors = {"0": {"name": {"_errors": [{"code": "X", "message": "Bad name"}]}}}
    body = {"message": "Invalid Form Body", "code": 50035, "errors": errors}
    server.fail("PUT", COMMANDS, status=400, json=body)
    said = "Discord refuses (error 400): Invalid Form Body · In 0.name: Bad name"
    assert await run(settings) == (2, [said])


async def test_no_token(tmp_path):
    code, (said,) = await run(Settings(data_dir=tmp_path, discord_token=None))
    assert code == 2
    assert "docs/discord.md" in said


async def test_discord_refuses(server, settings):
    server.fail("PUT", COMMANDS, status=403, json={"message": "Missing Access", "code": 50001})
    code, said = await run(settings)
    assert (code, said) == (2, ["Discord refuses (error 403): Missing Access"])


async def test_a_limit_of_the_rate_is_waited_for(server, settings):
    server.fail("PUT", COMMANDS, status=429, retry_after=0.1)
    assert (await run(settings))[0] == 0
    assert puts(server) == 2


async def test_new_sessions_begin_at_the_servers_own_gateway(server, settings, monkeypatch):
    gateway = discord.gateway.DiscordWebSocket
    monkeypatch.setattr(gateway, "DEFAULT_GATEWAY", gateway.DEFAULT_GATEWAY)
    async with logged_in(settings) as client:
        await use_its_gateway(client)
        assert gateway.DEFAULT_GATEWAY.authority == server.api_url.split("/")[2]
        use_server(None)
        assert gateway.DEFAULT_GATEWAY.host == "gateway.discord.gg"
        assert discord.http.Route.BASE == "https://discord.com/api/v10"
        await use_its_gateway(client)  # asks Discord for nothing
        assert gateway.DEFAULT_GATEWAY.host == "gateway.discord.gg"
