"""What people see: answers, forms, controls, roles; all over real sockets."""

import asyncio

import pytest

from bot.on_slack.setup.manifest import manifest
from handlers.learning.pool import pools
from tests.bot.on_slack.conftest import public, saying
from tests.waiting import until


async def test_an_answer_is_a_message_of_the_channel(lab):
    asked = await lab.boss.command(lab.channel, "/classify", "hello there")
    message = await asked.answered()
    assert not message.is_ephemeral
    assert "sentiment@0" in message.text_shown
    assert message.button("Right").startswith("fb:")


async def test_an_answer_in_the_language_of_the_one_who_asks(lab):
    message = await (await lab.mina.command(lab.channel, "/분류", "안녕하세요")).answered()
    assert message.button("맞아요").startswith("fb:")


async def test_the_grammar_of_a_command(lab):
    asked = await lab.boss.command(lab.channel, "/tokenize", 'text:"first\\nsecond" compare:moods')
    assert "sentiment" in (await asked.answered()).text_shown
    wrong = await lab.boss.command(lab.channel, "/classify", "x nosuch:1")
    message = await wrong.answered()
    assert message.is_ephemeral
    assert "no option" in message.text_shown


@pytest.mark.parametrize(
    "text", ["<!channel> <@U1> &lt;", "a < b & c > d", "*bold* `code` ~x~ _y_"]
)
async def test_words_of_people_stay_words(lab, text):
    asked = await lab.boss.command(lab.channel, "/tokenize", text)
    assert (await asked.answered()).text_shown


async def test_a_private_command_is_seen_by_nobody_else_until_it_is_shared(lab):
    message = await (await lab.boss.command(lab.channel, "/models", "")).answered()
    assert message.is_ephemeral
    assert not public(lab.channel)
    share = message.button("Share")
    first, second = await asyncio.gather(
        lab.boss.press(message, share), lab.boss.press(message, share)
    )
    shared = await first.until(lambda m: not m.is_ephemeral)
    await second.acknowledged()
    assert public(lab.channel) == [shared]
    assert "sentiment@0" in shared.text_shown and "boss" in shared.text_shown
    assert not shared.buttons


async def test_a_press_is_counted_and_thanked_for_in_private(lab, tokki):
    message = await (await lab.boss.command(lab.channel, "/classify", "hello")).answered()
    thanks = await (await lab.mina.press(message, message.button("Wrong"))).answered()
    assert thanks.is_ephemeral
    labels = (await queries_of(tokki, lab, lab.boss))[0].result["labels"]
    asked = await lab.mina.select(thanks, "fb:1:label", labels[1])
    answer = await asked.until(lambda m: labels[1] in m.text_shown)
    assert answer.is_ephemeral
    given = await tokki.bot.services.storage.votes.get(community(lab), 1, lab.mina.id)
    assert given.label == labels[1]


async def test_two_clicks_at_once_count_once(lab, tokki):
    message = await (await lab.boss.command(lab.channel, "/classify", "hello")).answered()
    right = message.button("Right")
    for each in await asyncio.gather(*(lab.boss.press(message, right) for _ in range(2))):
        await each.answered()
    (pool,) = await pools(tokki.bot.services, community(lab))
    assert len(pool.examples) == 1


@pytest.mark.parametrize("control", ["fb:1:right:x", "fb:999:right", "nobody:1", "x" * 255])
async def test_a_forged_control_is_refused_in_words(lab, control):
    message = await (await lab.boss.command(lab.channel, "/classify", "hello")).answered()
    refusal = await (await lab.mina.press(message, control, check=False)).answered()
    assert refusal.is_ephemeral


async def test_a_click_without_the_right_is_refused_in_private(lab):
    asked = await lab.boss.command(lab.channel, "/settings", f"who:<@{lab.mina.id}> may:moderator")
    message = await asked.answered()
    assert "mina" in message.text_shown or lab.mina.id in message.text_shown
    refusal = await lab.mina.press(message, message.button("Undo"), check=False)
    assert "관리자" in (await refusal.answered()).text_shown


