"""Files beside a message: safely named, and spreadsheets that run nothing."""

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import count

from bot.on_slack.mrkdwn import clean
from handlers.options import without_surrogates
from handlers.texts import say
from handlers.types import Bar, File, Language, Table

MOST_FILES = 10
_LONGEST_STEM = 80
_LONGEST_ENDING = 10
_UNSAFE = re.compile(r"[^\w.-]+")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[-+]?\d[\d.,]* ?%?")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The files that go along, and the names of those that do not."""

    files: tuple[File, ...]
    whole: tuple[str, ...]
    """Names of those that hold in full what the message shows shortened."""
    left_out: tuple[str, ...]


def choose(whole: Sequence[File], others: Iterable[File]) -> Chosen:
    """Return the first files, each under a name of its own and never empty: Slack refuses that.

    Args:
        whole: hold in full what the message shows shortened; they come first.
        others: of the reply itself.
    """
    kept: dict[str, File] = {}
    left_out: list[str] = []
    for file in (*whole, *others):
        name = _unused(_safe(file.name), kept)
        if len(kept) < MOST_FILES:
            kept[name] = File(name, file.content or b"\n")
        else:
            left_out.append(name)
    return Chosen(tuple(kept.values()), tuple(kept)[: len(whole)], tuple(left_out))


def text_file(name: str, text: str) -> File:
    """Return a file of text that every system reads."""
    return File(name, without_surrogates(text).encode())


def table_file(table: Table) -> File:
    """Return a whole table as a spreadsheet."""
    return File("table.csv", _csv([table.columns, *table.rows]))


def bars_file(bars: Sequence[Bar], language: Language) -> File:
    """Return all bars as a spreadsheet."""
    head = (say(language, "slack.label"), say(language, "slack.score"))
    return File("labels.csv", _csv([head, *((bar.label, f"{bar.score:.6g}") for bar in bars)]))


def _csv(rows: Iterable[Sequence[str]]) -> bytes:
    """Write rows for Excel too: it reads Korean only behind a byte order mark."""
    out = StringIO()
    csv.writer(out).writerows([_inert(cell) for cell in row] for row in rows)
    return without_surrogates(out.getvalue()).encode("utf-8-sig")


def _inert(cell: str) -> str:
    """A spreadsheet would run a cell that begins like a formula."""
    is_formula = cell.lstrip(" ").startswith(_FORMULA) and not _NUMBER.fullmatch(cell)
    return f"'{cell}" if is_formula else cell


def _safe(name: str) -> str:
    last = re.split(r"[/\\]", clean(name))[-1]
    stem, dot, ending = _UNSAFE.sub("_", last).rpartition(".")
    if not stem:
        stem, dot, ending = ending, "", ""
    return f"{stem.strip('._-')[:_LONGEST_STEM] or 'file'}{dot}{ending[:_LONGEST_ENDING]}".rstrip(
        "."
    )


def _unused(name: str, used: Iterable[str]) -> str:
    taken = {each.casefold() for each in used}
    stem, dot, ending = name.rpartition(".")
    if not dot:
        stem, ending = name, ""
    names = (name if n == 1 else f"{stem}-{n}{dot}{ending}" for n in count(1))
    return next(each for each in names if each.casefold() not in taken)
