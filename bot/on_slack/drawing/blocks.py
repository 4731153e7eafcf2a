"""The few parts of Block Kit that Tokki draws with.

https://docs.slack.dev/reference/block-kit
"""

from typing import Any

from bot.on_slack.drawing.fitting import shorten

Block = dict[str, Any]

LONGEST_SECTION = 3_000
_LONGEST_HEADER = 150


def plain(text: str) -> Block:
    """Return words that Slack shows as they are."""
    return {"type": "plain_text", "text": text, "emoji": False}


def marked(text: str) -> Block:
    """Return mrkdwn whose words are escaped; Slack looks for no links and names in it."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def header(text: str) -> Block:
    """Return a title; one line."""
    return {"type": "header", "text": plain(shorten(text, _LONGEST_HEADER))}


def section(text: Block, accessory: Block | None = None) -> Block:
    """Return a paragraph, with a control beside it if there is one."""
    block = {"type": "section", "text": text}
    return block | {"accessory": accessory} if accessory else block


def context(text: str) -> Block:
    """Return small print."""
    return {"type": "context", "elements": [plain(text)]}


def button(action_id: str, label: str) -> Block:
    """Return a button; the label fits and can be seen."""
    return {"type": "button", "action_id": action_id, "text": plain(label)}


def choice(label: str, value: str) -> Block:
    """Return an option of a select; both fit and can be seen."""
    return {"text": plain(label), "value": value}
