"""What may be said of texts after a few labels, where no model knows those labels yet.

A class-balanced logistic regression on the characters of the texts. It is good enough to tell
which text is worth a label next, and answers nobody. It learns in a process of its own: what takes
seconds there would hold up everybody's answers here.
"""

import asyncio
import json
import logging
import warnings
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping, Sequence
from typing import Any

from models.child_process import end_with_parent, read_line, start, step_back

C = 10.0
_ROUNDS = 60
_MOST_FEATURES = 20_000
_LONGEST = 1_000
"""Characters of a text that are looked at."""
_LOGGED_BYTES = 2_000

Guess = Mapping[str, float]
"""How probable each label is."""

log = logging.getLogger(__name__)


async def guess(
    texts: Sequence[str], labels: Sequence[str], asked: Sequence[str]
) -> Sequence[Guess]:
    """Return what may be said of the asked texts; nothing where that cannot be found out.

    Args:
        texts: that were labelled.
        labels: one for each; at least two are different.
        asked: of which something is to be said.
    """
    if not asked:
        return []
    cut = [[text[:_LONGEST] for text in some] for some in (texts, asked)]
    order = json.dumps([cut[0], list(labels), cut[1]]).encode() + b"\n"
    child = await start("models.provisional", 1, stdout=PIPE, stderr=PIPE)
    try:
        told, complaints = await _answer(child, order)
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode != 0:
        log.warning("a provisional model broke off: %s", complaints[-_LOGGED_BYTES:])
        return []
    found: list[dict[str, float]] = json.loads(told)
    return found


async def _answer(child: Process, order: bytes) -> tuple[bytes, bytes]:
    """Ask a child; its input stays open until it has answered, as it ends with it."""
    assert child.stdin and child.stdout and child.stderr
    reading = asyncio.gather(child.stdout.read(), child.stderr.read())
    child.stdin.write(order)
    told, complaints = await reading
    await child.wait()
    child.stdin.close()
    return told, complaints


def learned(texts: Sequence[str], labels: Sequence[str], asked: Sequence[str]) -> Sequence[Guess]:
    """Learn here, and return the same."""
    from sklearn.exceptions import ConvergenceWarning  # noqa: PLC0415 - an import of a second

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        letters = _letters([*texts, *asked])
        model = _regression().fit(letters[: len(texts)], list(labels))
    told = model.predict_proba(letters[len(texts) :])
    classes = [str(label) for label in model.classes_]
    return [dict(zip(classes, row, strict=True)) for row in told.tolist()]


def main() -> None:
    """In a process of its own: learn from a line of standard input, and write what is guessed."""
    step_back()
    texts, labels, asked = json.loads(read_line())
    end_with_parent()
    print(json.dumps(learned(texts, labels, asked)))


def _regression() -> Any:  # noqa: ANN401 - scikit-learn has no types
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    return LogisticRegression(C=C, class_weight="balanced", max_iter=_ROUNDS)


def _letters(texts: Sequence[str]) -> Any:  # noqa: ANN401 - a sparse matrix
    """TF-IDF of one to three characters; the asked texts tell which are rare as well."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415

    table = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(1, 3), sublinear_tf=True, max_features=_MOST_FEATURES
    )
    return table.fit_transform([text or " " for text in texts]).tocsr()


if __name__ == "__main__":
    main()
