"""Which key presses what: digits first, then letters, over buttons and the options of selects."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from handlers.reading.keyboard import letter_on
from handlers.types import Button, Control

KEYS = "123456789abcdfghijklmnopqrstuvwxyz"
"""No `e`: people leave by typing `exit`."""


@dataclass(frozen=True, slots=True)
class Pressable:
    """One thing that a key can press: a button, or one option of a select."""

    control: str
    value: str | None
    label: str
    key: str = ""
    """The letter that presses it wherever it is free."""


def typed_as(key: str) -> Sequence[str]:
    """Return what a key types, also with Caps Lock or in Hangul: nobody switches to press one."""
    return tuple(dict.fromkeys((key, key.upper(), letter_on(key))))


def pressables(control: Control) -> tuple[Pressable, ...]:
    """Return all that a key could press of one control."""
    if isinstance(control, Button):
        return (Pressable(control.id, None, control.label, control.key),)
    return tuple(Pressable(control.id, option, option) for option in control.options)


def assign(controls: Sequence[Control], taken: Container[str] = ()) -> Mapping[str, Pressable]:
    """Give each pressable a key, as far as the keys go; the rest is for `!press`.

    Args:
        controls: in the order in which they stand.
        taken: keys that press something else.
    """
    every = [pressable for control in controls for pressable in pressables(control)]
    lettered = {one.key: one for one in reversed(every) if one.key and one.key not in taken}
    free = (key for key in KEYS if key not in taken and key not in lettered)
    others = (one for one in every if lettered.get(one.key) is not one)
    keys = {one: key for key, one in lettered.items()} | dict(_paired(others, free))
    return {keys[one]: one for one in every if one in keys}


def _paired(every: Iterable[Pressable], keys: Iterable[str]) -> Iterable[tuple[Pressable, str]]:
    return zip(every, keys, strict=False)
