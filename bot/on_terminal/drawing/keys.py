"""Which key presses what: digits first, then letters, over buttons and the options of selects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handlers.types import Button, Control

KEYS = "123456789abcdfghijklmnopqrstuvwxyz"
"""No `e`: people leave by typing `exit`."""


@dataclass(frozen=True, slots=True)
class Pressable:
    """One thing that a key can press: a button, or one option of a select."""

    control: str
    value: str | None
    label: str


def pressables(control: Control) -> tuple[Pressable, ...]:
    """Return all that a key could press of one control."""
    if isinstance(control, Button):
        return (Pressable(control.id, None, control.label),)
    return tuple(Pressable(control.id, option, option) for option in control.options)


def assign(controls: Sequence[Control]) -> Mapping[str, Pressable]:
    """Give each pressable a key, as far as the keys go; the rest is for `!press`."""
    every = (pressable for control in controls for pressable in pressables(control))
    return dict(zip(KEYS, every, strict=False))
