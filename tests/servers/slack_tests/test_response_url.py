"""Response URLs: how often, how long, and what they change."""

from typing import Any

import pytest
from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.servers.slack_server import LoopbackSlack, Message, UserAction
from tests.servers.slack_tests.bot import app_of

BUTTON = {"type": "button", "action_id": "ok", "text": {"type": "plain_text", "text": "OK"}}
ROW = {"type": "actions", "elements": [BUTTON]}


async def commanded(slack: LoopbackSlack) -> tuple[UserAction, AsyncWebhookClient]:
    asked = await slack.add_person("mina").command(slack.add_channel("general"), "/hi")
    return asked, AsyncWebhookClient(asked.payload["response_url"])


async def pressed(slack: LoopbackSlack) -> tuple[Message, AsyncWebhookClient]:
    mina, general = slack.add_person("mina"), slack.add_channel("general")
    client = app_of(slack).client
    answer = await client.chat_postMessage(channel=general.id, text="joy", blocks=[ROW])
    message = general.all[answer["ts"]]
    asked = await mina.press(message, "OK")
    return message, AsyncWebhookClient(asked.payload["response_url"])


async def test_five_uses(slack: LoopbackSlack) -> None:
    asked, hook = await commanded(slack)
    for number in range(5):
        answer = await hook.send(text=str(number))
        assert (answer.status_code, answer.body) == (200, "ok")
    answer = await hook.send(text="6")
    assert (answer.status_code, answer.body) == (404, "used_url")
    assert asked.channel is not None
    assert [message.text for message in asked.channel.messages] == list("01234")
    assert all(message.answers is asked for message in asked.channel.messages)


async def test_thirty_minutes(slack: LoopbackSlack) -> None:
    asked, hook = await commanded(slack)
    assert asked.response_url is not None
    asked.response_url.expire()
    answer = await hook.send(text="late")
    assert (answer.status_code, answer.body) == (404, "expired_url")


async def test_ephemeral_unless_it_says_otherwise(slack: LoopbackSlack) -> None:
    asked, hook = await commanded(slack)
    await hook.send(text="to you")
    await hook.send(text="to all", response_type="in_channel")
    assert asked.channel is not None
    assert [message.is_ephemeral for message in asked.channel.messages] == [True, False]


async def test_a_message_is_replaced_and_deleted(slack: LoopbackSlack) -> None:
    message, hook = await pressed(slack)
    await hook.send(text="done", replace_original=True)
    assert (message.text_shown, message.blocks) == ("done", [])
    await hook.send(delete_original=True)
    assert message.is_deleted
    assert message.channel.messages == []


async def test_a_new_message_beside_the_original(slack: LoopbackSlack) -> None:
    message, hook = await pressed(slack)
    await hook.send(text="thanks", replace_original=False)
    assert [one.text for one in message.channel.messages] == ["joy", "thanks"]


@pytest.mark.parametrize("more", [{}, {"response_type": "ephemeral"}])
async def test_what_happens_to_the_original_must_be_said(
    slack: LoopbackSlack, more: dict[str, Any]
) -> None:
    slack.allow_violations = True
    _, hook = await pressed(slack)
    await hook.send(text="thanks", **more)
    assert slack.violations == ["response_url: replace_original is not said"]


async def test_a_command_has_no_original(slack: LoopbackSlack) -> None:
    slack.allow_violations = True
    asked, hook = await commanded(slack)
    await hook.send(text="one")
    await hook.send(text="two", replace_original=True)
    assert "there is no original" in slack.violations[0]
    assert asked.channel is not None
    assert [message.text for message in asked.channel.messages] == ["one", "two"]


async def test_bad_blocks_and_unknown_addresses_are_refused(slack: LoopbackSlack) -> None:
    slack.allow_violations = True
    asked, hook = await commanded(slack)
    answer = await hook.send(text="x", blocks=[{"type": "header"}])
    assert (answer.status_code, answer.body) == (400, "invalid_blocks")
    hook = AsyncWebhookClient(asked.payload["response_url"] + "x")
    assert (await hook.send(text="x")).status_code == 404
    assert asked.response_url is not None
    assert asked.response_url.uses == 0
