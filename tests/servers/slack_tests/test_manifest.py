"""What a manifest opens and closes."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from tests.servers.slack_server import LoopbackSlack
from tests.servers.slack_tests.bot import app_of, running

MANIFEST: dict[str, Any] = {
    "display_information": {"name": "Tokki"},
    "features": {
        "app_home": {"home_tab_enabled": True},
        "slash_commands": [{"command": "/hi", "description": "Say hi"}],
        "shortcuts": [
            {"name": "Hi", "type": "message", "callback_id": "hi", "description": "Say hi"}
        ],
    },
    "oauth_config": {"scopes": {"bot": ["commands"]}},
    "settings": {
        "event_subscriptions": {"bot_events": ["app_home_opened"]},
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}


@pytest.fixture
def slack(slack: LoopbackSlack) -> LoopbackSlack:
    slack.manifest = MANIFEST
    return slack


async def test_people_are_offered_what_it_has(slack: LoopbackSlack) -> None:
    app = app_of(slack)

    @app.command("/hi")
    @app.shortcut("hi")
    async def hi(ack: Any, respond: Any) -> None:
        await ack()
        await respond("hi")

    mina, general = slack.add_person("mina"), slack.add_channel("general")
    async with running(slack, app):
        await (await mina.command(general, "/hi")).answered()
        written = await mina.write(general, "hello")
        await (await mina.shortcut(general, "hi", written)).answered()
        with pytest.raises(AssertionError, match=r"no '/bye' among its slash_commands: \['/hi'\]"):
            await mina.command(general, "/bye")
        with pytest.raises(AssertionError, match="no 'hi' among its shortcuts"):
            await mina.global_shortcut("hi")


async def test_the_bot_may_do_what_it_asks_for(slack: LoopbackSlack) -> None:
    channel, client = slack.add_channel("general"), app_of(slack).client
    with pytest.raises(SlackApiError, match="missing_scope"):
        await client.chat_postMessage(channel=channel.id, text="x")
    assert slack.add_team("Other").token.scopes == {"commands"}
    assert slack.world.happen(slack.team, {"type": "team_rename"}) is None


@pytest.mark.parametrize(
    ("section", "name", "method", "error"),
    [
        ("features", "app_home", "views.publish", "not_enabled"),
        ("settings", "socket_mode_enabled", "apps.connections.open", "socket_mode_not_enabled"),
    ],
)
async def test_what_is_off(
    slack: LoopbackSlack, section: str, name: str, method: str, error: str
) -> None:
    part = {key: value for key, value in MANIFEST[section].items() if key != name}
    slack.manifest = {**MANIFEST, section: part}
    client, mina = app_of(slack).client, slack.add_person("mina")
    if method.startswith("apps"):
        client.token = slack.app_token
    with pytest.raises(SlackApiError, match=error):
        await client.api_call(method, data={"user_id": mina.id})
