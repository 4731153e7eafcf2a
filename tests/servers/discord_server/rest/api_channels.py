"""Routes of channels and their messages."""

from tests.servers.discord_server import posting
from tests.servers.discord_server.channel import Channel
from tests.servers.discord_server.message import Message
from tests.servers.discord_server.people import permissions
from tests.servers.discord_server.rest.endpoint import Answer, Call, Endpoint
from tests.servers.discord_server.rest.refusal import Refusal


def channel(call: Call) -> Answer:
    """Tell of a channel."""
    return Answer(_channel(call).json(call.world.bot))


def post(call: Call) -> Answer:
    """Post a message."""
    place = _channel(call)
    needed = permissions.SEND_MESSAGES_IN_THREADS if place.parent else permissions.SEND_MESSAGES
    _check_allowed(call, place, needed)
    if any(not person.accepts_dms for person in place.people):
        raise Refusal(403, 50007)
    shown = posting.shown(call, place, call.json or {}, in_interaction=False)
    message = Message(call.world.ids.take(), place, call.world.bot, shown)
    return Answer(place.put(message).json())


def listing(call: Call) -> Answer:
    """List messages, the newest first."""
    most = int(call.received.query.get("limit", 50))
    newest = _channel(call).messages[::-1]
    before = int(call.received.query.get("before") or 0)
    kept = [one for one in newest if not before or one.id < before]
    return Answer([message.json() for message in kept[:most]])


def get(call: Call) -> Answer:
    """Give a message."""
    return Answer(_message(call, _channel(call)).json())


def change(call: Call) -> Answer:
    """Edit a message of the bot's own, also long after the token of its interaction is over."""
    place = _channel(call)
    message = _message(call, place)
    if message.author is not call.world.bot:
        raise Refusal(403, 50005)
    _check_allowed(call, place, 0)
    body = call.json or {}
    message.change(posting.shown(call, place, body, message, in_interaction=False))
    if message.asked is not None and message is message.asked.original:
        message.asked.edits += 1
        message.asked.note_seen(message)
    place.tell(message)
    return Answer(message.json())


def remove(call: Call) -> Answer:
    """Delete a message: its own, or another's where it may manage messages."""
    place = _channel(call)
    message = _message(call, place)
    may = place.bot_permissions & permissions.MANAGE_MESSAGES
    if message.author is not call.world.bot and not may:
        raise Refusal(403, 50013)
    place.remove(message)
    return Answer(status=204)


def typing(call: Call) -> Answer:
    """Take notice that the bot is typing."""
    _channel(call)
    return Answer(status=204)


def _channel(call: Call) -> Channel:
    """Find a channel that the bot sees."""
    found = call.world.channels.get(call.id("channel_id"))
    if found is None:
        raise Refusal(404, 10003)
    is_in = found.guild.with_bot if found.guild is not None else call.world.bot in found.people
    if not is_in or not found.bot_permissions & permissions.VIEW_CHANNEL:
        raise Refusal(403, 50001)
    return found


def _message(call: Call, place: Channel) -> Message:
    """Find a message; ephemeral ones are not there for channel routes."""
    message = place.all.get(call.id("message_id"))
    if message is None or message.is_ephemeral:
        raise Refusal(404, 10008)
    return message


def _check_allowed(call: Call, place: Channel, needed: int) -> None:
    if call.received.uploads:
        needed |= permissions.ATTACH_FILES
    if place.bot_permissions & needed != needed:
        raise Refusal(403, 50013)


_ALL = "/channels/{channel_id}/messages"
_ONE = _ALL + "/{message_id}"

ENDPOINTS = (
    Endpoint("GET", "/channels/{channel_id}", channel),
    Endpoint("POST", "/channels/{channel_id}/typing", typing),
    Endpoint("GET", _ALL, listing),
    Endpoint("POST", _ALL, post),
    Endpoint("GET", _ONE, get),
    Endpoint("PATCH", _ONE, change),
    Endpoint("DELETE", _ONE, remove),
)
