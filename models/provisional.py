"""What may be said of texts after a few labels, where no model knows those labels yet.

The product of two class-balanced logistic regressions: on the characters of the texts, and on what
a body makes of them. It is good enough to tell which text is worth a label next, and answers
nobody. It learns in a process of its own: what takes seconds there would hold up everybody's
answers here.
"""

import asyncio
import json
import logging
import warnings
from asyncio.subprocess import PIPE, Process
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.child_process import end_with_parent, read_line, start, step_back

_C_OF_LETTERS, _C_OF_VECTORS = 10.0, 1.0
_LEAST = 1e-9
_PARTS, _FEWEST_COMPARED = 5, 50
_ROUNDS = 60
_MOST_FEATURES = 20_000
_LONGEST = 1_000
"""Characters of a text that are looked at."""
_LOGGED_BYTES = 2_000

Vectors = NDArray[np.float32]
Probabilities = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Guessed:
    """What may be said of texts; nothing where that could not be found out."""

    asked: Sequence[Mapping[str, float]] = ()
    """Of each text that was asked about: how probable each label is."""
    given: Sequence[float] = ()
    """Of each labelled text: how probable its label is to who has not seen it; none if too few."""


log = logging.getLogger(__name__)


async def guess(
    texts: Sequence[str],
    labels: Sequence[str],
    asked: Sequence[str],
    vectors: Vectors | None = None,
) -> Guessed:
    """Return what may be said of texts.

    Args:
        texts: that were labelled.
        labels: one for each; at least two are different.
        asked: of which something is to be said.
        vectors: what a body makes of the labelled and then of the asked texts, a row each.
    """
    order = await asyncio.to_thread(_order, texts, labels, asked, vectors)
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


def learned(
    texts: Sequence[str],
    labels: Sequence[str],
    asked: Sequence[str],
    vectors: Vectors | None = None,
) -> Guessed:
    """Learn here, and return the same."""
    seen = [(_letters([*texts, *asked]), _C_OF_LETTERS)]
    if vectors is not None:
        seen.append((_scaled(vectors), _C_OF_VECTORS))
    known = len(texts)
    classes = sorted(set(labels))
    given = _given([(rows[:known], c) for rows, c in seen], labels, classes)
    if not asked:
        return Guessed((), given)
    told = _product([(rows[:known], rows[known:], c) for rows, c in seen], labels, classes)
    return Guessed([dict(zip(classes, row, strict=True)) for row in told.tolist()], given)


def _given(
    seen: Sequence[tuple[Any, float]], labels: Sequence[str], classes: list[str]
) -> list[float]:
    """How probable each label is to a model of the other texts, in some parts."""
    from sklearn.model_selection import StratifiedKFold  # noqa: PLC0415 - an import of a second

    parts = min(_PARTS, *(labels.count(label) for label in classes))
    if len(labels) < _FEWEST_COMPARED or parts < 2:  # noqa: PLR2004
        return []
    found = np.zeros(len(labels))
    every = np.array([classes.index(label) for label in labels])
    for others, part in StratifiedKFold(parts, shuffle=True, random_state=0).split(every, every):
        split = [(rows[others], rows[part], c) for rows, c in seen]
        told = _product(split, [labels[n] for n in others], classes)
        found[part] = told[np.arange(len(part)), every[part]]
    return [float(one) for one in found]


def _product(
    seen: Sequence[tuple[Any, Any, float]], labels: Sequence[str], classes: list[str]
) -> Probabilities:
    """What regressions on some rows say together of others; each kind of rows with its C."""
    logs = np.zeros((seen[0][1].shape[0], len(classes)))
    for rows, asked, c in seen:
        logs += np.log(_fitted(rows, labels, c).predict_proba(asked) + _LEAST)
    odds = np.exp(logs - logs.max(axis=1, keepdims=True))
    found: Probabilities = odds / odds.sum(axis=1, keepdims=True)
    return found


def main() -> None:
    """In a process of its own: learn from a line of standard input, and write what is guessed."""
    step_back()
    texts, labels, asked, width, coded = json.loads(read_line())
    end_with_parent()
    vectors = np.frombuffer(b64decode(coded), np.float32).reshape(-1, width) if width else None
    print(json.dumps(asdict(learned(texts, labels, asked, vectors))))


def _order(
    texts: Sequence[str], labels: Sequence[str], asked: Sequence[str], vectors: Vectors | None
) -> bytes:
    cut = [[text[:_LONGEST] for text in some] for some in (texts, asked)]
    width = 0 if vectors is None else vectors.shape[1]
    coded = "" if vectors is None else b64encode(vectors.astype(np.float32).tobytes()).decode()
    return json.dumps([cut[0], list(labels), cut[1], width, coded]).encode() + b"\n"


def _fitted(rows: Any, labels: Sequence[str], c: float) -> Any:  # noqa: ANN401 - of scikit-learn
    from sklearn.exceptions import ConvergenceWarning  # noqa: PLC0415 - an import of a second
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = LogisticRegression(C=c, class_weight="balanced", max_iter=_ROUNDS)
        return model.fit(rows, list(labels))


def _scaled(vectors: Vectors) -> Vectors:
    """Each direction brought to one scale, and rows to a length of about one."""
    centred = vectors - vectors.mean(axis=0)
    spread = np.maximum(vectors.std(axis=0), _LEAST) * np.sqrt(vectors.shape[1])
    scaled: Vectors = (centred / spread).astype(np.float32)
    return scaled


def _letters(texts: Sequence[str]) -> Any:  # noqa: ANN401 - a sparse matrix
    """TF-IDF of one to three characters; the asked texts tell which are rare as well."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415

    table = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(1, 3), sublinear_tf=True, max_features=_MOST_FEATURES
    )
    return table.fit_transform([text or " " for text in texts]).tocsr()


if __name__ == "__main__":
    main()
