"""What an answer does where its way is closed: it takes another one, and is said once."""

import asyncio

import pytest

from bot.answering.in_flight import AnswersInFlight
from bot.answering.screen import Showing
from bot.on_slack.connection import channel_queue
from bot.on_slack.connection.channel_queue import ChannelQueue
from bot.on_slack.connection.client import _PACE
from bot.on_slack.connection.web_api import web_client
from bot.on_slack.incoming.origin import Origin
from bot.on_slack.showing.screen import Screen
from handlers.types import Failure, File, Language, Picture, Reply
from tests.bot.on_slack.conftest import saying
from tests.waiting import until

LONG = "word " * 5_000


@pytest.fixture
def web(server):
    return web_client(server.bot_token, server.api_url)


@pytest.fixture
def ask(lab, web):
    """Make a screen for a question that was truly asked, so that its response URL is good."""

    async def ask(*, channel=None, thread="", is_private=False, has_hook=True, on_refusal=None):
        channel = channel or lab.channel
        asked = await lab.boss.command(channel, "/models", "")
        await asked.answered()
        url = asked.payload["response_url"] if has_hook else ""
        return Screen(
            web,
            Origin(channel.id, thread, url),
            lab.boss.id,
            Language.ENGLISH,
            prefix="",
            on_refusal=on_refusal or pytest.fail,
            showing=Showing(is_private),
        )

    return ask


@pytest.fixture
def answer(tokki):
    """Answer as the door does, with all its tries."""

    async def answer(screen, reply):
        async def work(_progress):
            return reply

        desk = AnswersInFlight(tokki.bot.services.jobs, _PACE)
        desk.begin(screen, Language.ENGLISH, work)
        await until(lambda: desk.is_idle, "the answer has been given")

    return answer


@pytest.fixture
def waits(monkeypatch):
    """The seconds that Slack has asked the queues of channels to wait."""
    seconds, hold = [], ChannelQueue._hold
    monkeypatch.setattr(ChannelQueue, "_hold", lambda self, s: (seconds.append(s), hold(self, s)))
    return seconds


async def test_a_form_of_the_home_is_answered_in_the_conversation(lab, server, tokki):
    home = await lab.boss.open_home()
    view = await (await lab.boss.press(home, "form:classify")).opened()
    await lab.boss.submit(view, {"option:text": "hello"})
    await until(lambda: saying(server.dm(lab.boss), "sentiment@0"), "an answer to the form")
    assert not tokki.serving.done()


async def test_an_answer_without_a_channel_is_edited_in_the_conversation(lab, server, web):
    for is_private in (True, False):
        screen = Screen(
            *(web, Origin(), lab.boss.id, Language.ENGLISH),
            prefix="",
            on_refusal=pytest.fail,
            showing=Showing(is_private),
        )
        before = len(server.dm(lab.boss).messages)
        await screen.show(Reply(text="on the way"), is_last=False)
        await screen.show(Reply(text="the end"), is_last=True)
        assert len(server.dm(lab.boss).messages) == before + 1
        assert screen.message.channel == server.dm(lab.boss).id


@pytest.mark.parametrize("code", ["missing_scope", "not_allowed_token_type"])
async def test_one_call_that_is_refused_does_not_close_the_door(lab, server, tokki, code):
    server.fail(method="chat.postMessage", status=200, error=code, times=1)
    asked = await lab.boss.command(lab.channel, "/tokenize", "hello")
    assert "hello" in (await asked.answered()).text_shown
    assert not tokki.serving.done()


async def test_a_token_that_is_refused_is_told_of(ask, server):
    refused = []
    screen = await ask(on_refusal=refused.append, has_hook=False)
    server.fail(method="chat.postMessage", status=200, error="token_revoked", times=1)
    with pytest.raises(Exception, match="token_revoked"):
        await screen.show(Reply(text="x"), is_last=True)
    assert len(refused) == 1


@pytest.mark.parametrize("is_private", [True, False])
async def test_a_file_that_cannot_be_attached_is_one_line_more(
    lab, ask, answer, server, is_private
):
    server.fail(method="files.*", status=200, error="internal_error", times=None)
    screen = await ask(is_private=is_private)
    await answer(screen, Reply(text="ANSWER", files=(File("a.csv", b"1"),)))
    assert len(saying(lab.channel, "ANSWER")) == 1
    (line,) = saying(lab.channel, "Could not be attached: a.csv")
    assert line.is_ephemeral == is_private
    assert not saying(lab.channel, "broke")


