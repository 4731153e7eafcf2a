"""What each classifier learns and is measured on."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from bundled_recipe.heads.tuning import TuningSettings
from bundled_recipe.texts.corpus import (
    ENGLISH_SOURCES,
    KOREAN_SOURCES,
    Source,
    measured_texts,
    read_corpus,
    read_rows,
)
from bundled_recipe.texts.english_remarks import in_company, remarks, spoken_alike
from bundled_recipe.texts.examples import (
    EMOTIONS,
    SENTIMENTS,
    TOPICS,
    Example,
    labelled,
    read_emotions,
    read_examples,
    read_neutral,
    read_polarity,
    split,
    without,
)
from bundled_recipe.texts.plain import ENGLISH, KOREAN, plain_sentences

HELD_OUT = 3000
FEW = 10_000
_PLAIN_SENTENCES = 6000
_REMARKS = 36_000
_CLAUSES = 20_000
_UNLABELLED_REVIEWS = 150_000
_UNLABELLED_PASSAGES = 50_000
_MOST_WORDS = 30
_QUESTIONS = 6000
_LIKELY = 0.85


@dataclass(frozen=True)
class Pool:
    """Text of one kind that a student and a linear teacher label together, to learn more from."""

    taught: list[Example]
    """What the teacher learns."""
    held_out: str
    """The name of the rows by which it is chosen how much each of them counts."""
    texts: list[str]
    rewordings: int = 0
    """How many other wordings of all these texts are labelled, too."""


@dataclass(frozen=True)
class Task:
    """Rows to learn from, rows to choose by, and rows that are only measured on."""

    name: str
    labels: tuple[str, ...]
    train: list[Example]
    held_out: dict[str, list[Example]]
    tests: dict[str, list[Example]]
    settings: TuningSettings
    pools: list[Pool] = field(default_factory=list)
    """Without any, the labelled rows are all."""
    is_asked_otherwise: bool = False
    """Whether people will ask it about text of other kinds than the held-out rows."""
    students: int = 1
    """How many learn the labelled rows; together they label the pools, and the first goes on."""


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
    in_their_company = in_company([(row.text, row.label) for row in english_held_out], passages)
    measured = [*english_held_out, *(row for rows in tests.values() for row in rows)]
    reviews = without(read_examples(data / "nsmc_train.csv.gz", SENTIMENTS), measured)
    korean, korean_held_out = split(reviews, HELD_OUT)
    others = _new_texts(data, KOREAN_SOURCES[0], [*korean, *korean_held_out])
    english = without([*_english(data, passages), *_plain_english(passages)], measured)
    plain = without(_examples(plain_sentences(KOREAN, _PLAIN_SENTENCES)), measured)
    return Task(
        name="sentiment",
        labels=SENTIMENTS,
        train=[*korean, *english, *plain, *without(_undecided(data), measured)],
        held_out={
            "nsmc": korean_held_out,
            "go_emotions": english_held_out,
            "in_company": _examples(in_their_company),
        },
        tests=tests,
        settings=TuningSettings(epochs=3),
        pools=[
            Pool(korean, "nsmc", others[:_UNLABELLED_REVIEWS]),
            Pool(english, "in_company", _short(passages)[:_UNLABELLED_PASSAGES]),
        ],
        is_asked_otherwise=True,
        students=2,
    )


def _english_passages(data: Path) -> list[str]:
    corpus = read_corpus(data / "mlm_en.txt.gz", ENGLISH_SOURCES, measured_texts(data))
    return [passage for passage, _ in corpus.train]


def _short(passages: list[str]) -> list[str]:
    """Those of a few words, once each and in random order."""
    found = sorted({each for each in passages if len(each.split()) <= _MOST_WORDS})
    random.Random(0).shuffle(found)  # noqa: S311
    return found


def _examples(made: Iterable[tuple[str, int]]) -> list[Example]:
    return [labelled(text, mood, SENTIMENTS) for text, mood in made]


def _likely(made: Iterable[tuple[str, int]]) -> list[Example]:
    """Praise and blame known by their words alone, which in other text mean it less reliably."""
    sides = ((_LIKELY, 1 - _LIKELY), (1 - _LIKELY, _LIKELY))
    return [Example(text, sides[mood]) for text, mood in made]


def _english(data: Path, passages: list[str]) -> list[Example]:
    """Remarks of one polarity, as many of either, and sentences with our telling words."""
    polar = read_polarity(data / "go_emotions_train.csv.gz")
    return [*_balanced(polar), *_balanced(_likely(spoken_alike(passages)))]


def _undecided(data: Path) -> list[Example]:
    """Remarks and questions that neither praise nor blame: each label is as likely."""
    questions = [
        row["text"]
        for row in read_rows(data / "intent3i4k_train.csv.gz")
        if row["label_name"] == "question"
    ]
    neutral = read_neutral(data / "go_emotions_train.csv.gz")
    chosen = random.Random(0).sample(questions, min(_QUESTIONS, len(questions)))  # noqa: S311
    return [Example(text, (0.5, 0.5)) for text in (*neutral, *chosen)]


def _balanced(examples: list[Example]) -> list[Example]:
    """``examples`` with the rarer label repeated a whole number of times."""
    sides: tuple[list[Example], list[Example]] = ([], [])
    for example in examples:
        sides[example.label].append(example)
    rarer, commoner = sorted(sides, key=len)
    return commoner + rarer * max(1, round(len(commoner) / max(1, len(rarer))))


def _plain_english(passages: list[str]) -> list[Example]:
    """Our own sentences; half of the remarks in the company of other words."""
    own = remarks(_REMARKS)
    some = passages[:: max(1, len(passages) // _CLAUSES)]
    made = plain_sentences(ENGLISH, _PLAIN_SENTENCES)
    half = len(own) // 2
    return _likely([*made, *own[:half], *in_company(own[half:], some)])


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
        settings=TuningSettings(epochs=6, adversarial=1.0, balance=True),
        pools=[Pool(train, "ynat", _new_texts(data, KOREAN_SOURCES[1], headlines), 3)],
        students=2,
    )


def few_topics_task(data: Path) -> Task:
    """The same with the labels of 10,000 headlines; of the others nothing is known but the text."""
    tests = {"ynat_dev": read_examples(data / "ynat_dev.csv.gz", TOPICS)}
    headlines = without(read_examples(data / "ynat_train.csv.gz", TOPICS), tests["ynat_dev"])
    others, some = split(headlines, FEW)
    train, held_out = split(some, len(some) // 20)
    texts = [row.text for row in others] + _new_texts(data, KOREAN_SOURCES[1], headlines)
    return Task(
        name="few topics",
        labels=TOPICS,
        train=train,
        held_out={"ynat": held_out},
        tests=tests,
        settings=TuningSettings(epochs=6, adversarial=1.0, balance=True),
        pools=[Pool(train, "ynat", texts, 1)],
        students=2,
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
