"""Lines on their way to whatever takes them apart."""

from collections import deque
from collections.abc import Iterator
from typing import Self


class Feed:
    """Lines of which some can be given again, where a quotation mark was no beginning of a cell."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._again: deque[str] = deque()
        self.taken: list[str] = []
        self.number = 0

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self.taken.append(line)
        self.number += 1
        return line

    def give_again(self) -> None:
        """All but the first of the lines that were taken."""
        _, *others = self.taken
        self._again.extendleft(reversed(others))
        self.number -= len(others)
