"""Several workspaces: how they install Tokki, and what is kept of it."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from cryptography.fernet import Fernet
from slack_bolt.async_app import AsyncApp
from slack_sdk.oauth.installation_store.models.installation import Installation

from bot.on_slack.connection.http_routes import events_route, page_routes
from bot.on_slack.connection.paths import EVENTS_PATH, INSTALL_PATH, REDIRECT_PATH
from bot.on_slack.connection.web_api import web_client
from bot.on_slack.installs.installs import FILE, Installs, installs
from bot.on_slack.installs.vault import Vault, open_vault
from bot.web_server import WebServer
from handlers.people.presence import Presence
from storage.database import Database
from storage.errors import DatabaseBroken
from tests.servers.slack_server import LoopbackSlack, Team
from tests.waiting import until

COOKIE = "slack-app-oauth-state"
REINSTALL = "Please install it again."


@pytest.fixture
async def slack() -> AsyncIterator[LoopbackSlack]:
    async with LoopbackSlack() as server:
        server.world.postman.retry_delays_s = (0, 0, 0)
        yield server


@dataclass
class Place:
    """The app with its pages, and a browser before it."""

    slack: LoopbackSlack
    installed: Installs
    http: WebServer
    browser: aiohttp.ClientSession
    data_dir: Path
    database: Database

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.http.port}"

    async def begin(self, team: Team | None = None) -> tuple[str, str]:
        """Open the page and press the button; return Slack's way back and the cookie."""
        async with self.browser.get(f"{self.address}{INSTALL_PATH}") as response:
            assert response.status == 200
            link = unescape(re.search(r'href="(http[^"]+)"', await response.text())[1])
            state = response.cookies[COOKIE].value
        link += f"&redirect_uri={self.address}{REDIRECT_PATH}"
        if team:
            link += f"&team={team.id}"
        async with self.browser.get(link, allow_redirects=False) as response:
            return response.headers["Location"], state

    async def come_back(self, location: str, state: str | None) -> tuple[int, str]:
        headers = {"Cookie": f"{COOKIE}={state}"} if state else {}
        async with self.browser.get(location, headers=headers) as response:
            return response.status, await response.text()

    async def install(self, team: Team | None = None) -> None:
        status, page = await self.come_back(*await self.begin(team))
        assert status == 200, page

    def raw(self) -> bytes:
        """Return every byte on the disk, the log of SQLite included."""
        return b"".join(path.read_bytes() for path in self.data_dir.glob(f"{FILE}*"))

    async def tokens(self) -> dict[str, str]:
        bots, _ = await self.installed.bots()
        return {str(bot.team_id): bot.bot_token for bot in bots}


@contextlib.asynccontextmanager
async def opened(slack: LoopbackSlack, folder: Path, vault: Vault) -> AsyncIterator[Place]:
    web = web_client(None, slack.api_url)
    database = await Database.open(folder / "tokki.sqlite3")
    keeping = installs(
        folder / FILE,
        vault,
        web,
        client_id=slack.world.client_id,
        client_secret=slack.world.client_secret,
        redirect_url=None,
        presence=Presence(database.departures),
    )
    closing = contextlib.AsyncExitStack()
    closing.push_async_callback(database.close)
    async with closing, keeping as installed, aiohttp.ClientSession() as browser:
        app = AsyncApp(
            client=web,
            signing_secret=slack.signing_secret,
            authorize=installed,
            oauth_flow=installed.flow,
            user_facing_authorize_error_message=REINSTALL,
        )
        installed.listen(app)

        @app.command("/where")
        async def where(ack, client, command):
            await ack()
            team = (await client.auth_test())["team"]
            await client.chat_postMessage(channel=command["channel_id"], text=team)

        http = WebServer("127.0.0.1", 0)
        http.add_routes([*page_routes(installed.flow), events_route(app, slack.signing_secret)])
        await http.start()
        slack.deliver_to(f"http://127.0.0.1:{http.port}{EVENTS_PATH}")
        try:
            yield Place(slack, installed, http, browser, folder, database)
        finally:
            await http.close()


