"""Draws buttons and selects; their ids carry the whole state, so a press after a restart works."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.answering.words import clean, is_visible, one_line
from bot.on_slack.drawing.blocks import Block, button, choice, plain
from bot.on_slack.drawing.fitting import escaped_length, shorten
from handlers.texts import say
from handlers.types import Button, Control, Language, Select

SHARE = "share"
"""The id of the button that publishes a private answer."""
MORE = "more:"
"""Stands before a select's id in the button that asks for another label."""

LONGEST_ID = 255
LONGEST_LABEL = 75
LONGEST_PLACEHOLDER = 150
LONGEST_VALUE = 150
MOST_OPTIONS = 100
MOST_ROWS = 30
"""The share button may take one more."""
MOST_CHARACTERS = 8_000
"""The longest select, and some buttons beside it."""
_MOST_IN_A_ROW = 25
_STYLES = {"good": "primary", "bad": "danger"}


@dataclass(slots=True)
class DrawnControls:
    """Rows of controls."""

    rows: list[Block]
    characters: int
    """What they show, of what a message may show in all."""
    left_out: int
    """Controls that found no room, or whose id Slack does not take."""


def draw_controls(
    controls: Sequence[Control], language: Language, *, is_shareable: bool = False
) -> DrawnControls:
    """Return the controls in rows.

    Args:
        controls: of a reply.
        language: of the one who reads.
        is_shareable: a button to publish the answer comes last.
    """
    rows = _Rows({SHARE} if is_shareable else set())
    left_out = 0
    for control in controls:
        drawn = [rows.add(element) for element in _elements(control, language)]
        left_out += not all(drawn)
    if is_shareable:
        rows.append(button(SHARE, say(language, "slack.share")))
    blocks: list[Block] = [{"type": "actions", "elements": row} for row in rows.rows]
    return DrawnControls(blocks, rows.characters, left_out)


def labelled(text: str, most: int) -> str:
    """Return words for a control, which must be short and visible."""
    line = one_line(text)
    return shorten(line, most) if is_visible(line) else "–"


def is_option(value: str) -> bool:
    """Tell whether Slack gives a value back as it is; others have to be typed."""
    fits = escaped_length(value) <= LONGEST_VALUE
    return fits and clean(value) == value and is_visible(value)


@dataclass(slots=True)
class _Rows:
    """Buttons beside each other, each select in a row of its own."""

    seen: set[str]
    rows: list[list[Block]] = field(default_factory=list)
    characters: int = 0

    def add(self, element: Block) -> bool:
        """Add an element, and return whether there is room; an id once more is no loss."""
        action_id = str(element["action_id"])
        if action_id in self.seen:
            return True
        size = _size(element)
        has_room = self._joins(element) or len(self.rows) < MOST_ROWS
        if not _is_id(action_id) or not has_room or self.characters + size > MOST_CHARACTERS:
            return False
        self.seen.add(action_id)
        self.append(element)
        return True

    def append(self, element: Block) -> None:
        """Put an element at the end, with room or without."""
        self.characters += _size(element)
        if self._joins(element):
            self.rows[-1].append(element)
        else:
            self.rows.append([element])

    def _joins(self, element: Block) -> bool:
        row = self.rows[-1] if self.rows else []
        are_buttons = element["type"] == "button" and bool(row) and row[0]["type"] == "button"
        return are_buttons and len(row) < _MOST_IN_A_ROW


def _size(element: Block) -> int:
    """Count what is shown of an element."""
    texts = [element.get("text"), element.get("placeholder")]
    texts += [option["text"] for option in element.get("options", ())]
    return sum(escaped_length(text["text"]) for text in texts if text)


def _elements(control: Control, language: Language) -> Iterator[Block]:
    if isinstance(control, Button):
        yield _button(control)
        return
    wanted = list(dict.fromkeys(control.options))
    offered = [each for each in wanted if is_option(each)][:MOST_OPTIONS]
    if offered:
        yield _select(control, offered)
    if len(offered) < len(wanted):
        yield button(f"{MORE}{control.id}", say(language, "slack.another_label"))


def _button(control: Button) -> Block:
    drawn = button(control.id, labelled(control.label, LONGEST_LABEL))
    style = _STYLES.get(control.style)
    return drawn | {"style": style} if style else drawn


def _select(select: Select, options: Sequence[str]) -> Block:
    return {
        "type": "static_select",
        "action_id": select.id,
        "placeholder": plain(labelled(select.label, LONGEST_PLACEHOLDER)),
        "options": [choice(labelled(each, LONGEST_LABEL), each) for each in options],
    }


def _is_id(action_id: str) -> bool:
    return 0 < escaped_length(action_id) <= LONGEST_ID and clean(action_id) == action_id
