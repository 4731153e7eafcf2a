"""Routes that an interaction's token opens: its original answer and followups."""

from tests.servers.discord_server import posting
from tests.servers.discord_server.message import Message
from tests.servers.discord_server.people.user_action import UserAction
from tests.servers.discord_server.rest.endpoint import Answer, Call, Endpoint
from tests.servers.discord_server.rest.refusal import Refusal

FOLLOWUPS_OF_STRANGERS = 5
"""How many followups the bot may send where only the person has installed it."""


def post(call: Call) -> Answer:
    """Post a followup; the first one takes the place of "thinking…"."""
    asked = _asked(call)
    original = asked.original
    if original is not None and original.is_thinking and not original.is_deleted:
        return Answer(_edited(call, asked, original).json())
    if "0" not in asked.owners and len(asked.followups) >= FOLLOWUPS_OF_STRANGERS:
        raise Refusal(400, 40094)
    shown = posting.shown(call, asked.channel, call.json or {})
    message = Message(call.world.ids.take(), asked.channel, call.world.bot, shown, asked)
    asked.followups.append(message)
    asked.note_seen(message)
    asked.channel.put(message)
    return Answer(message.json())


def get(call: Call) -> Answer:
    """Give a message."""
    return Answer(_message(call, _asked(call)).json())


def change(call: Call) -> Answer:
    """Edit a message."""
    asked = _asked(call)
    return Answer(_edited(call, asked, _message(call, asked)).json())


def remove(call: Call) -> Answer:
    """Delete a message."""
    asked = _asked(call)
    asked.channel.remove(_message(call, asked))
    return Answer(status=204)


def _asked(call: Call) -> UserAction:
    """Find the interaction of a token, once it has been called back and before it is over."""
    asked = call.world.interactions.get(call.names["webhook_token"])
    if asked is None or call.id("webhook_id") != call.world.application_id:
        raise Refusal(404, 10015)
    if asked.is_expired:
        raise Refusal(401, 50027)
    if not asked.callbacks:
        raise Refusal(404, 10015)
    return asked


def _message(call: Call, asked: UserAction) -> Message:
    if call.names["message_id"] == "@original":
        message = asked.original
    else:
        number = call.id("message_id")
        mine = [asked.original, *asked.followups]
        message = next((one for one in mine if one is not None and one.id == number), None)
    if message is None or message.is_deleted:
        raise Refusal(404, 10008)
    return message


def _edited(call: Call, asked: UserAction, message: Message) -> Message:
    message.change(posting.shown(call, asked.channel, call.json or {}, message))
    asked.edits += message is asked.original
    asked.note_seen(message)
    asked.channel.tell(message)
    return message


_POST = "/webhooks/{webhook_id}/{webhook_token}"
_ONE = _POST + "/messages/{message_id}"

ENDPOINTS = (
    Endpoint("POST", _POST, post, needs_bot=False),
    Endpoint("GET", _ONE, get, needs_bot=False),
    Endpoint("PATCH", _ONE, change, needs_bot=False),
    Endpoint("DELETE", _ONE, remove, needs_bot=False),
)
