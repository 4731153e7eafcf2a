"""Holds everything that the bot sends against Slack's limits and the rules of this house."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.servers.slack_server.checks import messages, text, views
from tests.servers.slack_server.checks.problem import Problem
from tests.servers.slack_server.kinds import Json
from tests.servers.slack_server.seen.message import Message
from tests.servers.slack_server.web_api.received import Received
from tests.servers.slack_server.web_api.refusal import Refusal

SHOWN = 8
"""How many problems of one request are told of: one fault often causes many."""
EDIT_EVERY_S = 2.0
SLACK_S = 0.05
"""How much earlier an edit may come: clocks and queues are not exact."""


class Checker:
    """Notes what is wrong and refuses what Slack would refuse."""

    def __init__(self, *, is_on: bool = True) -> None:
        self.is_on = is_on
        self.may_mention: bool | tuple[str, ...] = False
        """Whether control sequences may be sent; or the beginnings of those that may."""
        self.watch_edits = False
        """Whether edits that come too soon are violations."""
        self.most_block_characters = 12_000
        """In all blocks of a message together; Slack's true limit is a little above it."""
        self.violations: list[str] = []
        self.edits_too_fast: list[str] = []
        self.watchers: list[Callable[[str], object]] = []
        """Who is told of each violation at once."""
        self.has_file: Callable[[str], bool] = lambda _number: True
        """Whether a file is known, which an image block may show."""
        self._edited: dict[str, float] = {}

    @property
    def allowed(self) -> tuple[str, ...]:
        """The beginnings of control sequences that may be sent; "<" is all of them."""
        if isinstance(self.may_mention, bool):
            return ("<",) if self.may_mention else ()
        return self.may_mention

    def message(self, where: Received | str, body: Json, *, is_limited_in_all: bool = True) -> None:
        """Check a message, and refuse it by a Refusal."""
        if self.is_on:
            most = self.most_block_characters if is_limited_in_all else None
            problems = messages.message(body, self.allowed, most)
            self._refuse(where, problems + self._unknown_files(body), "invalid_blocks")

    def view(self, where: Received | str, view: Any) -> None:
        """Check a view, and refuse it by a Refusal."""
        if self.is_on:
            self._refuse(where, views.view(view, self.allowed), "invalid_arguments")

    def options(self, where: str, answer: Json) -> None:
        """Check what an external select is offered."""
        if not self.is_on:
            return
        if "option_groups" in answer:
            problems = text.option_groups(("option_groups",), answer["option_groups"])
        else:
            problems = text.options(("options",), answer.get("options"), 100, least=0)
        self._refuse(where, problems, "invalid_options")

    def edit(self, where: Received, message: Message) -> None:
        """Note an edit that comes too soon after another of the same message."""
        since = where.at - self._edited.get(message.ts, float("-inf"))
        self._edited[message.ts] = where.at
        if since < EDIT_EVERY_S - SLACK_S:
            story = f"message {message.ts} was edited again after {since:.2f} s"
            self.edits_too_fast.append(story)
            if self.watch_edits:
                self.note(where, story)

    def note(self, where: Received | str, what: str) -> None:
        """Write down what is wrong."""
        place = where if isinstance(where, str) else where.method
        self.violations.append(f"{place}: {what}")
        for watch in self.watchers:
            watch(self.violations[-1])

    def _unknown_files(self, body: Json) -> list[Problem]:
        shown = [one for one in body.get("blocks") or [] if isinstance(one, dict)]
        wanted = [str((one.get("slack_file") or {}).get("id", "")) for one in shown]
        return [
            Problem(("blocks", number), "invalid slack file")
            for number, file_id in enumerate(wanted)
            if file_id and not self.has_file(file_id)
        ]

    def _refuse(self, where: Received | str, problems: list[Problem], usual: str) -> None:
        for problem in problems[:SHOWN]:
            self.note(where, str(problem))
        refused = [problem for problem in problems if problem.is_refused][:SHOWN]
        if refused:
            told = [problem.told for problem in refused]
            more = {"response_metadata": {"messages": [f"[ERROR] {one}" for one in told]}}
            error = refused[0].error or usual
            raise Refusal(error, {"errors": told, **more} if error == "invalid_blocks" else more)
