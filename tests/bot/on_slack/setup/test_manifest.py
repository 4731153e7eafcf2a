"""The manifest holds to the limits of https://docs.slack.dev/reference/app-manifest."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from bot.on_slack.setup.drift import differences
from bot.on_slack.setup.manifest import (
    ENGLISH_ALONE,
    MOST_COMMANDS,
    SCOPES,
    as_json,
    manifest,
    open_link,
)
from handlers.commands import COMMANDS, MESSAGE_ACTIONS
from handlers.types import Language

URL = "https://tokki.example/slack/events"


@pytest.mark.parametrize(
    "app", [manifest(), manifest("tokki-", request_url=URL, socket_mode=False)]
)
def test_every_limit_is_kept(app: dict) -> None:
    display, features = app["display_information"], app["features"]
    assert 1 <= len(display["name"]) <= 35 and 1 <= len(display["description"]) <= 140
    assert 1 <= len(features["bot_user"]["display_name"]) <= 80
    commands, shortcuts = features["slash_commands"], features["shortcuts"]
    assert 1 <= len(commands) <= MOST_COMMANDS and 1 <= len(shortcuts) <= 10
    for command in commands:
        assert re.fullmatch(r"/[\w-]{1,31}", command["command"])
        assert command["command"] == command["command"].lower()
        assert 1 <= len(command["description"]) <= 2_000
        assert 1 <= len(command.get("usage_hint", "x")) <= 1_000
    for shortcut in shortcuts:
        assert 1 <= len(shortcut["name"]) <= 24 and 1 <= len(shortcut["callback_id"]) <= 255
        assert 1 <= len(shortcut["description"]) <= 150
    names = [command["command"] for command in commands]
    assert len(set(names)) == len(names)


def test_every_command_is_there_in_both_languages_but_those_that_find_no_room() -> None:
    names = {command["command"] for command in manifest("tokki-")["features"]["slash_commands"]}
    korean = {c.name.ko for c in COMMANDS if c.name.en not in ENGLISH_ALONE}
    assert names == {f"/tokki-{name}" for name in korean | {c.name.en for c in COMMANDS}}
    assert len(COMMANDS) * 2 - len(ENGLISH_ALONE) <= MOST_COMMANDS
    english = manifest(languages=(Language.ENGLISH,))["features"]["slash_commands"]
    assert [c["command"] for c in english] == [f"/{c.name.en}" for c in COMMANDS]


def test_usage_hints_show_the_grammar() -> None:
    hints = {c["command"]: c.get("usage_hint") for c in manifest()["features"]["slash_commands"]}
    assert hints["/classify"] == "[text] [pair:…] [model:…] [top:1–100]"
    assert hints["/분류"] == "[글] [짝:…] [모델:…] [개수:1–100]"
    assert hints["/finetune"].startswith(
        "[model:…] [epochs:1–50] [name:…] [recipe:auto|full|head|trainer|loop] [dataset:…]"
    )
    assert hints["/settings"].startswith(
        "[who:…] [may:member|moderator|admin|asker|shut_out|permissions] [limit:days|"
    )
    assert hints["/models"] is None


def test_only_mentions_where_somebody_is_named_are_turned_into_ids() -> None:
    commands = manifest()["features"]["slash_commands"]
    escaping = [c["command"] for c in commands if c.get("should_escape")]
    assert sorted(escaping) == ["/audit", "/settings", "/설정"]


def test_every_message_action_is_a_shortcut() -> None:
    shortcuts = manifest()["features"]["shortcuts"]
    assert [s["callback_id"] for s in shortcuts] == [
        f"message:{action.command.name.en}" for action in MESSAGE_ACTIONS
    ]
    assert all(a.name.ko in s["name"] for a, s in zip(MESSAGE_ACTIONS, shortcuts, strict=True))


def test_socket_mode_needs_no_address() -> None:
    app = manifest()
    assert app["settings"]["socket_mode_enabled"] is True
    assert "url" not in as_json(app)


def test_http_has_its_address_everywhere() -> None:
    app = manifest(request_url=URL, redirect_url="https://t.example/r", socket_mode=False)
    assert app["settings"]["socket_mode_enabled"] is False
    assert app["settings"]["interactivity"] == {
        "is_enabled": True,
        "request_url": URL,
        "message_menu_options_url": URL,
    }
    assert app["settings"]["event_subscriptions"]["request_url"] == URL
    assert {c["url"] for c in app["features"]["slash_commands"]} == {URL}
    assert app["oauth_config"]["redirect_urls"] == ["https://t.example/r"]


def test_it_asks_for_little_and_says_why() -> None:
    assert manifest()["oauth_config"]["scopes"]["bot"] == list(SCOPES)
    assert not any(scope.endswith(":history") for scope in SCOPES)
    assert all(reason.en and reason.ko for reason in SCOPES.values())


@pytest.mark.parametrize("prefix", ["Tokki-", "a b", "/x", "토끼!"])
def test_a_prefix_must_be_part_of_a_name(prefix: str) -> None:
    with pytest.raises(ValueError, match="prefix"):
        manifest(prefix)


def test_a_prefix_that_is_too_long_is_told() -> None:
    with pytest.raises(ValueError, match="longer than 32"):
        manifest("x" * 24)


def test_http_without_an_address_is_told() -> None:
    with pytest.raises(ValueError, match="request URL"):
        manifest(socket_mode=False)


def test_the_link_carries_the_manifest() -> None:
    app = manifest()  # with a prefix before each name it may have to be pasted
    link = urlsplit(open_link(app))
    query = parse_qs(link.query, strict_parsing=True)
    assert link.hostname == "api.slack.com" and query["new_app"] == ["1"]
    carried = yaml.safe_load(query["manifest_yaml"][0])
    assert json.loads(as_json(app)) == app
    assert differences(app, carried) == []  # though it has no room for all hints
    for command in app["features"]["slash_commands"]:
        command.pop("usage_hint", None)
    assert carried == app
    assert open_link(app).isascii()


def test_a_link_is_never_too_long_for_a_server() -> None:
    app = manifest("x" * 20, request_url=f"https://tokki.example/{'x' * 500}", socket_mode=False)
    assert open_link(app) == "https://api.slack.com/apps?new_app=1"
    assert len(open_link(manifest("토끼-"))) <= 8_192


def test_many_actions_are_hinted_at_by_their_names() -> None:
    hints = {c["command"]: c.get("usage_hint") for c in manifest()["features"]["slash_commands"]}
    assert hints["/dataset"].startswith("create | list | show | add")
    assert hints["/데이터셋"].startswith("만들기 | 목록 | 보기 | 넣기")
