"""Draws a reply as a Discord message (Components V2), within every limit; pure.

What does not fit is shortened, and goes along whole as a file.
https://discord.com/developers/docs/components/reference
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import discord
from discord import ui

from bot.answering import sheets
from bot.answering.attached import Chosen, choose
from bot.answering.words import is_visible, length, one_line
from bot.on_discord.drawing.bars import draw_bars
from bot.on_discord.drawing.controls import draw_controls
from bot.on_discord.drawing.files import MOST_BYTES, alt_text, is_picture, safe_name
from bot.on_discord.drawing.fitting import Part, shorten, shortened
from bot.on_discord.drawing.markdown import code_block, escape, escape_line
from bot.on_discord.drawing.tables import draw_table
from bot.small_print import small_print
from handlers.texts import say
from handlers.types import File, Language, MarkedText, Reply

ANSWER = 0x3BA58B
ERROR = 0xDA4453
"""Accents that stand out on dark and on light."""

MOST_TEXT = 4000
MOST_COMPONENTS = 40
_LONGEST_TITLE = 250
_LONGEST_NOTES = 400
_LONGEST_SMALL_PRINT = 400

_TextDisplay = ui.TextDisplay[ui.LayoutView]
_Item = ui.Item[ui.LayoutView]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A message that can be sent and edited any number of times."""

    view: ui.LayoutView
    files: tuple[File, ...]

    def for_sending(self) -> dict[str, Any]:
        """Return what a new message takes."""
        return {"view": self.view, "files": self._fresh(), "allowed_mentions": _nobody()}

    def for_editing(self) -> dict[str, Any]:
        """Return what an edited message takes: its files take the place of the old ones."""
        return {"view": self.view, "attachments": self._fresh(), "allowed_mentions": _nobody()}

    def _fresh(self) -> list[discord.File]:
        return [
            discord.File(BytesIO(each.content), each.name, description=alt_text(each))
            for each in self.files
        ]


@dataclass(frozen=True, slots=True)
class _Section:
    """One part of a reply: how it is drawn in a room, and its whole as a file."""

    draw: Callable[[int], Part]
    whole: Callable[[], File]


def draw(reply: Reply, language: Language, *, is_shareable: bool = False) -> Drawn:
    """Return the message of a reply; needs a running event loop, as all views do.

    Args:
        reply: what to show.
        language: of the one who reads.
        is_shareable: a button publishes the answer, which only they see.
    """
    sections = _sections(reply, language)
    footer = _footer(reply, language)
    parts = _fitted(sections, MOST_TEXT - _LONGEST_NOTES - length(footer))
    pairs = zip(sections, parts, strict=True)
    cut = [section.whole() for section, part in pairs if not part.is_whole]
    chosen = choose(cut, reply.files, safe_name, MOST_BYTES)
    items = [*map(_text, (part.text for part in parts if is_visible(part.text)))]
    items += _files(chosen.files)
    room = MOST_COMPONENTS - len(items) - 3  # the container, the notes and the footer
    controls = draw_controls(reply.controls, language, room, is_shareable=is_shareable)
    notes = _notes(chosen, controls.left_out, language)
    items += [*map(_text, notes), *controls.rows, *map(_text, [footer] if footer else [])]
    items = items or [_text(say(language, "discord.empty"))]
    return Drawn(_view(items, ERROR if reply.error else ANSWER), chosen.files)


def _sections(reply: Reply, language: Language) -> list[_Section]:
    """Return the parts of a reply that share the room for text."""
    sections = []
    title, text = reply.title or "", _text_of(reply, language)
    if is_visible(title + text):
        whole = "\n\n".join(filter(None, (title, text)))
        sections.append(
            _Section(
                lambda room: _head(title, text, room),
                lambda: sheets.text_file("text.txt", whole),
            )
        )
    if marked := reply.marked:
        sections.append(
            _Section(
                lambda room: _marked(marked, room),
                lambda: sheets.text_file("marked.txt", marked.in_brackets),
            )
        )
    if bars := reply.bars:
        sections.append(
            _Section(
                lambda room: draw_bars(bars, room, language),
                lambda: sheets.bars_file(bars, language),
            )
        )
    if (table := reply.table) and (table.columns or table.rows):
        sections.append(
            _Section(
                lambda room: draw_table(table, room, language),
                lambda: sheets.table_file(table),
            )
        )
    if (code := reply.code) and is_visible(code):
        sections.append(
            _Section(lambda room: _code(code, room), lambda: sheets.text_file("code.txt", code))
        )
    return sections


