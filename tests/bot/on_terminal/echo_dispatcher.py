"""A dispatcher as the product's would be, without models: for the door's own tests.

The long command waits for a file named `gate` in the data folder, so a test decides when it ends.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from handlers.reading.completion import Completion
from handlers.reading.grammar import Parsed
from handlers.services import Services
from handlers.table import Bilingual, Command
from handlers.types import (
    Actor,
    Bar,
    Button,
    Failure,
    File,
    Language,
    Place,
    Press,
    ProgressSink,
    Reply,
    Request,
    Select,
    Table,
    UserError,
)

OFFERED = {
    "/classify": "labels of a text",
    "/crash": "breaks",
    "/finetune": "trains",
    "/table": "a table",
}


async def _never(request: Request, services: Services) -> Reply:
    raise AssertionError("the echo answers by itself")


def _command(name: str) -> Command:
    said = Bilingual(name, name)
    return Command(
        said, said, _never, is_long=name in ("finetune", "undo"), is_quick=name == "table"
    )


COMMANDS = {
    f"/{name}": _command(name)
    for name in (*("classify", "crash", "file", "finetune", "slow", "table", "undo", "use"),)
}
LABELS = ("긍정", "부정", "neutral")

Handler = Callable[[str, Actor, ProgressSink], Awaitable[Reply]]


class EchoDispatcher:
    """Answers with what it was asked."""

    def __init__(self, data_dir: Path) -> None:
        self._gate = data_dir / "gate"
        self._trained = self._is_training = False

    def read(self, line: str) -> Parsed | Exception:
        name, _, text = line.partition(" ")
        if name not in COMMANDS:
            return UserError("unknown_command", line=line)
        return Parsed(COMMANDS[name], {"text": text})

    async def refuse(self, error: Exception, actor: Actor, place: Place) -> Reply:
        assert isinstance(error, UserError)
        line = str(error.facts["line"])
        return Reply(text=f"No such command: {line}", error=Failure(error.code, line))

    async def run(self, request: Request) -> Reply:
        handlers: dict[str, Handler] = {
            "classify": self._classify,
            "crash": self._crash,
            "file": self._file,
            "finetune": self._finetune,
            "slow": self._slow,
            "table": self._table,
            "undo": self._undo,
            "use": self._use,
        }
        handler = handlers[request.command.name.en]
        return await handler(str(request.options["text"]), request.actor, request.progress)

    async def press(self, press: Press) -> Reply:
        if press.control == "fb:1:wrong":
            return Reply(text="What then?", controls=(Select("fb:1:label", "Label", LABELS),))
        if not press.control.startswith("fb:"):
            return Reply(text="no such control", error=Failure("unknown_control", press.control))
        return Reply(text=f"pressed {press.control} {press.value} by {press.actor.name}")

    def is_long_press(self, control: str) -> bool:
        return False

    def completions(self, line: str, actor: Actor, place: Place) -> Sequence[Completion]:
        if "file:" in line:
            typed = line.partition("file:")[2]
            return [Completion(typed, -len(typed), is_path=True)]
        if " " in line:
            key = line.rsplit(maxsplit=1)[-1] if line[-1] != " " else ""
            return [Completion("model:", -len(key), "which")] if "model:".startswith(key) else []
        return [
            Completion(f"{name} ", -len(line), meta)
            for name, meta in OFFERED.items()
            if line and name.startswith(line)
        ]

    async def _classify(self, text: str, actor: Actor, progress: ProgressSink) -> Reply:
        is_korean = actor.language is Language.KOREAN
        return Reply(
            title="긍정" if is_korean else "positive",
            text=text,
            bars=(Bar("긍정", 0.925), Bar("부정", 0.07), Bar("neutral", 0.005)),
            controls=(
                Button("fb:1:right", "맞아요" if is_korean else "Right", "good"),
                Button("fb:1:wrong", "틀려요" if is_korean else "Wrong", "bad"),
                Button("fb:1:undo", "되돌리기" if is_korean else "Undo"),
            ),
            footer={"model": "echo@1", "time": "3 ms", "tokens": "5", "query": "#1"},
        )

    async def _crash(self, text: str, actor: Actor, progress: ProgressSink) -> Reply:
        said = "Something broke, reference K3F9Q2."
        return Reply(text=said, error=Failure("crash", said, "K3F9Q2"))

    async def _file(self, text: str, actor: Actor, progress: ProgressSink) -> Reply:
        return Reply(text="here", files=(File(text or "report.txt", b"content"),))

    async def _table(self, text: str, actor: Actor, progress: ProgressSink) -> Reply:
        return Reply(table=Table(("name", "score"), (("가나", "1"), ("b\nc", "22"))))

    async def _slow(self, text: str, actor: Actor, progress: ProgressSink) -> Reply:
        await progress(Reply(title="Loading", text="a model"))
        for _ in range(3000):
            if self._gate.exists():  # a test makes it, in another process
                break
            await asyncio.sleep(0.01)
        return Reply(text="slow is done")

    async def _finetune(self, text: str, actor: Actor, progress: ProgressSink) -> Reply:
        if self._is_training:
            self._gate.touch()
            return Reply(text="one at a time", error=Failure("job_running", "one at a time"))
        self._is_training = True
        await progress(Reply(title=f"Training {text}", text="about 1 minute", job=1))
        for step in (30, 31):
            bars = (Bar("progress", step / 100),)
            said = Reply(title=f"step {step} of 100", bars=bars, job=1, stage="training 3")
            await progress(said)
        while not self._gate.exists():  # noqa: ASYNC110 - a test makes it, in another process
            await asyncio.sleep(0.01)
        self._trained, self._is_training = True, False
        return Reply(title=f"Trained {text}", controls=(Button("fb:2:use", "Use it"),))

    async def _undo(self, text: str, actor: Actor, progress: ProgressSink) -> Reply:
        await progress(Reply(title=f"Taking out {text}", job=2, goes_on=True))
        while not self._gate.exists():  # noqa: ASYNC110 - a test makes it, in another process
            await asyncio.sleep(0.01)
        return Reply(text="out again")

    async def _use(self, text: str, actor: Actor, progress: ProgressSink) -> Reply:
        if self._trained:
            return Reply(text=f"used {text}")
        self._gate.touch()
        code = "import_running" if text == "rows" else "model_training"
        return Reply(text="wait", error=Failure(code, "wait"))
