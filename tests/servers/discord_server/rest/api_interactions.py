"""The route that calls an interaction back."""

import time
from collections.abc import Callable

from tests.servers.discord_server import kinds, posting
from tests.servers.discord_server.checks.choice import choice_problems
from tests.servers.discord_server.checks.modal import modal_problems
from tests.servers.discord_server.checks.problem import Problem
from tests.servers.discord_server.kinds import Json
from tests.servers.discord_server.message import Message, Shown
from tests.servers.discord_server.people.user_action import Modal, UserAction
from tests.servers.discord_server.rest.endpoint import Answer, Call, Endpoint
from tests.servers.discord_server.rest.refusal import Refusal

ALLOWED = {
    kinds.COMMAND: {kinds.ANSWER, kinds.DEFER, kinds.OPEN_MODAL},
    kinds.COMPONENT: {
        kinds.ANSWER,
        kinds.DEFER,
        kinds.DEFER_UPDATE,
        kinds.UPDATE,
        kinds.OPEN_MODAL,
    },
    kinds.AUTOCOMPLETE: {kinds.CHOICES},
    kinds.MODAL: {kinds.ANSWER, kinds.DEFER, kinds.DEFER_UPDATE, kinds.UPDATE},
}
"""The callbacks that each kind of interaction may get."""


def callback(call: Call) -> Answer:
    """Take the first word of the bot to an interaction."""
    asked = _open(call)
    kind: int = (call.json or {}).get("type", 0)
    _check_kind(call, asked, kind)
    data = call.json.get("data") or {}
    _TAKEN[kind](call, asked, data)
    asked.note_callback(kind)
    if asked.original is not None and kind in (kinds.ANSWER, kinds.UPDATE):
        asked.note_seen(asked.original)
        asked.channel.tell(asked.original)
    if call.received.query.get("with_response", "").lower() not in ("1", "true"):
        return Answer(status=204)
    return Answer(_response(asked, kind))


def _open(call: Call) -> UserAction:
    """Find an interaction that still waits for its callback."""
    asked = call.world.interactions.get(call.names["interaction_token"])
    if asked is None or asked.id != call.id("interaction_id"):
        raise Refusal(404, 10062)
    if call.world.refused_callbacks:
        code = call.world.refused_callbacks.pop(0)
        raise Refusal(404 if code == 10062 else 400, code)
    if asked.callbacks:
        raise Refusal(400, 40060)
    if time.perf_counter() - asked.sent_at > call.world.acknowledge_within_s:
        raise Refusal(404, 10062)
    return asked


def _check_kind(call: Call, asked: UserAction, kind: int) -> None:
    is_possible = kind in ALLOWED[asked.kind]
    if kind in (kinds.DEFER_UPDATE, kinds.UPDATE) and asked.message is None:
        is_possible = False
    if not is_possible:
        message = f"callback {kind} is not for an interaction of type {asked.kind}"
        call.checker.note(call, [Problem(("type",), message)])
        errors = {"type": {"_errors": [{"code": "BASE_TYPE_CHOICES", "message": message}]}}
        raise Refusal(400, 50035, errors)


def _answer(call: Call, asked: UserAction, data: Json) -> None:
    shown = posting.shown(call, asked.channel, data, at=("data",))
    _post(call, asked, shown)


def _defer(call: Call, asked: UserAction, data: Json) -> None:
    call.checker.inspect(call, [])
    _post(call, asked, Shown(flags=(data.get("flags") or 0) | kinds.LOADING))
    if asked.original is not None:
        asked.channel.tell(asked.original)


def _defer_update(call: Call, asked: UserAction, data: Json) -> None:
    call.checker.inspect(call, [])
    asked.original = asked.message


def _update(call: Call, asked: UserAction, data: Json) -> None:
    message = asked.message
    if message is None or message.is_deleted:
        raise Refusal(404, 10008)
    message.change(posting.shown(call, asked.channel, data, message, at=("data",)))
    asked.original = message


def _choices(call: Call, asked: UserAction, data: Json) -> None:
    call.checker.inspect(call, choice_problems(data))
    asked.choices = data.get("choices") or []


def _modal(call: Call, asked: UserAction, data: Json) -> None:
    call.checker.inspect(call, modal_problems(data))
    asked.modal = Modal(data, asked)


def _post(call: Call, asked: UserAction, shown: Shown) -> None:
    message = Message(call.world.ids.take(), asked.channel, call.world.bot, shown, asked)
    if asked.kind == kinds.COMMAND:
        message.kind = 20 if asked.data.get("type", 1) == kinds.CHAT_INPUT else 23
    asked.original = message
    asked.channel.all[message.id] = message


def _response(asked: UserAction, kind: int) -> Json:
    interaction: Json = {"id": str(asked.id), "type": asked.kind}
    if asked.original is None:
        return {"interaction": interaction}
    interaction |= {
        "response_message_id": str(asked.original.id),
        "response_message_loading": asked.original.is_thinking,
        "response_message_ephemeral": asked.original.is_ephemeral,
    }
    resource: Json = {"type": kind}
    if kind in (kinds.ANSWER, kinds.DEFER, kinds.UPDATE):
        resource["message"] = asked.original.json()
    return {"interaction": interaction, "resource": resource}


_TAKEN: dict[int, Callable[[Call, UserAction, Json], None]] = {
    kinds.ANSWER: _answer,
    kinds.DEFER: _defer,
    kinds.DEFER_UPDATE: _defer_update,
    kinds.UPDATE: _update,
    kinds.CHOICES: _choices,
    kinds.OPEN_MODAL: _modal,
}

ENDPOINTS = (
    Endpoint(
        "POST",
        "/interactions/{interaction_id}/{interaction_token}/callback",
        callback,
        needs_bot=False,
    ),
)
