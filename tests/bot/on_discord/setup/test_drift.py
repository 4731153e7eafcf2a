"""What `tokki check` says of the commands that Discord has."""

import copy

import pytest

from bot.on_discord.setup.commands import payloads
from bot.on_discord.setup.drift import differences
from handlers.table import Bilingual


def as_listed(command: dict, number: int) -> dict:
    """A command as Discord lists it: ids, defaults filled in, other defaults left out."""
    listed = copy.deepcopy(command)
    listed |= {"id": str(number), "application_id": "1", "version": str(number + 1)}
    listed |= {"nsfw": False, "dm_permission": True, "name_localized": "x"}
    allowed = listed["default_member_permissions"]
    listed["default_member_permissions"] = None if allowed is None else str(allowed)
    listed["contexts"] = list(reversed(listed["contexts"]))
    listed.setdefault("description", "")
    listed.setdefault("description_localizations", None)
    if options := as_listed_options(listed.pop("options", [])):
        listed["options"] = options
    return listed


def as_listed_options(options: list[dict]) -> list[dict]:
    for option in options:
        if "options" in option:
            option["options"] = as_listed_options(option["options"])
        if not option.get("required", True):
            del option["required"]
        if "choices" in option:
            option["choices"].reverse()
        else:
            option["autocomplete"] = option.get("autocomplete", False)
    return options


@pytest.fixture
def listed() -> list[dict]:
    return [as_listed(command, 10 * n) for n, command in enumerate(reversed(payloads()), 1)]


def find(listed: list[dict], name: str) -> dict:
    return next(command for command in listed if command["name"] == name)


def option(command: dict, name: str) -> dict:
    return next(one for one in command["options"] if one["name"] == name)


def said(listed: list[dict]) -> list[Bilingual]:
    return differences(payloads(), listed)


def test_what_was_just_sent_is_no_drift(listed):
    assert said(listed) == []


def test_what_was_sent_but_not_answered_for_is_no_drift():
    assert said(copy.deepcopy(payloads())) == []


def test_what_discord_may_add_one_day_is_no_drift(listed):
    for command in listed:
        command["shiny"] = True
        for one in command.get("options", ()):
            one["shiny"] = True
    assert said(listed) == []


def test_a_missing_and_an_unknown_command(listed):
    listed.remove(find(listed, "classify"))
    listed.append({"id": "1", "name": "ping", "description": "Pong"})
    assert said(listed) == [
        Bilingual("/classify is missing on Discord.", "/분류 명령이 Discord에 없어요."),
        Bilingual(
            "Discord has /ping, which Tokki does not know.",
            "Discord에 토끼가 모르는 /ping 명령이 있어요.",
        ),
    ]


def test_a_slash_command_does_not_pass_for_a_menus_entry(listed):
    find(listed, "Classify")["type"] = 2
    english = [each.en for each in said(listed)]
    assert english == [
        "“Classify” is missing on Discord.",
        "Discord has “Classify”, which Tokki does not know.",
    ]


@pytest.mark.parametrize(
    ("key", "value", "part"),
    [
        ("name_localizations", {"ko": "나누기"}, "Korean name"),
        ("name_localizations", None, "Korean name"),
        ("description", "Old", "description"),
        ("description_localizations", {}, "Korean description"),
        ("default_member_permissions", "0", "who may use it"),
        ("contexts", None, "where it can be used"),
        ("integration_types", [1], "where it can be used"),
        ("nsfw", True, "age restriction"),
    ],
)
def test_each_part_of_a_command(listed, key, value, part):
    find(listed, "classify")[key] = value
    (found,) = said(listed)
    assert found.en == f"/classify is not the same on Discord: {part}."
    assert found.ko.startswith("/분류 명령이 Discord에서는 달라요: ")


def test_a_permission_that_is_gone_on_discord(listed):
    find(listed, "settings")["default_member_permissions"] = None
    assert [each.en for each in said(listed)] == [
        "/settings is not the same on Discord: who may use it."
    ]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("type", 3),
        ("description", "Old"),
        ("name_localizations", {"ko": "수"}),
        ("required", True),
        ("min_value", 0),
        ("max_value", 99),
        ("autocomplete", True),
        ("choices", [{"name": "1", "value": 1}]),
    ],
)
def test_each_part_of_an_option(listed, key, value):
    option(find(listed, "classify"), "top")[key] = value
    (found,) = said(listed)
    assert found.en == "/classify is not the same on Discord: option top."
    assert found.ko == "/분류 명령이 Discord에서는 달라요: 옵션 개수."


def test_the_words_and_values_of_choices(listed):
    choice = option(find(listed, "settings"), "may")["choices"][0]
    choice["name_localizations"] = None
    assert "option may" in said(listed)[0].en
    choice["name_localizations"] = {"ko": "원래대로"}
    assert said(listed) == []
    choice["value"] = "other"
    assert "option may" in said(listed)[0].en


def test_several_things_at_once_are_one_sentence(listed):
    classify = find(listed, "classify")
    classify["description"] = "Old"
    classify["contexts"] = classify["integration_types"] = [0]
    classify["options"] = [classify["options"][0], {"type": 3, "name": "old", "description": "x"}]
    assert [each.en for each in said(listed)] == [
        "/classify is not the same on Discord: description, where it can be used, "
        "option old is one too many, option file is missing, option pair is missing, "
        "option model is missing, option top is missing."
    ]
