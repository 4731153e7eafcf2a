"""Messages: their text, blocks and attachments."""

from __future__ import annotations

from typing import Any

from tests.servers.slack_server.checks.blocks import blocks, characters
from tests.servers.slack_server.checks.problem import Path, Problem, house, size
from tests.servers.slack_server.checks.text import Allowed, mrkdwn

MOST_TEXT = 40_000
BEST_TEXT = 4_000


def message(body: dict[str, Any], allowed: Allowed, most_characters: int | None) -> list[Problem]:
    """Check a message; `most_characters` is for the texts of all its blocks together."""
    text, own, attachments = body.get("text"), body.get("blocks"), body.get("attachments")
    problems = _text(text, allowed, has_blocks=bool(own))
    if own is not None:
        if isinstance(own, str):
            return [*problems, Problem(("blocks",), "is no JSON", error="invalid_blocks_format")]
        problems += blocks(own, "message", allowed)
        if most_characters is not None and characters(own) > most_characters:
            said = f"more than {most_characters} characters in all blocks"
            problems.append(Problem(("blocks",), said, error="msg_blocks_too_long"))
    if attachments:
        problems += _attachments(attachments, allowed)
    if (own or attachments) and not (isinstance(text, str) and text.strip()):
        problems.append(house(("text",), "missing: it is what notifications and readers show"))
    for name in ("link_names", "parse"):
        if body.get(name) not in (None, "none", False, "0", "false"):
            problems.append(house((name,), "makes names in users' texts act"))
    return problems


def _text(text: Any, allowed: Allowed, *, has_blocks: bool) -> list[Problem]:
    if text is None:
        return []
    path: Path = ("text",)
    if not isinstance(text, str):
        return [Problem(path, "must be a string", error="invalid_arguments")]
    problems = mrkdwn(path, text, allowed, is_verbatim=has_blocks)
    if len(text) > MOST_TEXT:
        problems.append(Problem(path, "message text is too long", error="msg_too_long"))
    elif len(text) > BEST_TEXT:
        problems.append(house(path, f"{BEST_TEXT} characters are the most that Slack advises"))
    return problems


def _attachments(attachments: Any, allowed: Allowed) -> list[Problem]:
    problems = size(("attachments",), attachments, 100)
    for number, one in enumerate(attachments if isinstance(attachments, list) else []):
        path: Path = ("attachments", number)
        if "blocks" in one:
            problems += blocks(one["blocks"], "message", allowed, path)
        for name in ("text", "pretext", "title", "footer"):
            problems += mrkdwn((*path, name), str(one.get(name, "")), allowed, is_verbatim=False)
    return problems
