"""Counts the steps of a backtracking matcher: work that is the same on every machine."""

import re
from collections.abc import Iterator, Sequence
from re import _compiler, _parser  # type: ignore[attr-defined]
from typing import Any


def steps(pattern: re.Pattern[str], text: str) -> int:
    """How many it takes to find all that `finditer` finds."""
    matcher = Matcher(pattern, text)
    expected = [match.span() for match in pattern.finditer(text)]
    assert list(matcher.spans()) == expected, "this matcher and Python's differ"
    return matcher.steps


class Matcher:
    """Matches as Python's own does, without its shortcuts."""

    def __init__(self, pattern: re.Pattern[str], text: str) -> None:
        self.steps = 0
        self._parsed = _parser.parse(pattern.pattern, pattern.flags)
        self._text = text
        self._compiled: dict[int, re.Pattern[str]] = {}

    def spans(self) -> Iterator[tuple[int, int]]:
        at = 0
        while at <= len(self._text):
            end = next(self._ends(self._parsed, at), None)
            if end is not None:
                yield at, end
            at = max(at + 1, end or 0)

    def _ends(self, items: Sequence[Any], at: int, begin: int = 0) -> Iterator[int]:
        """Where what is left of a sequence may end, the way it prefers first."""
        if begin == len(items):
            yield at
            return
        for middle in self._ends_of(items[begin], at):
            yield from self._ends(items, middle, begin + 1)

    def _ends_of(self, item: tuple[Any, Any], at: int) -> Iterator[int]:
        self.steps += 1
        match str(item[0]), item[1]:
            case "BRANCH", (_, branches):
                for branch in branches:
                    yield from self._ends(branch, at)
            case "SUBPATTERN", (*_, inner):
                yield from self._ends(inner, at)
            case "MAX_REPEAT", (least, most, inner):
                yield from self._repeated(least, most, inner, at)
            case "ASSERT" | "ASSERT_NOT" as name, (1, inner):
                is_there = next(self._ends(inner, at), None) is not None
                if is_there == (name == "ASSERT"):
                    yield at
            case _:  # a character, or a look at the one before
                if found := self._alone(item).match(self._text, at):
                    yield found.end()

    def _repeated(self, least: int, most: int, inner: Any, at: int) -> Iterator[int]:
        ways = [(at, self._ends(inner, at))]
        while ways:
            at, onward = ways[-1]
            end = next(onward, None) if len(ways) <= most else None
            if end is not None and end != at:
                ways.append((end, self._ends(inner, end)))
                continue
            ways.pop()
            if len(ways) >= least:
                yield at

    def _alone(self, item: tuple[Any, Any]) -> re.Pattern[str]:
        if id(item) not in self._compiled:
            single = _parser.SubPattern(self._parsed.state, [item])
            self._compiled[id(item)] = _compiler.compile(single, self._parsed.state.flags)
        return self._compiled[id(item)]