async def test_a_bare_command_opens_a_form(lab):
    asked = await lab.boss.command(lab.channel, "/classify", "")
    view = await asked.opened()
    sent = await lab.boss.submit(view, {"option:text": "hello\nthere"})
    assert "sentiment@0" in (await sent.answered()).text_shown


async def test_lines_are_a_batch_of_which_a_row_is_judged(lab, tokki):
    asked = await lab.boss.command(lab.channel, "/classify", "good movie\nbad movie\n이 영화")
    message = await asked.answered()
    assert "3 lines, each by itself" in message.text_shown
    assert "#2" in message.text_shown and "bad movie" in message.text_shown
    row = await (await lab.mina.select(message, "fb:1:row", "#2 bad movie")).answered()
    assert row.is_ephemeral and "bad movie" in row.text_shown
    thanks = await (await lab.mina.press(row, row.button("맞아요"))).answered()
    assert "#2" in thanks.text_shown
    assert await tokki.bot.services.storage.votes.get(community(lab), 2, lab.mina.id)


async def test_pasted_commands_are_answered_one_by_one(lab, tokki):
    pasted = "hello\n/classify there\n/tokenize one\ntwo"
    asked = await lab.boss.command(lab.channel, "/classify", pasted)
    await asked.until(lambda m: "2 lines in a batch" in m.text_shown)
    await until(lambda: len(public(lab.channel)) == 3, "three answers")
    texts = [(each.command, each.text) for each in await queries_of(tokki, lab, lab.boss)]
    assert sorted(texts) == [
        ("classify", "hello"),
        ("classify", "there"),
        ("tokenize", "one\ntwo"),
    ]
    many = await lab.boss.command(lab.channel, "/classify", "a" + "\n/classify b" * 5)
    assert "too many" in (await many.answered()).text_shown


async def test_a_pasted_command_without_a_text_does_not_take_the_next_one(lab, tokki):
    asked = await lab.boss.command(lab.channel, "/classify", "\n/tokenize hello")
    refusal = await asked.until(lambda m: "needs text" in m.text_shown)
    assert refusal.is_ephemeral
    await until(lambda: public(lab.channel), "the answer to the second")
    texts = [(each.command, each.text) for each in await queries_of(tokki, lab, lab.boss)]
    assert texts == [("tokenize", "hello")]


async def test_models_are_looked_up_as_somebody_types(lab):
    view = await (await lab.boss.command(lab.channel, "/classify", "")).opened()
    options = await lab.boss.suggest(view, "named:model", "sen")
    assert [each["value"] for each in options] == ["sentiment"]


async def test_datasets_are_looked_up_as_somebody_types(lab):
    for name in ("feedback", "의견"):
        line = f"create name:{name} bug, praise"
        await (await lab.boss.command(lab.channel, "/dataset", line)).answered()
    view = await (await lab.boss.command(lab.channel, "/dataset", "import")).opened()
    options = await lab.boss.suggest(view, "named:dataset", "의")
    assert [each["value"] for each in options] == ["의견"]


async def test_datasets_are_offered_at_once_after_a_restart(lab, tokki):
    line = "create name:feedback bug, praise"
    await (await lab.boss.command(lab.channel, "/dataset", line)).answered()
    await tokki.stop()
    await tokki.start()
    view = await (await lab.boss.command(lab.channel, "/dataset", "import")).opened()
    options = await lab.boss.suggest(view, "named:dataset", "")
    assert [each["value"] for each in options] == ["feedback"]