@pytest.fixture
async def place(slack: LoopbackSlack, tmp_path: Path) -> AsyncIterator[Place]:
    async with opened(slack, tmp_path, open_vault(None, tmp_path)) as place:
        yield place


async def where(slack: LoopbackSlack, team: Team) -> str:
    person, channel = slack.add_person("mina", team=team), slack.add_channel("general", team)
    asked = await person.command(channel, "/where")
    return (await asked.answered()).text


async def test_two_workspaces_install_it_and_each_has_its_own_token(slack, place):
    other = slack.add_team("Other")
    for team in (slack.team, other):
        await place.install(team)
    assert await place.tokens() == {t.id: t.bot_token for t in (slack.team, other)}
    assert [await where(slack, team) for team in (slack.team, other)] == [
        slack.team.name,
        "Other",
    ]


async def test_the_page_asks_for_the_scopes_of_the_manifest_and_no_more(slack, place):
    location = place.installed.flow.settings.authorize_url_generator.generate("s")
    query = parse_qs(urlsplit(location).query)
    assert "commands" in query["scope"][0].split(",")
    assert "user_scope" not in query
    async with place.browser.get(f"{place.address}{INSTALL_PATH}?team=%22%3E<script>") as response:
        assert "<script>" not in await response.text()
        assert response.headers["X-Frame-Options"] == "DENY"
        assert response.headers["Cache-Control"] == "no-store"
        cookie = response.cookies[COOKIE]
        assert cookie["secure"]
        assert cookie["httponly"]


async def test_an_acknowledgement_waits_for_no_answer_of_slacks(slack, place):
    await place.install()
    slack.fail("auth.test", held=asyncio.Event())
    mina, general = slack.add_person("mina"), slack.add_channel("general")
    asked = await mina.command(general, "/where")
    await asked.acknowledged()


async def test_who_has_not_installed_it_is_told(slack, place):
    mina, general = slack.add_person("mina"), slack.add_channel("general")
    asked = await mina.command(general, "/where")
    assert (await asked.answered()).text == REINSTALL


async def test_a_state_of_somebody_else(slack, place):
    location, _ = await place.begin()
    _, another = await place.begin()
    for cookie in (None, another, "x"):
        status, _ = await place.come_back(location, cookie)
        assert status == 400
    assert await place.tokens() == {}


async def test_a_state_that_nobody_has_issued(place):
    location, state = await place.begin()
    status, page = await place.come_back(location.replace(state, "made-up"), "made-up")
    assert (status, "invalid_state" in page) == (401, True)
    assert await place.tokens() == {}


async def test_a_state_is_good_once_also_at_the_same_time(place):
    location, state = await place.begin()
    came = await asyncio.gather(*(place.come_back(location, state) for _ in range(5)))
    assert sorted(status for status, _ in came) == [200, 401, 401, 401, 401]


async def test_a_look_ahead_does_not_use_it_up(place):
    location, state = await place.begin()
    async with place.browser.head(location, headers={"Cookie": f"{COOKIE}={state}"}) as response:
        assert response.status == 405
    assert (await place.come_back(location, state))[0] == 200


async def test_states_that_nobody_came_back_with_do_not_pile_up(place, monkeypatch):
    states = place.installed.flow.settings.state_store
    monkeypatch.setattr(states._store, "expiration_seconds", -1)
    for _ in range(5):
        await place.begin()
    assert len(await states._file.rows(states._store.oauth_states)) == 1


async def test_a_state_that_is_too_old(place, monkeypatch):
    states = place.installed.flow.settings.state_store
    monkeypatch.setattr(states._store, "expiration_seconds", -1)
    status, page = await place.come_back(*await place.begin())
    assert (status, "invalid_state" in page) == (401, True)


async def test_a_code_that_slack_does_not_know(place):
    location, state = await place.begin()
    status, page = await place.come_back(re.sub("code=[^&]*", "code=stolen", location), state)
    assert (status, "invalid_code" in page) == (401, True)
    assert await place.tokens() == {}


