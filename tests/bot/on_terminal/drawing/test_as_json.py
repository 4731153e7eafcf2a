"""Replies as programs read them."""

import json

from hypothesis import given

from bot.on_terminal.drawing.as_json import to_json
from bot.on_terminal.drawing.visible import DANGEROUS
from handlers.types import (
    Bar,
    Button,
    Failure,
    File,
    Mark,
    MarkedText,
    Picture,
    Reply,
    Select,
    Table,
)
from tests.bot.on_terminal.replies import REPLIES

KEYS = ["title", "marked", "text", "bars", "table", "code"]
KEYS += ["files", "pictures", "controls", "footer", "error"]


def test_absent_parts_are_null() -> None:
    assert json.loads(to_json(Reply(), lambda _: "")) == dict.fromkeys(KEYS)


def test_every_part() -> None:
    reply = Reply(
        title="긍정",
        marked=MarkedText("미나는", (Mark(0, 2, "PER"),)),
        text="a\nb",
        bars=(Bar("긍정", 0.5), Bar("x", float("nan"))),
        table=Table(("c",), (("r",),)),
        code="x = 1",
        files=(File("a.txt", b""), File("lost.txt", b""), Picture("p.png", b"", "a curve")),
        controls=(Button("b", "B"), Select("s", "S", ("1", "2"))),
        footer={"model": "m@1"},
        error=Failure("crash", "oh", "K3F9Q2"),
    )
    line = to_json(reply, lambda file: None if file.name == "lost.txt" else f"/d/{file.name}")
    assert line.startswith('{"title": "긍정", "marked": {"text": "미나는", ')
    assert json.loads(line) == {
        "title": "긍정",
        "marked": {"text": "미나는", "marks": [{"start": 0, "end": 2, "label": "PER"}]},
        "text": "a\nb",
        "bars": [{"label": "긍정", "score": 0.5}, {"label": "x", "score": None}],
        "table": {"columns": ["c"], "rows": [["r"]]},
        "code": "x = 1",
        "files": ["/d/a.txt", "/d/p.png"],
        "pictures": ["a curve"],
        "controls": [
            {"id": "b", "label": "B", "options": None},
            {"id": "s", "label": "S", "options": ["1", "2"]},
        ],
        "footer": {"model": "m@1"},
        "error": {"code": "crash", "message": "oh", "reference": "K3F9Q2"},
    }


@given(REPLIES)
def test_one_safe_line_that_means_what_was_said(reply: Reply) -> None:
    line = to_json(reply, lambda file: file.name)
    line.encode()
    assert not DANGEROUS.search(line)
    read = json.loads(line)
    assert list(read) == KEYS
    assert _same(read["text"], reply.text)
    assert _same(read["code"], reply.code)


def _same(read: str | None, said: str | None) -> bool:
    """Equal as UTF-16: JSON cannot tell two lone halves from the pair that they make."""
    units = [text and text.encode("utf-16", "surrogatepass") for text in (read, said)]
    return units[0] == units[1]
