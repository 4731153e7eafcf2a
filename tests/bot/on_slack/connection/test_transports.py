"""The whole door by HTTP, and for several workspaces; by Socket Mode see the other files."""

import asyncio
import contextlib
import re
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

import aiohttp
import pytest
from cryptography.fernet import Fernet

from bot.app import App
from bot.doors import DoorClosed
from bot.on_slack.connection.door import serve
from bot.on_slack.connection.paths import EVENTS_PATH, INSTALL_PATH, REDIRECT_PATH
from bot.on_slack.installs.vault import KEY_FILE
from bot.settings import Settings
from bot.web_server import WebServer
from handlers.types import Language
from tests.handlers.conftest import running
from tests.servers.slack_server import LoopbackSlack, Person, Team
from tests.waiting import until


@dataclass
class Door:
    """Tokki's door, open."""

    server: LoopbackSlack
    address: str
    said: list[str] = field(default_factory=list)

    async def install(self, team: Team) -> None:
        """Do what an administrator does in a browser."""
        async with aiohttp.ClientSession() as browser:
            async with browser.get(f"{self.address}{INSTALL_PATH}") as page:
                link = unescape(re.search(r'href="(http[^"]+)"', await page.text())[1])
                cookie = page.headers["Set-Cookie"].split(";")[0]
            back = f"&team={team.id}&redirect_uri={self.address}{REDIRECT_PATH}"
            async with browser.get(link + back, allow_redirects=False) as agreed:
                location = agreed.headers["Location"]
            async with browser.get(location, headers={"Cookie": cookie}) as page:
                assert page.status == 200, await page.text()

    async def answer(self, person: Person, command: str, text: str = "") -> str:
        team = person.team
        channel = next(iter(team.channels.values()), None)
        channel = channel or self.server.add_channel("general", team)
        asked = await person.command(channel, command, text)
        return (await asked.answered()).text_shown


@pytest.fixture
def opened(server: LoopbackSlack, tmp_path: Path, checkpoints: Path):
    @contextlib.asynccontextmanager
    async def opened(**settings: object) -> AsyncIterator[Door]:
        port = free_port()
        known = Settings(
            data_dir=tmp_path, slack_api_url=server.api_url, http_port=port, **settings
        )
        door, stop = Door(server, f"http://127.0.0.1:{port}"), asyncio.Event()
        async with running(tmp_path, checkpoints) as bot:
            web_server = WebServer(known.http_host, known.http_port)
            app = App(bot.dispatcher, bot.services, bot.services.others, web_server, lambda: None)
            serving = asyncio.create_task(
                serve(app, known, Language.ENGLISH, stop, door.said.append)
            )
            try:
                await ready(serving, door)
                if known.slack_app_token is None:
                    deliver(server, f"{door.address}{EVENTS_PATH}")
                yield door
            finally:
                stop.set()
                await serving

    return opened


def deliver(server: LoopbackSlack, url: str) -> None:
    if server.http:
        server.http.url = url
    else:
        server.deliver_to(url)


async def ready(serving: "asyncio.Task[None]", door: Door) -> None:
    await until(lambda: door.said or serving.done(), "the door says that it is ready, or ends")
    if serving.done():
        await serving


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture
def by_http(server: LoopbackSlack) -> dict[str, str]:
    return {"slack_signing_secret": server.signing_secret}


@pytest.fixture
def for_all(server: LoopbackSlack) -> dict[str, str]:
    world = server.world
    return {"slack_client_id": world.client_id, "slack_client_secret": world.client_secret}


async def test_one_workspace_by_http(server, opened, by_http):
    mina = server.add_person("mina")
    async with opened(slack_bot_token=server.bot_token, **by_http) as door:
        assert server.http
        assert await server.http.challenge()
        assert "hello" in await door.answer(mina, "/tokenize", "hello")
        assert await mina.open_home()
        async with aiohttp.ClientSession() as session:
            async with session.get(f"{door.address}/healthz") as response:
                assert await response.text() == "ok"
            async with session.get(f"{door.address}{INSTALL_PATH}") as response:
                assert response.status == 404
    assert door.said[-1].startswith("Slack: finishing")


async def test_empty_variables_are_not_set(server, opened, by_http, monkeypatch):
    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"):
        monkeypatch.setenv(name, "")
    mina = server.add_person("mina")
    async with opened(slack_bot_token=server.bot_token, **by_http) as door:
        assert "hello" in await door.answer(mina, "/tokenize", "hello")


async def test_what_comes_twice_by_http_is_answered_once(server, opened, by_http):
    server.deliver_twice = True
    mina, channel = server.add_person("mina"), server.add_channel("general")
    async with opened(slack_bot_token=server.bot_token, **by_http):
        await (await mina.command(channel, "/classify", "hello")).answered()
        await until(lambda: len(server.http.statuses) == 2, "both deliveries are taken")
    assert server.http.statuses == [200, 200]
    assert len(channel.messages) == 1


