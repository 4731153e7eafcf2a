"""What is said where a chat cannot begin, or ends early."""

import sys
from typing import TextIO

from bot.on_terminal.drawing.as_json import to_json
from bot.on_terminal.streams import may_color, width
from handlers.types import Language, Reply


def say_failure(reply: Reply, language: Language, *, as_json: bool) -> None:
    """Tell why the chat cannot begin or go on: to programs on stdout, to people on stderr."""
    _write(reply, sys.stdout if as_json else sys.stderr, language, as_json=as_json)


def _write(reply: Reply, stream: TextIO, language: Language, *, as_json: bool) -> None:
    if as_json:
        stream.write(to_json(reply, lambda _: None) + "\n")
        return
    from bot.on_terminal.drawing.render import render  # noqa: PLC0415 - --json does without rich

    stream.write(render(reply, language, width(), color=may_color(stream)))
