"""Buttons and selects through slack-bolt."""

from typing import Any

import pytest

from tests.servers.slack_server import Channel, LoopbackSlack, Message
from tests.servers.slack_tests.bot import app_of, plain, running

BUTTONS = {
    "type": "actions",
    "elements": [
        {
            "type": "button",
            "action_id": f"fb:7:{name.lower()}",
            "text": {"type": "plain_text", "text": name},
            "value": name.lower(),
        }
        for name in ("Right", "Wrong & sad")
    ],
}
TEXT = {"type": "section", "text": {"type": "mrkdwn", "text": "*joy* 98 %"}}


async def posted(slack: LoopbackSlack, channel: Channel, *blocks: dict[str, Any]) -> Message:
    client = app_of(slack).client
    answer = await client.chat_postMessage(channel=channel.id, text="joy", blocks=list(blocks))
    return channel.all[answer["ts"]]


async def test_what_is_shown(slack: LoopbackSlack) -> None:
    message = await posted(slack, slack.add_channel("general"), TEXT, BUTTONS)
    assert message.text_shown == "*joy* 98 %"
    assert message.button("Right") == "fb:7:right"
    assert message.button("Wrong & sad") == "fb:7:wrong & sad"
    assert [button["value"] for button in message.buttons] == ["right", "wrong & sad"]
    with pytest.raises(LookupError, match="no button 'Left'"):
        message.button("Left")


@pytest.mark.parametrize("wanted", ["Right", "fb:7:right"])
async def test_a_press_comes_with_its_message(slack: LoopbackSlack, wanted: str) -> None:
    app, came = app_of(slack), []

    @app.action("fb:7:right")
    async def press(ack: Any, body: dict[str, Any], respond: Any) -> None:
        await ack()
        came.append(body)
        await respond("thank you", replace_original=False)

    mina, general = slack.add_person("mina"), slack.add_channel("general")
    message = await posted(slack, general, TEXT, BUTTONS)
    async with running(slack, app):
        asked = await mina.press(message, wanted)
        answer = await asked.answered()
    assert answer.is_ephemeral
    assert answer.text_shown == "thank you"
    body = came[0]
    assert body["actions"][0]["value"] == "right"
    assert body["actions"][0]["block_id"] == message.blocks[1]["block_id"]
    assert body["container"]["message_ts"] == message.ts
    # As Slack tells them: plain texts are escaped, and what it adds by itself is there.
    assert body["message"]["blocks"][1]["elements"][1]["text"] == {
        "type": "plain_text",
        "text": "Wrong &amp; sad",
        "emoji": True,
    }
    assert body["message"]["blocks"][0]["text"]["verbatim"] is False


async def test_an_edit_of_the_message_answers_a_press(slack: LoopbackSlack) -> None:
    app = app_of(slack)

    @app.action("fb:7:right")
    async def press(ack: Any, client: Any, body: dict[str, Any]) -> None:
        await ack()
        channel, ts = body["channel"]["id"], body["container"]["message_ts"]
        await client.chat_update(channel=channel, ts=ts, text="thanks", blocks=[])

    mina, general = slack.add_person("mina"), slack.add_channel("general")
    message = await posted(slack, general, TEXT, BUTTONS)
    async with running(slack, app):
        asked = await mina.press(message, "Right")
        assert await asked.answered() is message
    assert message.text_shown == "thanks"
    assert asked.updates == []
    assert message.history[0].text_shown == "*joy* 98 %"


async def test_an_ephemeral_message_is_changed_by_its_response_url_alone(
    slack: LoopbackSlack,
) -> None:
    app, came = app_of(slack), []

    @app.action("fb:7:right")
    async def press(ack: Any, body: dict[str, Any], respond: Any) -> None:
        await ack()
        came.append(body)
        await respond("thanks", replace_original=True)

    mina, joon, general = slack.add_person("mina"), slack.add_person("joon"), None
    general = slack.add_channel("general")
    answer = await app.client.chat_postEphemeral(
        channel=general.id, user=mina.id, text="joy", blocks=[TEXT, BUTTONS]
    )
    message = general.all[answer["message_ts"]]
    async with running(slack, app):
        with pytest.raises(AssertionError, match="joon does not see"):
            await joon.press(message, "Right")
        asked = await mina.press(message, "Right")
        assert await asked.answered() is message
    assert "message" not in came[0]
    assert came[0]["container"]["is_ephemeral"] is True
    assert message.text_shown == "thanks"


