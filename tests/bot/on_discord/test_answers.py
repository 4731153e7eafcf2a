"""What people see: answers, forms, controls, roles; all over real sockets."""

import asyncio
from dataclasses import replace

import pytest
import pytest_asyncio

from bot.on_discord.connection import client
from handlers.learning.pool import pools
from storage.records import NewHubModel
from tests.bot.on_discord.conftest import MANAGE_GUILD, MANAGE_MESSAGES
from tests.waiting import PATIENCE_S, until


async def test_a_fast_answer_is_a_single_message(lab, tokki, monkeypatch):
    await tokki.stop()
    monkeypatch.setattr(client, "_PACE", replace(client._PACE, acknowledge_after_s=PATIENCE_S))
    await tokki.start()
    await (await lab.boss.slash(lab.channel, "tokenize", {"text": "warm"})).answered()
    asked = await lab.boss.slash(lab.channel, "tokenize", {"text": "hello"})
    message = await asked.answered()
    assert asked.callbacks == [4]
    assert not asked.edits
    assert not message.is_ephemeral
    assert "hello" in message.text


async def test_an_answer_in_the_language_of_the_one_who_asks(lab):
    asked = await lab.mina.slash(lab.channel, "classify", {"text": "hello"})
    message = await asked.answered()
    assert message.button("맞아요").startswith("fb:")
    english = await (await lab.boss.slash(lab.channel, "classify", {"text": "hello"})).answered()
    assert english.button("Right").startswith("fb:")


async def test_what_is_shared_is_said_in_the_chosen_language(lab):
    await (await lab.boss.slash(lab.channel, "me", {"language": "korean"})).answered()
    answer = await (await lab.boss.slash(lab.channel, "models")).answered()
    assert answer.button("공유하기")
    await lab.boss.press(answer, answer.button("공유하기"))
    await until(lambda: any("공유했어요" in each.text for each in lab.channel.messages), "shared")


async def test_a_private_command_is_seen_by_nobody_else_until_it_is_shared(lab):
    asked = await lab.boss.slash(lab.channel, "models")
    message = await asked.answered()
    assert message.is_ephemeral
    assert not lab.channel.messages
    first, second = await asyncio.gather(
        lab.boss.press(message, message.button("Share")),
        lab.boss.press(message, message.button("Share")),
    )
    await first.until(lambda m: not m.is_ephemeral)
    await second.acknowledged()
    (shared,) = lab.channel.messages
    assert "sentiment@0" in shared.text
    assert "Boss" in shared.text
    assert not shared.controls
    await until(lambda: all(each["disabled"] for each in message.controls), "greyed buttons")


async def test_a_press_is_counted_and_thanked_for_in_private(lab, tokki):
    message = await (await lab.boss.slash(lab.channel, "classify", {"text": "hello"})).answered()
    thanks = await (await lab.mina.press(message, message.button("Wrong"))).answered()
    assert thanks.is_ephemeral
    (select,) = [each for each in thanks.controls if each.get("options")]
    chosen = select["options"][0]["value"]
    asked = await lab.mina.select(thanks, select["custom_id"], [chosen])
    answer = await asked.answered()
    assert answer.id == thanks.id
    assert chosen in answer.text
    given = await tokki.bot.services.storage.votes.get(
        f"discord:{lab.guild.id}", 1, str(lab.mina.id)
    )
    assert given.label == chosen


async def test_two_clicks_at_once_count_once(lab, tokki):
    message = await (await lab.boss.slash(lab.channel, "classify", {"text": "hello"})).answered()
    right = message.button("Right")
    asked = await asyncio.gather(*(lab.boss.press(message, right) for _ in range(2)))
    for each in asked:
        await each.answered()
    (pool,) = await pools(tokki.bot.services, f"discord:{lab.guild.id}")
    assert len(pool.examples) == 1


async def test_a_click_without_the_right_is_refused_in_private(lab):
    asked = await lab.boss.slash(lab.channel, "settings", {"who": lab.mina, "may": "moderator"})
    message = await asked.answered()
    refusal = await (await lab.mina.press(message, message.button("Undo"), check=False)).answered()
    assert refusal.is_ephemeral
    assert "관리자" in refusal.text


