"""Reads as much of Discord's markdown as Tokki writes: see bot/on_discord/drawing/markdown.py."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

_LINE = re.compile(r"(?P<mark>#{1,3}|-#) (?P<rest>.*)")
_INLINE = re.compile(
    r"\\(?P<escaped>[!-/:-@\[-`{-~])|`(?P<code>[^`]+)`|\*\*(?P<bold>(?:\\.|[^*\\])+)\*\*"
)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_FENCE = "```"


class Kind(Enum):
    """How a line is set."""

    BODY = auto()
    LARGEST = auto()
    LARGER = auto()
    LARGE = auto()
    SMALL = auto()
    CODE = auto()


class Style(Enum):
    """How some words of a line are set."""

    PLAIN = auto()
    BOLD = auto()
    CODE = auto()


@dataclass(frozen=True, slots=True)
class Run:
    """Words in one style."""

    text: str
    style: Style = Style.PLAIN


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it was written; it may be too long for the page."""

    kind: Kind
    runs: tuple[Run, ...]


_KINDS = {"#": Kind.LARGEST, "##": Kind.LARGER, "###": Kind.LARGE, "-#": Kind.SMALL}


def lines(content: str) -> Iterator[Line]:
    """Yield the lines of some markdown."""
    is_code = False
    for line in content.split("\n"):
        if line.startswith(_FENCE):
            is_code = not is_code
        elif is_code:
            yield Line(Kind.CODE, (Run(line, Style.CODE),))
        elif found := _LINE.fullmatch(line):
            yield Line(_KINDS[found["mark"]], _runs(found["rest"]))
        else:
            yield Line(Kind.BODY, _runs(line))


def _runs(line: str) -> tuple[Run, ...]:
    runs: list[Run] = []
    end = 0
    for found in _INLINE.finditer(line):
        runs.append(Run(line[end : found.start()]))
        runs.append(_run(found))
        end = found.end()
    runs.append(Run(line[end:]))
    return tuple(_joined(run for run in runs if run.text))


def _run(found: re.Match[str]) -> Run:
    if found["code"]:
        return Run(found["code"], Style.CODE)
    if found["bold"]:
        return Run(_ESCAPE.sub(r"\1", found["bold"]), Style.BOLD)
    return Run(found["escaped"])


def _joined(runs: Iterator[Run]) -> Iterator[Run]:
    kept: Run | None = None
    for run in runs:
        if kept and kept.style is run.style is not Style.CODE:
            kept = Run(kept.text + run.text, run.style)
            continue
        if kept:
            yield kept
        kept = run
    if kept:
        yield kept
