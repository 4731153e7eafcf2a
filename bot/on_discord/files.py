"""Files beside a message: safely named, no more and no larger than Discord takes."""

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import count

from handlers.options import without_surrogates
from handlers.types import Bar, File, Language, Table

MOST_FILES = 10
MOST_BYTES = 10 * 1024 * 1024
_LONGEST_NAME = 64
_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]+")
"""Discord takes no other characters in a name that a component refers to."""
_HIDDEN = re.compile(r"^(?:SPOILER_|[._-])+")
"""Discord blurs a file whose name begins so."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The files that go along, and the names of those that do not."""

    files: tuple[File, ...]
    whole: tuple[str, ...]
    """Names of those that hold in full what the message shows shortened."""
    left_out: tuple[str, ...]


def choose(whole: Sequence[File], others: Iterable[File]) -> Chosen:
    """Return the files that Discord takes, each under a name of its own.

    Args:
        whole: hold in full what the message shows shortened; they come first.
        others: of the reply itself.
    """
    kept: dict[str, File] = {}
    left_out: list[str] = []
    for file in (*whole, *others):
        name = _unused(_safe(file.name), kept)
        if len(kept) < MOST_FILES and len(file.content) <= MOST_BYTES:
            kept[name] = File(name, file.content or b"\n")
        else:
            left_out.append(name)
    count_whole = sum(len(file.content) <= MOST_BYTES for file in whole)
    return Chosen(tuple(kept.values()), tuple(kept)[:count_whole], tuple(left_out))


def is_picture(name: str) -> bool:
    """Say whether Discord shows a file as a picture."""
    return name.lower().endswith(_PICTURES)


def text_file(name: str, text: str) -> File:
    """Return a file of text that every system reads."""
    return File(name, without_surrogates(text).encode())


def table_file(table: Table) -> File:
    """Return a whole table as a spreadsheet."""
    return File("table.csv", _csv([table.columns, *table.rows]))


def bars_file(bars: Sequence[Bar], language: Language) -> File:
    """Return all bars as a spreadsheet."""
    head = ("라벨", "점수") if language is Language.KOREAN else ("label", "score")
    return File("labels.csv", _csv([head, *((bar.label, f"{bar.score:.6g}") for bar in bars)]))


def _csv(rows: Iterable[Sequence[str]]) -> bytes:
    """Write rows for Excel too: it reads Korean only behind a byte order mark."""
    out = StringIO()
    csv.writer(out).writerows([_inert(cell) for cell in row] for row in rows)
    return without_surrogates(out.getvalue()).encode("utf-8-sig")


def _inert(cell: str) -> str:
    """A spreadsheet would run a cell that begins like a formula."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell


def _safe(name: str) -> str:
    last = re.split(r"[/\\]", name)[-1]
    stem, dot, ending = _UNSAFE.sub("_", last).rpartition(".")
    if not stem:
        stem, dot, ending = ending, "", ""
    stem = _HIDDEN.sub("", stem).rstrip("._-")[: _LONGEST_NAME - 16]
    return f"{stem or 'file'}{dot}{ending[:10]}".rstrip(".")


def _unused(name: str, used: Iterable[str]) -> str:
    taken = {each.lower() for each in used}
    stem, dot, ending = name.rpartition(".")
    if not dot:
        stem, ending = name, ""
    names = (name if n == 1 else f"{stem}-{n}{dot}{ending}" for n in count(1))
    return next(each for each in names if each.lower() not in taken)
