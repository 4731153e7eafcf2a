"""Every option of every command, filled in by somebody who means ill."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from benchmarks.faults.nasty import nasty
from handlers.commands import COMMANDS
from handlers.table import Action, Kind, Option

_NUMBERS = (-(2**53), -1, 0, 1, 2, 7, 10**6, 2**53)
_TYPICAL = {Kind.TEXT: "I love this", Kind.MODEL: "sentiment", Kind.DATASET: "feedback"}
_TYPICAL |= {Kind.NAME: "ours", Kind.GROUP: "members"}
Value = str | int | bytes
"""Bytes are what a file holds."""
_NASTY_TOO = 0.3
"""How often what is required besides is nasty as well."""


@dataclass(frozen=True)
class Typed:
    """A command as somebody sends it: its English name, and what is given."""

    command: str
    options: Mapping[str, Value]
    people: frozenset[str] = frozenset()
    """The options that take somebody: a platform lets nobody type anything else there."""

    def as_text(self) -> str:
        """The same in words behind a slash; what is given is not quoted, as people forget to."""
        return " ".join(f"{name}:{value!s}" for name, value in self.options.items())


def typed(count: int, number: int) -> Iterator[Typed]:
    """Go through each option of each command again and again."""
    dice, words = Random(number), iter(nasty(2 * count, number))
    places = [*_places()]
    for turn in range(count):
        run, option = places[turn % len(places)]
        people = frozenset(one.name.en for one in run.options if one.kind is Kind.GROUP)
        yield Typed(run.full_name.en, _filled(run, option, dice, words), people)


def _places() -> Iterator[tuple[Action, Option | None]]:
    for command in COMMANDS:
        for run in command.runs:
            yield from ((run, option) for option in run.options or [None])


def _filled(
    run: Action, wanted: Option | None, dice: Random, words: Iterator[str]
) -> Mapping[str, Value]:
    given: dict[str, Value] = {}
    for option in run.options:
        if option is wanted:
            given[option.name.en] = _value(option, dice, words)
        elif option.is_required:
            is_nasty = dice.random() < _NASTY_TOO
            given[option.name.en] = _value(option, dice, words) if is_nasty else _usual(option)
    return given


def _value(option: Option, dice: Random, words: Iterator[str]) -> Value:
    if option.kind is Kind.INTEGER:
        return dice.choice(_NUMBERS)
    if option.kind is Kind.FILE:
        return f"text,label\n{next(words)}\n{next(words)},{next(words)}".encode()
    return next(words) or " "


def _usual(option: Option) -> Value:
    if option.kind is Kind.FILE:
        return b"text,label\nit crashes,bug\n"
    if option.kind is Kind.INTEGER:
        return option.minimum or 1
    names: Sequence[str] = [one.en for one in option.choices]
    return names[0] if names else _TYPICAL.get(option.kind, "bug, praise")
