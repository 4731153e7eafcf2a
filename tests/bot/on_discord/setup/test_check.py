"""`tokki check`: each thing that may be wrong, with what puts it right."""

import re
import socket
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import aiohttp
import discord
import pytest
from aiohttp import web

from bot.on_discord.setup import check as checking
from bot.on_discord.setup.check import check
from bot.on_discord.setup.commands import payloads
from bot.on_discord.setup.invite import PERMISSIONS, install_link
from bot.on_discord.setup.sync import sync_now
from bot.settings import Settings
from handlers.texts import sentences
from handlers.types import Language
from tests.servers.discord_server import LoopbackDiscord

APPLICATION = "/oauth2/applications/@me"
COMMANDS = "/applications/*/commands"
PORTAL = "discord.com/developers/applications"
ROOT = Path(__file__).parents[4]


@pytest.fixture
def settings(server: LoopbackDiscord, tmp_path: Path) -> Settings:
    return with_url(server, tmp_path, server.api_url)


def with_url(server: LoopbackDiscord, data_dir: Path, url: str) -> Settings:
    return Settings(data_dir=data_dir, discord_token=server.token, discord_api_url=url)


async def run(settings: Settings, language: Language = Language.ENGLISH) -> tuple[int, list[str]]:
    said: list[str] = []
    return await check(settings, language, said.append), said


async def synced(settings: Settings) -> None:
    assert await sync_now(settings, Language.ENGLISH, None, lambda _: None) == 0


async def application_with(server: LoopbackDiscord, **changes: object) -> None:
    """Let the portal have other settings."""
    async with aiohttp.ClientSession() as session:
        headers = {"Authorization": f"Bot {server.token}"}
        async with session.get(server.api_url + APPLICATION, headers=headers) as response:
            found = await response.json()
    server.fail("GET", APPLICATION, status=200, times=None, json={**found, **changes})


def bad(said: list[str]) -> list[str]:
    return [line for line in said if line.startswith("✗ ")]


async def test_all_is_well(server, settings):
    await synced(settings)
    code, said = await run(settings)
    assert code == 0
    assert all(line.startswith("✓ ") and "\n" not in line for line in said)
    assert "✓ Token: Discord knows this bot as Tokki." in said
    assert f"✓ Application id: {server.application_id}" in said
    assert any(install_link(server.application_id) in line for line in said)
    assert "✓ Intents: Tokki needs no privileged one, and none is on." in said
    assert f"✓ Commands: Discord has all {len(payloads())}, as they should be." in said


async def test_it_only_looks(server, settings):
    await run(settings)
    assert {request.method for request in server.requests} == {"GET"}
    assert server.identifies == 0


async def test_no_token(tmp_path):
    code, said = await run(Settings(data_dir=tmp_path, discord_token=None))
    assert (code, len(said)) == (2, 1)
    assert said[0].startswith("✗ DISCORD_TOKEN is not set. docs/discord.md")


@pytest.mark.parametrize("token", ["wrong", "토큰", "two\nlines", " "])
async def test_a_wrong_token(server, tmp_path, token):
    settings = Settings(data_dir=tmp_path, discord_token=token, discord_api_url=server.api_url)
    code, (said,) = await run(settings)
    assert code == 2
    assert said.startswith("✗ Discord refuses DISCORD_TOKEN. Reset the token")
    assert PORTAL in said


@pytest.mark.parametrize("token", ["your-token-here", "5vzNcM6xnb1DnxowLlWoHCN7f52P5pWZ", "a.b"])
async def test_what_is_no_token_is_not_sent_to_discord(tmp_path, token):
    code, (said,) = await run(Settings(data_dir=tmp_path, discord_token=token))
    assert code == 2
    assert said.startswith("✗ DISCORD_TOKEN is not a bot's token. One has three parts")


async def test_a_word_before_the_token(server, tmp_path):
    token = f"Bot {server.token}"
    settings = Settings(data_dir=tmp_path, discord_token=token, discord_api_url=server.api_url)
    code, (said,) = await run(settings)
    assert code == 2
    assert "no spaces" in said and not server.requests


async def test_spaces_around_the_token_do_no_harm(server, tmp_path):
    token = f" {server.token}\n"
    settings = Settings(data_dir=tmp_path, discord_token=token, discord_api_url=server.api_url)
    assert "✓ Token" in (await run(settings))[1][0]


async def test_nothing_listens(server, tmp_path):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/api/v10"
        code, (said,) = await run(with_url(server, tmp_path, url))
    assert code == 2
    assert said.startswith(f"✗ Discord cannot be reached at {url}: ")
    assert "DISCORD_API_URL" in said


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (200, "✗ What answers at {url} is not Discord. Correct or remove DISCORD_API_URL."),
        (404, "✗ What answers at {url} is not Discord. Correct or remove DISCORD_API_URL."),
        (407, "✗ Discord refuses (error 407): Proxy Authentication Required"),
    ],
)
async def test_something_else_listens(server, tmp_path, unused_tcp_port, status, said):
    async def hello(_request: web.Request) -> web.Response:
        return web.Response(status=status, text="<h1>Hello</h1>\n", content_type="text/html")

    application = web.Application()
    application.router.add_get("/{path:.*}", hello)
    runner = web.AppRunner(application)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", unused_tcp_port).start()
        url = f"http://127.0.0.1:{unused_tcp_port}/api/v10"
        assert await run(with_url(server, tmp_path, url)) == (2, [said.format(url=url)])
    finally:
        await runner.cleanup()


