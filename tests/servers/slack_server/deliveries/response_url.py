"""Response URLs: five messages within thirty minutes, without a token."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.servers.slack_server.kinds import Json
from tests.servers.slack_server.seen.posting import content_of
from tests.servers.slack_server.web_api.refusal import Refusal

if TYPE_CHECKING:
    from tests.servers.slack_server.people.user_action import UserAction
    from tests.servers.slack_server.seen.message import Message
    from tests.servers.slack_server.web_api.received import Received
    from tests.servers.slack_server.world import World

USES = 5
LIVES_S = 30 * 60


class ResponseUrl:
    """The `response_url` of one command or interaction."""

    def __init__(self, path: str, asked: UserAction, world: World) -> None:
        self.path = path
        self.uses = 0
        self._asked = asked
        self._world = world
        self._made_at = time.perf_counter()

    def expire(self) -> None:
        """Let its thirty minutes be over now."""
        self._made_at = float("-inf")

    def take(self, received: Received, body: Json) -> None:
        """Do what a request says, or refuse."""
        if time.perf_counter() - self._made_at > LIVES_S:
            raise Refusal("expired_url", status=404)
        if self.uses >= USES:
            raise Refusal("used_url", status=404)
        checker = self._world.checker
        deletes = _says(body, "delete_original")
        if not deletes:
            checker.message(received, body, is_limited_in_all=False)
        self.uses += 1
        original = self._original(received, body)
        if deletes:
            self._delete(original)
        elif original is not None and _says(body, "replace_original"):
            checker.edit(received, original)
            self._replace(original, body)
        else:
            self._post(body)

    def _original(self, received: Received, body: Json) -> Message | None:
        """Find the message that may be replaced; a command has none, nor has a menu of one."""
        asked = self._asked
        original = asked.message if asked.about.startswith("block_actions") else None
        says = [key for key in ("replace_original", "delete_original") if _says(body, key)]
        if says and original is None:
            self._world.checker.note(received, f"{says[0]} does nothing here: there is no original")
        if original is not None and "replace_original" not in body and not says:
            # Slack's documents and its behaviour differ in what holds by default.
            self._world.checker.note(received, "replace_original is not said")
        return original

    def _delete(self, original: Message | None) -> None:
        if original is not None:
            original.is_deleted = True
            original.channel.tell(original)

    def _replace(self, original: Message, body: Json) -> None:
        content = content_of(body, self._world.ids)
        content.files = original.files
        original.change(content)
        self._asked.note_answer(original)
        original.channel.tell(original)

    def _post(self, body: Json) -> None:
        asked = self._asked
        assert asked.channel is not None
        is_public = body.get("response_type") == "in_channel"
        message = self._world.message(
            asked.channel,
            asked.person.team.bot,
            content_of(body, self._world.ids),
            thread_ts=body.get("thread_ts"),
            only_for=None if is_public else asked.person,
        )
        asked.note_answer(message)
        asked.channel.put(message)


def _says(body: Json, key: str) -> bool:
    return str(body.get(key, "")).lower() in {"true", "1"}
