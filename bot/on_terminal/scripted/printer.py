"""Writes replies where nobody types: answers to stdout, progress to stderr, as text or JSON."""

from contextlib import suppress
from typing import TextIO

from bot.on_terminal.drawing.as_json import to_json
from bot.on_terminal.saved_files import SavedFiles
from bot.on_terminal.streams import may_color, silence, width
from handlers.types import File, Language, Reply


class Printer:
    """Two streams, a language, and a folder for the files of replies."""

    def __init__(
        self,
        stdout: TextIO,
        stderr: TextIO,
        saved_files: SavedFiles,
        language: Language,
        as_json: bool,
    ) -> None:
        self._stdout, self._stderr = stdout, stderr
        self._saved_files = saved_files
        self._language = language
        self._as_json = as_json
        self._used: set[TextIO] = set()
        self._stages: dict[int, str | None] = {}
        """Which was told last of each job."""

    def answer(self, reply: Reply) -> None:
        """Write a final reply.

        Raises:
            OSError: nobody reads any more, or the disk is full.
        """
        self._write(reply, self._stdout)

    async def progress(self, reply: Reply) -> None:
        """Write what a command says on its way, of a job each stage once; it may be lost."""
        if reply.job is not None:
            told = self._stages.get(reply.job)
            self._stages[reply.job] = reply.stage
            if told is not None and told == reply.stage:
                return
        with suppress(OSError):
            self._write(reply, self._stderr)

    def complain(self, sentence: str) -> None:
        """Write a sentence of the door's own to stderr."""
        with suppress(OSError):
            self._stderr.write(f"{sentence}\n")
            self._stderr.flush()

    def silence(self) -> None:
        """Stop writing answers: what is still to come goes nowhere."""
        silence(self._stdout)

    def _write(self, reply: Reply, stream: TextIO) -> None:
        drawn = self._json(reply) if self._as_json else self._text(reply, stream)
        stream.write(drawn)
        stream.flush()

    def _json(self, reply: Reply) -> str:
        return to_json(reply, self._keep) + "\n"

    def _text(self, reply: Reply, stream: TextIO) -> str:
        """Draw the reply, after an empty line where another stands before it."""
        from bot.on_terminal.drawing.render import render  # noqa: PLC0415 - --json does without rich

        paths = [path for file in reply.files if (path := self._keep(file))]
        gap = "\n" if stream in self._used else ""
        self._used.add(stream)
        language = reply.language or self._language
        return gap + render(reply, language, width(), None, may_color(stream), paths)

    def _keep(self, file: File) -> str | None:
        return self._saved_files.keep(file, self._language, self.complain)
