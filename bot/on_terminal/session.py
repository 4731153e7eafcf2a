"""The terminal door: one function that chats, runs a script, or answers one command."""

import sys
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from signal import Signals
from typing import TextIO

from bot.on_terminal.conversation import Conversation
from bot.on_terminal.dispatcher import Dispatcher
from bot.on_terminal.saved_files import SavedFiles
from bot.on_terminal.scripted.lines import read_lines, script_lines
from bot.on_terminal.scripted.printer import Printer
from bot.on_terminal.scripted.script import Script
from bot.on_terminal.stopping import INTERRUPT, TERMINATE, until_stopped
from bot.on_terminal.streams import be_safe, is_dumb, may_color, width
from bot.on_terminal.user_input import UserInput, read_input, unreadable
from handlers.reading.decoding import Undecodable
from handlers.services import RunningJobs
from handlers.types import Actor, Language, Place

_PLAIN_PROMPT = "tokki> "


@dataclass(frozen=True, slots=True)
class ChatOptions:
    """How to chat."""

    language: Language
    command: str | None = None
    """The one command to answer; without it, stdin is read."""
    as_json: bool = False
    when_open: Callable[[], None] = lambda: None
    """Called once the prompt is on the screen, for what should not delay it."""
    jobs: RunningJobs | None = None
    """Of whose work that nobody carries some is taken up, unless one command is all."""
    encoding: str | None = None
    """Of what is not in UTF-8, by a name that `known_encoding` returned."""

    def stop(self, number: Signals) -> None:
        """Leave jobs to the next process where a signal ends us, not somebody at the keyboard."""
        if self.jobs and number in TERMINATE:
            self.jobs.begin_to_close()


@dataclass(frozen=True, slots=True)
class Streams:
    """Where the words come from and go to."""

    stdin: TextIO
    stdout: TextIO
    stderr: TextIO


async def chat(
    dispatcher: Dispatcher, actor: Actor, place: Place, data_dir: Path, options: ChatOptions
) -> int:
    """Serve the terminal until it has had enough; return the exit code.

    0 for replies, 2 for a user's error, 1 for a crash (a script has its worst), 130 and the like
    when a signal ends it. Interactive where stdin and stdout are a terminal that can move its
    cursor, and neither a command nor JSON was asked for.
    """
    # One that the shell closed is None, and becomes an empty one.
    streams = Streams(sys.stdin or StringIO(), sys.stdout or StringIO(), sys.stderr or StringIO())
    jobs = options.jobs if options.command is None else None
    conversation = Conversation(dispatcher, actor, place, options.language, jobs, options.encoding)
    saved_files = SavedFiles(data_dir / "files")
    if _is_interactive(options, streams):
        return await _chat(conversation, saved_files, data_dir / "history", options, streams)
    return await _run(conversation, saved_files, options, streams)


def _is_interactive(options: ChatOptions, streams: Streams) -> bool:
    return (
        options.command is None
        and not options.as_json
        and streams.stdin.isatty()
        and streams.stdout.isatty()
        and not is_dumb()
    )


async def _chat(
    conversation: Conversation,
    saved_files: SavedFiles,
    history: Path,
    options: ChatOptions,
    streams: Streams,
) -> int:
    # prompt_toolkit is slow to import, and scripts need none of it.
    from prompt_toolkit.application import create_app_session  # noqa: PLC0415
    from prompt_toolkit.input import create_input  # noqa: PLC0415
    from prompt_toolkit.output import create_output  # noqa: PLC0415

    from bot.on_terminal.interactive.chat import Chat  # noqa: PLC0415

    with create_app_session(create_input(streams.stdin), create_output(streams.stdout)):
        color = may_color(streams.stdout)
        interactive = Chat(conversation, saved_files, history, color, options.when_open)
        said: list[str] = []

        def stop(number: Signals) -> None:
            said.append(interactive.last_words())
            options.stop(number)

        code = await until_stopped(interactive.run(), TERMINATE, stop)
    with suppress(OSError):  # after SIGHUP nobody is there who could read it
        streams.stdout.writelines(f"{line}\n" for line in said)
        streams.stdout.flush()
    return code


async def _run(
    conversation: Conversation, saved_files: SavedFiles, options: ChatOptions, streams: Streams
) -> int:
    for stream in (streams.stdout, streams.stderr):
        be_safe(stream, "utf-8" if options.as_json else None)
    printer = Printer(
        streams.stdout, streams.stderr, saved_files, options.language, options.as_json
    )
    script = Script(conversation, printer)
    orders = _orders(conversation, options, streams)
    return await until_stopped(script.run(orders), (*INTERRUPT, *TERMINATE), options.stop)


async def _orders(
    conversation: Conversation, options: ChatOptions, streams: Streams
) -> AsyncIterator[UserInput]:
    if options.command is not None:
        for line in conversation.split(options.command):
            yield read_input(line, options.encoding)
        return
    lines = read_lines(streams.stdin, options.encoding)
    if streams.stdin.isatty() and streams.stdout.isatty() and not options.as_json:
        from bot.on_terminal.drawing.greeting import greeting  # noqa: PLC0415 - it needs rich

        lines = _asked(lines, greeting(conversation, width(), color=False), streams.stdout)
    try:
        async for line in script_lines(lines):
            yield read_input(line, options.encoding)
    except Undecodable as error:
        yield unreadable(error)


async def _asked(lines: AsyncIterator[str], hello: str, stdout: TextIO) -> AsyncIterator[str]:
    """Ask for each line, on a terminal too plain for the interactive chat."""
    stdout.write(hello + _PLAIN_PROMPT)
    stdout.flush()
    async for line in lines:
        yield line
        stdout.write(_PLAIN_PROMPT)
        stdout.flush()
