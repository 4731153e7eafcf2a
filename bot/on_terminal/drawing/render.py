"""Draws a reply as text for a terminal; pure.

Words of a reply are never markup: each passes `visible` and goes into a rich `Text`.
"""

from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from itertools import cycle, groupby

from rich.console import Console, RenderableType
from rich.text import Text

from bot.on_terminal.drawing.bars import draw_bars
from bot.on_terminal.drawing.keys import Pressable, pressables
from bot.on_terminal.drawing.tables import draw_table
from bot.on_terminal.drawing.visible import visible, visible_line
from bot.on_terminal.drawing.wrapping import has_long_link, prose
from bot.small_print import small_print
from handlers.texts import say
from handlers.types import Button, Control, Language, MarkedText, Picture, Reply

NARROWEST = 20
"""Narrower terminals are drawn for as if they had so many columns."""

_COLOURS = ("cyan", "magenta", "yellow", "green", "blue", "red")
_STYLES = {"plain": "", "good": "green", "bad": "red"}


def render(
    reply: Reply,
    language: Language,
    width: int,
    keys: Mapping[str, Pressable] | None = None,
    color: bool = False,
    paths: Sequence[str] = (),
) -> str:
    """Return the reply as lines, each ending in a line feed.

    `keys` are the keys that press its controls; without them the `!press` lines are shown.
    `paths` is where its files were saved.
    """
    width = max(width, NARROWEST)
    console = _console(width, color)
    for index, block in enumerate(_blocks(reply, language, width, keys, paths)):
        if index:
            console.print()
        for part in block:
            is_whole = isinstance(part, Text) and part.no_wrap
            console.print(part, soft_wrap=bool(is_whole), crop=False)
    assert isinstance(console.file, StringIO)
    return "".join(f"{line.rstrip(' ')}\n" for line in console.file.getvalue().splitlines())


def summary(reply: Reply) -> str:
    """Return the reply in one line, for a progress line or a toolbar."""
    parts = [part.strip().split("\n")[0] for part in (reply.title, reply.text) if part]
    if len(reply.bars) == 1:
        parts.append(f"{reply.bars[0].score:.0%}")
    return visible_line(" · ".join(parts))


def _console(width: int, color: bool) -> Console:
    return Console(
        file=StringIO(),
        width=width,
        force_terminal=color,
        color_system="standard" if color else None,
        no_color=not color,
        legacy_windows=False,
        force_jupyter=False,
        markup=False,
        emoji=False,
        highlight=False,
    )


Block = Sequence[RenderableType]


def _blocks(
    reply: Reply,
    language: Language,
    width: int,
    keys: Mapping[str, Pressable] | None,
    paths: Sequence[str],
) -> Iterator[Block]:
    """Yield the parts that an empty line stands between."""
    if head := list(_head(reply, language, width)):
        yield head
    if reply.bars:
        yield [draw_bars(reply.bars, width)]
    if reply.table and (reply.table.columns or reply.table.rows):
        yield [draw_table(reply.table, width)]
    if reply.code is not None:
        yield [_code(reply.code)]
    if foot := list(_foot(reply, language, width, keys, paths)):
        yield foot


def _head(reply: Reply, language: Language, width: int) -> Iterator[Text]:
    red = "red" if reply.error else ""
    if reply.title:
        yield prose(visible_line(reply.title), width, f"bold {red}")
    if reply.marked:
        yield _marked(reply.marked, width)
    text = reply.text or (reply.error.message if reply.error else "")
    if text:
        yield prose(visible(text), width, red)
    reference = reply.error.reference if reply.error else None
    if reference and reference not in text:
        shown = say(language, "terminal.reference", reference=visible_line(reference))
        yield Text(shown, style="red", overflow="fold")


def _marked(marked: MarkedText, width: int) -> Text:
    """Return a text whose places stand in brackets, and each label in a colour of its own."""
    labels = dict.fromkeys(mark.label for mark in marked.marks)
    colours = dict(zip(labels, cycle(_COLOURS), strict=False))
    text = Text(overflow="fold", no_wrap=has_long_link(marked.text, width))
    for part, label in marked.parts():
        if label is None:
            text.append(visible(part))
        else:
            text.append(f"[{visible(part)} {visible_line(label)}]", style=colours[label])
    return text


def _code(code: str) -> Text:
    """Return code unwrapped, so that it can be copied; the terminal itself breaks long lines."""
    text = Text(visible(code).rstrip("\n"), style="bright_white", no_wrap=True)
    text.expand_tabs(8)
    return text


def _foot(
    reply: Reply,
    language: Language,
    width: int,
    keys: Mapping[str, Pressable] | None,
    paths: Sequence[str],
) -> Iterator[Text]:
    for file in reply.files:
        if isinstance(file, Picture):
            picture = say(language, "terminal.picture", alt=visible_line(file.alt))
            yield prose(picture, width)
    for path in paths:
        yield Text(say(language, "terminal.saved", path=visible_line(path)), no_wrap=True)
    chars = {pressable: char for char, pressable in (keys or {}).items()}
    yield from _controls(reply.controls, None if keys is None else chars)
    if reply.footer:
        entries = map(visible_line, small_print(reply.footer, language))
        yield prose(" · ".join(entries), width, "dim")


def _controls(controls: Sequence[Control], chars: Mapping[Pressable, str] | None) -> Iterator[Text]:
    """Yield buttons in one line and each select in its own, or one `!press` line for each.

    In the order in which they are given keys.
    """
    if chars is None:
        for control in controls:
            yield from _press_lines(control)
        return
    for are_buttons, alike in groupby(controls, lambda control: isinstance(control, Button)):
        choices = [(control.label, _choices(control, chars)) for control in alike]
        if are_buttons:
            yield Text("  ").join(each for _, each in choices)
        else:
            yield from (Text(f"{visible_line(label)}: ") + each for label, each in choices)


def _choices(control: Control, chars: Mapping[Pressable, str]) -> Text:
    style = _STYLES[control.style] if isinstance(control, Button) else ""
    choices = Text(overflow="fold")
    for pressable in pressables(control):
        gap = "  " if choices else ""
        if char := chars.get(pressable):
            choices.append(gap).append(f"[{char}]", style="bold")
            gap = " "
        choices.append(gap + visible_line(pressable.label), style=style)
    return choices


def _press_lines(control: Control) -> Iterator[Text]:
    control_id = f'"{control.id}"' if " " in control.id else control.id
    press = visible_line(f"!press {control_id}")
    for pressable in pressables(control):
        line = Text(press, no_wrap=True)
        if pressable.value is not None:
            yield line.append(f" {visible_line(pressable.value)}")
        else:
            yield line.append(f"  {visible_line(pressable.label)}", style="dim")
