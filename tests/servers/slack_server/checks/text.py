"""Text objects, options and confirmations."""

from __future__ import annotations

from typing import Any

from tests.servers.slack_server.checks.problem import Path, Problem, house, keys, length, size
from tests.servers.slack_server.seen.mrkdwn import faults

Allowed = tuple[str, ...]
"""The beginnings of control sequences that may stand in texts; "<" lets all pass."""

MOST_TEXT = 3000


def text_object(
    path: Path, thing: Any, most: int = MOST_TEXT, *, plain: bool = False, allowed: Allowed = ()
) -> list[Problem]:
    """Check a text object; `plain` where Slack takes plain_text alone."""
    if not isinstance(thing, dict):
        return [Problem(path, "must be an object")]
    kind = thing.get("type")
    if kind not in ("plain_text", "mrkdwn") or (plain and kind == "mrkdwn"):
        return [Problem((*path, "type"), f"unsupported type: {kind}")]
    own = "emoji" if kind == "plain_text" else "verbatim"
    problems = keys(path, thing, own, "text") + length((*path, "text"), thing.get("text"), most)
    if kind == "mrkdwn" and isinstance(thing.get("text"), str):
        is_verbatim = thing.get("verbatim") is True
        problems += mrkdwn((*path, "text"), thing["text"], allowed, is_verbatim=is_verbatim)
    return problems


def mrkdwn(path: Path, text: str, allowed: Allowed, *, is_verbatim: bool) -> list[Problem]:
    """Check that nothing in a text acts, and that everything is escaped."""
    found = faults(text, is_verbatim=is_verbatim or "<" in allowed, allowed=allowed)
    return [house(path, fault) for fault in found]


def option(
    path: Path, thing: Any, *, plain: bool, has_url: bool = False, allowed: Allowed = ()
) -> list[Problem]:
    """Check an option of a select, of radio buttons, of checkboxes, of an overflow menu."""
    if not isinstance(thing, dict):
        return [Problem(path, "must be an object")]
    problems = keys(path, thing, "description url" if has_url else "description", "text value")
    problems += text_object((*path, "text"), thing.get("text"), 75, plain=plain, allowed=allowed)
    problems += length((*path, "value"), thing.get("value"), 150)
    if "description" in thing:
        place = (*path, "description")
        problems += text_object(place, thing["description"], 75, plain=plain, allowed=allowed)
    if "url" in thing:
        problems += length((*path, "url"), thing["url"], 3000)
    return problems


def options(
    path: Path,
    things: Any,
    most: int,
    *,
    plain: bool = True,
    has_url: bool = False,
    allowed: Allowed = (),
    least: int = 1,
) -> list[Problem]:
    """Check a list of options."""
    problems = size(path, things, most, least)
    for number, thing in enumerate(things if isinstance(things, list) else []):
        place = (*path, number)
        problems += option(place, thing, plain=plain, has_url=has_url, allowed=allowed)
    return problems


def option_groups(path: Path, things: Any) -> list[Problem]:
    """Check groups of options."""
    problems = size(path, things, 100)
    for number, thing in enumerate(things if isinstance(things, list) else []):
        place = (*path, number)
        problems += keys(place, thing, "", "label options")
        problems += text_object((*place, "label"), thing.get("label"), 75, plain=True)
        problems += options((*place, "options"), thing.get("options"), 100)
    return problems


def confirm(path: Path, thing: Any, allowed: Allowed = ()) -> list[Problem]:
    """Check a question that is asked before an action."""
    if not isinstance(thing, dict):
        return [Problem(path, "must be an object")]
    problems = keys(path, thing, "style", "title text confirm deny")
    limits = {"title": 100, "text": 300, "confirm": 30, "deny": 30}
    for name, most in limits.items():
        place = (*path, name)
        problems += text_object(place, thing.get(name), most, plain=name != "text", allowed=allowed)
    if thing.get("style", "primary") not in ("primary", "danger"):
        problems.append(Problem((*path, "style"), "must be primary or danger"))
    return problems