async def test_a_forged_action_id_can_be_sent(slack: LoopbackSlack) -> None:
    app, came = app_of(slack), []

    @app.action({"action_id": "fb:99:right"})
    async def press(ack: Any, action: dict[str, Any]) -> None:
        await ack()
        came.append(action)

    mina = slack.add_person("mina")
    message = await posted(slack, slack.add_channel("general"), TEXT, BUTTONS)
    async with running(slack, app):
        with pytest.raises(LookupError, match="no control 'fb:99:right'"):
            await mina.press(message, "fb:99:right")
        asked = await mina.press(message, "fb:99:right", check=False)
        await asked.acknowledged()
    assert came[0]["action_id"] == "fb:99:right"


def select(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": "actions", "elements": [{"type": kind, "action_id": "pick", **more}]}


OPTIONS = [{"text": plain(name.title()), "value": name} for name in ("joy", "anger")]


@pytest.mark.parametrize(
    ("element", "value", "key", "chosen"),
    [
        (select("static_select", options=OPTIONS), "joy", "selected_option", OPTIONS[0]),
        (select("static_select", options=OPTIONS), "Anger", "selected_option", OPTIONS[1]),
        (select("overflow", options=OPTIONS), "joy", "selected_option", OPTIONS[0]),
        (select("radio_buttons", options=OPTIONS), "joy", "selected_option", OPTIONS[0]),
        (select("checkboxes", options=OPTIONS), ["anger"], "selected_options", [OPTIONS[1]]),
        (select("datepicker"), "2026-11-01", "selected_date", "2026-11-01"),
    ],
)
async def test_what_is_selected(
    slack: LoopbackSlack, element: dict[str, Any], value: Any, key: str, chosen: Any
) -> None:
    app, came = app_of(slack), []

    @app.action("pick")
    async def pick(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        came.append(body)

    mina = slack.add_person("mina")
    message = await posted(slack, slack.add_channel("general"), TEXT, element)
    async with running(slack, app):
        await (await mina.select(message, "pick", value)).acknowledged()
    action = came[0]["actions"][0]
    if key == "selected_option":
        assert action[key]["value"] == chosen["value"]
    elif key == "selected_options":
        assert [one["value"] for one in action[key]] == ["anger"]
    else:
        assert action[key] == chosen
    assert "pick" in came[0]["state"]["values"][message.blocks[1]["block_id"]]


async def test_an_option_that_is_not_there(slack: LoopbackSlack) -> None:
    mina = slack.add_person("mina")
    element = select("static_select", options=OPTIONS)
    message = await posted(slack, slack.add_channel("general"), TEXT, element)
    with pytest.raises(AssertionError, match="no option 'fear'"):
        await mina.select(message, "pick", "fear")


async def test_an_external_select_is_asked_first(slack: LoopbackSlack) -> None:
    app, chosen = app_of(slack), []

    @app.options("pick")
    async def offer(ack: Any, payload: dict[str, Any]) -> None:
        await ack(options=[one for one in OPTIONS if payload["value"] in one["value"]])

    @app.action("pick")
    async def pick(ack: Any, action: dict[str, Any]) -> None:
        await ack()
        chosen.append(action["selected_option"]["value"])

    mina = slack.add_person("mina")
    element = select("external_select", min_query_length=1)
    message = await posted(slack, slack.add_channel("general"), TEXT, element)
    async with running(slack, app):
        with pytest.raises(AssertionError, match="from 1 characters on"):
            await mina.suggest(message, "pick", "")
        with pytest.raises(AssertionError, match=r"must be asked by suggest\(\) first"):
            await mina.select(message, "pick", "joy")
        options = await mina.suggest(message, "pick", "jo")
        assert [option["value"] for option in options] == ["joy"]
        await (await mina.select(message, "pick", "joy")).acknowledged()
    assert chosen == ["joy"]


async def test_too_many_suggestions_are_refused(slack: LoopbackSlack) -> None:
    slack.allow_violations = True
    app = app_of(slack)

    @app.options("pick")
    async def offer(ack: Any) -> None:
        await ack(options=[{"text": plain("x"), "value": str(n)} for n in range(101)])

    mina = slack.add_person("mina")
    element = select("external_select", min_query_length=0)
    message = await posted(slack, slack.add_channel("general"), TEXT, element)
    async with running(slack, app):
        assert await mina.suggest(message, "pick") == []
    assert "no more than 100 items" in slack.violations[0]


async def test_an_acknowledgement_of_a_press_takes_no_text(slack: LoopbackSlack) -> None:
    slack.allow_violations = True
    app = app_of(slack)

    @app.action("fb:7:right")
    async def press(ack: Any) -> None:
        await ack("thanks")

    mina = slack.add_person("mina")
    message = await posted(slack, slack.add_channel("general"), TEXT, BUTTONS)
    async with running(slack, app):
        await (await mina.press(message, "Right")).acknowledged()
    assert "it takes no payload" in slack.violations[0]