def _text_of(reply: Reply, language: Language) -> str:
    """Return the text, with the reference that stands in the log beside a failure of ours."""
    if not reply.error:
        return reply.text or ""
    text = reply.text or reply.error.message
    reference = reply.error.reference
    if not reference or reference in text:
        return text
    return f"{text}\n{say(language, 'discord.reference', reference=reference)}"


def _head(title: str, text: str, room: int) -> Part:
    line = one_line(title)
    shown = shorten(line, _LONGEST_TITLE)
    heading = f"### {escape(shown)}" if is_visible(shown) else ""
    body = shortened(escape(text).strip(), room - length(heading) - 1)
    lines = [heading, body.text if is_visible(body.text) else ""]
    return Part("\n".join(filter(None, lines)), body.is_whole and shown == line)


def _marked(marked: MarkedText, room: int) -> Part:
    """Put what is marked in bold, its label behind it; where that is too long, in brackets."""
    drawn = "".join(
        escape(part) if label is None else f"**{escape(part)}** *{escape_line(label)}*"
        for part, label in marked.parts()
    )
    if length(drawn) <= room:
        return Part(drawn)
    return Part(shorten(escape(marked.in_brackets), room), is_whole=False)


def _code(code: str, room: int) -> Part:
    body = shortened(code, room - length(code_block("")))
    block = code_block(body.text)
    while length(block) > room:  # fences inside take room, too
        body = shortened(body.text, length(body.text) - (length(block) - room) - 1)
        block = code_block(body.text)
    return Part(block, body.text == code)


def _fitted(sections: Sequence[_Section], room: int) -> list[Part]:
    """Share the room: what is short takes what it needs, the rest is shared evenly."""
    parts = [section.draw(room) for section in sections]
    order = sorted(range(len(parts)), key=lambda index: length(parts[index].text))
    for done, index in enumerate(order):
        share = room // (len(parts) - done)
        if length(parts[index].text) > share:
            parts[index] = sections[index].draw(share)
        room -= length(parts[index].text)
    return parts


def _footer(reply: Reply, language: Language) -> str:
    entries = escape_line(" · ".join(small_print(reply.footer, language)))
    return f"-# {shorten(entries, _LONGEST_SMALL_PRINT)}" if is_visible(entries) else ""


def _notes(chosen: Chosen, controls_left_out: int, language: Language) -> list[str]:
    """Say in one part what was shortened or left out."""
    said = []
    if chosen.whole:
        names = ", ".join(chosen.whole)
        said.append(say(language, "discord.whole_in_file", names=names))
    if chosen.left_out:
        names = ", ".join(chosen.left_out)
        said.append(say(language, "discord.files_left_out", names=names))
    if controls_left_out:
        said.append(say(language, "discord.controls_left_out", count=f"{controls_left_out:,}"))
    lines = "\n".join(f"-# {escape_line(each)}" for each in said)
    return [shorten(lines, _LONGEST_NOTES)] if said else []


def _files(files: Iterable[File]) -> list[_Item]:
    """Refer to each file: what no component names is not shown."""
    gallery, others = [], []
    for each in files:
        address = f"attachment://{each.name}"
        if is_picture(each.name):
            gallery.append(discord.MediaGalleryItem(address, description=alt_text(each)))
        else:
            others.append(ui.File[ui.LayoutView](address))
    return [ui.MediaGallery(*gallery), *others] if gallery else [*others]


def _view(items: Sequence[_Item], accent: int) -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.Container(*items, accent_colour=accent))
    view.stop()  # presses come as they are: discord.py need not remember it
    return view


def _text(text: str) -> _Item:
    item: _TextDisplay = ui.TextDisplay(text)
    return item


def _nobody() -> discord.AllowedMentions:
    return discord.AllowedMentions.none()
