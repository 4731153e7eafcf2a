"""The terminal: the real `tokki chat --json`, as its admin uses it."""

import json
from pathlib import Path
from typing import Any, Self

from tests.parity.doors.door import Control, VisibleAnswer
from tests.parity.doors.json_chat import Answer, JsonChat
from tests.parity.doors.process import LONG_S


class TerminalDoor(JsonChat):
    """What the scenario asks of a door, in lines of a script."""

    def __init__(self, data_dir: Path) -> None:
        super().__init__(data_dir)
        self._data_dir = data_dir

    def __enter__(self) -> Self:
        return self

    def ask(self, command: str, **options: str | int) -> VisibleAnswer:
        self.begin(command, **options)
        return seen_of(self.read())

    def begin(self, command: str, **options: str | int) -> None:
        given = (f"{key}:{_quoted(value)}" for key, value in options.items())
        self.write(" ".join([f"/{command}", *given]))

    def give(self, command: str, name: str, content: bytes) -> VisibleAnswer:
        path = self._data_dir / name
        path.write_bytes(content)
        return self.ask(command, file=str(path))

    def begin_push(self, seen: VisibleAnswer, control: Control) -> None:
        self.write(f"!press {control.id}")

    def finish(self, says: str) -> VisibleAnswer:
        seen = seen_of(self.read(LONG_S))
        assert says in seen.text
        return seen

    def file(self, seen: VisibleAnswer) -> bytes:
        answer: Any = seen.handle
        (path,) = answer["files"]
        return Path(path).read_bytes()

    def progress(self) -> str:
        return "".join(self.told)

    def pictured(self, seen: VisibleAnswer) -> str:
        answer: Any = seen.handle
        assert [path for path in answer["files"] if Path(path).read_bytes().startswith(b"\x89PNG")]
        return "\n".join(answer["pictures"])

    def push(self, seen: VisibleAnswer, control: Control) -> VisibleAnswer:
        return seen_of(self.press(control.id))

    def choose(self, seen: VisibleAnswer, option: str) -> VisibleAnswer:
        return seen_of(self.press(seen.select.id, option))


def _quoted(value: str | int) -> str:
    return json.dumps(value, ensure_ascii=False)


def seen_of(answer: Answer) -> VisibleAnswer:
    """Draw the words and controls of a line of output."""
    bars = [f"{bar['label']} {bar['score']:.1%}" for bar in answer["bars"] or ()]
    table = answer["table"] or {"columns": [], "rows": []}
    rows = [" ".join(row) for row in [table["columns"], *table["rows"]]]
    footer = [str(value) for value in (answer["footer"] or {}).values()]
    words = [answer["title"], answer["text"], *bars, *rows, answer["code"], *footer]
    controls = answer["controls"] or ()
    return VisibleAnswer(
        "\n".join(word for word in words if word),
        tuple(Control(c["id"], c["label"], tuple(c.get("options") or ())) for c in controls),
        answer,
    )