async def test_a_picture_is_uploaded_with_its_words(lab, ask):
    chart = Picture("loss.png", b"\x89PNG", "A curve <!channel> & more")
    screen = await ask()
    await screen.show(Reply(text="ANSWER", files=(chart, File("a.csv", b"1"))), is_last=True)
    (answer,) = saying(lab.channel, "ANSWER")
    (message,) = (each for each in lab.channel.messages if each.files)
    assert message.thread_ts == answer.ts
    shown = {each.name: (each.alt_text, each.body) for each in message.files}
    assert shown == {"loss.png": (chart.alt, chart.content), "a.csv": ("a.csv", b"1")}


async def test_files_of_an_answer_that_went_around_a_queue_are_in_the_channel(lab, server, waits):
    server.fail(method="chat.postMessage", status=429, retry_after=20, times=1)
    await lab.boss.command(lab.channel, "/tokenize", "first")
    await until(lambda: waits, "the channel's queue knows that it has to wait")
    await lab.boss.command(lab.channel, "/tokenize", "hello there " * 250)
    await until(lambda: [each for each in lab.channel.messages if each.files], "a file")
    assert not saying(lab.channel, "not in this channel")


async def test_files_are_attached_to_the_end_alone(ask, server):
    screen = await ask()
    for is_last in (False, False, True):
        await screen.show(Reply(text=LONG), is_last=is_last)
    assert server.count("files.completeUploadExternal") == 1


async def test_where_tokki_is_not_first_and_last_state_are_shown(ask, secret):
    screen = await ask(channel=secret)
    for number in range(8):
        await screen.show(Reply(text=f"stage {number}"), is_last=False)
    await screen.show(Reply(text="the end"), is_last=True)
    assert len(saying(secret, "stage")) == 1
    assert len(saying(secret, "the end")) == 1


@pytest.mark.parametrize("error", ["used_url", "expired_url"])
async def test_an_answer_without_any_way_to_its_channel_is_a_direct_message(
    lab, ask, secret, server, error
):
    screen = await ask(channel=secret)
    server.fail(method="response_url", status=404, error=error, times=None)
    await screen.show(Reply(text="on the way"), is_last=False)
    await screen.show(Reply(text="the end"), is_last=True)
    (message,) = server.dm(lab.boss).messages
    assert message.text_shown == "the end"


async def test_a_private_answer_whispers_with_blocks_and_in_the_thread(lab, ask, server):
    first = await lab.boss.write(lab.channel, "a thread")
    screen = await ask(is_private=True, thread=first.ts)
    server.fail(method="response_url", status=404, error="expired_url", times=None)
    await screen.show(Reply(title="Title", text="the end"), is_last=True)
    (message,) = saying(lab.channel, "the end")
    assert message.is_ephemeral and message.blocks and message.thread_ts == first.ts


async def test_a_private_answer_that_cannot_whisper_is_a_direct_message(lab, ask, secret, server):
    screen = await ask(channel=secret, is_private=True)
    server.fail(method="response_url", status=404, error="expired_url", times=None)
    await screen.show(Reply(text="on the way"), is_last=False)
    await screen.show(Reply(text="the end"), is_last=True)
    (message,) = server.dm(lab.boss).messages
    assert message.text_shown == "the end"


async def test_a_crowd_in_one_channel_is_answered_one_by_one(lab, server, tokki):
    people = [server.add_person(f"p{n}") for n in range(20)]
    for number in range(100):
        await people[number % 20].command(lab.channel, "/classify", f"hello {number}")
    await until(lambda: len(lab.channel.messages) >= 100, "100 answers")
    await tokki.stop()  # finishes what is under way
    assert len(saying(lab.channel, "sentiment@0")) == len(lab.channel.messages) == 100
    assert not [each for each in lab.channel.messages if each.is_ephemeral]
    assert server.count("chat.postMessage") < 50


async def test_a_crowd_without_another_way_waits_for_its_turn(lab, ask, server):
    screens = [await ask(has_hook=False) for _ in range(12)]
    before = server.count("chat.postMessage")
    await asyncio.gather(*(s.show(Reply(text="its turn"), is_last=True) for s in screens))
    assert len(saying(lab.channel, "its turn")) == 12
    assert server.count("chat.postMessage") == before + 12


