"""The input line: keys, completion, history."""

from collections.abc import Callable, Container
from dataclasses import dataclass
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app
from prompt_toolkit.enums import DEFAULT_BUFFER
from prompt_toolkit.filters import Condition, Filter, has_focus
from prompt_toolkit.formatted_text import AnyFormattedText
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.styles import Style

from bot.on_terminal.conversation import Conversation
from bot.on_terminal.drawing.keys import KEYS, typed_as
from bot.on_terminal.interactive.history_file import HistoryFile
from bot.on_terminal.interactive.suggestions import Suggestions, next_suggestion

PROMPT = "tokki> "
_STYLE = Style.from_dict(
    {
        "prompt": "ansicyan bold",
        "working": "ansiyellow",
        "bottom-toolbar": "noreverse ansibrightblack",
        "bottom-toolbar.warning": "ansiyellow",
    }
)


@dataclass(frozen=True, slots=True)
class Actions:
    """What the keys do that are not text."""

    interrupt: Callable[[], None]
    end: Callable[[], None]
    press: Callable[[str], None]
    typed: Callable[[], None]
    pressable: Callable[[], Container[str]]
    """The keys that press something at present."""


def make_prompt(
    conversation: Conversation,
    history: Path,
    actions: Actions,
    message: Callable[[], AnyFormattedText],
    toolbar: Callable[[], AnyFormattedText],
) -> PromptSession[str]:
    """Return the input line, ready to be shown again and again."""
    session: PromptSession[str] = PromptSession(
        message=message,
        bottom_toolbar=toolbar,
        completer=Suggestions(conversation),
        history=HistoryFile(history),
        key_bindings=_bindings(actions),
        multiline=True,
        enable_suspend=True,
        style=_STYLE,
    )
    session.default_buffer.on_text_changed += lambda _: actions.typed()
    return session


def _bindings(actions: Actions) -> KeyBindings:
    bindings = KeyBindings()
    typing = has_focus(DEFAULT_BUFFER)
    is_empty = Condition(lambda: not get_app().current_buffer.text)
    bindings.add("enter", filter=typing)(_enter)
    bindings.add("tab", filter=typing)(next_suggestion)
    bindings.add("escape", "enter", filter=typing)(_new_line)
    bindings.add("c-c", filter=typing)(lambda _: actions.interrupt())
    bindings.add("c-d", filter=typing & is_empty)(lambda _: actions.end())
    for char in KEYS:
        _bind_press(bindings, char, actions, typing & is_empty)
    return bindings


def _bind_press(bindings: KeyBindings, char: str, actions: Actions, may_press: Filter) -> None:
    is_active = Condition(lambda: char in actions.pressable())
    for typed in typed_as(char):
        bindings.add(typed, filter=may_press & is_active)(lambda _: actions.press(char))


def _enter(event: KeyPressEvent) -> None:
    """Take the chosen completion where one is chosen; otherwise send the line."""
    buffer = event.current_buffer
    if buffer.complete_state and buffer.complete_state.current_completion:
        buffer.complete_state = None
    else:
        buffer.validate_and_handle()


def _new_line(event: KeyPressEvent) -> None:
    event.current_buffer.insert_text("\n")
