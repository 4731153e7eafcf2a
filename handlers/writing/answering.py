"""The way of every text that is written: told as it comes along, stopped, and put into a reply."""

import asyncio
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, replace

from handlers.asking.checkpoints import say_if_slow
from handlers.asking.foreign_text import reader_of
from handlers.asking.query_log import (
    Stopwatch,
    cut_note,
    log_if_possible,
    not_kept_note,
    small_print,
)
from handlers.coding.button import code_button
from handlers.services import Services
from handlers.texts import say
from handlers.types import Language, Reply, Request, UserError
from handlers.writing.stopping import stop_button
from handlers.writing.writings import Writing
from models.results import Checkpoint, Question, StopReason, TokenCount, Written
from models.tasks.generation import Pen

_BETWEEN_TELLINGS_S = 1.0
_KEPT_LETTERS = 2_000
"""Of a text in the history."""
_SHOWN_LETTERS = 300
"""Of a prompt that is gone on with, its end."""
_LONGEST_WAY = 4_000
"""Some checkpoints name thousands of tokens that are never to be written."""
_COMING = " …"


class _Telling:
    """Tells whoever asked how far their text has come, with a button that stops it."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._loop = asyncio.get_running_loop()
        self._changed = asyncio.Event()
        self.text: str | None = None
        """None until it is begun; the first token may be none that can be seen."""

    def note(self, text: str) -> None:
        """Take note, from the thread that writes."""
        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self._note, text)

    def _note(self, text: str) -> None:
        self.text = text
        self._changed.set()

    async def go_on(self, writing: Writing) -> None:
        """Tell, until cancelled."""
        stop = (stop_button(writing, self._request.actor.language),)
        while True:
            await self._changed.wait()
            self._changed.clear()
            if self.text:
                await self._request.progress(Reply(text=self.text + _COMING, controls=stop))
                await asyncio.sleep(_BETWEEN_TELLINGS_S)


async def write(
    request: Request,
    services: Services,
    checkpoint: Checkpoint,
    ask: Callable[[Pen], Question[Written]],
) -> Written:
    """Have a text written, and tell of it meanwhile.

    Raises:
        UserError: somebody has stopped it before it began, or has another one under way.
        ModelError: the checkpoint cannot.
    """
    telling = _Telling(request)
    pen = Pen(telling.note)
    with services.writings.begun(request.actor, request.place, pen) as writing:
        await _say_that_it_begins(request, services, checkpoint, writing)
        asked = asyncio.ensure_future(
            services.models.ask(checkpoint, ask(pen), request.place.community)
        )
        beside = [
            asyncio.ensure_future(telling.go_on(writing)),
            asyncio.ensure_future(writing.stopped.wait()),
        ]
        try:
            await asyncio.wait({asked, beside[1]}, return_when=asyncio.FIRST_COMPLETED)
            if not asked.done() and telling.text is None:
                raise UserError("stopped_before")  # it may be in line for long
            return await asked
        finally:
            for each in (asked, *beside):
                each.cancel()
            await asyncio.gather(asked, *beside, return_exceptions=True)


async def written_reply(
    request: Request,
    services: Services,
    checkpoint: Checkpoint,
    written: Written,
    watch: Stopwatch,
    read: str,
    title: str | None = None,
    seed: int = 0,
) -> Reply:
    """Log a text, and return it with what is to be said of it; `read` is what it was made of."""
    language = request.actor.language
    result = {
        "written": written.text[:_KEPT_LETTERS],
        "reason": str(written.reason),
        **_way(written, seed),
    }
    query_number = await log_if_possible(services, request, checkpoint, result, watch, text=read)
    notes = (
        _ending(written, language),
        _cut(written, language),
        (await reader_of(services, checkpoint)).note([read], language),
        not_kept_note(language, query_number),
    )
    tokens = TokenCount(written.tokens.used + written.length, written.tokens.total)
    said = _said(written, read, language)
    return Reply(
        title=title,
        text="\n\n".join(filter(None, (*said, "\n".join(filter(None, notes))))),
        controls=code_button(query_number, language) if "settings" in result else (),
        footer=small_print(checkpoint, watch, tokens, query_number, written.engine),
    )


def _way(written: Written, seed: int) -> Mapping[str, object]:
    """Return what the code needs that gives the same text; nothing where that would be too long."""
    reading = asdict(written.reading)
    way = {"reading": reading, "settings": written.settings, "dtype": written.dtype, "seed": seed}
    return way if len(json.dumps(way)) <= _LONGEST_WAY else {}


def _said(written: Written, read: str, language: Language) -> tuple[str, ...]:
    """Return what was written, as it goes on from the end of what it goes on from."""
    nothing = () if written.text.strip() else (say(language, "writing.nothing"),)
    if not written.goes_on:
        return nothing or (written.text.strip(),)
    begin = "…" * (len(read) > _SHOWN_LETTERS) + read[-_SHOWN_LETTERS:]
    return (begin + written.text.rstrip(), *nothing)


async def _say_that_it_begins(
    request: Request, services: Services, checkpoint: Checkpoint, writing: Writing
) -> None:
    stop = (stop_button(writing, request.actor.language),)

    async def progress(reply: Reply) -> None:
        await request.progress(replace(reply, controls=stop))

    await progress(Reply(text=say(request.actor.language, "writing.begun")))
    await say_if_slow(services, checkpoint, replace(request, progress=progress))


def _ending(written: Written, language: Language) -> str | None:
    """Say why a text ends where it does, if the model did not end it."""
    if written.reason is StopReason.END:
        return None
    return say(language, f"writing.{written.reason}", tokens=written.length)


def _cut(written: Written, language: Language) -> str | None:
    """Say how much was read; of what is gone on with, that is its end."""
    if not written.goes_on or not written.tokens.is_cut:
        return cut_note(language, written.tokens)
    tokens = written.tokens
    return say(language, "writing.cut", used=f"{tokens.used:,}", total=f"{tokens.total:,}")