async def test_discord_is_down(server, settings):
    server.fail("GET", "/users/@me", status=503, times=None)
    assert await run(settings) == (
        2,
        [
            "✗ Discord has trouble of its own (error 503). Try again later; "
            "discordstatus.com tells how it is."
        ],
    )


async def test_discord_does_not_answer(server, settings, monkeypatch):
    monkeypatch.setattr(checking, "_PATIENCE_S", 0.2)
    server.fail("GET", "/users/@me", status=200, delay_s=1)
    code, (said,) = await run(settings)
    assert code == 2
    assert said.startswith("✗ Discord does not answer in time.")


async def test_discord_refuses_in_the_middle(server, settings):
    server.fail("GET", COMMANDS, status=403, json={"message": "Missing Access", "code": 50001})
    code, said = await run(settings)
    assert code == 2
    assert said[0].startswith("✓ Token")
    assert bad(said) == ["✗ Discord refuses (error 403): Missing Access"]


async def test_before_the_first_sync(server, settings):
    code, said = await run(settings)
    assert code == 2
    assert bad(said) == [
        "✗ Commands: Discord has none yet. tokki run sends them when it first starts; "
        "tokki sync sends them now."
    ]


async def test_drift_in_words_with_its_fix(server, settings):
    await synced(settings)
    server.commands[0]["description"] = "Old"
    server.commands[1]["name"] = "ping"
    code, said = await run(settings)
    assert code == 2
    assert bad(said) == [
        "✗ Commands: /fillmask is missing on Discord. tokki sync puts it right.",
        "✗ Commands: Discord has /ping, which Tokki does not know. tokki sync puts it right.",
        "✗ Commands: /classify is not the same on Discord: description. tokki sync puts it right.",
    ]
    await synced(settings)
    assert (await run(settings))[0] == 0


async def test_in_korean(server, settings):
    await synced(settings)
    server.commands[0]["description"] = "Old"
    code, said = await run(settings, Language.KOREAN)
    assert code == 2
    assert bad(said) == [
        "✗ 명령: /분류 명령이 Discord에서는 달라요: 설명. tokki sync 명령으로 바로잡을 수 있어요."
    ]


async def test_privileged_intents_are_called_unneeded(server, settings):
    await synced(settings)
    await application_with(server, flags=(1 << 15) | (1 << 18))
    code, said = await run(settings)
    assert code == 0
    assert any("could be off: Server Members, Message Content" in line for line in said)


async def test_an_endpoint_takes_the_interactions_away(server, settings):
    await synced(settings)
    await application_with(server, interactions_endpoint_url="https://example.org/discord")
    code, said = await run(settings)
    assert code == 2
    assert "https://example.org/discord" in bad(said)[0]
    assert "General Information" in bad(said)[0]


async def test_the_ways_to_install(server, settings):
    await synced(settings)
    await application_with(server, bot_require_code_grant=True)
    code, said = await run(settings)
    assert (code, len(bad(said))) == (2, 1)
    assert "Requires OAuth2 Code Grant" in bad(said)[0]
    server.faults.clear()
    await application_with(server, integration_types_config={"0": {}})
    code, said = await run(settings)
    assert (code, bad(said)) == (0, [])
    assert any("User Install can be turned on" in line for line in said)
    server.faults.clear()
    await application_with(server, integration_types_config={"1": {}})
    code, said = await run(settings)
    assert code == 2
    assert "Turn on Guild Install" in bad(said)[0]
    assert not any(install_link(server.application_id) in line for line in said)


def test_the_link_asks_for_what_is_needed_and_no_more():
    link = urlsplit(install_link(123))
    assert (link.scheme, link.netloc, link.path) == ("https", "discord.com", "/oauth2/authorize")
    asked = parse_qs(link.query)
    assert asked["client_id"] == ["123"]
    assert asked["scope"] == ["bot applications.commands"]
    assert asked["permissions"] == [str(PERMISSIONS.value)]
    names = ("view_channel", "send_messages", "send_messages_in_threads", "attach_files")
    assert discord.Permissions(**dict.fromkeys(names, True)) == PERMISSIONS


PROBLEMS = (
    "check.token_odd",
    *("check.no_token", "run.discord_bad_token", "check.unreachable", "check.not_discord"),
    *("check.discord_down", "check.too_slow", "check.refused", "check.no_server_install"),
    *("check.code_grant", "check.endpoint", "check.commands_none", "check.command_missing"),
    *("check.command_unknown", "check.command_differs"),
)


@pytest.mark.parametrize("key", PROBLEMS)
@pytest.mark.parametrize("language", Language)
def test_the_guide_has_every_problem(key, language):
    guide = (ROOT / "docs" / "discord.md").read_text("utf-8")
    first_sentence = sentences(language)[key].split(". ")[0].split("요 ")[0]
    literal = re.split(r"\{[^}]+\}", first_sentence)
    assert max(literal, key=len).strip(" .:()") in guide
