"""Commands and shortcuts through slack-bolt, and how answers find those who asked."""

import asyncio
from typing import Any

import pytest

from tests.servers.slack_server import LoopbackSlack, Rate
from tests.servers.slack_tests.bot import app_of, running
from tests.waiting import within


async def test_a_command_comes_as_slack_sends_it(slack: LoopbackSlack) -> None:
    app, came = app_of(slack), []

    @app.command("/classify")
    async def classify(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        came.append(body)

    mina, general = slack.add_person("mina"), slack.add_channel("general")
    async with running(slack, app):
        asked = await mina.command(general, "/classify", "I <3 you & me &lt;")
        await asked.acknowledged()
    assert asked.acknowledge_s is not None
    body = came[0]
    assert body["text"] == "I &lt;3 you &amp; me &amp;lt;"
    assert (body["user_id"], body["channel_id"]) == (mina.id, general.id)
    assert (body["team_id"], body["channel_name"]) == (slack.team.id, "general")
    assert body["response_url"].startswith("http://127.0.0.1")
    assert body["trigger_id"].count(".") == 2


@pytest.mark.parametrize(("kind", "is_ephemeral"), [(None, True), ("in_channel", False)])
async def test_an_acknowledgement_can_answer(
    slack: LoopbackSlack, kind: str | None, is_ephemeral: bool
) -> None:
    app = app_of(slack)

    @app.command("/hi")
    async def hi(ack: Any) -> None:
        await ack("hello &amp; welcome", response_type=kind)

    mina, general = slack.add_person("mina"), slack.add_channel("general")
    async with running(slack, app):
        asked = await mina.command(general, "/hi")
        message = await asked.answered()
    assert message.text_shown == "hello & welcome"
    assert message.is_ephemeral == is_ephemeral
    assert general.messages == [message]
    assert asked.answer_s is not None


async def test_an_answer_by_response_url_is_ephemeral_and_bound_to_who_asked(
    slack: LoopbackSlack,
) -> None:
    app = app_of(slack)

    @app.command("/hi")
    async def hi(ack: Any, respond: Any, command: dict[str, Any]) -> None:
        await ack()
        await respond(f"hello {command['user_name']}")

    people = [slack.add_person(name) for name in ("mina", "joon", "sora")]
    general = slack.add_channel("general", with_bot=False)
    async with running(slack, app):
        asked = [await person.command(general, "/hi") for person in people]
        messages = await asyncio.gather(*(one.answered() for one in reversed(asked)))
    names = [person.name for person in reversed(people)]
    assert [message.text_shown for message in messages] == [f"hello {name}" for name in names]
    assert all(message.is_ephemeral for message in messages)
    assert messages[0].is_seen_by(people[2])
    assert not messages[0].is_seen_by(people[0])


async def test_progress_is_seen_as_updates(slack: LoopbackSlack) -> None:
    app = app_of(slack)

    @app.command("/train")
    async def train(ack: Any, client: Any, command: dict[str, Any]) -> None:
        await ack()
        channel = command["channel_id"]
        posted = await client.chat_postMessage(channel=channel, text="0 %")
        for done in (50, 100):
            await client.chat_update(channel=channel, ts=posted["ts"], text=f"{done} %")

    mina, general = slack.add_person("mina"), slack.add_channel("general")
    async with running(slack, app):
        asked = await mina.command(general, "/train")
        first = await asked.answered()
        last = await asked.until(lambda message: message.text_shown == "100 %")
    assert last is first
    assert [version.text for version in asked.updates] == ["50 %", "100 %"]
    assert [version.text for version in first.history] == ["0 %", "50 %"]
    assert len(slack.edits_too_fast) == 1
    assert not slack.violations


async def test_edits_within_two_seconds_are_violations_when_watched(slack: LoopbackSlack) -> None:
    slack.watch_edits = slack.allow_violations = True
    client, general = app_of(slack).client, slack.add_channel("general")
    posted = await client.chat_postMessage(channel=general.id, text="0 %")
    for done in (50, 100):
        await client.chat_update(channel=general.id, ts=posted["ts"], text=f"{done} %")
    assert "edited again after" in slack.violations[0]


async def test_a_command_without_acknowledgement_fails_for_the_person(
    slack: LoopbackSlack,
) -> None:
    slack.world.postman.acknowledge_within_s = 0.1
    app, has_failed, is_over = app_of(slack), asyncio.Event(), asyncio.Event()

    @app.command("/slow")
    async def slow(ack: Any) -> None:
        await has_failed.wait()
        await ack("too late")
        is_over.set()

    mina, general = slack.add_person("mina"), slack.add_channel("general")
    async with running(slack, app):
        asked = await mina.command(general, "/slow")
        with pytest.raises(AssertionError, match="operation_timeout"):
            await asked.acknowledged()
        has_failed.set()
        async with within("an acknowledgement that comes too late"):
            await is_over.wait()
    assert asked.error == "operation_timeout"
    assert not general.messages


async def test_a_command_to_nobody_fails_at_once(slack: LoopbackSlack) -> None:
    asked = await slack.add_person("mina").command(slack.add_channel("general"), "/hi")
    assert asked.error == "dispatch_failed"
    with pytest.raises(AssertionError, match=r"'/hi' reached nobody: dispatch_failed"):
        await asked.answered()


async def test_a_command_that_is_not_answered_tells_its_story(slack: LoopbackSlack) -> None:
    app = app_of(slack)

    @app.command("/hi")
    async def hi(ack: Any) -> None:
        await ack()

    mina, general = slack.add_person("mina"), slack.add_channel("general")
    await mina.write(general, "before")
    async with running(slack, app):
        asked = await mina.command(general, "/hi", "there")
        with pytest.raises(AssertionError, match=r"'/hi there' got no message .*\['before'\]"):
            await asked.answered(0.1)


async def test_what_people_cannot_do(slack: LoopbackSlack) -> None:
    mina, joon = slack.add_person("mina"), slack.add_person("joon")
    secret = slack.add_channel("secret", members=[joon], is_private=True)
    elsewhere = slack.add_channel("general", slack.add_team("Other"))
    with pytest.raises(AssertionError, match="no slash commands in threads"):
        await joon.command(secret, "/hi", thread_ts="1.000001")
    with pytest.raises(AssertionError, match="is not in"):
        await mina.command(secret, "/hi")
    with pytest.raises(AssertionError, match="another workspace"):
        await mina.command(elsewhere, "/hi")


async def test_a_shortcut_works_in_a_thread_and_is_answered_there(slack: LoopbackSlack) -> None:
    app, came = app_of(slack), []

    @app.message_shortcut("classify")
    async def classify(ack: Any, client: Any, shortcut: dict[str, Any]) -> None:
        await ack()
        came.append(shortcut)
        message = shortcut["message"]
        await client.chat_postMessage(
            channel=shortcut["channel"]["id"], thread_ts=message["thread_ts"], text="joy"
        )

    mina, general = slack.add_person("mina"), slack.add_channel("general")
    first = await mina.write(general, "look")
    reply = await mina.write(general, "I love this & that", thread_ts=first.ts)
    async with running(slack, app):
        asked = await mina.shortcut(general, "classify", reply)
        answer = await asked.answered()
    assert came[0]["message"]["text"] == "I love this &amp; that"
    assert answer.thread_ts == first.ts
    assert answer.text_shown == "joy"


async def test_two_hundred_commands_at_once(slack: LoopbackSlack) -> None:
    slack.web_api.rates.limits["chat.postMessage"] = Rate(1000, 1000)
    app = app_of(slack)

    @app.command("/echo")
    async def echo(ack: Any, client: Any, command: dict[str, Any]) -> None:
        await ack()
        await client.chat_postMessage(channel=command["channel_id"], text=command["text"])

    mina = slack.add_person("mina")
    channels = [slack.add_channel(f"room-{number}") for number in range(200)]
    async with running(slack, app):
        asked = [
            await mina.command(channel, "/echo", str(number))
            for number, channel in enumerate(channels)
        ]
        messages = await asyncio.gather(*(one.answered(20) for one in asked))
    assert [message.text for message in messages] == [str(number) for number in range(200)]


async def test_a_message_reaches_a_bot_that_subscribes(slack: LoopbackSlack) -> None:
    slack.world.subscribed |= {"app_mention", "message.im"}
    app, came = app_of(slack), asyncio.Queue[str]()

    @app.event("app_mention")
    async def mentioned(event: dict[str, Any], say: Any) -> None:
        await came.put(event["text"])
        await say(text="yes?", thread_ts=event["ts"])

    @app.event("message")
    async def written(event: dict[str, Any]) -> None:
        await came.put(f"{event['channel_type']}: {event['files'][0]['name']}")

    mina, general = slack.add_person("mina"), slack.add_channel("general")
    async with running(slack, app):
        await mina.write(general, "nobody hears this")
        await mina.write(general, "@tokki hello")
        assert await came.get() == f"<@{slack.team.bot.id}> hello"
        await mina.write(slack.dm(mina), files=[("a.csv", b"a,b")])
        assert await came.get() == "im: a.csv"


async def test_another_server_gives_other_ids_to_what_is_remembered() -> None:
    given = []
    for _ in range(2):
        async with LoopbackSlack() as slack:
            asked = await slack.add_person("mina").command(slack.add_channel("general"), "/hi")
            event = slack.world.happen(slack.team, {"type": "app_home_opened"})
            given += [asked.payload["trigger_id"], event.payload["event_id"]]
    assert len(set(given)) == 4
