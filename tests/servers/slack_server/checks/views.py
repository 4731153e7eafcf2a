"""Modals and homes."""

from __future__ import annotations

import json
from typing import Any

from tests.servers.slack_server.checks.blocks import blocks
from tests.servers.slack_server.checks.problem import Path, Problem, keys, length
from tests.servers.slack_server.checks.round_trip import view_round_trip
from tests.servers.slack_server.checks.text import Allowed, text_object

MOST_BYTES = 250_000
MODAL = "title submit close clear_on_close notify_on_close submit_disabled"
BOTH = "private_metadata callback_id external_id"


def view(thing: Any, allowed: Allowed) -> list[Problem]:
    """Check a view."""
    path: Path = ("view",)
    if not isinstance(thing, dict):
        return [Problem(path, "must be an object")]
    kind = thing.get("type")
    if kind not in ("modal", "home"):
        return [Problem((*path, "type"), f"unsupported type: {kind}")]
    problems = _modal(path, thing) if kind == "modal" else keys(path, thing, BOTH, "blocks")
    for name, most in (("private_metadata", 3000), ("callback_id", 255), ("external_id", 255)):
        if name in thing:
            problems += length((*path, name), thing[name], most, 0)
    problems += blocks(thing.get("blocks"), kind, allowed, path)
    if len(json.dumps(thing)) > MOST_BYTES:
        problems.append(Problem(path, "view is too large", error="view_too_large"))
    return (
        problems if any(one.is_refused for one in problems) else problems + view_round_trip(thing)
    )


def _modal(path: Path, thing: dict[str, Any]) -> list[Problem]:
    problems = keys(path, thing, f"{MODAL} {BOTH}", "title blocks")
    for name in ("title", "submit", "close"):
        if name in thing:
            problems += text_object((*path, name), thing[name], 24, plain=True)
    inner = thing.get("blocks")
    has_input = any(isinstance(one, dict) and one.get("type") == "input" for one in inner or [])
    if has_input and "submit" not in thing:
        problems.append(Problem(path, "`submit` is required when an `input` block is used"))
    return problems
