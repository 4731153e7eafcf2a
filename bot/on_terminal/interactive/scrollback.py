"""Prints above the input line."""

import asyncio
from typing import Any

from prompt_toolkit.application import Application
from prompt_toolkit.formatted_text import ANSI
from prompt_toolkit.renderer import CPR_Support, print_formatted_text
from prompt_toolkit.styles import default_ui_style


class Scrollback:
    """What is to be printed where the input line is; that is then drawn anew below.

    prompt_toolkit's `run_in_terminal` would leave raw mode for a moment, and what somebody types
    in that moment would be echoed into the reply, or lost.
    """

    def __init__(self, app: Application[Any]) -> None:
        self._app = app
        self._texts: list[str] = []
        self._has_texts = asyncio.Event()

    def print(self, text: str) -> None:
        """Print soon, in order."""
        self._texts.append(text)
        self._has_texts.set()

    async def serve(self) -> None:
        """Print what comes, until cancelled."""
        try:
            while True:
                await self._has_texts.wait()
                await self._cursor_known()
                self.flush()
        finally:
            self.flush()

    def flush(self) -> None:
        """Print now what is still to be printed."""
        text = "".join(self._texts)
        self._texts.clear()
        self._has_texts.clear()
        if not self._app.is_running:
            self._write(text)
            return
        self._app.renderer.erase()
        self._write(text)
        self._app.renderer.reset()
        self._app.renderer.request_absolute_cursor_position()
        self._app.invalidate()

    def _write(self, text: str) -> None:
        print_formatted_text(self._app.output, ANSI(text), default_ui_style())

    async def _cursor_known(self) -> None:
        """Wait for the terminal to say where the cursor is, if it was asked.

        An answer from before the text was printed would be taken for one from after it.
        """
        renderer = self._app.renderer
        while renderer.waiting_for_cpr and renderer.cpr_support != CPR_Support.NOT_SUPPORTED:
            await renderer.wait_for_cpr_responses()
