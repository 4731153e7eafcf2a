"""The interactive chat: an input line that stays, and replies that appear above it."""

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from pathlib import Path
from textwrap import indent

from prompt_toolkit.formatted_text import AnyFormattedText
from prompt_toolkit.patch_stdout import patch_stdout

from bot.on_terminal.conversation import Conversation
from bot.on_terminal.drawing.greeting import greeting
from bot.on_terminal.drawing.keys import Pressable, assign
from bot.on_terminal.drawing.render import render
from bot.on_terminal.drawing.visible import visible_line
from bot.on_terminal.drawing.wrapping import wrapped
from bot.on_terminal.interactive.prompt import PROMPT, Actions, make_prompt
from bot.on_terminal.interactive.scrollback import Scrollback
from bot.on_terminal.interactive.status import keys_in_words, progress_line, toolbar
from bot.on_terminal.interactive.work import Work
from bot.on_terminal.saved_files import SavedFiles
from bot.on_terminal.stopping import INTERRUPT, heard
from bot.on_terminal.user_input import CommandLine, Leave, Push, Unreadable, read_input
from handlers.texts import say
from handlers.types import File, Reply, UserError


class Chat:
    """One person's chat, from the greeting until they leave."""

    def __init__(
        self,
        conversation: Conversation,
        saved_files: SavedFiles,
        history: Path,
        color: bool,
        when_open: Callable[[], None],
    ) -> None:
        self._conversation = conversation
        self._say = partial(say, conversation.language)
        self._saved_files = saved_files
        self._color = color
        self._keys: Mapping[str, Pressable] = {}
        self._awaited: Collection[str] = ()
        """Keys that pressed something until one did: until its answer is there they do nothing."""
        self._warning = ""
        self._is_leaving = False
        """They go once what they have asked is answered."""
        self._has_left = False
        actions = Actions(self._interrupt, self._end, self._press, self._relax, self._active)
        self._prompt = make_prompt(conversation, history, actions, self._message, self._toolbar)
        self._when_open: Callable[[], None] | None = when_open
        self._prompt.app.after_render += self._open
        self._scrollback = Scrollback(self._prompt.app)
        self._work = Work(conversation, self._show, self._announce, self._prompt.app.invalidate)

    async def run(self) -> int:
        """Chat until the person leaves; return the exit code.

        Raw mode stays on between two lines too, so keys that come early wait for the next.
        """
        raw_mode = self._prompt.app.input.raw_mode()
        with raw_mode, patch_stdout(), heard(INTERRUPT, lambda _: self._interrupt()):
            self._scrollback.print(greeting(self._conversation, self._width, self._color))
            self._scrollback.flush()
            await self._chat()
            self._scrollback.flush()
        return 0

    def last_words(self) -> str:
        """Say, where a signal will end the chat, what becomes of what goes on."""
        return self._say("terminal.stopped_beside" if self._work.beside else "terminal.stopped")

    async def _chat(self) -> None:
        async with asyncio.TaskGroup() as group:
            helpers = [
                group.create_task(self._scrollback.serve()),
                group.create_task(self._work.serve()),
            ]
            await self._read()
            for sentence in self._of_beside("terminal.cancelled", "terminal.goes_on"):
                self._scrollback.print(f"{sentence}\n")
            for helper in helpers:
                helper.cancel()

    async def _read(self) -> None:
        while not self._has_left:
            try:
                line = await self._prompt.prompt_async(
                    handle_sigint=False, set_exception_handler=False
                )
            except EOFError:
                return
            for each in self._conversation.split(line):
                self._take(each)

    def _open(self, _: object) -> None:
        """Say once that the prompt is on the screen."""
        if self._when_open:
            self._when_open()
            self._when_open = None

    def _take(self, line: str) -> None:
        order = read_input(line, self._conversation.encoding)
        if isinstance(order, Leave):
            self._end()
        elif line.strip():
            self._warning = ""
            self._add(order)

    def _add(self, typed: CommandLine | Push | Unreadable) -> None:
        """Have it answered; keys stay what they are until something else is asked for."""
        if self._keys and self._is_no_key(typed):
            keys = keys_in_words(self._keys)
            self._scrollback.print(f"{self._say('terminal.keys')}\n{keys}\n\n")
        elif not isinstance(self._work.add(typed).meant, UserError):
            self._keys, self._awaited = {}, ()  # a key typed ahead is not for what stood there

    def _is_no_key(self, typed: CommandLine | Push | Unreadable) -> bool:
        """Whether somebody has most likely pressed a key that does nothing."""
        return (
            isinstance(typed, CommandLine)
            and len(typed.line.strip()) == 1
            and isinstance(self._conversation.understand(typed).meant, UserError)
        )

    # Keys and signals

    def _press(self, char: str) -> None:
        pressed = self._keys.get(char)
        if pressed is None:
            return
        before, self._keys = self._keys, {}  # what is pressed next belongs to the answer of this
        self._warning = ""
        order = self._work.add(Push(pressed.control, pressed.value))
        self._awaited = () if order.is_long else before.keys()
        label = visible_line(pressed.label)
        self._scrollback.print(self._say("terminal.pressed", label=label) + "\n")

    def _interrupt(self) -> None:
        """Take back the nearest thing: what is typed, what runs, and last the chat itself."""
        buffer = self._prompt.default_buffer
        if buffer.text:
            buffer.reset()
        elif self._work.cancel():
            self._warning = ""
        else:
            self._leave("Ctrl-C", self._say("terminal.again_to_leave"))

    def _end(self) -> None:
        """Leave; the first time only once everything that was asked is answered."""
        if self._work.unanswered and not self._is_leaving:
            self._is_leaving = True
            count = self._work.unanswered
            self._warning = self._say("terminal.leaving", count=count, key="Ctrl-D")
            self._prompt.app.invalidate()
            return
        self._leave("Ctrl-D", None)

    def _leave(self, key: str, hint: str | None) -> None:
        """Leave, unless something is to be said first; then the next time."""
        keys = "terminal.again_to_cancel", "terminal.again_though_it_goes_on"
        hint = " ".join(self._of_beside(*keys, key=key)) or hint
        if hint and not self._warning:
            self._warning = hint
            self._prompt.app.invalidate()
            return
        if self._work.unanswered:
            unanswered = self._say("terminal.unanswered", count=self._work.unanswered)
            self._scrollback.print(f"{unanswered}\n")
        self._has_left = True
        if self._prompt.app.is_running and not self._prompt.app.is_done:
            self._prompt.app.exit(exception=EOFError)

    def _of_beside(self, cancelled: str, goes_on: str, **facts: object) -> Iterator[str]:
        """Yield what is true of what runs beside the chat, where somebody leaves it."""
        for is_kept, sentence in ((False, cancelled), (True, goes_on)):
            if any(job.goes_on is is_kept for job in self._work.beside):
                yield self._say(sentence, **facts)

    def _relax(self) -> None:
        """Forget that somebody wanted to leave: they type."""
        if self._prompt.default_buffer.text:  # a line that is sent leaves it empty
            self._warning = ""
            self._is_leaving = False

    def _active(self) -> Collection[str]:
        return {*self._keys, *self._awaited}

    # What is seen

    def _show(self, reply: Reply | None) -> None:
        self._awaited = ()
        keys = assign(reply.controls) if reply else {}
        if keys or not (reply and reply.error):  # one slip takes no keys away
            self._keys = keys
        if reply is None:
            self._scrollback.print(f"{self._say('terminal.cancelled')}\n\n")
        else:
            self._print(reply, keys)
        if self._is_leaving and not self._work.unanswered:
            self._warning = ""
            self._end()

    def _announce(self, reply: Reply) -> None:
        """Show what nobody waits for; no key that people are about to press changes by it."""
        cancels = f"job:{reply.job}:"  # what was told of the same job before is over
        if not self._work.unanswered:
            self._warning = ""  # of what ran beside the chat: Ctrl-D tells what still does
        kept = {k: one for k, one in self._keys.items() if not one.control.startswith(cancels)}
        keys = assign(reply.controls, {*kept, *self._awaited})
        self._keys = {**kept, **keys}
        self._print(reply, keys)

    def _print(self, reply: Reply, keys: Mapping[str, Pressable]) -> None:
        paths = [path for file in reply.files if (path := self._keep(file))]
        language = reply.language or self._conversation.language
        text = render(reply, language, self._width, keys, self._color, paths)
        self._scrollback.print(f"{text}\n")

    def _keep(self, file: File) -> str | None:
        return self._saved_files.keep(file, self._conversation.language, self._complain)

    def _complain(self, sentence: str) -> None:
        self._scrollback.print(f"{sentence}\n")

    @property
    def _width(self) -> int:
        return self._prompt.app.output.get_size().columns

    def _message(self) -> AnyFormattedText:
        line = progress_line(self._work, self._conversation, self._width)
        is_shown = line and not self._prompt.app.is_done
        above = [("class:working", f"{line}\n")] if is_shown else []
        return [*above, ("class:prompt", PROMPT)]

    def _toolbar(self) -> AnyFormattedText:
        if self._warning:
            warning = wrapped(self._warning, self._width - 1)
            return [("class:bottom-toolbar.warning", indent(warning, " "))]
        return toolbar(self._work, self._conversation, self._keys, self._width)
