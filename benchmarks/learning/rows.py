"""Texts with their labels, of which some are drawn to learn from and some to measure on."""

import csv
import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.finetune.plan import Example

_HELD_OUT = 500


@dataclass(frozen=True)
class Rows:
    """Texts with their labels."""

    texts: Sequence[str]
    labels: Sequence[str]


def drawn(
    train: Rows, test: Rows, size: int, seed: int
) -> tuple[tuple[str, ...], tuple[Example, ...], tuple[Example, ...]]:
    """Return the labels, so many rows of each to learn from, and those to measure on."""
    rng, labels = np.random.default_rng(seed), tuple(sorted(set(train.labels)))
    return labels, _some(train, labels, rng, size), _first(test, labels, rng)


def _some(
    rows: Rows, labels: Sequence[str], rng: np.random.Generator, size: int
) -> tuple[Example, ...]:
    """Draw so many rows of each label, or as many as there are."""
    counts: dict[str, int] = dict.fromkeys(labels, 0)
    found = []
    for place in rng.permutation(len(rows.texts)).tolist():
        label = rows.labels[place]
        if counts[label] < size:
            counts[label] += 1
            found.append(Example(rows.texts[place], labels.index(label)))
    return tuple(found)


def _first(rows: Rows, labels: Sequence[str], rng: np.random.Generator) -> tuple[Example, ...]:
    places = rng.permutation(len(rows.texts))[:_HELD_OUT].tolist()
    return tuple(Example(rows.texts[n], labels.index(rows.labels[n])) for n in places)


def read(path: Path, column: str = "label") -> Rows:
    """Return the rows of a gzipped CSV file."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows: list[Mapping[str, str]] = list(csv.DictReader(file))
    return Rows([row["text"] for row in rows], [row[column] for row in rows])
