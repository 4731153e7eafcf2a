"""What people read of blocks, and where their controls are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests.servers.slack_server.kinds import Json
from tests.servers.slack_server.seen.mrkdwn import read


def texts(blocks: list[Json]) -> Iterator[str]:
    """Give the texts of blocks in the order that people see; labels of controls are not in it."""
    for block in blocks:
        reader = READERS.get(block.get("type", ""))
        if reader is not None:
            yield from (text for text in reader(block) if text)


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Give the interactive elements, each with its block."""
    for block in blocks:
        inner = [block.get("accessory"), block.get("element"), *(block.get("elements") or [])]
        for element in inner:
            if isinstance(element, dict) and "action_id" in element:
                yield block, element


def label(element: Json) -> str | None:
    """Give what stands on a button."""
    text = element.get("text")
    return read(text["text"]) if isinstance(text, dict) else None


def find(blocks: list[Json], wanted: str) -> tuple[Json, Json]:
    """Find a control by its action_id, else by what stands on it, or raise a LookupError."""
    known = list(elements(blocks))
    for fits in (lambda one: one["action_id"], label):
        for block, element in known:
            if fits(element) == wanted:
                return block, element
    shown = [(element["action_id"], label(element)) for _, element in known]
    raise LookupError(f"no control {wanted!r} among {shown}")


def _text(thing: Any) -> str:
    return read(thing["text"]) if isinstance(thing, dict) and "text" in thing else ""


def _section(block: Json) -> Iterator[str]:
    yield _text(block.get("text"))
    yield from (_text(field) for field in block.get("fields") or [])


def _context(block: Json) -> Iterator[str]:
    yield from (_text(element) for element in block.get("elements") or [])


def _input(block: Json) -> Iterator[str]:
    yield _text(block.get("label"))
    yield _text(block.get("hint"))


def _table(block: Json) -> Iterator[str]:
    for row in block.get("rows") or []:
        yield "\t".join(_cell(cell) for cell in row)


def _cell(cell: Json) -> str:
    if cell.get("type") == "rich_text":
        return "".join(_rich(cell))
    return str(cell.get("text", ""))


def _rich(block: Json) -> Iterator[str]:
    for element in block.get("elements") or []:
        if element.get("type") == "rich_text_list":
            yield from _rich(element)
        else:
            yield "".join(_piece(piece) for piece in element.get("elements") or [])


def _piece(piece: Json) -> str:
    for key in ("text", "url", "user_id", "channel_id", "usergroup_id", "range", "name"):
        if key in piece:
            return str(piece[key])
    return ""


READERS: dict[str, Callable[[Json], Iterator[str]]] = {
    "section": _section,
    "context": _context,
    "input": _input,
    "header": lambda block: iter([_text(block.get("text"))]),
    "image": lambda block: iter([_text(block.get("title"))]),
    "markdown": lambda block: iter([str(block.get("text", ""))]),
    "rich_text": _rich,
    "table": _table,
    "alert": lambda block: iter([_text(block.get("text"))]),
}
