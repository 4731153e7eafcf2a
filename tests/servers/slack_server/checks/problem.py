"""What is wrong with a request."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, and where."""

    path: Path
    message: str
    is_refused: bool = True
    """Whether Slack refuses it; the rest is against the rules of this house alone."""
    error: str | None = None
    """Slack's error for it, where it is not the usual one."""

    @property
    def told(self) -> str:
        """What Slack says, with its pointer."""
        return f"{self.message} [json-pointer:/{'/'.join(map(str, self.path))}]"

    def __str__(self) -> str:
        return self.told


def units(text: str) -> int:
    """Count characters as JavaScript does, where an emoji is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def length(path: Path, value: Any, most: int, least: int = 1) -> list[Problem]:
    """Hold a text against its greatest and least length."""
    if not isinstance(value, str):
        return [Problem(path, "must be a string")]
    if units(value) > most:
        return [Problem(path, f"must be less than {most + 1} characters")]
    if units(value) < least:
        return [Problem(path, f"must be more than {least - 1} characters")]
    return []


def size(path: Path, value: Any, most: int, least: int = 1) -> list[Problem]:
    """Hold a list against its greatest and least size."""
    if not isinstance(value, list):
        return [Problem(path, "must be an array")]
    if len(value) > most:
        return [Problem(path, f"no more than {most} items allowed")]
    if len(value) < least:
        return [Problem(path, f"no fewer than {least} items allowed")]
    return []


def keys(path: Path, thing: dict[str, Any], known: str, needed: str = "") -> list[Problem]:
    """Hold an object against the fields that it may and must have."""
    allowed = {"type", *known.split(), *needed.split()}
    extra = [Problem(path, f"invalid additional property: {key}") for key in thing.keys() - allowed]
    missing = [name for name in needed.split() if thing.get(name) is None]
    return extra + [Problem(path, f"missing required field: {name}") for name in missing]


def repeated(path: Path, names: Iterable[Any], what: str) -> list[Problem]:
    """Find what may be there only once."""
    seen: set[Any] = set()
    problems = []
    for name in names:
        if name in seen:
            problems.append(Problem(path, f"{what} already exists: {name!r}"))
        seen.add(name)
    return problems


def house(path: Path, message: str) -> Problem:
    """Tell of something that Slack lets pass and this house does not."""
    return Problem(path, message, is_refused=False)
