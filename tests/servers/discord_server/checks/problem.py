"""What is wrong with a request."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tests.servers.discord_server.kinds import Json

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, and where."""

    path: Path
    message: str
    code: str = "BASE_TYPE_INVALID"
    is_refused: bool = True
    """Whether Discord refuses it; the rest is against the rules of this house alone."""

    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.path)) or 'body'}: {self.message}"


def too_long(path: Path, text: Any, most: int, least: int = 0) -> list[Problem]:
    """Hold a text against its greatest and least length."""
    if text is None and not least:
        return []
    if not isinstance(text, str):
        return [Problem(path, "This field is required and a text", "BASE_TYPE_REQUIRED")]
    if least <= len(text) <= most:
        return []
    message = f"Must be between {least} and {most} in length ({len(text)})."
    return [Problem(path, message, "BASE_TYPE_BAD_LENGTH")]


def too_many(path: Path, things: Any, most: int, least: int = 0) -> list[Problem]:
    """Hold a list against its greatest and least size."""
    count = len(things or [])
    if least <= count <= most:
        return []
    message = f"Must be between {least} and {most} in length ({count})."
    return [Problem(path, message, "BASE_TYPE_BAD_LENGTH")]


def repeated(path: Path, names: Iterable[Any], what: str, code: str) -> list[Problem]:
    """Find what should be there only once."""
    seen: set[Any] = set()
    problems = []
    for name in names:
        if name in seen:
            problems.append(Problem(path, f"{what} cannot be duplicated ({name!r})", code))
        seen.add(name)
    return problems


def error_form(problems: Iterable[Problem]) -> Json:
    """Write problems in the form of Discord's error 50035."""
    errors: Json = {}
    for problem in problems:
        at = errors
        for part in problem.path:
            at = at.setdefault(str(part), {})
        at.setdefault("_errors", []).append({"code": problem.code, "message": problem.message})
    return errors