async def test_too_many_requests_are_never_a_failure(lab, ask, answer, server, waits, monkeypatch):
    asked_s = channel_queue.wait_of
    monkeypatch.setattr(channel_queue, "wait_of", lambda error: asked_s(error) / 100)
    screen = await ask()
    server.fail(method="chat.postMessage", status=200, error="ratelimited", times=6)
    await answer(screen, Reply(text="patience"))
    assert len(saying(lab.channel, "patience")) == 1
    assert waits == [0.01] * 6


async def test_who_comes_while_a_channel_has_to_wait_goes_around(lab, server, waits):
    server.fail(method="chat.postMessage", status=429, retry_after=20, times=1)
    await lab.boss.command(lab.channel, "/tokenize", "first")
    await until(lambda: waits, "the channel's queue knows that it has to wait")
    second = await lab.boss.command(lab.channel, "/tokenize", "second")
    message = await second.until(lambda m: "second" in m.text_shown)
    assert not message.is_ephemeral
    await until(lambda: saying(lab.channel, "first"), "the one that had to wait")


@pytest.mark.parametrize("code", ["restricted_action_read_only_channel", "no_permission", "newly"])
async def test_any_refusal_goes_another_way(lab, server, code):
    server.fail(method="chat.postMessage", status=200, error=code, times=None)
    asked = await lab.boss.command(lab.channel, "/tokenize", "hello")
    assert "hello" in (await asked.answered()).text_shown
    assert server.count("chat.postMessage") == 1


async def test_a_deleted_message_is_posted_afresh_once(lab, ask, server):
    screen = await ask()
    for number in range(4):
        await screen.show(Reply(text=f"stage {number}"), is_last=False)
        if number in (0, 1):
            (message,) = saying(lab.channel, f"stage {number}")
            message.is_deleted = True
    assert not saying(lab.channel, "stage")
    await screen.show(Reply(text="the end"), is_last=True)
    (message,) = saying(lab.channel, "the end")
    assert screen.message.message == message.ts


async def test_what_may_have_been_posted_is_not_posted_again(lab, server, tokki):
    server.fail(method="chat.postMessage", cuts=True, takes_effect=True, times=1)
    await lab.boss.command(lab.channel, "/tokenize", "hello")
    await until(lambda: [m for m in saying(lab.channel, "hello") if m.is_ephemeral], "a whisper")
    await tokki.stop()  # finishes what is under way
    assert len([m for m in saying(lab.channel, "hello") if not m.is_ephemeral]) == 1


async def test_what_may_have_gone_around_a_queue_is_not_said_to_all_again(lab, ask, server, waits):
    waiting, overtaking = await ask(), await ask()
    server.fail(method="chat.postMessage", status=429, retry_after=20, times=1)
    posting = asyncio.create_task(waiting.show(Reply(text="its turn"), is_last=True))
    await until(lambda: waits, "the channel's queue knows that it has to wait")
    server.fail(method="response_url", cuts=True, takes_effect=True, times=1)
    await overtaking.show(Reply(text="the end"), is_last=True)
    assert [m.is_ephemeral for m in saying(lab.channel, "the end")] == [False, True]
    posting.cancel()


async def test_what_has_never_been_posted_reaches_the_one_who_asked(lab, server):
    server.fail(method="chat.postMessage", cuts=True, times=1)
    asked = await lab.boss.command(lab.channel, "/tokenize", "hello")
    assert "hello" in (await asked.answered()).text_shown


async def test_a_state_cut_off_on_its_way_is_edited_not_doubled(lab, ask, server):
    screen = await ask()
    speak = asyncio.Event()
    fault = server.fail(method="chat.postMessage", held=speak, times=1, takes_effect=True)
    showing = asyncio.create_task(screen.show(Reply(text="on the way"), is_last=False))
    await until(lambda: fault.struck, "the first state is on its way")
    showing.cancel()
    await asyncio.wait([showing])
    speak.set()
    await screen.show(Reply(text="the end"), is_last=True)
    assert len(saying(lab.channel, "the end")) == 1
    assert not saying(lab.channel, "on the way")


