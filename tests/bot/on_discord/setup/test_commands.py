"""The table as Discord gets it: all of it, within the limits, and as its types say."""

import copy
import json

import pytest
from jsonschema import Draft202012Validator

from bot.on_discord.setup.commands import fingerprint, payloads
from handlers.commands import COMMANDS, MESSAGE_ACTIONS
from handlers.table import Bilingual, Command, Kind, MessageAction, Option
from handlers.types import Role
from tests.servers.discord_server.checks.command import table_problems
from tests.servers.discord_server.checks.openapi import FILE

SLASH, MENU = 1, 3
STRING, INTEGER, MENTIONABLE = 3, 4, 9


async def _unused(_request, _services):
    raise AssertionError


def word(name: str) -> Bilingual:
    return Bilingual(name, f"{name}-ko")


def option(kind: Kind, **more: object) -> Option:
    return Option(word(str(kind)), word(f"A {kind}"), kind, **more)


def command(*options: Option, role: Role = Role.MEMBER) -> Command:
    return Command(word("try"), word("Try it"), _unused, options, role)


def sent(*options: Option, role: Role = Role.MEMBER) -> dict:
    (payload,) = payloads([command(*options, role=role)], [])
    return payload


def sent_option(kind: Kind, **more: object) -> dict:
    (found,) = sent(option(kind, **more))["options"]
    return found


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.name.en)
def test_every_command_is_there_in_both_languages(command):
    (found,) = [p for p in payloads() if (p["type"], p["name"]) == (SLASH, command.name.en)]
    assert found["name_localizations"] == {"ko": command.name.ko}
    assert found["description"] == command.description.en
    assert found["description_localizations"] == {"ko": command.description.ko}
    assert {o["name"]: o["name_localizations"] for o in found["options"]} == {
        o.name.en: {"ko": o.name.ko} for o in command.actions or command.options
    }


@pytest.mark.parametrize("action", MESSAGE_ACTIONS, ids=lambda a: a.name.en)
def test_every_message_action_is_there(action):
    (found,) = [p for p in payloads() if (p["type"], p["name"]) == (MENU, action.name.en)]
    assert found["name_localizations"] == {"ko": action.name.ko}
    assert not found.keys() & {"description", "description_localizations", "options"}


def test_nothing_else_is_there_and_slash_commands_come_in_the_order_of_the_table():
    names = [entry.name.en for entry in (*COMMANDS, *MESSAGE_ACTIONS)]
    assert [payload["name"] for payload in payloads()] == names


def test_all_is_within_the_limits():
    assert table_problems(payloads()) == []


def described(table: list[dict]) -> list[str]:
    """What Discord's own description does not allow of a table."""
    document = json.loads(FILE.read_text("utf-8"))
    path = "paths/~1applications~1{application_id}~1commands/put"
    where = f"#/{path}/requestBody/content/application~1json/schema"
    errors = Draft202012Validator({**document, "$ref": where}).iter_errors(table)
    return [f"{list(error.absolute_path)}: {error.message}" for error in errors]


def test_discords_own_description_takes_it():
    assert described(payloads()) == []


@pytest.mark.parametrize("change", [{"type": 9}, {"name": ""}, {"options": [{"type": STRING}]}])
def test_discords_own_description_does_not_take_everything(change):
    assert described([{**payloads()[0], **change}])


def test_a_text_has_lengths_that_discord_allows():
    found = sent_option(Kind.TEXT, maximum=100_000)
    assert (found["type"], found["min_length"], found["max_length"]) == (STRING, 1, 6000)
    found = sent_option(Kind.TEXT, minimum=2, maximum=40)
    assert (found["min_length"], found["max_length"]) == (2, 40)


def test_a_number_has_its_bounds():
    found = sent_option(Kind.INTEGER, minimum=0, maximum=100)
    assert (found["type"], found["min_value"], found["max_value"]) == (INTEGER, 0, 100)
    assert not sent_option(Kind.INTEGER).keys() & {"min_value", "max_value"}


def test_a_choice_is_shown_in_both_languages_and_sent_in_one():
    found = sent_option(Kind.CHOICE, choices=(Bilingual("start", "시작"),))
    assert found["type"] == STRING
    assert found["choices"] == [
        {"name": "start", "name_localizations": {"ko": "시작"}, "value": "start"}
    ]


def test_a_model_completes_and_a_name_is_short():
    model, name = sent_option(Kind.MODEL), sent_option(Kind.NAME)
    assert (model["type"], model["autocomplete"], model["max_length"]) == (STRING, True, 200)
    assert (name["type"], name["max_length"]) == (STRING, 32)


def test_free_text_may_be_left_out_for_the_form_and_what_is_required_comes_first():
    found = sent(
        option(Kind.TEXT, is_required=True, takes_free_text=True),
        option(Kind.INTEGER),
        option(Kind.NAME, is_required=True),
    )
    required = [(each["name"], each["required"]) for each in found["options"]]
    assert required == [("name", True), ("text", False), ("integer", False)]


@pytest.mark.parametrize(
    ("role", "permissions"),
    [(Role.MEMBER, None), (Role.MODERATOR, 1 << 13), (Role.ADMIN, 1 << 5)],
)
def test_the_least_role_becomes_the_default_permission(role, permissions):
    assert sent(role=role)["default_member_permissions"] == permissions
    (entry,) = payloads([], [MessageAction(word("Do"), command(role=role))])
    assert entry["default_member_permissions"] == permissions


def test_what_takes_a_role_is_for_servers_and_the_rest_for_everywhere():
    everywhere, here = sent(option(Kind.TEXT)), sent(option(Kind.GROUP))
    assert (everywhere["integration_types"], everywhere["contexts"]) == ([0, 1], [0, 1, 2])
    assert (here["integration_types"], here["contexts"]) == ([0], [0])
    assert here["options"][0]["type"] == MENTIONABLE
    assert [p["name"] for p in payloads() if p["contexts"] == [0]] == ["settings", "audit"]


def test_the_fingerprint_tells_a_change_and_nothing_else():
    before = payloads()
    after = copy.deepcopy(before)
    assert fingerprint(after) == fingerprint(before)
    assert fingerprint([dict(reversed(p.items())) for p in after]) == fingerprint(before)
    after[0]["options"][0]["description_localizations"]["ko"] += "."
    assert fingerprint(after) != fingerprint(before)
