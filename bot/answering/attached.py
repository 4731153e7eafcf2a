"""Which files go along with a message, and under which names."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import count

from handlers.types import File

MOST_FILES = 10
"""Of Discord; for Slack, more are no help either."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The files that go along, and the names of those that do not."""

    files: tuple[File, ...]
    whole: tuple[str, ...]
    """Names of those that hold in full what the message shows shortened."""
    left_out: tuple[str, ...]


def choose(
    whole: Sequence[File],
    others: Iterable[File],
    safe_name: Callable[[str], str],
    most_bytes: float = float("inf"),
) -> Chosen:
    """Return the files that fit, each under a name of its own and never empty.

    Args:
        whole: hold in full what the message shows shortened; they come first.
        others: of the reply itself.
        safe_name: makes a name that the platform takes.
        most_bytes: the largest file that it takes.
    """
    kept: dict[str, File] = {}
    left_out: list[str] = []
    for file in (*whole, *others):
        name = _unused(safe_name(file.name), kept)
        if len(kept) < MOST_FILES and len(file.content) <= most_bytes:
            kept[name] = replace(file, name=name, content=file.content or b"\n")
        else:
            left_out.append(name)
    count_whole = sum(len(file.content) <= most_bytes for file in whole)
    return Chosen(tuple(kept.values()), tuple(kept)[:count_whole], tuple(left_out))


def _unused(name: str, used: Iterable[str]) -> str:
    """Return the name, with a number if it is taken."""
    taken = {each.casefold() for each in used}
    stem, dot, ending = name.rpartition(".")
    if not dot:
        stem, ending = name, ""
    names = (name if n == 1 else f"{stem}-{n}{dot}{ending}" for n in count(1))
    return next(each for each in names if each.casefold() not in taken)
