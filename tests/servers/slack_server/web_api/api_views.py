"""views.*: modals and homes."""

from __future__ import annotations

from tests.servers.slack_server.deliveries.acknowledging import DEEPEST
from tests.servers.slack_server.kinds import Json
from tests.servers.slack_server.people.user_action import UserAction
from tests.servers.slack_server.seen.view import View
from tests.servers.slack_server.web_api.method import Call, Method
from tests.servers.slack_server.web_api.refusal import Refusal


def _open(call: Call) -> Json:
    content = _content(call, "modal")
    asked = _exchange(call)
    view = View(call.world.ids, asked.person, content, asked)
    for old in asked.person.views:
        old.is_open = False
    asked.person.stack = view.stack
    return _shown(call, asked, view)


def _push(call: Call) -> Json:
    content = _content(call, "modal")
    asked = _exchange(call)
    under = asked.view_used
    if under is None or not under.is_open:
        raise Refusal("not_found")
    if len(under.stack) >= DEEPEST:
        raise Refusal("push_limit_reached")
    return _shown(call, asked, call.world.push(under, content, asked))


def _update(call: Call) -> Json:
    view = _existing(call)
    _check_hash(call, view)
    content = _content(call, str(view.content["type"]))
    view.change(content)
    return {"view": view.json()}


def _publish(call: Call) -> Json:
    person = call.person("user_id")
    if not call.world.manifest.has_home:
        raise Refusal("not_enabled")
    if person.home is not None:
        _check_hash(call, person.home)
    return {"view": call.world.publish(person, _content(call, "home")).json()}


def _content(call: Call, kind: str) -> Json:
    content = call.needs("view")
    call.world.checker.view(call.received, content)
    if not isinstance(content, dict) or content.get("type") != kind:
        messages = [f"[ERROR] must be a {kind} [json-pointer:/view/type]"]
        raise Refusal("invalid_arguments", {"response_metadata": {"messages": messages}})
    _check_external_id(call, content.get("external_id"))
    return content


def _check_external_id(call: Call, external_id: str | None) -> None:
    if not external_id:
        return
    for view in call.world.views.values():
        is_namesake = view.content.get("external_id") == external_id and view.is_open
        is_itself = view.id == call.args.get("view_id") or call.args.get("external_id")
        if is_namesake and view.person.team is call.team and not is_itself:
            raise Refusal("duplicate_external_id")


def _exchange(call: Call) -> UserAction:
    trigger = call.world.triggers.exchange(str(call.needs("trigger_id")), call.team)
    assert trigger.asked is not None
    return trigger.asked


def _shown(call: Call, asked: UserAction, view: View) -> Json:
    call.world.views[view.id] = view
    asked.note_view(view)
    return {"view": view.json()}


def _existing(call: Call) -> View:
    known = call.world.views
    if "view_id" in call.args:
        found = [known[call.args["view_id"]]] if call.args["view_id"] in known else []
    else:
        wanted = call.needs("external_id")
        found = [view for view in known.values() if view.content.get("external_id") == wanted]
    for view in found:
        if view.is_open and view.person.team is call.team:
            return view
    raise Refusal("not_found")


def _check_hash(call: Call, view: View) -> None:
    if call.args.get("hash") not in (None, "", view.hash):
        raise Refusal("hash_conflict")


METHODS = (
    Method("views.open", _open),
    Method("views.push", _push),
    Method("views.update", _update),
    Method("views.publish", _publish),
)
