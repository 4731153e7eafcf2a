"""Blocks and views, held against slack_sdk's own models."""

from __future__ import annotations

import warnings
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from tests.servers.slack_server.checks.problem import Path, Problem


def round_trip(path: Path, block: dict[str, Any]) -> list[Problem]:
    """Check that slack_sdk takes a block, and gives back what it took."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            parsed = Block.parse(block)
            given = parsed.to_dict() if parsed is not None else None
    except (SlackObjectFormationError, TypeError, AttributeError, KeyError) as error:
        return [Problem(path, f"slack_sdk.models: {error}")]
    if given != block:
        return [Problem(path, f"slack_sdk.models makes {given} of it")]
    return []


def view_round_trip(view: dict[str, Any]) -> list[Problem]:
    """Check the same of a view."""
    try:
        given = View(**view).to_dict()
    except (SlackObjectFormationError, TypeError, AttributeError, KeyError) as error:
        return [Problem(("view",), f"slack_sdk.models: {error}")]
    return [] if given == view else [Problem(("view",), f"slack_sdk.models makes {given} of it")]