async def test_who_labels_is_called_by_name(lab):
    line = "create name:feedback bug, praise open_to:members"
    await (await lab.boss.command(lab.channel, "/dataset", line)).answered()
    await (await lab.mina.command(lab.channel, "/dataset", "add it crashes label:bug")).answered()
    shown = await (await lab.boss.command(lab.channel, "/dataset", "show")).answered()
    assert f"{lab.mina.name}: 1" in shown.text_shown and lab.mina.id not in shown.text_shown


async def test_a_form_submitted_twice_is_answered_once(lab, tokki):
    view = await (await lab.boss.command(lab.channel, "/classify", "")).opened()
    sent = await asyncio.gather(
        *(lab.boss.submit(view, {"option:text": "hello"}, check=False) for _ in range(2))
    )
    answering = [asyncio.create_task(each.answered()) for each in sent]
    await asyncio.wait(answering, return_when=asyncio.FIRST_COMPLETED)
    await tokki.stop()  # finishes what is under way
    for each in answering:
        each.cancel()
    await tokki.start()
    assert len(await queries_of(tokki, lab, lab.boss)) == 1


async def test_what_a_message_says_is_classified_in_private_also_in_a_thread(lab):
    first = await lab.boss.write(lab.channel, "a thread")
    message = await lab.boss.write(lab.channel, "hello &amp; there", thread_ts=first.ts)
    asked = await lab.mina.shortcut(lab.channel, "message:classify", message)
    answer = await asked.answered()
    assert answer.is_ephemeral
    assert answer.button("맞아요")


async def test_a_message_is_read_as_people_read_it(lab, tokki):
    message = await lab.mina.write(lab.channel, "x")
    message.text = (
        "<@U1|mina> and <@U2>: <https://a.example/?q=1&amp;r=2|the page>, <https://b.example> in "
        "<#C1|general>, <!here> <!subteam^S1|@team> <!date^1^{date}|today> &lt;b&gt; &amp;lt;"
    )
    await (await lab.boss.shortcut(lab.channel, "message:classify", message)).answered()
    (query,) = await queries_of(tokki, lab, lab.boss)
    assert query.text == (
        "@mina and @U2: the page, https://b.example in #general, @here @team today <b> &lt;"
    )


async def test_help_tells_of_what_slack_has(lab):
    message = await (await lab.boss.command(lab.channel, "/help", "")).answered()
    for way in ("key:value", "opens a form", "menu of a message", "Home tab"):
        assert way in message.text_shown


async def test_a_message_of_a_thread_is_put_into_a_dataset(lab):
    await (
        await lab.boss.command(lab.channel, "/dataset", "create name:feedback bug, praise")
    ).answered()
    message = await lab.boss.write(lab.channel, "<!channel> it *crashes*")
    asked = await lab.boss.shortcut(lab.channel, "message:dataset-add", message)
    which = await asked.answered()
    assert "until you choose" in which.text_shown
    (select,) = [one for one in which.controls if "options" in one]
    pressed = await lab.boss.select(which, select["action_id"], "bug")
    assert "Gold: bug" in (await pressed.answered()).text_shown


async def test_the_home_and_what_is_chosen_there(lab, tokki):
    await (await lab.mina.command(lab.channel, "/분류", "안녕")).answered()
    home = await lab.mina.open_home()
    assert "/분류" in str(home.blocks)
    await lab.mina.press(home, "me:language:english")
    await home.until(lambda view: "What Tokki can do" in str(view.blocks))
    message = await (await lab.mina.command(lab.channel, "/classify", "hello")).answered()
    assert message.button("Right")


async def test_roles_come_from_flags_and_settings(lab, server):
    ann = server.add_person("ann")
    group = server.add_user_group("helpers", [ann])

    async def status():
        asked = await ann.command(lab.channel, "/finetune", "")
        return (await asked.answered()).text_shown

    assert "Only admins" in await status()
    said = await lab.boss.command(lab.channel, "/settings", f"who:<!subteam^{group.id}> may:admin")
    await said.answered()
    assert "Only admins" not in await status()


