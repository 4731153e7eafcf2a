"""The index of all figures: who measured what, what was met, and what bounds what was missed."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures.bounds import BOUNDS
from benchmarks.figures.runs import FOLDER
from benchmarks.serving.runs.contestant import ROOT
from benchmarks.serving.tables import table

INDEX = FOLDER / "README.md"
_HEAD = """\
# Figures

`make figures` measures all of it anew in one go, in some hours on two cores: one thing after the
other, and beside the last what takes no time of the clock. Each page says when, and on what
processor. A goal, or by how much a rival is to be beaten, was set before anybody measured. Ratios
are of one run, in which both sides took turns.
"""
_ELSEWHERE = ("docs/course.md", "docs/scale.md")
"""Guides that end with figures."""
_DATE = re.compile(r"\bon (\d{4}-\d\d-\d\d)\b")
_PROCESSOR = re.compile(r"\b(?:on|of|with)\s([A-Z][^,;`(]*\([^)]*VNNI\))")
_INSTRUCTIONS = re.compile(r"^- instructions: (.*)$", re.MULTILINE)
_IS_MET = {"yes": True, "**no**": False}
_SAID = re.compile(r"^Goal (.*) under (.*): (met|MISSED)", re.MULTILINE)


@dataclass(frozen=True)
class Goal:
    """A row of a page that has a goal."""

    name: str
    goal: str
    measured: str
    is_met: bool


def index() -> str:
    """Return the page."""
    pages = [*sorted(FOLDER.rglob("*.md")), *(ROOT / name for name in _ELSEWHERE)]
    texts = {page: page.read_text("utf-8") for page in pages if page.name != INDEX.name}
    titles = ("page", "processor", "measured on", "goals met", "missed")
    parts = [_HEAD, table(titles, [_row(*each) for each in texts.items()])]
    missed = ("what", "goal", "measured", "what bounds it")
    parts += ["## Goals that were missed", table(missed, [*_missed(texts)])]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def goals(text: str) -> Iterator[Goal]:
    """Return the rows of a page that a goal is beside."""
    titles: list[str] = []
    whole = ""
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line[:1] == "|" else []
        if not cells:
            titles = []
        elif not titles:
            titles = cells
        elif "met" in titles and (is_met := _IS_MET.get(cells[titles.index("met")])) is not None:
            measured = next(name for name in ("measured", "Tokki") if name in titles)
            found = (cells[titles.index(name)] for name in ("goal", measured))
            same = cells[0].startswith("the same")
            whole = whole if same else cells[0]
            yield Goal(f"{whole}: {cells[0]}" if same else whole, *found, is_met)
    for name, goal, came in _SAID.findall(text):
        yield Goal(name, f"under {goal}", _beside(name, text), came == "met")


def _beside(name: str, text: str) -> str:
    """Return the first figure of a row of plain text."""
    found = re.search(rf"^{re.escape(name)}  +(\S+(?: \S+)?)", text, re.MULTILINE)
    return found[1] if found else ""


def _row(page: Path, text: str) -> tuple[str, ...]:
    title = text.partition("\n")[0].lstrip("# ")
    found = [one.is_met for one in goals(text)]
    date, processor = _DATE.search(text), _PROCESSOR.search(text) or _INSTRUCTIONS.search(text)
    return (
        _link(page, title),
        " ".join(processor[1].split()) if processor else "",
        date[1] if date else "",
        str(found.count(True)) if found else "",
        f"**{found.count(False)}**" if False in found else "",
    )


def _missed(texts: Mapping[Path, str]) -> Iterator[tuple[str, ...]]:
    for page, text in texts.items():
        for one in goals(text):
            if not one.is_met:
                why = f"{_bound(page, one.name)} ({_link(page, page.stem)})"
                yield one.name, one.goal, f"**{one.measured}**", why


def _link(page: Path, words: str) -> str:
    return f"[{words}]({Path(os.path.relpath(page, FOLDER)).as_posix()})"


def _bound(page: Path, name: str) -> str:
    known = BOUNDS.get(page.stem, {})
    return next((why for part, why in known.items() if part in name), "not known")
