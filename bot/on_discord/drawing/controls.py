"""Draws buttons and selects; their ids carry the whole state, so a press after a restart works."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import discord
from discord import ui

from bot.answering.words import clean, is_visible, length, one_line
from bot.on_discord.drawing.fitting import shorten
from handlers.texts import say
from handlers.types import Button, Control, Language, Select

SHARE = "share"
"""The id of the button that publishes a private answer."""
MORE = "more:"
"""Stands before a select's id in the button that asks for another label."""

_LONGEST_ID = 100
_LONGEST_LABEL = 80
_LONGEST_PLACEHOLDER = 150
_LONGEST_OPTION = 100
_MOST_OPTIONS = 25
_MOST_IN_A_ROW = 5
_SHARE_TAKES = 2
_STYLES = {
    "plain": discord.ButtonStyle.secondary,
    "good": discord.ButtonStyle.success,
    "bad": discord.ButtonStyle.danger,
}

Item = ui.Button[ui.LayoutView] | ui.Select[ui.LayoutView]
ActionRow = ui.ActionRow[ui.LayoutView]


@dataclass(slots=True)
class DrawnControls:
    """Rows of buttons and selects."""

    rows: list[ActionRow]
    left_out: int
    """Controls that found no room, or whose id Discord does not take."""


def draw_controls(
    controls: Sequence[Control], language: Language, room: int, *, is_shareable: bool = False
) -> DrawnControls:
    """Return the controls in rows.

    Args:
        controls: of a reply.
        language: of the one who reads.
        room: components that the message has room for, rows counted.
        is_shareable: a button to publish the answer comes last.
    """
    rows = _Rows(room - _SHARE_TAKES * is_shareable, {SHARE} if is_shareable else set())
    left_out = 0
    for control in controls:
        drawn = [rows.add(item) for item in _items(control, language)]
        left_out += False in drawn
    if is_shareable:
        rows.room += _SHARE_TAKES
        rows.seen.discard(SHARE)
        rows.add(_button(SHARE, say(language, "discord.share"), "plain"))
    return DrawnControls([ui.ActionRow(*items) for items in rows.items], left_out)


@dataclass(slots=True)
class _Rows:
    """Items in rows: up to five buttons, or one select."""

    room: int
    seen: set[str]
    items: list[list[Item]] = field(default_factory=list)

    def add(self, item: Item) -> bool:
        """Add an item, and return whether Discord takes it; the same id once more is no loss."""
        if item.custom_id in self.seen:
            return True
        joins = isinstance(item, ui.Button) and self._has_room_in_row()
        self.room -= 1 if joins else 2
        if self.room < 0 or not _is_id(str(item.custom_id)):
            self.room += 1 if joins else 2
            return False
        self.seen.add(str(item.custom_id))
        if joins:
            self.items[-1].append(item)
        else:
            self.items.append([item])
        return True

    def _has_room_in_row(self) -> bool:
        row = self.items[-1] if self.items else []
        return 0 < len(row) < _MOST_IN_A_ROW and isinstance(row[0], ui.Button)


def _items(control: Control, language: Language) -> Iterator[Item]:
    if isinstance(control, Button):
        yield _button(control.id, control.label, control.style)
        return
    offered, are_all = _options(control)
    if offered:
        yield _select(control, offered)
    if not are_all:
        yield _button(f"{MORE}{control.id}", say(language, "discord.another_label"), "plain")


def _button(custom_id: str, label: str, style: str) -> "ui.Button[ui.LayoutView]":
    return ui.Button(style=_STYLES[style], label=_shown(label, _LONGEST_LABEL), custom_id=custom_id)


def _select(select: Select, options: Sequence[str]) -> "ui.Select[ui.LayoutView]":
    return ui.Select(
        custom_id=select.id,
        placeholder=_shown(select.label, _LONGEST_PLACEHOLDER),
        options=[
            discord.SelectOption(label=_shown(option, _LONGEST_OPTION), value=option)
            for option in options
        ],
    )


def _options(select: Select) -> tuple[list[str], bool]:
    """Return the options that a select can offer, and whether those are all."""
    wanted = list(dict.fromkeys(select.options))
    offered = [each for each in wanted if _is_option(each)][:_MOST_OPTIONS]
    return offered, len(offered) == len(wanted)


def _is_option(value: str) -> bool:
    """Discord gives a value back as it is; what it would refuse or change has to be typed."""
    return length(value) <= _LONGEST_OPTION and one_line(value) == value and is_visible(value)


def _is_id(custom_id: str) -> bool:
    return 0 < length(custom_id) <= _LONGEST_ID and clean(custom_id) == custom_id


def _shown(label: str, most: int) -> str:
    line = one_line(label)
    return shorten(line, most) if is_visible(line) else "–"
