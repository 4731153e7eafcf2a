"""Texts with labels: made-up ones, and rows of public files in a folder that somebody names."""

import csv
import gzip
import random
from collections.abc import Sequence
from pathlib import Path

from benchmarks.serving.inputs import texts, words
from benchmarks.serving.plan import SENTIMENT

Example = tuple[str, str]
"""A text and the name of its label."""

LABELS = (*(f"topic {number + 1}" for number in range(words.TOPICS)), "English", "Korean")
_LABEL_COLUMNS = ("label_name", "label", "labels")
_TESTED_ON = {SENTIMENT: "nsmc_test", "topics": "ynat_dev", "emotions": "go_emotions_test"}
"""Where the bundled checkpoints have test texts."""


class Missing(Exception):
    """Something cannot be measured here; the message says what is missing."""


def made_up(count: int, seed: int = 100) -> list[Example]:
    """Return texts of five topics and two languages, shuffled."""
    topics = [(words.speak_of(topic), LABELS[topic]) for topic in range(words.TOPICS)]
    english, korean = LABELS[words.TOPICS :]
    tongues = [(words.speak_english, english), (words.speak_korean, korean)]
    return _said([*topics, *tongues, (words.speak_both, korean)], count, seed)


def opinions(count: int, seed: int = 100) -> list[Example]:
    """Return what a body that reads English learns in some dozens of steps."""
    speakers = [
        (words.speak_praise, "praise"),
        (words.speak_complaint, "complaint"),
        (words.speak_korean, "Korean"),
        (words.speak_of(), "made up"),
    ]
    return _said(speakers, count, seed)


def _said(speakers: Sequence[tuple[words.Speaker, str]], count: int, seed: int) -> list[Example]:
    pairs = [
        (text, label)
        for place, (speak, label) in enumerate(speakers)
        for text in texts.distinct(speak, seed + place, count // len(speakers))
    ]
    random.Random(0).shuffle(pairs)
    return pairs


def rows(data: Path | None, name: str) -> list[Example]:
    """Read a file of the columns `text` and `label` (or `label_name`).

    Raises:
        Missing: there is no such file.
    """
    if data is None:
        raise Missing("no folder of public files was named (--data)")
    path = data / f"{name}.csv.gz"
    if not path.exists():
        raise Missing(f"the folder of public files has no {path.name}")
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    column = next(each for each in _LABEL_COLUMNS if each in found[0])
    return [(row["text"], row[column]) for row in found]


def texts_for(name: str, data: Path | None, count: int) -> list[str]:
    """Return texts for a checkpoint that was not made here: public ones, else made-up ones."""
    try:
        return spread([text for text, _ in rows(data, _TESTED_ON.get(name, ""))], count)
    except Missing:
        return texts.distinct(speaker(name), 5, count)


def speaker(name: str) -> words.Speaker:
    """Return who speaks the language of a checkpoint that learned nothing from public files."""
    return words.speak_opinions if name in _TESTED_ON else words.speak_of()


def spread(said: Sequence[str], count: int) -> list[str]:
    """Return so many of them at most, evenly from the whole."""
    step = max(1, len(said) // count)
    return list(said[::step][:count])