async def test_a_person_is_named_by_a_mention(lab, tokki):
    async def told(text):
        return (
            await (await lab.boss.command(lab.channel, "/settings", text)).answered()
        ).text_shown

    assert "mina: from now on moderator" in await told("who:@mina may:moderator")
    for nobody in ("mina", "@nobody", "U1"):
        assert "choose a person or a user group" in await told(f"who:{nobody} may:admin")
    assert "moderator" in await told("") and "nobody" not in await told("")


async def test_who_is_chosen_in_a_form_is_spoken_of_by_name(lab, server):
    home = await lab.boss.open_home()
    view = await (await lab.boss.press(home, "form:settings")).opened()
    await lab.boss.submit(view, {"option:who": lab.mina.id, "option:may": "moderator"})
    direct = server.dm(lab.boss)
    await until(lambda: saying(direct, "mina: from now on"), "an answer that names mina")


async def test_more_of_a_form_keeps_what_was_filled_in(lab, server):
    home = await lab.boss.open_home()
    view = await (await lab.boss.press(home, "form:finetune")).opened()
    assert len(view.inputs) == 5
    await lab.boss.fill(view, {"option:name": "ours"})
    await lab.boss.press(view, "More")
    await view.until(lambda one: len(one.inputs) == 11)
    (name,) = [one for one in view.inputs if one["block_id"] == "option:name"]
    assert name["element"]["initial_value"] == "ours"
    await lab.boss.submit(view, {"option:warmup": "20", "option:learning_rate": "much"})
    direct = server.dm(lab.boss)
    await until(lambda: saying(direct, "learning_rate"), "an answer about what was typed")
    assert not view.is_open


@pytest.mark.parametrize("control", ["whole:", "whole:nothing", "whole:version"])
async def test_a_forged_button_of_a_form(lab, control):
    home = await lab.boss.open_home()
    view = await (await lab.boss.press(home, "form:finetune")).opened()
    await lab.boss.press(view, control, check=False)
    again = await (await lab.boss.press(home, "form:finetune")).opened()
    assert len(view.inputs) == len(again.inputs) == 5


async def test_commands_with_a_prefix(server, tokki):
    server.manifest = manifest("tokki-")
    tokki.prefix = "tokki-"
    channel, ann = server.add_channel("general"), server.add_person("ann")
    await tokki.start()
    message = await (await ann.command(channel, "/tokki-help", "")).answered()
    assert "/tokki-classify" in message.text_shown
    for name in ("tokki-classify", "/tokki-classify", "classify"):
        message = await (await ann.command(channel, "/tokki-help", name)).answered()
        assert "Which label fits a text" in message.text_shown


def community(lab):
    return f"slack:{lab.server.team.id}"


async def test_a_home_that_is_opened_too_often_says_what_is_missing(lab, tokki):
    opening = (lab.boss.open_home() for _ in range(30))  # each looks four things up
    homes = await asyncio.gather(*opening)
    await homes[-1].until(lambda view: "is missing just now" in str(view.blocks))
    assert "Open form" in str(homes[-1].blocks)


async def queries_of(tokki, lab, person):
    return await tokki.bot.services.storage.queries.recent(community(lab), person.id, 10)


@pytest.mark.parametrize("as_form", [False, True])
async def test_a_command_is_looked_up_once(lab, lookups, as_form):
    asked = await lab.boss.command(lab.channel, "/classify", "" if as_form else "hello")
    if as_form:
        view = await asked.opened()
        assert lookups == ["find"]
        lookups.clear()
        asked = await lab.boss.submit(view, {"option:text": "hello"})
    await asked.answered()
    assert lookups == ["of_form" if as_form else "find"]


async def test_times_are_those_of_the_readers_profile(lab):
    await (await lab.boss.command(lab.channel, "/tokenize", "hi")).answered()
    message = await (await lab.boss.command(lab.channel, "/history", "")).answered()
    assert "time (KST)" in message.text_shown
