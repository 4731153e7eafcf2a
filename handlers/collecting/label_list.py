"""The labels of a dataset as people write them: `bug = what does not work, question, praise`. Pure.

In one line there are commas between them; of several lines, each that has a description is one
label.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from handlers.types import UserError
from models.canonical import COMMAS, canonical, folded
from storage.records import Label

FEWEST, MOST = 2, 100
LONGEST_LABELS = 20_000
"""All of them, as they are written."""
_LONGEST_NAME = 60
"""As much as a button shows."""
_LONGEST_DESCRIPTION = 300
_COMMA = re.compile(f"[{COMMAS}]")
_EQUALS = re.compile(r"\s*[=＝]\s*|\s*[:：]\s+")


def read_labels(typed: str, known: Sequence[Label] = ()) -> tuple[Label, ...]:
    """Return the known labels and those that were written, each with a key of its own.

    One that was retired comes back with its votes.

    Raises:
        UserError: two are alike, one is too long, or nothing to see.
    """
    labels = list(known)
    for name, description in map(_named, _parts(typed)):
        check_name(name, labels)
        retired = next((one for one in labels if _is_retired(one, name)), None)
        if retired:
            kept = description or retired.description
            back = replace(retired, name=name, description=kept, is_retired=False)
            labels[labels.index(retired)] = back
        else:
            labels.append(Label(_free_key(name, labels), name, description))
    return tuple(labels)


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
        if other.is_active and other.name == name:
            raise UserError("label_twice", label=name)
        if other.is_active and folded(other.name) == wanted:
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


def _is_retired(label: Label, name: str) -> bool:
    is_retired = label.is_retired and label.merged_into is None
    return is_retired and folded(label.name) == folded(name)


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
