"""Holds every request against Discord's limits and its OpenAPI description."""

from tests.servers.discord_server.checks.openapi import Description
from tests.servers.discord_server.checks.problem import Problem, error_form
from tests.servers.discord_server.rest.endpoint import Call
from tests.servers.discord_server.rest.refusal import Refusal

SHOWN = 8
"""How many problems of one request are told of: one fault often causes many."""


class Checker:
    """Notes what is wrong and refuses what Discord would refuse."""

    def __init__(self, description: Description | None, *, is_on: bool = True) -> None:
        self.is_on = is_on
        self.must_not_ping = True
        """Whether every message has to say `allowed_mentions: {"parse": []}`."""
        self.violations: list[str] = []
        self._description = description

    def inspect(self, call: Call, found: list[Problem]) -> None:
        """Note problems, those found and those of the description; refuse by a Refusal."""
        if not self.is_on:
            return
        described = [] if self._description is None else self._description.problems(call)
        problems = (found + [one for one in described if not _known(one, found)])[:SHOWN]
        self.note(call, problems)
        refused = [problem for problem in problems if problem.is_refused]
        if refused:
            raise Refusal(400, 50035, error_form(refused))

    def inspect_size(self, call: Call) -> None:
        """Note that a file is too large."""
        self.note(call, [Problem(("files",), "a file is over 10 MiB")])

    def note_empty(self, call: Call) -> None:
        """Note that there is nothing in a message."""
        self.note(call, [Problem((), "an empty message")])

    def note(self, call: Call, problems: list[Problem]) -> None:
        """Write problems down."""
        path = call.received.path
        for name in {"interaction_token", "webhook_token"} & call.names.keys():
            path = path.replace(call.names[name], "…")
        where = f"{call.received.method} {path}"
        self.violations += [f"{where}: {problem}" for problem in problems]


def _known(problem: Problem, found: list[Problem]) -> bool:
    """Say whether a problem was found by hand already, at the same place."""
    return any(problem.path == other.path for other in found)
