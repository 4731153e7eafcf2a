"""Holds messages and views to Slack's limits, also those that slack_sdk's models miss."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from slack_sdk.models.blocks import Block as SdkBlock
from slack_sdk.models.views import View as SdkView

Block = Mapping[str, Any]

ENTITY = re.compile(r"&(?:amp|lt|gt);")
LONGEST = {"button": 75, "placeholder": 150, "header": 150, "section": 3_000, "context": 2_000}
MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
MESSAGE_CHARACTERS = 12_000


def length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def is_seen(text: str) -> bool:
    return bool(text.strip())


def assert_message(blocks: list[Block], text: str) -> None:
    assert 1 <= len(blocks) <= MESSAGE_BLOCKS
    assert is_seen(text) and length(text) <= 20_000
    assert_inert(text)
    for block in blocks:
        assert_block(block)
    shown = sum(length(each["text"]) for block in blocks for each in texts(block))
    assert shown <= MESSAGE_CHARACTERS
    assert_unique(blocks)


def assert_view(view: Mapping[str, Any]) -> None:
    assert SdkView(**view).to_dict() == view
    assert 1 <= len(view["blocks"]) <= VIEW_BLOCKS
    assert len(view.get("callback_id", "")) <= 255
    assert len(view.get("private_metadata", "")) <= 3_000
    for part in ("title", "submit", "close"):
        if part in view:
            assert view[part]["type"] == "plain_text" and 1 <= length(view[part]["text"]) <= 24
    has_input = any(block["type"] == "input" for block in view["blocks"])
    assert not has_input or view["type"] == "home" or "submit" in view
    for block in view["blocks"]:
        assert_block(block)
    assert_unique(view["blocks"])


def assert_unique(blocks: list[Block]) -> None:
    ids = Counter(block["block_id"] for block in blocks if "block_id" in block)
    assert not ids or max(ids.values()) == 1
    actions = Counter(
        each["action_id"]
        for block in blocks
        for each in elements(block)
        if block["type"] != "input"
    )
    assert not actions or max(actions.values()) == 1


def assert_block(block: Block) -> None:
    parsed = SdkBlock.parse(dict(block))
    assert parsed is not None and parsed.to_dict() == block
    assert 0 < len(block.get("block_id", "x")) <= 255
    for text in texts(block):
        assert_text(text)
    match block["type"]:
        case "header":
            assert block["text"]["type"] == "plain_text"
            assert length(block["text"]["text"]) <= LONGEST["header"]
            assert "\n" not in block["text"]["text"]
        case "section":
            assert length(block["text"]["text"]) <= LONGEST["section"]
        case "context":
            assert 1 <= len(block["elements"]) <= 10
            assert all(length(e["text"]) <= LONGEST["context"] for e in block["elements"])
        case "actions":
            assert 1 <= len(block["elements"]) <= 25
            assert all(length(e.get("value", "")) <= 2_000 for e in block["elements"])
        case "input":
            assert length(block["label"]["text"]) <= 2_000
            assert length(block["hint"]["text"]) <= 2_000
        case "divider":
            pass
        case other:
            raise AssertionError(other)
    for element in elements(block):
        assert_element(element)


def assert_element(element: Block) -> None:
    assert 1 <= length(element["action_id"]) <= 255
    if "placeholder" in element:
        assert length(element["placeholder"]["text"]) <= LONGEST["placeholder"]
    match element["type"]:
        case "button":
            assert element["text"]["type"] == "plain_text"
            assert length(element["text"]["text"]) <= LONGEST["button"]
            assert element.get("style", "primary") in ("primary", "danger")
        case "static_select":
            assert 1 <= len(element["options"]) <= 100
            values = [option["value"] for option in element["options"]]
            assert len(set(values)) == len(values)
            for option in element["options"]:
                assert_option(option)
            if "initial_option" in element:
                assert element["initial_option"] in element["options"]
        case "external_select":
            if "initial_option" in element:
                assert_option(element["initial_option"])
        case "plain_text_input":
            assert 1 <= element["max_length"] <= 3_000
            assert length(element.get("initial_value", "")) <= element["max_length"]
        case "number_input":
            low, high = int(element["min_value"]), int(element["max_value"])
            assert low <= int(element.get("initial_value", low)) <= high
        case "users_select":
            pass
        case "file_input":
            assert element["max_files"] == 1 and element["filetypes"]
        case other:
            raise AssertionError(other)


def assert_option(option: Block) -> None:
    assert option["text"]["type"] == "plain_text"
    assert 1 <= length(option["text"]["text"]) <= 75
    assert 1 <= length(option["value"]) <= 150


def assert_text(text: Block) -> None:
    assert is_seen(text["text"])
    text["text"].encode()
    if text["type"] == "mrkdwn":
        assert text["verbatim"] is True
        assert_inert(text["text"])


def assert_inert(mrkdwn: str) -> None:
    """Neither a mention nor a link can begin without a control character."""
    assert "<" not in mrkdwn and ">" not in mrkdwn
    assert "&" not in ENTITY.sub("", mrkdwn)


def elements(block: Block) -> Iterator[Block]:
    if block["type"] == "actions":
        yield from block["elements"]
    for part in ("accessory", "element"):
        if part in block:
            yield block[part]


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
