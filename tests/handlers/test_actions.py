"""A command with actions: each is typed, completed, explained and allowed by itself."""

import pytest

from bot.on_discord.setup.commands import payloads
from bot.on_discord.setup.drift import differences
from bot.on_slack.setup.manifest import manifest
from bot.on_terminal.conversation import Conversation
from bot.on_terminal.user_input import CommandLine
from handlers.reading.completion import complete
from handlers.reading.grammar import parse
from handlers.types import Actor, Language, Role
from tests.bot.example_table import EXAMPLES, NOTES
from tests.bot.serving import lookups
from tests.handlers.conftest import ADMIN, running

__all__ = ["lookups"]

KOREAN = Actor("k", "k", Role.ADMIN, Language.KOREAN)
MEMBER = Actor("m", "m", Role.MEMBER, Language.ENGLISH)


@pytest.fixture
async def notes(tmp_path, checkpoints):
    async with running(tmp_path, checkpoints, table=EXAMPLES) as bot:
        yield bot


def texts(line, actor=ADMIN):
    return [each.text for each in complete(line, actor, EXAMPLES, lambda _: ())]


@pytest.mark.parametrize(
    ("line", "name", "options"),
    [
        ("/notes add milk and tea", "notes add", {"text": "milk and tea"}),
        ("/notes  ADD\nmilk", "notes add", {"text": "milk"}),
        ("/쪽지 더하기 우유", "notes add", {"text": "우유"}),
        ("/notes 세기 3", "notes count", {"top": "3"}),
        ("/notes count top:3", "notes count", {"top": "3"}),
        ("/notes count", "notes count", {}),
        ("/notes add count 3", "notes add", {"text": "count 3"}),
    ],
)
def test_the_first_word_says_which(line, name, options):
    parsed = parse(line, EXAMPLES)
    assert (parsed.command.full_name.en, parsed.options) == (name, options)


async def test_what_is_no_action_is_named_with_the_nearest(notes):
    reply = await notes.say("/notes ad milk")
    assert reply.error.code == "unknown_action"
    assert "add, count" in reply.text and "Did you mean add" in reply.text
    assert "더하기, 세기" in (await notes.korean().say("/쪽지 더하개")).text
    missing = await notes.say("/notes")
    assert missing.error.code == "action_missing" and "add, count" in missing.text
    assert await notes.code("/notes add") == "option_missing"
    assert await notes.code("/notes count text:x") == "unknown_option"


async def test_each_has_its_own_role(notes):
    member = notes.by("m")
    assert (await member.ok("/notes add milk")).text == "notes add: milk"
    assert await member.code("/notes count") == "role_moderator"
    moderator = notes.by("mod", Role.MODERATOR)
    assert (await moderator.ok("/notes count")).text == "notes count: 7"


async def test_at_the_terminal_a_command_is_looked_up_once(notes, lookups):
    conversation = Conversation(notes.dispatcher, ADMIN, notes.place, Language.ENGLISH)
    order = conversation.understand(CommandLine("/notes add milk"))
    assert (await conversation.answer(order, quiet)).text == "notes add: milk"
    assert lookups == ["find"]


async def quiet(_reply):
    pass


async def test_each_has_its_own_length(notes):
    conversation = Conversation(notes.dispatcher, ADMIN, notes.place, Language.ENGLISH)
    assert conversation.understand(CommandLine("/notes count")).is_long
    assert not conversation.understand(CommandLine("/notes add x")).is_long


def test_they_are_completed():
    assert texts("/no") == ["/notes "]
    assert texts("/notes ") == ["add ", "count "]
    assert texts("/notes c") == ["count "]
    assert texts("/notes ", MEMBER) == ["add "]
    assert texts("/쪽지 더", KOREAN) == ["더하기 "]
    assert texts("/notes count ") == ["top:"]
    assert texts("/notes add te") == ["text:"]
    assert texts("/notes nothing ") == []
    (only,) = complete("/notes co", ADMIN, EXAMPLES, lambda _: ())
    assert (only.start, only.description) == (-2, "Count the notes")


async def test_help_tells_of_each(notes):
    rows = (await notes.ok("/help")).table.rows
    assert [row[0] for row in rows] == ["/notes", "/read", "/help"]
    assert rows[0][1].endswith(": add, count")
    (first, *_) = (await notes.by("m").ok("/help")).table.rows
    assert first[1].endswith(": add")
    both = await notes.ok("/help notes")
    assert both.title == "/notes" and len(both.table.rows) == 2
    assert len((await notes.by("m").ok("/help notes")).table.rows) == 1
    one = await notes.ok("/help notes count")
    assert one.title == "/notes count [top]" and "Moderators" in one.text
    assert "/쪽지 세기" in one.text
    assert await notes.code("/help notes nothing") == "unknown_action"


def test_discord_has_them_as_subcommands_in_both_languages():
    command = payloads([NOTES], [])[0]
    add, count = command["options"]
    assert (add["type"], add["name"], count["name"]) == (1, "add", "count")
    assert count["name_localizations"] == {"ko": "세기"}
    assert count["description_localizations"] == {"ko": "쪽지를 세요"}
    assert [one["name"] for one in count["options"]] == ["top"]
    assert command["default_member_permissions"] is None  # a member may do one of them


def test_a_subcommand_that_has_changed_is_told():
    wanted, found = payloads([NOTES], []), payloads([NOTES], [])
    assert not differences(wanted, found)
    found[0]["options"][1]["options"][0]["max_value"] = 3
    (said,) = differences(wanted, found)
    assert "/notes" in said.en and "count" in said.en


def test_slack_hints_at_them():
    app = manifest(languages=(Language.ENGLISH,), commands=(NOTES,))
    (command,) = app["features"]["slash_commands"]
    assert command["usage_hint"] == "add | count"