async def test_a_forged_command_by_http_is_not_run(server, opened, by_http):
    mina, channel = server.add_person("mina"), server.add_channel("general")
    async with opened(slack_bot_token=server.bot_token, **by_http):
        server.forge_signature = True
        asked = await mina.command(channel, "/tokenize", "hello")
        await asked.settled()
        assert asked.error == "http_service_error"
    assert channel.messages == []


@pytest.mark.parametrize("transport", ["http", "socket"])
async def test_two_workspaces_know_nothing_of_each_other(
    server, opened, for_all, by_http, transport
):
    way = by_http if transport == "http" else {"slack_app_token": server.app_token}
    other = server.add_team("Other")
    mina, juno = server.add_person("mina"), server.add_person("juno", team=other)
    other.people[mina.id] = other.people.pop(juno.id)
    juno.id = mina.id  # whoever mixes the workspaces up takes them for one person
    async with opened(**for_all, **way) as door:
        assert "ready in 0 workspaces" in door.said[0]
        assert f"{door.address}{INSTALL_PATH}" in door.said[0]
        for team in (server.team, other):
            await door.install(team)
        await door.answer(mina, "/classify", "sunshine")
        await door.answer(juno, "/classify", "moonlight")
        mine, theirs = await door.answer(mina, "/history"), await door.answer(juno, "/history")
        assert "sunshine" in mine and "moonlight" not in mine
        assert "moonlight" in theirs and "sunshine" not in theirs
    async with opened(**for_all, **way) as door:
        assert "ready in 2 workspaces" in door.said[0]


async def test_what_a_guest_fills_in_belongs_to_the_workspace_of_the_app(server, opened, for_all):
    """By Slack Connect, somebody of another workspace fills in a form of this one."""
    other = server.add_team("Other")
    mina, channel = server.add_person("mina"), server.add_channel("general")
    async with opened(**for_all, slack_app_token=server.app_token) as door:
        for team in (server.team, other):
            await door.install(team)
        view = await (await mina.command(channel, "/classify")).opened()
        home, told = mina.team, view.json
        view.json = lambda: told() | {"app_installed_team_id": home.id}
        mina.team = other
        submitted = await mina.submit(view, {"option:text": "sunshine"})
        await submitted.until(lambda m: "sentiment@0" in m.text_shown)
        mina.team = home
        assert "sunshine" in await door.answer(mina, "/history")


async def test_one_workspace_that_revokes_its_token_takes_nobody_else_along(
    server, opened, for_all, by_http
):
    other = server.add_team("Other")
    mina, juno = server.add_person("mina"), server.add_person("juno", team=other)
    async with opened(**for_all, **by_http) as door:
        for team in (server.team, other):
            await door.install(team)
        server.revoke(other.bot_token)
        channel = server.add_channel("general", other)
        asked = await juno.command(channel, "/tokenize", "hello")
        await asked.acknowledged()
        assert "hello" in await door.answer(mina, "/tokenize", "hello")


async def test_a_workspace_without_an_installation_is_told_in_both_languages(
    server, opened, for_all, by_http
):
    mina = server.add_person("mina")
    async with opened(**for_all, **by_http) as door:
        told = await door.answer(mina, "/tokenize", "hello")
    assert "is not installed" in told
    assert "설치" in told


async def test_a_lost_key_is_said_at_the_start(server, opened, for_all, by_http):
    async with opened(**for_all, **by_http) as door:
        await door.install(server.team)
    key = Fernet.generate_key().decode()
    async with opened(**for_all, **by_http, secret_key=key) as door:
        await asyncio.sleep(0)
        assert "ready in 0 workspaces" in door.said[0]
        assert "1 workspace were encrypted with another key" in door.said[1]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"slack_client_id": "1.2", "slack_client_secret": None}, "SLACK_CLIENT_SECRET"),
        ({"secret_key": "short"}, "TOKKI_SECRET_KEY.*32 random bytes"),
        ({"slack_signing_secret": None}, "SLACK_APP_TOKEN"),
        ({"http_host": "192.0.2.1"}, "192.0.2.1 port .*TOKKI_HTTP_HOST"),
    ],
    ids=str,
)
async def test_a_setting_that_is_missing_or_wrong(opened, for_all, by_http, settings, words):
    with pytest.raises(DoorClosed, match=words):
        async with opened(**(for_all | by_http | settings)):
            pass


async def test_a_key_file_that_holds_no_key(opened, for_all, by_http, tmp_path):
    (tmp_path / KEY_FILE).write_text("oops")
    with pytest.raises(DoorClosed, match=KEY_FILE):
        async with opened(**for_all, **by_http):
            pass


@pytest.mark.parametrize("url", ["http://tokki.example/slack/oauth_redirect", "tokki", "ftp://x"])
def test_a_redirect_url_that_others_could_read(url):
    with pytest.raises(ValueError, match="https"):
        Settings(slack_redirect_url=url)
