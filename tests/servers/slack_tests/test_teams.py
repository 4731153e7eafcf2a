"""Several workspaces, and how the app comes to and leaves them."""

import asyncio
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack_server import LoopbackSlack
from tests.servers.slack_tests.bot import running

# slack_sdk 3.47 sends the app's own credentials by what aiohttp 3.14 calls deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")


def app_for_all(slack: LoopbackSlack) -> AsyncApp:
    """An app that knows a token for each workspace."""

    async def authorize(team_id: str, **_: Any) -> AuthorizeResult:
        team = slack.world.teams[team_id]
        return AuthorizeResult(enterprise_id=None, team_id=team_id, bot_token=team.bot_token)

    client = AsyncWebClient(base_url=slack.api_url)
    return AsyncApp(client=client, authorize=authorize, signing_secret=slack.signing_secret)


async def test_two_workspaces_by_one_connection(slack: LoopbackSlack) -> None:
    app = app_for_all(slack)

    @app.command("/where")
    async def where(ack: Any, client: Any, command: dict[str, Any]) -> None:
        await ack()
        team = (await client.auth_test())["team"]
        await client.chat_postMessage(channel=command["channel_id"], text=team)

    other = slack.add_team("Other")
    assert other.bot_token != slack.bot_token
    async with running(slack, app):
        for team in (slack.team, other):
            person = slack.add_person("mina", team=team)
            channel = slack.add_channel("general", team)
            asked = await person.command(channel, "/where")
            assert (await asked.answered()).text == team.name


async def test_workspaces_do_not_see_each_other(slack: LoopbackSlack) -> None:
    other = slack.add_team("Other")
    stranger = slack.add_person("mina", team=other)
    elsewhere = slack.add_channel("general", other)
    client = AsyncWebClient(slack.bot_token, base_url=slack.api_url)
    for call, error in (
        (client.users_info(user=stranger.id), "user_not_found"),
        (client.conversations_info(channel=elsewhere.id), "channel_not_found"),
        (client.chat_postMessage(channel=elsewhere.id, text="x"), "channel_not_found"),
        (client.views_publish(user_id=stranger.id, view={}), "user_not_found"),
    ):
        with pytest.raises(SlackApiError, match=error):
            await call


async def test_an_installation_by_code(slack: LoopbackSlack) -> None:
    other, world = slack.add_team("Other"), slack.world
    client = AsyncWebClient(base_url=slack.api_url)
    code = slack.authorize(other)
    access = {"client_id": world.client_id, "client_secret": world.client_secret}
    with pytest.raises(SlackApiError, match="bad_client_secret"):
        await client.oauth_v2_access(code=code, client_id=world.client_id, client_secret="x")
    answer = await client.oauth_v2_access(code=code, **access)
    assert answer["access_token"] == other.bot_token
    assert answer["team"] == {"id": other.id, "name": "Other"}
    assert "commands" in answer["scope"].split(",")
    with pytest.raises(SlackApiError, match="invalid_code"):
        await client.oauth_v2_access(code=code, **access)


async def test_the_page_where_an_app_is_installed(slack: LoopbackSlack) -> None:
    query = {
        "client_id": slack.world.client_id,
        "state": "s1",
        "team": slack.add_team("Other").id,
        "redirect_uri": "http://127.0.0.1:1/slack/oauth_redirect",
    }
    async with aiohttp.ClientSession() as session:
        url = f"{slack.world.address}/oauth/v2/authorize"
        async with session.get(url, params=query, allow_redirects=False) as response:
            assert response.status == 302
            back = parse_qs(urlsplit(response.headers["Location"]).query)
    assert back["state"] == ["s1"]
    assert slack.world.codes[back["code"][0]].name == "Other"


async def test_an_app_that_is_taken_out_is_told_and_gets_a_new_token(
    slack: LoopbackSlack,
) -> None:
    app, came = app_for_all(slack), asyncio.Queue[str]()

    @app.event("app_uninstalled")
    @app.event("tokens_revoked")
    async def gone(event: dict[str, Any]) -> None:
        await came.put(event["type"])

    other = slack.add_team("Other")
    old = other.bot_token
    async with running(slack, app):
        slack.uninstall(other)
        assert {await came.get(), await came.get()} == {"app_uninstalled", "tokens_revoked"}
    client = AsyncWebClient(old, base_url=slack.api_url)
    with pytest.raises(SlackApiError, match="account_inactive"):
        await client.auth_test()
    access = {"client_id": slack.world.client_id, "client_secret": slack.world.client_secret}
    answer = await client.oauth_v2_access(code=slack.authorize(other), **access)
    assert answer["access_token"] == other.bot_token != old
