"""What a base knows of words goes on to what is trained from it, if it fits the texts there."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from models.checkpoints.certainty.doubt import DOUBT_FILE, WORDS_FILE, DoubtfulTexts, read_doubt
from models.finetune.network.checkpoint import TrainableClassifier

_MOST_DOUBTED = 0.05
_NO_LEAD = np.zeros(2)


def take_over_words(
    classifier: TrainableClassifier, base: Path, folder: Path, texts: Sequence[str]
) -> bool:
    """Copy the base's measure of words into `folder`, unless it doubts what people have labelled.

    A community may well tell ㅠㅠ from ㅋㅋ. What the base says of its own labels never goes on.
    """
    found = ((name, read_doubt(base, name)) for name in (WORDS_FILE, DOUBT_FILE))
    name, doubt = next(((name, one) for name, one in found if one and one.is_of_words), ("", None))
    if doubt is None:
        return False
    telling = DoubtfulTexts(doubt)
    rows = zip(texts, classifier.encode(texts), strict=True)
    doubted = sum(telling.is_doubtful(text, row.ids, _NO_LEAD) for text, row in rows)
    if doubted > _MOST_DOUBTED * len(texts):
        return False
    shutil.copyfile(base / name, folder / DOUBT_FILE)
    return True
