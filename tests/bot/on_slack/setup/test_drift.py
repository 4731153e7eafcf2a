import copy

import pytest

from bot.on_slack.setup.drift import differences, other_prefix
from bot.on_slack.setup.manifest import SCOPES, manifest
from handlers.types import Language

URL = "https://tokki.example/slack/events"
HTTP = manifest("tokki-", request_url=URL, socket_mode=False)


def said(wanted: dict, found: dict) -> list[str]:
    return [difference.en for difference in differences(wanted, found)]


def test_the_same_is_no_difference():
    for app in (manifest(), manifest("tokki-"), HTTP):
        assert differences(app, copy.deepcopy(app)) == []


def test_what_slack_fills_in_is_no_difference():
    app = manifest()
    for command in app["features"]["slash_commands"]:
        command.setdefault("should_escape", False)
        command.setdefault("usage_hint", "")
        command["url"] = "https://left.example/from/before"
    app["display_information"] |= {"name": "Hase", "background_color": "#000000"}
    app["features"]["bot_user"]["display_name"] = "hase"
    app["settings"]["hermes_app_type"] = "remote"
    app["features"]["shortcuts"].reverse()
    app["oauth_config"]["scopes"]["bot"].append("im:read")
    assert said(manifest(), app) == []


def test_over_http_every_address_has_to_be_there_wherever_it_is():
    app = copy.deepcopy(HTTP)
    for command in app["features"]["slash_commands"]:
        command["url"] = "https://elsewhere.example/slack/events"
    assert said(HTTP, app) == []
    del app["features"]["slash_commands"][0]["url"]
    del app["settings"]["interactivity"]["message_menu_options_url"]
    assert said(HTTP, app) == [
        "Not the same on Slack: commands /tokki-classify (request URL).",
        "Set otherwise on Slack: Options Load URL.",
    ]


def test_the_address_after_an_installation_has_to_be_among_those_of_the_app():
    wanted, app = manifest(redirect_url="https://t.example/r"), manifest()
    assert said(wanted, app) == ["Set otherwise on Slack: OAuth redirect URL."]
    app["oauth_config"]["redirect_urls"] = ["https://other.example/", "https://t.example/r"]
    assert said(wanted, app) == said(manifest(), app) == []


def test_shortcuts_go_by_their_callback_ids():
    app = manifest()
    first, second = app["features"]["shortcuts"]
    first["name"] = "Sort"
    wanted, second["callback_id"] = second["callback_id"], "message:other"
    assert said(manifest(), app) == [
        f"Missing on Slack: shortcuts {wanted}.",
        "Slack has what Tokki does not know: shortcuts message:other.",
        f"Not the same on Slack: shortcuts {first['callback_id']} (name).",
    ]


def test_scopes_and_settings():
    app = manifest()
    app["oauth_config"]["scopes"]["bot"] = ["commands", "chat:write"]
    app["settings"] |= {"socket_mode_enabled": False, "token_rotation_enabled": True}
    app["features"]["app_home"]["messages_tab_read_only_enabled"] = True
    missing = ", ".join(sorted(SCOPES.keys() - {"commands", "chat:write"}))
    assert said(manifest(), app) == [
        f"Missing on Slack: scopes {missing}.",
        "Set otherwise on Slack: Messages tab read-only, Socket Mode, token rotation.",
    ]


@pytest.mark.parametrize(
    "found",
    [
        {},
        {"features": None, "settings": [], "oauth_config": "x"},
        {"features": {"slash_commands": {}, "shortcuts": ["x"]}},
        {"settings": {"event_subscriptions": {"bot_events": "x"}}},
    ],
)
def test_an_empty_app_or_nonsense_is_all_missing(found):
    lines = said(manifest(), found)
    names = sorted(each["command"] for each in manifest()["features"]["slash_commands"])
    assert lines[0] == f"Missing on Slack: commands {', '.join(names)}."
    assert len(lines) == 5


def test_in_korean():
    app = manifest()
    app["features"]["slash_commands"][0] |= {"description": "Old", "usage_hint": "?"}
    (difference,) = differences(manifest(), app)
    assert difference.to(Language.KOREAN) == "Slack에서는 다른 명령: /classify (설명, 사용법)."


@pytest.mark.parametrize(
    ("ours", "theirs", "found"),
    [
        ("", "tokki-", "tokki-"),
        ("tokki-", "", ""),
        ("a-", "토끼-", "토끼-"),
        ("tokki-", "tokki-", None),
        ("a", "aa", "aa"),
    ],
)
def test_another_prefix_is_seen(ours, theirs, found):
    assert other_prefix(manifest(ours), manifest(theirs), ours) == found


def test_some_other_commands_are_no_other_prefix():
    assert (
        other_prefix(manifest(), {"features": {"slash_commands": [{"command": "/x"}]}}, "") is None
    )
    assert other_prefix(manifest(), {}, "") is None
    few = manifest("x-")
    del few["features"]["slash_commands"][3:]
    assert other_prefix(manifest(), few, "") is None