async def test_files_where_tokki_is_not_go_to_the_one_who_asked(lab, ask, server):
    public = server.add_channel("public", with_bot=False)
    screen = await ask(channel=public)
    await screen.show(Reply(text="ANSWER", files=(File("a.csv", b"1"),)), is_last=True)
    assert saying(public, "ANSWER")
    (message,) = (each for each in server.dm(lab.boss).messages if each.files)
    assert [each.name for each in message.files] == ["a.csv"]
    (line,) = saying(public, "a.csv")
    assert "direct messages" in line.text_shown and "/invite" in line.text_shown
    assert line.is_ephemeral


async def test_an_answer_to_a_shortcut_in_a_thread_stays_there(lab):
    first = await lab.boss.write(lab.channel, "a thread")
    message = await lab.boss.write(lab.channel, "hello there", thread_ts=first.ts)
    asked = await lab.boss.shortcut(lab.channel, "message:classify", message)
    assert (await asked.answered()).thread_ts == first.ts


async def test_a_plainer_form_keeps_the_buttons_and_formats_nothing(lab, server):
    words = "*bold* :tada: https://a.example"
    server.fail(method="chat.postMessage", status=200, error="msg_blocks_too_long", times=1)
    asked = await lab.boss.command(lab.channel, "/classify", words)
    message = await asked.answered()
    assert message.button("Right")
    server.fail(method="chat.postMessage", status=200, error="msg_blocks_too_long", times=2)
    await (await lab.boss.command(lab.channel, "/tokenize", words)).answered()
    said = [each for each in server.requests if each.method == "chat.postMessage"][-1].args
    assert said["parse"] == "none"
    assert str(said["mrkdwn"]).lower() in {"false", "0"}


async def test_a_refusal_leaves_the_question_where_it_is(lab, server):
    message = await (await lab.boss.command(lab.channel, "/classify", "hello")).answered()
    question = await (await lab.mina.press(message, message.button("Wrong"))).answered()
    pressed = await lab.mina.select(question, "fb:1:label", "nosuch", check=False)
    refusal = await pressed.answered()
    assert refusal is not question
    assert question.controls


async def test_a_refusal_after_the_first_state_takes_its_place(lab, ask):
    screen = await ask()
    await screen.show(Reply(text="on the way"), is_last=False)
    await screen.show(Reply(error=Failure("x", "it went wrong")), is_last=True)
    (message,) = saying(lab.channel, "it went wrong")
    assert not message.is_ephemeral
    assert not saying(lab.channel, "on the way")


async def test_a_private_answer_in_a_thread_needs_no_response_url(lab, ask, server):
    first = await lab.boss.write(lab.channel, "a thread")
    screen = await ask(is_private=True, thread=first.ts)
    before = server.count("response_url")
    await screen.show(Reply(text="psst"), is_last=True)
    (message,) = saying(lab.channel, "psst")
    assert message.is_ephemeral and message.thread_ts == first.ts
    assert server.count("response_url") == before


async def test_what_passes_has_nothing_to_share(lab, web, server):
    asked = await lab.boss.command(lab.channel, "/models", "")
    await asked.answered()
    screen = Screen(
        *(web, Origin(lab.channel.id, "", asked.payload["response_url"])),
        *(lab.boss.id, Language.ENGLISH),
        prefix="",
        on_refusal=pytest.fail,
        showing=Showing(is_private=True, is_shareable=True),
    )
    assert screen.quiet_s > 0
    await screen.show(Reply(text="Loading"), is_last=False)
    await screen.show(Reply(text="the answer"), is_last=True)
    (passing,), (answer,) = saying(lab.channel, "Loading"), saying(lab.channel, "the answer")
    assert "share" not in str(passing.blocks) and "share" in str(answer.blocks)


@pytest.mark.parametrize(
    "code", ["expired_trigger_id", "trigger_expired", "exchanged_trigger_id", "trigger_exchanged"]
)
async def test_a_form_that_came_too_late_by_either_of_its_names(lab, server, code):
    server.fail(method="views.open", status=200, error=code, times=1)
    asked = await lab.boss.command(lab.channel, "/classify", "")
    assert "That took too long" in (await asked.answered()).text_shown


@pytest.mark.parametrize("code", ["ratelimited", "rate_limited"])
async def test_too_many_requests_by_either_of_its_names(lab, server, code):
    server.fail(method="chat.postMessage", status=200, error=code, times=1)
    asked = await lab.boss.command(lab.channel, "/tokenize", "hello")
    assert "hello" in (await asked.answered()).text_shown