async def test_somebody_changes_their_mind(place):
    _, state = await place.begin()
    location = f"{place.address}{REDIRECT_PATH}?error=<b>access_denied&state={state}"
    status, page = await place.come_back(location, state)
    assert (status, "access_denied" in page, "<b>" in page) == (200, True, False)


KOREAN = {"Accept-Language": "ko-KR,ko;q=0.9,en-US;q=0.8"}


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("", "en"),
        ("ko", "ko"),
        ("ko-KR,ko;q=0.9,en-US;q=0.8", "ko"),
        ("en-GB;q=0.7, ko;q=0.8", "ko"),
        ("fr, ko;q=0.1, *;q=0.5", "ko"),
        ("ko;q=0", "en"),
        ("ko;q=x, de;;,,;q=", "en"),
    ],
)
async def test_pages_are_in_the_language_of_the_browser(place, said, language):
    async with place.browser.get(
        f"{place.address}{INSTALL_PATH}", headers={"Accept-Language": said}
    ) as response:
        page = await response.text()
    assert f'<html lang="{language}">' in page
    assert ("Slack에 추가" in page) == (language == "ko")


async def test_the_end_of_an_installation_is_told_in_korean_too(place):
    location, state = await place.begin()
    headers = KOREAN | {"Cookie": f"{COOKIE}={state}"}
    for status, words in ((200, "토끼를 설치했어요"), (401, "이미 쓴 링크")):
        async with place.browser.get(location, headers=headers) as response:
            assert (response.status, words in await response.text()) == (status, True)


async def test_a_cancelled_installation_is_told_in_words(place):
    location = f"{place.address}{REDIRECT_PATH}?error=access_denied"
    async with place.browser.get(location, headers=KOREAN) as response:
        assert "취소했어요" in await response.text()


async def test_nobody_writes_lines_into_the_log(place, caplog):
    location, state = await place.begin()
    forged = re.sub("code=[^&]*", "code=x%0A2026-01-01%20ERROR%20all%20is%20lost", location)
    status, _ = await place.come_back(forged, state)
    assert status == 400
    assert "all is lost" not in caplog.text


async def test_slack_cannot_be_reached_while_installing(slack, place, caplog):
    location, state = await place.begin()
    slack.fail("oauth.v2.access", cuts=True, times=None)
    status, page = await place.come_back(location, state)
    assert (status, "Slack cannot be reached" in page) == (502, True)


async def test_an_installation_that_cannot_be_kept(place, monkeypatch, caplog):
    async def full(_installation):
        raise DatabaseBroken(path="x")

    location, state = await place.begin()
    monkeypatch.setattr(place.installed.flow.settings.installation_store, "async_save", full)
    status, page = await place.come_back(location, state)
    assert (status, "Try again" in page) == (503, True)


async def test_no_secret_reaches_the_disk(slack, place):
    await place.install()
    secrets = {
        "bot_token": "xoxb-sesame",
        "bot_refresh_token": "xoxe-1-sesame",
        "user_token": "xoxp-sesame",
        "user_refresh_token": "xoxe-2-sesame",
        "incoming_webhook_url": "https://hooks.slack.com/services/sesame",
        "incoming_webhook_configuration_url": "https://x.slack.com/services/sesame",
    }
    kept = Installation(team_id="T9", user_id="U9", bot_id="B9", bot_user_id="U8", app_id="A9")
    for name, value in secrets.items():
        setattr(kept, name, value)
    store = place.installed.flow.settings.installation_store
    await store.async_save(kept)
    await store.async_save_bot(kept.to_bot())
    raw = place.raw()
    assert slack.bot_token.encode() not in raw
    assert b"sesame" not in raw
    assert b"xox" not in raw
    assert b"T9" in raw
    found = await store.async_find_installation(enterprise_id=None, team_id="T9")
    assert {name: getattr(found, name) for name in secrets} == secrets
    mine = await store.async_find_installation(enterprise_id=None, team_id="T9", user_id="U9")
    assert mine.bot_token == "xoxb-sesame"
    assert kept.bot_token == "xoxb-sesame", "the caller's own copy stays as it was"


