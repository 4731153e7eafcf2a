"""chat.*: messages."""

from __future__ import annotations

import re

from tests.servers.slack_server.channel import Channel
from tests.servers.slack_server.kinds import Json
from tests.servers.slack_server.seen.message import Message
from tests.servers.slack_server.seen.posting import content_of
from tests.servers.slack_server.web_api.method import Call, Method
from tests.servers.slack_server.web_api.refusal import Refusal

MOST_TEXT_OF_EDIT = 4_000
MOST_TEXT = 40_000


def _post(call: Call) -> Json:
    channel = _writable(call)
    _check_content(call)
    message = call.world.message(
        channel,
        call.team.bot,
        content_of(call.args, call.world.ids),
        thread_ts=_thread(call, channel),
    )
    message.metadata = call.args.get("metadata")
    channel.put(message)
    return {"channel": channel.id, "ts": message.ts, "message": message.json()}


def _post_ephemeral(call: Call) -> Json:
    channel, person = _writable(call), call.person()
    if not channel.lets_in(person):
        raise Refusal("user_not_in_channel")
    _check_content(call)
    message = call.world.message(
        channel,
        call.team.bot,
        content_of(call.args, call.world.ids),
        thread_ts=_thread(call, channel),
        only_for=person,
    )
    channel.put(message)
    return {"message_ts": message.ts}


def _update(call: Call) -> Json:
    channel = call.channel()
    message = _own(call, channel, "cant_update_message")
    content = content_of(call.args, call.world.ids, message)
    if content.is_empty:
        raise Refusal("no_text")
    if len(str(call.args.get("text", ""))) > MOST_TEXT_OF_EDIT:
        raise Refusal("msg_too_long")
    call.world.checker.message(call.received, call.args)
    call.world.checker.edit(call.received, message)
    if "file_ids" in call.args:
        wanted = call.args["file_ids"]
        ids = wanted if isinstance(wanted, list) else str(wanted).split(",")
        content.files = [call.world.files[one] for one in ids if one in call.world.files]
    message.change(content)
    _answer_presses(message)
    channel.tell(message)
    told = {"channel": channel.id, "ts": message.ts, "text": message.text}
    return {**told, "message": message.json()}


def _delete(call: Call) -> Json:
    channel = call.channel()
    message = _own(call, channel, "cant_delete_message")
    message.is_deleted = True
    channel.tell(message)
    return {"channel": channel.id, "ts": message.ts}


def _get_permalink(call: Call) -> Json:
    channel = call.channel()
    ts = str(call.needs("message_ts"))
    if ts not in channel.all:
        raise Refusal("message_not_found")
    link = f"https://{call.team.domain}.slack.com/archives/{channel.id}/p{ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": link}


def _writable(call: Call) -> Channel:
    channel = call.channel()
    if channel.is_archived:
        raise Refusal("is_archived")
    if not channel.has_bot:
        # Only public channels come here: what the bot is not in and cannot see is not found.
        assert call.token is not None
        if "chat:write.public" not in call.token.scopes:
            raise Refusal("not_in_channel")
    return channel


def _check_content(call: Call) -> None:
    if content_of(call.args, call.world.ids).is_empty:
        raise Refusal("no_text")
    if len(str(call.args.get("text", ""))) > MOST_TEXT:
        call.world.checker.note(call.received, "text over 40,000 characters is cut off")
        call.args["text"] = call.args["text"][:MOST_TEXT]
    call.world.checker.message(call.received, call.args)


def _thread(call: Call, channel: Channel) -> str | None:
    ts = call.args.get("thread_ts")
    if ts is None:
        return None
    if not re.fullmatch(r"\d+\.\d{6}", str(ts)):
        raise Refusal("invalid_thread_ts")
    parent = channel.all.get(str(ts))
    if parent is None or parent.is_ephemeral or parent.is_deleted:
        raise Refusal("thread_not_found")
    if parent.thread_ts not in (None, parent.ts):
        call.world.checker.note(call.received, "thread_ts is that of a reply, not of its parent")
    return str(ts)


def _own(call: Call, channel: Channel, error: str) -> Message:
    """Find a message of the bot's own; ephemeral ones are not found, since Slack keeps none."""
    message = channel.all.get(str(call.needs("ts")))
    if message is None or message.is_deleted or message.is_ephemeral:
        raise Refusal("message_not_found")
    if message.author is not call.team.bot:
        raise Refusal(error)
    return message


def _answer_presses(message: Message) -> None:
    """An edit answers those who used a control of the message and have had no answer yet."""
    for asked in message.asks:
        if asked.answer is None:
            asked.note_answer(message)


METHODS = (
    Method("chat.postMessage", _post, "chat:write"),
    Method("chat.postEphemeral", _post_ephemeral, "chat:write"),
    Method("chat.update", _update, "chat:write"),
    Method("chat.delete", _delete, "chat:write"),
    Method("chat.getPermalink", _get_permalink, takes_json=False),
)
