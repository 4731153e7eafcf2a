"""What an acknowledgement does beyond stopping the clock: texts, options, forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.servers.slack_server.kinds import Json
from tests.servers.slack_server.seen.posting import content_of
from tests.servers.slack_server.seen.view import View
from tests.servers.slack_server.web_api.refusal import Refusal

if TYPE_CHECKING:
    from tests.servers.slack_server.people.user_action import Take, UserAction
    from tests.servers.slack_server.world import World

DEEPEST = 3


def take(world: World) -> Take:
    """Give what takes an acknowledgement's payload."""

    def taking(asked: UserAction, answer: Json) -> None:
        kind = str(asked.payload.get("type", "command"))
        known = {
            "command": _message,
            "block_suggestion": _options,
            "view_submission": _submission,
        }
        if kind in known:
            known[kind](world, asked, answer)
        elif answer:
            world.checker.note(f"acknowledgement of {asked.about}", "it takes no payload")

    return taking


def _message(world: World, asked: UserAction, answer: Json) -> None:
    content = content_of(answer, world.ids)
    if content.is_empty or asked.channel is None:
        return
    if not _is_fine(world, asked, answer):
        return
    is_public = answer.get("response_type") == "in_channel"
    only_for = None if is_public else asked.person
    bot = asked.person.team.bot
    message = world.message(asked.channel, bot, content, only_for=only_for)
    asked.note_answer(message)
    asked.channel.put(message)


def _options(world: World, asked: UserAction, answer: Json) -> None:
    try:
        world.checker.options(f"options for {asked.payload['action_id']}", answer)
    except Refusal as refusal:
        asked.error = refusal.error
        return
    groups = answer.get("option_groups") or [{"options": answer.get("options") or []}]
    asked.options = [option for group in groups for option in group["options"]]


def _submission(world: World, asked: UserAction, answer: Json) -> None:
    view = asked.view_used
    assert view is not None
    asked.response_action = answer.get("response_action")
    acts = {"errors": _errors, "update": _update, "push": _push, "clear": _clear}
    if not answer:
        view.close()
    elif asked.response_action in acts:
        acts[asked.response_action](world, asked, view, answer)
    else:
        world.checker.note(f"acknowledgement of {asked.about}", f"what is {answer!r}?")


def _errors(world: World, asked: UserAction, view: View, answer: Json) -> None:
    asked.errors = dict(answer.get("errors") or {})
    inputs = {block["block_id"] for block in view.inputs}
    for block_id, text in asked.errors.items():
        if block_id not in inputs:
            world.checker.note(f"errors for {view.callback_id}", f"no input block {block_id!r}")
        if not isinstance(text, str) or not text:
            world.checker.note(f"errors for {view.callback_id}", f"{block_id!r} has no text")
    if not asked.errors:
        world.checker.note(f"errors for {view.callback_id}", "there are none")


def _update(world: World, asked: UserAction, view: View, answer: Json) -> None:
    if _view_is_fine(world, asked, answer):
        view.state = {}
        view.change(answer["view"])
        asked.note_view(view)


def _push(world: World, asked: UserAction, view: View, answer: Json) -> None:
    if not _view_is_fine(world, asked, answer):
        return
    if len(view.stack) >= DEEPEST:
        world.checker.note(f"acknowledgement of {asked.about}", "more than three views deep")
        return
    asked.note_view(world.push(view, answer["view"], asked))


def _clear(_world: World, _asked: UserAction, view: View, _answer: Json) -> None:
    for one in list(view.stack):
        one.close()


def _is_fine(world: World, asked: UserAction, answer: Json) -> bool:
    try:
        world.checker.message(f"acknowledgement of {asked.about}", answer, is_limited_in_all=False)
    except Refusal as refusal:
        asked.error = refusal.error
        return False
    return True


def _view_is_fine(world: World, asked: UserAction, answer: Json) -> bool:
    try:
        world.checker.view(f"acknowledgement of {asked.about}", answer.get("view"))
    except Refusal as refusal:
        asked.error = refusal.error
        return False
    return True
