"""Completion of what is being typed."""

from collections.abc import Iterable

from prompt_toolkit.buffer import CompletionState
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.key_binding import KeyPressEvent

from bot.on_terminal.conversation import Conversation
from bot.on_terminal.drawing.visible import visible_line
from bot.on_terminal.interactive.paths import paths


class Suggestions(Completer):
    """Completion from the dispatcher's memory."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterable[Completion]:
        """Yield what could stand at the cursor."""
        talk = self._conversation
        typed = document.text_before_cursor
        for found in talk.dispatcher.completions(typed, talk.actor, talk.place):
            if found.is_path:
                yield from paths(found.text)
                continue
            yield Completion(
                found.text,
                found.start,
                display=visible_line(found.text),
                display_meta=visible_line(found.description),
            )


def next_suggestion(event: KeyPressEvent) -> None:
    """Take the only suggestion, or go to the next of several.

    They are asked for here and now: prompt_toolkit asks in the background, and forgets a Tab that
    comes while it does.
    """
    buffer = event.current_buffer
    if buffer.complete_state and buffer.complete_state.current_completion:
        buffer.complete_next()
        return
    found = list(buffer.completer.get_completions(buffer.document, CompleteEvent()))
    if len(found) == 1:
        buffer.apply_completion(found[0])
    elif found:
        buffer.complete_state = CompletionState(buffer.document, found)
        buffer.go_to_completion(0)