@pytest.mark.parametrize(
    "control", ["fb:1:right:x", "fb:999:right", "nobody:1", "x" * 100, "ask:x", "form:x"]
)
async def test_a_forged_control_is_refused_in_words(lab, control):
    message = await (await lab.boss.slash(lab.channel, "classify", {"text": "hello"})).answered()
    asked = await lab.mina.press(message, control, check=False)
    await asked.acknowledged()
    assert asked.modal is None
    assert (await asked.answered()).is_ephemeral


async def test_a_forged_more_opens_a_form_that_is_refused(lab):
    message = await (await lab.boss.slash(lab.channel, "classify", {"text": "hello"})).answered()
    asked = await lab.mina.press(message, "more:", check=False)
    await asked.acknowledged()
    sent = await lab.mina.submit(asked.modal, {"label": "joy"})
    assert (await sent.answered()).is_ephemeral


async def test_a_bare_command_opens_a_form_for_many_lines(lab):
    asked = await lab.mina.slash(lab.channel, "tokenize")
    await asked.acknowledged()
    sent = await lab.mina.submit(asked.modal, {"text": "hello\nworld"})
    assert "2줄" in (await sent.answered()).text


async def test_a_form_with_4000_characters(lab):
    asked = await lab.boss.slash(lab.channel, "classify", {"model": "sentiment"})
    await asked.acknowledged()
    sent = await lab.boss.submit(
        asked.modal, {"text": "hello " * 666 + "end.", "model": ["sentiment"]}
    )
    assert "sentiment@0" in (await sent.answered()).text


async def test_what_a_message_says_is_classified_in_private(lab):
    message = await lab.boss.write(lab.channel, "hello there")
    asked = await lab.mina.message_action(lab.channel, "Classify", message)
    answer = await asked.answered()
    assert answer.is_ephemeral
    assert answer.button("맞아요")


@pytest.mark.parametrize(
    ("name", "kind", "content", "says"),
    [
        ("message.txt", "text/plain; charset=utf-8", b"hello there", "sentiment@0"),
        ("korean.txt", "text/plain", "안녕하세요".encode("utf-16"), "sentiment@0"),
        ("korean.txt", "text/plain", "안녕하세요".encode("cp949"), "it looks like cp949"),
        ("photo.png", "image/png", b"\x89PNG", "photo.png"),
        ("broken.txt", "text/plain", b"\xff\xfe\x00\xff", "broken.txt"),
        ("long.txt", "text/plain", b"a" * 30_000_000, "long.txt"),
    ],
)
async def test_a_message_that_is_a_file(lab, name, kind, content, says):
    message = await lab.boss.write(lab.channel, "", attachments=[(name, kind, content)])
    answer = await (await lab.boss.message_action(lab.channel, "Classify", message)).answered()
    assert answer.is_ephemeral
    assert says in answer.text.replace("\\", "")


async def test_lines_of_a_form_are_a_batch_of_which_a_row_is_judged(lab):
    asked = await lab.boss.slash(lab.channel, "classify")
    await asked.acknowledged()
    text = "good movie\n" + "\n".join(f"movie {number} " + "so " * 30 for number in range(30))
    answer = await (await lab.boss.submit(asked.modal, {"text": text})).answered()
    assert "31 lines, each by itself" in answer.text
    row = await lab.boss.select(answer, "fb:1:row", ["#1 good movie"])
    shown = await row.answered()
    assert shown.is_ephemeral and "good movie" in shown.text
    assert shown.button("Wrong") == "fb:1:wrong"
    refused = await lab.boss.slash(lab.channel, "classify")
    await refused.acknowledged()
    sent = await lab.boss.submit(refused.modal, {"text": "a\n/classify b"})
    assert "Line 2 begins with a command, /classify" in (await sent.answered()).text


