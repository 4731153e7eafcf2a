"""The public text the bundled checkpoints learn from, and what its licences allow.

The two text files are concatenations of many sources; a source is known by its line range. Only
the ranges named here are read: evaluation sets, one range of abusive comments and the textbooks
whose licence could be argued about are simply absent from the tables.
"""

import csv
import gzip
import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

KEPT_OUT_EVERY = 200
"""One passage in this many is never trained on, so that the masked-word figures are honest."""

MEASURED_FILES = (
    "nsmc_test.csv.gz",
    "ynat_dev.csv.gz",
    "sst2_train.csv.gz",
    "sst2_dev.csv.gz",
    "sst2_test.csv.gz",
    "go_emotions_dev.csv.gz",
    "go_emotions_test.csv.gz",
    "intent3i4k_test.csv.gz",
)
"""Never learnt from, not even as plain text; of SST-2 not even the training part."""


@dataclass(frozen=True)
class Source:
    """A line range (1-based, both ends included) of a text file, with its credit."""

    first: int
    last: int
    title: str
    licence: str
    weight: int = 1
    """How often the range is repeated in an epoch: chat-like sources are small and matter most."""


@dataclass(frozen=True)
class Corpus:
    """One language's passages: those to learn from and those only ever measured on."""

    train: list[tuple[str, int]]
    """Each with its weight."""
    kept_out: list[str]


_OPENSTAX = "CC BY 4.0, access for free at openstax.org"
_EBOOKS = "public domain in the US, CC0 edition by Standard Ebooks"
_FICTION = (
    "Standard Ebooks, fiction by Christie, Chekhov (Garnett), Doyle, Stoker, Dickens, Fitzgerald, "
    "Eliot, London, Austen, Montgomery, Tolstoy (Maude), Alcott, Twain, O. Henry and Wodehouse"
)
_SHARE_ALIKE = "CC BY-SA 4.0"

KOREAN_SOURCES = (
    Source(1, 623309, "NSMC raw film reviews (e9t/nsmc), test reviews left out", "CC0 1.0"),
    Source(623310, 668868, "KLUE YNAT headlines", _SHARE_ALIKE, 6),
    Source(705004, 732218, "KAIST treebank sentences (UD_Korean-Kaist)", _SHARE_ALIKE, 2),
    Source(734095, 780176, "3i4K, training part (warnikchow/3i4k)", _SHARE_ALIKE, 3),
    Source(780177, 814170, "sae4K and ParaKQC (warnikchow)", _SHARE_ALIKE, 3),
    Source(814171, 832759, "Chatbot_data by Youngsook Song (songys/Chatbot_data)", "MIT", 3),
    Source(861981, 868397, "Korean React documentation (reactjs/ko.react.dev)", "CC BY 4.0"),
    Source(868398, 874288, "Korean Rust book (rust-kr/doc.rust-kr.org)", "MIT OR Apache-2.0"),
    Source(874289, 876096, "Korean PyTorch tutorials (PyTorchKorea)", "BSD-3-Clause"),
)

ENGLISH_SOURCES = (
    Source(12375, 14565, "OpenStax, College Success", _OPENSTAX),
    Source(16635, 19429, "OpenStax, Introduction to Anthropology", _OPENSTAX),
    Source(19430, 20231, "OpenStax, Introduction to Intellectual Property", _OPENSTAX),
    Source(27542, 34161, "OpenStax, Life, Liberty, and the Pursuit of Happiness", _OPENSTAX),
    Source(37250, 40968, "OpenStax, Principles of Economics", _OPENSTAX),
    Source(60098, 136542, _FICTION, _EBOOKS),
    Source(136543, 149877, "UD English EWT (Universal Dependencies)", _SHARE_ALIKE, 4),
    Source(152030, 191296, "GoEmotions by Google, training part", "CC BY 4.0", 6),
)


def read_corpus(
    path: Path, sources: tuple[Source, ...], measured: frozenset[str], seed: int = 0
) -> Corpus:
    """The passages of ``sources``, less one in `KEPT_OUT_EVERY` and less the ``measured`` texts.

    ``measured`` are the folded rows of every evaluation file: short reviews repeat each other, so
    some would be here although their numbers are not.
    """
    kept_out: set[str] = set()
    train: list[tuple[str, int]] = []
    for source in sources:
        for number, passage in enumerate(_lines_between(path, source.first, source.last)):
            if number % KEPT_OUT_EVERY == 0:
                kept_out.add(passage)
            elif passage.casefold() not in measured:
                train.append((passage, source.weight))
    chosen = sorted(kept_out)
    random.Random(seed).shuffle(chosen)  # noqa: S311
    return Corpus([each for each in train if each[0] not in kept_out], chosen)


def _lines_between(path: Path, first: int, last: int) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        for line in itertools.islice(lines, first - 1, last):
            if passage := line.strip():
                yield passage


def read_rows(path: Path) -> list[dict[str, str]]:
    """A labelled file as dictionaries, one a row, keyed by its header."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        return [row for row in csv.DictReader(lines) if row["text"].strip()]


def measured_texts(data: Path) -> frozenset[str]:
    """Every text that something is measured on, folded."""
    return frozenset(
        row["text"].strip().casefold() for name in MEASURED_FILES for row in read_rows(data / name)
    )
