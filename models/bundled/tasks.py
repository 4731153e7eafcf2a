"""What each classifier learns and is measured on."""

import random
from dataclasses import dataclass, field, replace
from pathlib import Path

from models.bundled.corpus import (
    ENGLISH_SOURCES,
    KOREAN_SOURCES,
    Source,
    measured_texts,
    read_corpus,
)
from models.bundled.english_remarks import in_company, remarks, spoken_alike
from models.bundled.examples import (
    EMOTIONS,
    SENTIMENTS,
    TOPICS,
    Example,
    labelled,
    read_emotions,
    read_examples,
    read_polarity,
    split,
    without,
)
from models.bundled.plain import ENGLISH, KOREAN, plain_sentences
from models.bundled.tuning import TuningSettings

HELD_OUT = 3000
_PLAIN_SENTENCES = 6000
_REMARKS = 36_000
_CLAUSES = 20_000
_UNLABELLED_REVIEWS = 150_000


@dataclass(frozen=True)
class Task:
    """Rows to learn from, rows to choose by, and rows that are only measured on."""

    name: str
    labels: tuple[str, ...]
    train: list[Example]
    held_out: dict[str, list[Example]]
    tests: dict[str, list[Example]]
    settings: TuningSettings
    taught: list[Example] = field(default_factory=list)
    """What a linear teacher of words and characters learns, too; empty: there is none."""
    unlabelled: list[str] = field(default_factory=list)
    """Text that the teacher and the first student label together, for the second student."""


def sentiment_task(data: Path) -> Task:
    """Korean film reviews, English remarks and our own sentences."""
    tests = {
        "nsmc_test": read_examples(data / "nsmc_test.csv.gz", SENTIMENTS),
        "go_emotions_test": read_polarity(data / "go_emotions_test.csv.gz"),
        "sst2_dev": read_examples(data / "sst2_dev.csv.gz", SENTIMENTS),
        "sst2_test": read_examples(data / "sst2_test.csv.gz", SENTIMENTS),
    }
    english_held_out = read_polarity(data / "go_emotions_dev.csv.gz")
    passages = _english_passages(data)
    measured = [*english_held_out, *(row for rows in tests.values() for row in rows)]
    reviews = without(read_examples(data / "nsmc_train.csv.gz", SENTIMENTS), measured)
    korean, korean_held_out = split(reviews, HELD_OUT)
    return Task(
        name="sentiment",
        labels=SENTIMENTS,
        train=[
            *korean,
            *without(_english(data, passages), measured),
            *without(_plain(passages), measured),
        ],
        held_out={"nsmc": korean_held_out, "go_emotions": english_held_out},
        tests=tests,
        settings=TuningSettings(epochs=3),
        taught=korean,
        unlabelled=_new_texts(data, KOREAN_SOURCES[0], [*korean, *korean_held_out])[
            :_UNLABELLED_REVIEWS
        ],
    )


def _english_passages(data: Path) -> list[str]:
    corpus = read_corpus(data / "mlm_en.txt.gz", ENGLISH_SOURCES, measured_texts(data))
    return [passage for passage, _ in corpus.train]


def _english(data: Path, passages: list[str]) -> list[Example]:
    """Remarks of one polarity, as many of either, and sentences with our telling words."""
    polar = read_polarity(data / "go_emotions_train.csv.gz")
    alike = [labelled(text, mood, SENTIMENTS) for text, mood in spoken_alike(passages)]
    return [*_balanced(polar), *_balanced(alike)]


def _balanced(examples: list[Example]) -> list[Example]:
    """``examples`` with the rarer label repeated a whole number of times."""
    sides: tuple[list[Example], list[Example]] = ([], [])
    for example in examples:
        sides[example.label].append(example)
    rarer, commoner = sorted(sides, key=len)
    return commoner + rarer * max(1, round(len(commoner) / max(1, len(rarer))))


def _plain(passages: list[str]) -> list[Example]:
    """Our own sentences; half of the English remarks in the company of other words."""
    own = remarks(_REMARKS)
    some = passages[:: max(1, len(passages) // _CLAUSES)]
    made = [
        *plain_sentences(KOREAN, _PLAIN_SENTENCES),
        *plain_sentences(ENGLISH, _PLAIN_SENTENCES),
        *own[: len(own) // 2],
        *in_company(own[len(own) // 2 :], some),
    ]
    return [labelled(text, mood, SENTIMENTS) for text, mood in made]


def _new_texts(data: Path, source: Source, known: list[Example]) -> list[str]:
    """Passages of ``source`` that are neither labelled already nor measured on."""
    corpus = read_corpus(data / "mlm_ko.txt.gz", (replace(source, weight=1),), measured_texts(data))
    seen = {example.text.strip().casefold() for example in known}
    found = sorted({passage for passage, _ in corpus.train if passage.casefold() not in seen})
    random.Random(0).shuffle(found)  # noqa: S311
    return found


def topics_task(data: Path) -> Task:
    """Korean news headlines; every topic counts as much, as in the macro-F1 it is judged by."""
    tests = {"ynat_dev": read_examples(data / "ynat_dev.csv.gz", TOPICS)}
    headlines = without(read_examples(data / "ynat_train.csv.gz", TOPICS), tests["ynat_dev"])
    train, held_out = split(headlines, HELD_OUT)
    return Task(
        name="topics",
        labels=TOPICS,
        train=train,
        held_out={"ynat": held_out},
        tests=tests,
        settings=TuningSettings(epochs=6, balance=True),
        taught=train,
        unlabelled=_new_texts(data, KOREAN_SOURCES[1], headlines),
    )


def emotions_task(data: Path) -> Task:
    """English remarks with any of 28 emotions."""
    tests = {"go_emotions_test": read_emotions(data / "go_emotions_test.csv.gz")}
    held_out = read_emotions(data / "go_emotions_dev.csv.gz")
    train = read_emotions(data / "go_emotions_train.csv.gz")
    return Task(
        name="emotions",
        labels=EMOTIONS,
        train=without(train, [*held_out, *tests["go_emotions_test"]]),
        held_out={"go_emotions": held_out},
        tests=tests,
        settings=TuningSettings(epochs=6, is_multi_label=True),
    )


TASKS = {"sentiment": sentiment_task, "topics": topics_task, "emotions": emotions_task}