async def test_a_message_of_several_lines_is_one_text(lab):
    message = await lab.boss.write(lab.channel, "good\n/classify movie")
    answer = await (await lab.boss.message_action(lab.channel, "Classify", message)).answered()
    assert answer.button("Right") and "lines, each" not in answer.text


async def test_a_message_without_a_word(lab):
    message = await lab.boss.write(lab.channel, "")
    answer = await (await lab.boss.message_action(lab.channel, "Classify", message)).answered()
    assert "no text" in answer.text


async def test_a_message_is_put_into_a_dataset(lab):
    for name, labels in (("mood", "joy, anger"), ("feedback", "bug, praise")):
        options = {"name": name, "labels": labels}
        await (await lab.boss.slash(lab.channel, "dataset create", options)).answered()
    message = await lab.mina.write(lab.channel, "@everyone it *crashes*")
    asked = await lab.boss.message_action(lab.channel, "Add to dataset", message)
    which = await asked.answered()
    (select,) = [one for one in which.controls if "options" in one]
    chosen = await lab.boss.select(which, select["custom_id"], ["feedback"])
    label = await chosen.answered()
    (select,) = [one for one in label.controls if "options" in one]
    chosen = await lab.boss.select(label, select["custom_id"], ["bug"])
    kept = await chosen.answered()
    assert "Gold: bug" in kept.text and kept.is_ephemeral


async def test_models_are_proposed_from_memory(lab):
    choices = await lab.boss.autocomplete(lab.channel, "classify", "model", "sen")
    assert [each["value"] for each in choices] == ["sentiment"]
    assert await lab.boss.autocomplete(lab.channel, "classify", "model", "nothing like it") == []


@pytest_asyncio.fixture
async def restarted(lab, tokki):
    """Since it knew of a model that the community has added."""
    community, added_by = f"discord:{lab.guild.id}", str(lab.boss.id)
    new = NewHubModel(community, added_by, "mood", "org/mood", "a" * 40, 600, "mit")
    await tokki.bot.services.storage.hub_models.add(new, 1_000)
    await tokki.stop()
    await tokki.start()


@pytest.mark.usefixtures("restarted")
async def test_the_first_who_types_after_a_restart_is_offered_all_models(lab):
    choices = await lab.boss.autocomplete(lab.channel, "classify", "model", "moo")
    assert "mood" in [each["value"] for each in choices]


@pytest.mark.usefixtures("restarted")
async def test_a_form_offers_all_models_at_once_after_a_restart(lab):
    asked = await lab.boss.slash(lab.channel, "classify")
    await asked.acknowledged()
    fields = {each["component"]["custom_id"]: each for each in asked.modal["components"]}
    offered = [each["value"] for each in fields["model"]["component"]["options"]]
    assert "sentiment" in offered and "mood" in offered


async def test_commands_are_proposed_to_who_asks_for_help(lab):
    choices = await lab.boss.autocomplete(lab.channel, "help", "command", "/fin")
    assert [each["value"] for each in choices] == ["finetune"]
    assert await lab.mina.autocomplete(lab.channel, "help", "command", "fin") == []
    choices = await lab.mina.autocomplete(lab.channel, "help", "command", "분")
    assert [each["value"] for each in choices] == ["분류"]


async def test_datasets_are_proposed_from_memory(lab):
    for name in ("Feedback 2026", "의견"):
        options = {"name": name, "labels": "bug, praise"}
        await (await lab.boss.slash(lab.channel, "dataset create", options)).answered()
    typing = lab.boss.autocomplete(lab.channel, "dataset preview", "dataset", "feed")
    assert [each["value"] for each in await typing] == ["Feedback 2026"]
    for command, option in (("dataset show", "dataset"), ("finetune", "dataset")):
        typing = lab.boss.autocomplete(lab.channel, command, option, "의")
        assert [each["value"] for each in await typing] == ["의견"]


