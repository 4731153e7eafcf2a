"""A classification that somebody judges: its labels, and which of them hold."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from handlers.reading.spelling import nearest
from handlers.types import Bar, UserError
from models.canonical import COMMAS, find_label
from storage.records import Feedback, Query, Verdict, read_set

_LIKELY = 0.5
"""From here on a label held, in answers of which it was not noted."""


@dataclass(frozen=True, slots=True)
class JudgedAnswer:
    """An answer out of the log."""

    query: Query

    @property
    def labels(self) -> list[str]:
        """Every label, the likeliest first."""
        labels = self.query.result["labels"]
        assert isinstance(labels, list)
        return labels

    @property
    def bars(self) -> tuple[Bar, ...]:
        """What each label got."""
        scores = self.query.result.get("scores")
        assert isinstance(scores, list)
        return tuple(map(Bar, self.labels, scores))

    @property
    def is_set(self) -> bool:
        """Whether several labels may hold at once, or none: it is all of them that is judged."""
        return not self.query.label_set

    @property
    def held(self) -> tuple[str, ...]:
        """The labels that hold by the answer, of those that are chosen one by one."""
        match self.query.result:
            case {"held": list(held)}:
                return tuple(held)
            case {"scores": list(scores)}:
                pairs = zip(self.labels, scores, strict=False)
                return tuple(label for label, score in pairs if score >= _LIKELY)
            case _:
                return ()

    def told(self, feedback: Feedback | None) -> tuple[str, ...]:
        """The labels that hold by what somebody said last; by the answer, if they named none."""
        if feedback is None or feedback.label is None or feedback.verdict is Verdict.UNDONE:
            return self.held
        return read_set(feedback.label)

    def chosen(self, value: str) -> str:
        """Return the one label that was meant.

        Raises:
            UserError: none of them was.
        """
        # The terminal takes off the quotes that may stand around a value.
        label = find_label(value, self.labels) or find_label(f'"{value}"', self.labels)
        if label is None:
            near = nearest(value, self.labels)
            raise UserError("unknown_label", value=value, labels=self.labels, nearest=near)
        return label

    def chosen_set(self, value: str) -> tuple[str, ...]:
        """Return the labels that were meant, with commas between them.

        Raises:
            UserError: one is no label of the answer.
        """
        try:
            return (self.chosen(value),)
        except UserError:
            parts = [part for part in re.split(f"[{COMMAS}\n]", value) if part.strip()]
            if len(parts) < 2:  # noqa: PLR2004 - it was one label
                raise
        return self.in_order({self.chosen(part.strip()) for part in parts})

    def in_order(self, labels: Collection[str]) -> tuple[str, ...]:
        """Return some of the labels, the likeliest first."""
        return tuple(label for label in self.labels if label in labels)
