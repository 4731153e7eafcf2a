"""Writes a reply as one JSON object on one line, for programs."""

import json
import math
import re
from collections.abc import Callable

from bot.on_terminal.drawing.visible import DANGEROUS
from handlers.types import (
    Button,
    Control,
    Failure,
    File,
    MarkedText,
    Picture,
    Reply,
    Table,
)

Json = None | str | float | list["Json"] | dict[str, "Json"]


def to_json(reply: Reply, save: Callable[[File], str | None]) -> str:
    """Return the reply as a line of valid UTF-8 that is safe to show; absent parts are null.

    `save` keeps a file and returns its path, or None where it could not.
    """
    whole: dict[str, Json] = {
        "title": reply.title,
        "marked": _marked(reply.marked),
        "text": reply.text,
        "bars": [{"label": bar.label, "score": _finite(bar.score)} for bar in reply.bars] or None,
        "table": _table(reply.table),
        "code": reply.code,
        "files": _files(reply, save) or None,
        "pictures": [file.alt for file in reply.files if isinstance(file, Picture)] or None,
        "controls": [_control(control) for control in reply.controls] or None,
        "footer": dict(reply.footer) or None,
        "error": _error(reply.error),
    }
    return DANGEROUS.sub(_escape, json.dumps(whole, ensure_ascii=False, allow_nan=False))


def _finite(score: float) -> float | None:
    return score if math.isfinite(score) else None


def _marked(marked: MarkedText | None) -> Json:
    if marked is None:
        return None
    marks: list[Json] = [
        {"start": mark.start, "end": mark.end, "label": mark.label} for mark in marked.marks
    ]
    return {"text": marked.text, "marks": marks}


def _table(table: Table | None) -> Json:
    if table is None:
        return None
    return {"columns": list(table.columns), "rows": [list(row) for row in table.rows]}


def _files(reply: Reply, save: Callable[[File], str | None]) -> list[Json]:
    return [path for file in reply.files if (path := save(file)) is not None]


def _control(control: Control) -> Json:
    options: Json = None if isinstance(control, Button) else list(control.options)
    return {"id": control.id, "label": control.label, "options": options}


def _error(error: Failure | None) -> Json:
    if error is None:
        return None
    return {"code": error.code, "message": error.message, "reference": error.reference}


def _escape(match: re.Match[str]) -> str:
    """Escape as JSON does, in UTF-16: a character beyond the BMP becomes a pair."""
    units = match[0].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