async def test_who_labels_is_called_by_name(lab, server):
    made = {"name": "feedback", "labels": "bug, praise", "open_to": "members"}
    await (await lab.boss.slash(lab.channel, "dataset create", made)).answered()
    given = {"text": "it crashes", "label": "bug"}
    await (await lab.mina.slash(lab.channel, "dataset add", given)).answered()
    shown = await (await lab.boss.slash(lab.channel, "dataset show")).answered()
    name = lab.mina.json()["global_name"] or lab.mina.json()["username"]
    assert f"{name}: 1" in shown.text and str(lab.mina.id) not in shown.text
    del lab.guild.members[lab.mina.id]
    again = await (await lab.boss.slash(lab.channel, "dataset show")).answered()
    assert f"{name}: 1" in again.text


async def test_servers_never_see_each_other(lab, server):
    other = server.add_guild("Other")
    channel = other.add_channel("general")
    other.join(lab.mina, permissions=MANAGE_GUILD, roles=[])
    message = await (await lab.boss.slash(lab.channel, "classify", {"text": "hello"})).answered()
    await (await lab.mina.slash(lab.channel, "classify", {"text": "secret"})).answered()
    history = await (await lab.mina.slash(channel, "history")).answered()
    assert "secret" not in history.text
    there = await (await lab.mina.slash(channel, "classify", {"text": "hi"})).answered()
    forged = await (await lab.mina.press(there, message.button("Right"), check=False)).answered()
    assert "#1" in forged.text


async def test_roles_come_from_permissions_and_settings(lab, server):
    helpers = lab.guild.add_role("Helpers", permissions=0)
    ann = server.add_person("ann")
    lab.guild.join(ann, permissions=MANAGE_MESSAGES, roles=[helpers])

    async def status():
        asked = await ann.slash(lab.channel, "finetune", check=False)
        return (await asked.answered()).text

    assert "Only admins" in await status()
    said = await lab.boss.slash(lab.channel, "settings", {"who": helpers, "may": "admin"})
    assert "Helpers" in (await said.answered()).text
    assert "Only admins" not in await status()


async def test_in_direct_messages_and_as_a_users_own_app(lab, server):
    message = await (
        await lab.mina.slash(server.dm(lab.mina), "classify", {"text": "hi"})
    ).answered()
    assert message.button("맞아요")
    lab.mina.install()
    foreign = server.add_guild("Foreign", with_bot=False)
    channel = foreign.add_channel("general")
    foreign.join(lab.mina, permissions=MANAGE_GUILD, roles=[])
    history = await (await lab.mina.slash(channel, "history")).answered()
    assert "hi" in history.text  # their own, wherever they go
    training = await lab.mina.slash(server.dm(lab.mina), "finetune", check=False)
    assert "관리자만" in (await training.answered()).text


async def test_the_owner_of_the_application_is_an_admin_in_direct_messages(lab, server):
    asked = await server.owner.slash(server.dm(server.owner), "finetune")
    assert "Only admins" not in (await asked.answered()).text


async def test_who_asks_too_often_is_told_to_wait(lab):
    asked = [await lab.mina.slash(lab.channel, "help") for _ in range(31)]
    answers = [await each.answered() for each in asked]
    assert any("초 뒤에" in each.text for each in answers)
    assert all(each.is_ephemeral for each in answers)


@pytest.mark.parametrize(
    "text",
    ["@everyone <@&1> <@2>", "**bold** ||spoiler|| `code` ```x", "# head\n> quote", "\u202egnp"],
)
async def test_words_of_people_stay_words(lab, text):
    """The loopback server refuses what may ping; how words are drawn, test_render looks at."""
    asked = await lab.boss.slash(lab.channel, "classify", {"text": "x", "model": text})
    message = await asked.answered()
    assert message.is_ephemeral
    assert "There is no model" in message.text


@pytest.mark.parametrize("as_form", [False, True])
async def test_a_command_is_looked_up_once(lab, lookups, as_form):
    asked = await lab.boss.slash(
        lab.channel, "classify", {} if as_form else {"text": "hello"}, check=False
    )
    if as_form:
        await asked.acknowledged()
        assert lookups == ["find"]
        lookups.clear()
        asked = await lab.boss.submit(asked.modal, {"text": "hello"})
    await asked.answered()
    assert lookups == ["of_form" if as_form else "find"]