async def test_what_was_installed_is_there_after_a_restart(slack, tmp_path):
    async with opened(slack, tmp_path, open_vault(None, tmp_path)) as place:
        await place.install()
    async with opened(slack, tmp_path, open_vault(None, tmp_path)) as place:
        assert await where(slack, slack.team) == slack.team.name


async def test_a_lost_key_asks_for_a_new_installation_and_breaks_nothing(slack, tmp_path, caplog):
    async with opened(slack, tmp_path, open_vault(None, tmp_path)) as place:
        await place.install()
    async with opened(slack, tmp_path, Vault(Fernet.generate_key().decode())) as place:
        assert await place.installed.bots() == ([], 1)
        assert await place.installed.communities() == {f"slack:{slack.team.id}"}
        mina, general = slack.add_person("mina"), slack.add_channel("general")
        asked = await mina.command(general, "/where")
        assert (await asked.answered()).text == REINSTALL
        assert "encrypted with another key" in caplog.text
        await place.install()
        assert await where(slack, slack.team) == slack.team.name
        assert (await place.installed.bots())[1] == 0


async def until_gone(place: Place, team: Team) -> None:
    async def is_gone() -> bool:
        return team.id not in await place.tokens()

    await until(is_gone, f"{team.name} is forgotten")


async def test_a_workspace_that_takes_it_out_is_forgotten_and_may_come_back(slack, place):
    other = slack.add_team("Other")
    await place.install(slack.team)
    await place.install(other)
    slack.uninstall(other)
    await until_gone(place, other)
    assert await place.tokens() == {slack.team.id: slack.bot_token}
    store = place.installed.flow.settings.installation_store
    assert await store.async_find_installation(enterprise_id=None, team_id=other.id) is None
    departures = place.database.departures

    async def is_noted() -> bool:
        return await departures.left_at(f"slack:{other.id}") is not None

    await until(is_noted, "the clock over what it has runs")
    assert await departures.left_at(f"slack:{slack.team.id}") is None
    await place.install(other)
    assert await departures.left_at(f"slack:{other.id}") is None
    assert await where(slack, other) == "Other"


async def test_news_of_a_former_removal_do_not_undo_an_installation(slack, place, caplog):
    caplog.set_level("INFO")
    other = slack.add_team("Other")
    await place.install(other)
    slack.uninstall(other)
    await until_gone(place, other)
    await place.install(other)
    for delivery in slack.events:
        delivery.payload["event_time"] -= 60
        slack.redeliver(delivery)
    await until(
        lambda: caplog.text.count("installed the app again") == len(slack.events),
        f"{len(slack.events)} removals that are out of date",
        lambda: caplog.text,
    )
    assert await place.tokens() == {other.id: other.bot_token}


async def test_the_tokens_of_people_alone_are_no_removal(slack, place):
    await place.install()
    event = {"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": []}}
    context = type("Context", (), {"enterprise_id": None, "team_id": slack.team.id})()
    await place.installed._on_gone(event, {}, context)
    assert await place.tokens() == {slack.team.id: slack.bot_token}


async def test_installing_twice_leaves_one_workspace(slack, place):
    await place.install()
    await place.install()
    assert await place.tokens() == {slack.team.id: slack.bot_token}


async def test_another_app_in_the_same_file_is_not_ours(slack, place, tmp_path):
    await place.install()
    slack.world.client_id = "9.9"
    async with opened(slack, tmp_path, open_vault(None, tmp_path)) as other:
        assert await other.tokens() == {}


async def test_a_file_that_is_no_database(slack, tmp_path):
    (tmp_path / FILE).write_bytes(b"no database" * 100)
    with pytest.raises(DatabaseBroken):
        async with opened(slack, tmp_path, Vault(Fernet.generate_key().decode())):
            pass
