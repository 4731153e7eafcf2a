"""What may be said of texts after a few labels, where no model knows those labels yet.

It is good enough to tell which text is worth a label next, and answers nobody. It learns in a
process of its own (`models.regressions`): what takes seconds there would hold up everybody's
answers here.
"""

import asyncio
import json
import logging
from asyncio.subprocess import PIPE, Process
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from models.child_process import end_with_parent, read_line, start, step_back
from models.regressions import Places, Probabilities, Vectors, View, one_of, several_of, views_of

_PARTS, _FEWEST_COMPARED = 5, 50
_LONGEST = 1_000
"""Characters of a text that are looked at."""
_LOGGED_BYTES = 2_000


@dataclass(frozen=True, slots=True)
class Lesson:
    """Texts that were labelled."""

    texts: Sequence[str]
    labels: Sequence[Sequence[str]]
    """Those of each text; at least two texts have others."""
    are_several: bool = False
    """Several may hold at once, or none; else it is one each."""


@dataclass(frozen=True, slots=True)
class Guessed:
    """What may be said of texts; nothing where that could not be found out."""

    asked: Sequence[Mapping[str, float]] = ()
    """Of each text that was asked about: how probable each label is."""
    given: Sequence[float] = ()
    """Of each labelled text: how probable its label is to who has not seen it; none if too few.

    Where there may be several, the least probable of what its labels say.
    """


log = logging.getLogger(__name__)


async def guess(lesson: Lesson, asked: Sequence[str], bodies: Sequence[Vectors] = ()) -> Guessed:
    """Return what may be said of texts.

    Args:
        lesson: what is learned from.
        asked: of which something is to be said.
        bodies: what each of some bodies makes of the labelled and then of the asked texts, a row
            each.
    """
    order = await asyncio.to_thread(_order, lesson, asked, bodies)
    child = await start("models.provisional", 1, stdout=PIPE, stderr=PIPE)
    try:
        told, complaints = await _answer(child, order)
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode != 0:
        log.warning("a provisional model broke off: %s", complaints[-_LOGGED_BYTES:])
        return Guessed()
    return Guessed(**json.loads(told))


async def _answer(child: Process, order: bytes) -> tuple[bytes, bytes]:
    """Ask a child; its input stays open until it has answered, as it ends with it."""
    assert child.stdin and child.stdout and child.stderr
    reading = asyncio.gather(child.stdout.read(), child.stderr.read())
    child.stdin.write(order)
    told, complaints = await reading
    await child.wait()
    child.stdin.close()
    return told, complaints


def learned(lesson: Lesson, asked: Sequence[str], bodies: Sequence[Vectors] = ()) -> Guessed:
    """Learn here, and return the same."""
    views = views_of([*lesson.texts, *asked], bodies)
    known = np.arange(len(lesson.texts))
    given = _given(views, lesson)
    if not asked:
        return Guessed((), given)
    classes, told = _told(views, known, lesson, known[-1] + 1 + np.arange(len(asked)))
    return Guessed([dict(zip(classes, row, strict=True)) for row in told.tolist()], given)


def _told(
    views: Sequence[View], places: Places, lesson: Lesson, asked: Places
) -> tuple[Sequence[str], Probabilities]:
    labels = [lesson.labels[place] for place in places]
    if lesson.are_several:
        return several_of(views, places, labels, asked)
    return one_of(views, places, [label for (label,) in labels], asked)


def _given(views: Sequence[View], lesson: Lesson) -> list[float]:
    """How probable each label is to a model of the other texts, in some parts."""
    from sklearn.model_selection import KFold, StratifiedKFold  # noqa: PLC0415 - a second

    every = [" ".join(labels) for labels in lesson.labels]
    parts = _PARTS if lesson.are_several else min(_PARTS, *map(every.count, set(every)))
    if len(every) < _FEWEST_COMPARED or parts < 2:  # noqa: PLR2004
        return []
    found = np.ones(len(every))
    split = (KFold if lesson.are_several else StratifiedKFold)(parts, shuffle=True, random_state=0)
    for others, part in split.split(every, every):
        classes, told = _told(views, others, lesson, part)
        for place, row in zip(part, told, strict=True):
            labels, chances = lesson.labels[place], dict(zip(classes, row, strict=True))
            found[place] = _chance(chances, labels) if lesson.are_several else chances[labels[0]]
    return [float(one) for one in found]


def _chance(chances: Mapping[str, float], labels: Sequence[str]) -> float:
    """How probable the least probable is of what labels say of a text."""
    said = (p if label in labels else 1 - p for label, p in chances.items())
    return min(said, default=1.0)


def main() -> None:
    """In a process of its own: learn from a line of standard input, and write what is guessed."""
    step_back()
    lesson, asked, bodies = json.loads(read_line())
    end_with_parent()
    vectors = [np.frombuffer(b64decode(rows), np.float32).reshape(-1, w) for w, rows in bodies]
    print(json.dumps(asdict(learned(Lesson(*lesson), asked, vectors))))


def _order(lesson: Lesson, asked: Sequence[str], bodies: Sequence[Vectors]) -> bytes:
    learned, others = [[text[:_LONGEST] for text in some] for some in (lesson.texts, asked)]
    coded = [
        (each.shape[1], b64encode(each.astype(np.float32).tobytes()).decode()) for each in bodies
    ]
    labels = [list(each) for each in lesson.labels]
    order = ((learned, labels, lesson.are_several), others, coded)
    return json.dumps(order).encode() + b"\n"


if __name__ == "__main__":
    main()
