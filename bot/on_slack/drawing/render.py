"""Draws a reply as a Slack message; pure.

Every limit is kept by shortening or by attaching a file, never by failing. All that a reply says
stands in plain text or is escaped: nothing in it can mention, link or format.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.answering.attached import Chosen, choose
from bot.answering.bars import percent
from bot.answering.sheets import bars_file, table_file, text_file
from bot.answering.words import clean, is_visible, length, one_line
from bot.on_slack.drawing.bars import draw_bars
from bot.on_slack.drawing.blocks import (
    LONGEST_SECTION,
    Block,
    context,
    header,
    marked,
    plain,
    section,
)
from bot.on_slack.drawing.controls import DrawnControls as Controls
from bot.on_slack.drawing.controls import draw_controls
from bot.on_slack.drawing.files import safe_name
from bot.on_slack.drawing.fitting import Lines, escaped_length, pieces, shorten
from bot.on_slack.drawing.mrkdwn import escape, escape_code, fenced, unescape
from bot.on_slack.drawing.shareable import pack
from bot.on_slack.drawing.tables import draw_table
from bot.small_print import small_print
from handlers.texts import say
from handlers.types import File, Language, Reply, Table

WARNING = "⚠️"
TOO_MUCH = ("msg_blocks_too_long", "invalid_blocks", "msg_too_long", "view_too_large")
"""Errors after which a plainer form of the message may be taken."""
_ROOM = 12_000
"""Characters in all: far longer messages are refused as a whole (`msg_blocks_too_long`)."""
_WINDOW_BYTES = 220_000
"""Of the 250,000 that Slack takes of a window as JSON; around its words are names and brackets."""
_BYTES_EACH = 6
"""What a character takes in JSON at most, such as one of Korean."""
_TEXT, _BARS, _CODE = 0.45, 0.24, 0.22
"""Shares of the room for the body; a table has what the others leave, and at least the rest."""
_ROOM_FOR_FOOTER = 400
_ROOM_FOR_NOTES = 400
_LONGEST_FALLBACK = 3_000
_LONGEST_TITLE = 150
_MOST_FALLBACK_ROWS = 60
_FENCE = length(fenced(""))
_AROUND = _LONGEST_TITLE + _ROOM_FOR_NOTES + _ROOM_FOR_FOOTER


@dataclass(frozen=True, slots=True)
class Drawn:
    """A message as Slack takes it."""

    blocks: list[Block]
    text: str
    """What notifications and screen readers say instead of the blocks; never empty."""
    files: tuple[File, ...] = ()
    """To be uploaded beside it."""
    controls: Sequence[Block] = ()
    """Those of the blocks that can be pressed."""

    def forms(self) -> Iterator[dict[str, Any]]:
        """Yield it as it should be, then ever plainer, for where Slack finds it too much.

        In none of them does a word of anybody's act: without blocks, nothing is looked for in it.
        """
        yield {"blocks": self.blocks, "text": self.text}
        words = pieces(unescape(self.text), LONGEST_SECTION)
        plainer = [section(plain(part)) for part in words if is_visible(part)]
        yield {"blocks": [*plainer, *self.controls], "text": self.text}
        yield {"blocks": [], "text": self.text, "parse": "none", "mrkdwn": False}


def draw(
    reply: Reply, language: Language, *, is_shareable: bool = False, key: bytes = b""
) -> Drawn:
    """Return the reply as a message.

    Args:
        reply: whatever a handler or a failure says.
        language: of the one who reads.
        is_shareable: a button to publish it stands under it, if the button can carry it.
        key: seals what that button carries.
    """
    text, foot = _text(reply, language), _foot(reply, language)
    controls = draw_controls(reply.controls, language, is_shareable=is_shareable)
    canvas = _Canvas(language, _ROOM - _AROUND - controls.characters)
    canvas.all(reply, text)
    files = choose(canvas.files, reply.files, safe_name)
    fallback = _fallback(reply, text, files.files, language)
    if is_shareable and not _carry(controls, pack([*canvas.blocks, *foot], escape(fallback), key)):
        controls = draw_controls(reply.controls, language)
    notes = _notes([*_of_files(files, language), *_left_out(controls, language)])
    blocks = [*canvas.blocks, *notes, *controls.rows, *foot]
    blocks = blocks or [section(plain(fallback))]
    return Drawn(blocks, escape(fallback), files.files, controls.rows)


def draw_window(reply: Reply, language: Language) -> Drawn:
    """Return the reply for a window, which has more room than a message, and no files beside it."""
    text, foot = _text(reply, language), _foot(reply, language)
    controls = draw_controls(reply.controls, language)
    room = (_WINDOW_BYTES - len(json.dumps(controls.rows))) // _BYTES_EACH - _AROUND
    is_alone = not (reply.bars or reply.table or reply.code)
    canvas = _Canvas(language, room, 1.0 if is_alone else _TEXT)
    canvas.all(reply, text)
    said = [say(language, "slack.cut_in_window")] if canvas.files or reply.files else []
    notes = _notes([*said, *_left_out(controls, language)])
    fallback = _fallback(reply, text, (), language)
    blocks = [*canvas.blocks, *notes, *controls.rows, *foot] or [section(plain(fallback))]
    return Drawn(blocks, escape(fallback), controls=controls.rows)


def draw_line(text: str) -> Drawn:
    """Return one line of small print as a message."""
    shown = shorten(one_line(text), _ROOM_FOR_NOTES)
    return Drawn([context(shown)], escape(shown))


@dataclass(slots=True)
class _Canvas:
    """The body of a message as it grows, and the files that hold what is too long for it."""

    language: Language
    room: int
    text_share: float = _TEXT
    blocks: list[Block] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    whole_room: int = field(init=False)

    def __post_init__(self) -> None:
        self.whole_room = self.room

    def all(self, reply: Reply, text: str) -> None:
        """Draw a reply, whose paragraphs are `text`."""
        self.title(reply)
        self.text(text)
        self.bars(reply)
        self.table(reply.table)
        self.code(reply.code)

    def title(self, reply: Reply) -> None:
        """Draw the title."""
        if title := _title(reply):
            self.blocks.append(header(title))

    def text(self, text: str) -> None:
        """Draw the text in as many paragraphs as it needs; Slack shows them as they are."""
        shown = shorten(text, self._share(self.text_share))
        if shown != text:
            self.files.append(text_file("text.txt", text))
        parts = [part for part in pieces(shown, LONGEST_SECTION) if is_visible(part)]
        self.blocks += [section(plain(part)) for part in parts]
        self.room -= sum(map(escaped_length, parts))

    def bars(self, reply: Reply) -> None:
        """Draw the chart."""
        if not reply.bars:
            return
        lines = draw_bars(reply.bars, self._share(_BARS), LONGEST_SECTION, self.language)
        if not self._lines(lines):
            self.files.append(bars_file(reply.bars, self.language))

    def code(self, code: str | None) -> None:
        """Draw code in a fence."""
        if code is None or not is_visible(code):
            return
        kept = clean(code).strip("\n")
        room = min(self._share(_CODE), LONGEST_SECTION) - _FENCE
        shown = shorten(kept, room)
        while length(escape_code(shown)) > room:  # backticks are kept apart
            shown = shorten(shown, len(shown) * 3 // 4)
        if shown != kept:
            self.files.append(text_file("code.txt", code))
        self._lines(Lines((fenced(escape_code(shown)),)))

    def table(self, table: Table | None) -> None:
        """Draw a table in what room there is, but for code."""
        if table is None:
            return
        room = self.room - self._share(_CODE)
        if not self._lines(draw_table(table, room, LONGEST_SECTION, self.language)):
            self.files.append(table_file(table))

    def _share(self, share: float) -> int:
        return int(self.whole_room * share)

    def _lines(self, lines: Lines) -> bool:
        """Draw texts that are escaped, and return whether they are whole."""
        self.blocks += [section(marked(text)) for text in lines.texts]
        self.room -= sum(map(length, lines.texts))
        return lines.is_whole


def _carry(controls: Controls, shared: str) -> bool:
    """Let the share button carry what it publishes, if that is small enough."""
    if shared:
        controls.rows[-1]["elements"][-1]["value"] = shared
    return bool(shared)


def _title(reply: Reply) -> str:
    title = one_line(reply.title or "")
    if not is_visible(title):
        return ""
    return f"{WARNING} {title}" if reply.error else title


def _text(reply: Reply, language: Language) -> str:
    """Return all that stands in paragraphs: the rest of a long title, the text, the reference."""
    title = _title(reply)
    text = clean(reply.text or (reply.error.message if reply.error else "")).strip("\n")
    said = [title] if shorten(title, _LONGEST_TITLE) != title else []
    if reply.marked:
        said.append(clean(reply.marked.in_brackets))
    if is_visible(text):
        said.append(f"{WARNING} {text}" if reply.error and not title else text)
    reference = one_line((reply.error.reference if reply.error else None) or "")
    if is_visible(reference) and reference not in text:
        said.append(say(language, "slack.reference", reference=reference))
    return "\n".join(said)


def _of_files(chosen: Chosen, language: Language) -> Iterator[str]:
    if chosen.whole:
        yield say(language, "slack.whole_in_file", names=", ".join(chosen.whole))
    if chosen.left_out:
        yield say(language, "slack.files_left_out", names=", ".join(chosen.left_out))


def _left_out(controls: Controls, language: Language) -> Iterator[str]:
    if controls.left_out:
        yield say(language, "slack.controls_left_out", count=f"{controls.left_out:,}")


def _notes(said: Sequence[str]) -> list[Block]:
    """Say in one part what was shortened or left out."""
    return [context(shorten("\n".join(said), _ROOM_FOR_NOTES))] if said else []


def _foot(reply: Reply, language: Language) -> list[Block]:
    entries = [one_line(entry) for entry in small_print(reply.footer, language)]
    said = " · ".join(filter(is_visible, entries))
    return [context(shorten(said, _ROOM_FOR_FOOTER))] if said else []


def _fallback(reply: Reply, text: str, files: tuple[File, ...], language: Language) -> str:
    """Return the reply in words alone; something, even of a reply that says nothing."""
    said = shorten("\n".join(filter(is_visible, _words(reply, text))), _LONGEST_FALLBACK)
    if is_visible(said):
        return said
    return ", ".join(file.name for file in files) or say(language, "slack.empty")


def _words(reply: Reply, text: str) -> Iterator[str]:
    yield _title(reply)
    yield text
    for bar in reply.bars[:_MOST_FALLBACK_ROWS]:
        yield f"{one_line(bar.label)} {percent(bar.score)}"
    for row in reply.table.rows[:_MOST_FALLBACK_ROWS] if reply.table else ():
        yield " · ".join(filter(is_visible, map(one_line, row)))
    yield clean(reply.code or "")
