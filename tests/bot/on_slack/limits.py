"""Holds messages and views to Slack's limits, and to what Tokki keeps beyond them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.servers.slack_server.checks import messages, views
from tests.servers.slack_server.checks.problem import units

Block = Mapping[str, Any]

ENTITY = re.compile(r"&(?:amp|lt|gt);")
MESSAGE_CHARACTERS = 12_000


def assert_message(blocks: list[Block], text: str) -> None:
    assert messages.message({"text": text, "blocks": blocks}, (), MESSAGE_CHARACTERS) == []
    assert_inert(text)
    assert_blocks(blocks)


def assert_view(view: Mapping[str, Any]) -> None:
    assert views.view(view, ()) == []
    assert_blocks(view["blocks"])


def assert_blocks(blocks: list[Block]) -> None:
    assert blocks
    actions = [each["action_id"] for block in blocks for each in elements(block)]
    assert len(set(actions)) == len(actions)
    for text in texts(blocks):
        assert text["text"].strip()
        text["text"].encode()
        if text["type"] == "mrkdwn":
            assert text["verbatim"] is True
            assert_inert(text["text"])
    for block in blocks:
        if block["type"] == "context":
            assert all(units(each["text"]) <= 2_000 for each in block["elements"])
        if block["type"] == "input":
            assert block["hint"]
            assert_input(block["element"])


def assert_input(element: Block) -> None:
    """Slack can be told what would be too much, so nobody is told only after sending."""
    assert element["action_id"]
    match element["type"]:
        case "plain_text_input":
            assert 1 <= element["max_length"] <= 3_000
        case "number_input":
            assert int(element["min_value"]) < int(element["max_value"])
        case "file_input":
            assert element["max_files"] == 1 and element["filetypes"]


def assert_inert(mrkdwn: str) -> None:
    """Neither a mention nor a link can begin without a control character."""
    assert "<" not in mrkdwn and ">" not in mrkdwn
    assert "&" not in ENTITY.sub("", mrkdwn)


def elements(block: Block) -> Iterator[Block]:
    """What can be pressed."""
    if block["type"] == "actions":
        yield from block["elements"]
    if "accessory" in block:
        yield block["accessory"]


def texts(value: object) -> Iterator[Block]:
    """Every text object, however deep."""
    if isinstance(value, Mapping):
        if value.get("type") in ("plain_text", "mrkdwn"):
            yield value
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)
