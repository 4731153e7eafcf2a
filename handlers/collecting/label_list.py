"""The labels of a dataset as people write them: `bug = what does not work, question, praise`. Pure.

In one line there are commas between them; of several lines, each that has a description is one
label.
"""

import re
from collections.abc import Iterable, Sequence

from handlers.types import UserError
from models.canonical import canonical, folded
from storage.records import Label

FEWEST, MOST = 2, 100
_LONGEST_NAME = 60
"""As much as a button shows."""
_LONGEST_DESCRIPTION = 300
_COMMA = re.compile("[,，、]")
_EQUALS = re.compile(r"\s*[=＝]\s*|\s*[:：]\s+")


def read_labels(typed: str, known: Sequence[Label] = ()) -> tuple[Label, ...]:
    """Return the labels that were written, with a key for each that no known one has.

    Raises:
        UserError: two are alike, or one is alike with a known one; one is too long or nothing.
    """
    written = [_named(part) for part in _parts(typed)]
    labels = list(known)
    for name, description in written:
        check_name(name, labels)
        labels.append(Label(_free_key(name, labels), name, description))
    return tuple(labels[len(known) :])


def check_number(labels: Sequence[Label]) -> None:
    """Check that there are as many labels as a dataset may have.

    Raises:
        UserError: there are too few or too many.
    """
    active = [label for label in labels if label.is_active]
    if len(active) < FEWEST:
        raise UserError("labels_too_few", count=len(active), minimum=FEWEST)
    if len(active) > MOST:
        raise UserError("labels_too_many", count=len(active), maximum=MOST)


def check_name(name: str, others: Iterable[Label]) -> None:
    """Check that a label can be called so.

    Raises:
        UserError: it is nothing to see, too long, or like another but for its case and spaces.
    """
    if not name:
        raise UserError("label_empty")
    if len(name) > _LONGEST_NAME:
        facts = {"label": name[:_LONGEST_NAME], "maximum": _LONGEST_NAME}
        raise UserError("label_too_long", **facts)
    wanted = folded(name)
    for other in others:
        if not other.is_retired and folded(other.name) == wanted:
            raise UserError("labels_alike", label=name, other=other.name)


def read_description(typed: str) -> str | None:
    """Return what a label is described with; None for nothing to see.

    Raises:
        UserError: it is too long.
    """
    said = " ".join(typed.split()) if canonical(typed) else ""
    if len(said) > _LONGEST_DESCRIPTION:
        raise UserError("description_too_long", length=len(said), maximum=_LONGEST_DESCRIPTION)
    return said or None


def _parts(typed: str) -> list[str]:
    lines = [line for line in typed.splitlines() if canonical(line)]
    parts = [
        part
        for line in lines
        for part in ([line] if len(lines) > 1 and _EQUALS.search(line) else _COMMA.split(line))
    ]
    return [part for part in parts if canonical(part)]


def _named(part: str) -> tuple[str, str | None]:
    name, *rest = _EQUALS.split(part.strip(), maxsplit=1)
    return canonical(name), read_description(rest[0]) if rest else None


def _free_key(name: str, labels: Iterable[Label]) -> str:
    taken = {label.key for label in labels}
    key, number = name, 1
    while key in taken:
        number += 1
        key = f"{name} ({number})"
    return key
