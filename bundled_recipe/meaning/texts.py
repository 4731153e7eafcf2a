"""What `meaning` learns from: translations, plain sentences, and sentences that people compared.

Rows of a set that says "tests only", and every sentence of a test or dev set, are left out.
"""

import csv
import gzip
import itertools
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bundled_recipe.texts.corpus import (
    ENGLISH_SOURCES,
    KOREAN_SOURCES,
    Source,
    measured_texts,
    read_corpus,
)

Pair = tuple[str, str]
Compared = TypeVar("Compared", "Triple", "Scored")

MEASURED = {
    "sts_en_stsb_train": ("sentence1", "sentence2"),
    "sts_en_stsb_dev": ("sentence1", "sentence2"),
    "sts_en_stsb_test": ("sentence1", "sentence2"),
    "sts_ko_korsts_dev": ("sentence1", "sentence2"),
    "sts_ko_korsts_test": ("sentence1", "sentence2"),
    "sts_ko_klue_test": ("sentence1", "sentence2"),
    "sick_en_test": ("sentence1", "sentence2"),
    "nli_ko_klue_test": ("premise", "hypothesis"),
    "nli_ko_kornli_dev": ("premise", "hypothesis"),
    "nli_ko_kornli_test": ("premise", "hypothesis"),
    "nli_en_snli_test": ("premise", "hypothesis"),
    "para_ko_parakqc_test": ("text",),
    "para_ko_questions_dev": ("question1", "question2"),
    "para_ko_questions_test": ("question1", "question2"),
    "para_ko_paws_dev": ("sentence1", "sentence2"),
    "para_ko_paws_test": ("sentence1", "sentence2"),
    "parallel_tatoeba_test": ("ko", "en"),
    "parallel_ntrex_test": ("ko", "en"),
    "parallel_news_test": ("ko", "en"),
    "parallel_jhe_test": ("ko", "en"),
    "parallel_dialogue_test": ("ko", "en"),
    "intent_en_clinc150_dev": ("text",),
    "intent_en_clinc150_test": ("text",),
    "intent_en_banking77_train": ("text",),
    "intent_en_banking77_test": ("text",),
    "intent_en_snips_train": ("text",),
    "intent_en_snips_test": ("text",),
    "trec_train": ("text",),
    "trec_test": ("text",),
}
"""Columns of sentences that nothing here may be taught; of the intents and questions that it is
tried on with few examples, not even the training part."""

TESTS_ONLY = frozenset({"korsts-train"})
"""Sources of the translation pairs whose English side has no clear grant (it is STS-B's)."""

MANUALS = frozenset({"python-docs", "tensorflow", "react", "astro"})
_MANUAL_ROWS = 2_500
"""Of each manual; they would be three quarters of all pairs."""
_LONGEST_MANUAL = 120
_LEAST_CHARACTERS = 6
_EVERYDAY = {"tatoeba": 3, "park-news": 3, "opensource.guide": 2, "hf-course": 2, "android": 2}
"""How often the pairs of a source come: everyday language is rare and matters most."""

HELD_OUT_PAIRS = 500
HELD_OUT_SCORED = 1_000

_KOREAN = {
    KOREAN_SOURCES[0]: 7_000,  # reviews
    KOREAN_SOURCES[1]: 9_000,  # headlines
    KOREAN_SOURCES[2]: 5_000,  # the treebank
    KOREAN_SOURCES[3]: 6_000,  # questions, commands, statements
    KOREAN_SOURCES[4]: 3_000,
    KOREAN_SOURCES[5]: 6_000,  # talk
}
_ENGLISH = {
    ENGLISH_SOURCES[3]: 1_000,
    ENGLISH_SOURCES[4]: 1_000,
    ENGLISH_SOURCES[5]: 6_000,  # fiction
    ENGLISH_SOURCES[6]: 7_000,  # the web
    ENGLISH_SOURCES[7]: 10_000,  # remarks
}
_COMPARED = {"ko": 14_000, "en": 8_000}
"""Sentences of those that people compared that the teachers read, too."""
_COMMANDS = 6_000
_OF_AN_INTENT = 30
_LONGEST = 140


@dataclass(frozen=True)
class Triple:
    """A sentence, one that follows from it or means the same, and one that contradicts it."""

    anchor: str
    near: str
    far: str | None = None


@dataclass(frozen=True)
class Scored:
    """Two sentences and how alike people found them, 0 to 5."""

    first: str
    second: str
    score: float


@dataclass(frozen=True)
class Lessons:
    """Everything that `meaning` learns from, and the rows to choose by."""

    pairs: list[Pair]
    """Korean and English, the same said twice; repeated where they count more."""
    korean: list[str]
    english: list[str]
    triples: list[Triple]
    scored: list[Scored]
    held_out_pairs: list[Pair]
    held_out_scored: list[Scored]


def read_lessons(data: Path, seed: int = 0) -> Lessons:
    """Read the public files; equal seeds give equal lessons."""
    measured = forbidden(data)
    draw = random.Random(seed)  # noqa: S311
    pairs, held_out_pairs = _pairs(data, measured, draw)
    scored = read_scored(data, "sts_ko_klue_train")
    draw.shuffle(scored)
    translated = _unmeasured(read_scored(data, "sts_ko_korsts_train"), measured)
    triples = [*_inferences(data, measured), *_same_questions(data, draw)]
    compared = [*_texts_of(triples), *_texts_of(scored[HELD_OUT_SCORED:]), *_texts_of(translated)]
    commands = [row["text"] for row in rows(data, "intent_en_clinc150_train")]
    korean = _plain(data, "ko", _KOREAN, measured, draw)
    korean += _some([text for text in compared if _is_korean(text)], _COMPARED["ko"], draw)
    english = _plain(data, "en", _ENGLISH, measured, draw)
    english += _some([text for text in compared if not _is_korean(text)], _COMPARED["en"], draw)
    english += _some(commands, _COMMANDS, draw)
    draw.shuffle(pairs)
    draw.shuffle(korean)
    draw.shuffle(english)
    intents = _same_intents(data, draw)
    return Lessons(
        pairs=pairs,
        korean=_allowed(korean, measured),
        english=_allowed(english, measured),
        triples=_unmeasured([*triples, *intents], measured),
        scored=[*_unmeasured(scored[HELD_OUT_SCORED:], measured), *translated],
        held_out_pairs=held_out_pairs,
        held_out_scored=scored[:HELD_OUT_SCORED],
    )


def read_scored(data: Path, name: str) -> list[Scored]:
    """Pairs of sentences and how alike people found them."""
    return [
        Scored(row["sentence1"], row["sentence2"], float(row["score"])) for row in rows(data, name)
    ]


def rows(data: Path, name: str) -> Iterator[dict[str, str]]:
    """The rows of a table of the public data, keyed by its header."""
    with gzip.open(data / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def forbidden(data: Path) -> frozenset[str]:
    """Every sentence that something is measured on, folded."""
    found = {
        fold(row[column])
        for name, columns in MEASURED.items()
        for row in rows(data, name)
        for column in columns
    }
    return frozenset(found) | measured_texts(data)


def fold(text: str) -> str:
    """A text as it is compared."""
    return text.strip().casefold()


def _allowed(texts: Iterable[str], measured: frozenset[str]) -> list[str]:
    """Once each, in the order given."""
    return [text for text in dict.fromkeys(texts) if text.strip() and fold(text) not in measured]


def _pairs(
    data: Path, measured: frozenset[str], draw: random.Random
) -> tuple[list[Pair], list[Pair]]:
    by_source: dict[str, list[Pair]] = defaultdict(list)
    for row in rows(data, "parallel_ko_en_train"):
        pair = (row["ko"], row["en"])
        if row["source"] not in TESTS_ONLY and not {fold(side) for side in pair} & measured:
            by_source[row["source"]].append(pair)
    everyday = by_source["tatoeba"]
    draw.shuffle(everyday)
    held_out, by_source["tatoeba"] = everyday[:HELD_OUT_PAIRS], everyday[HELD_OUT_PAIRS:]
    known = {side for pair in held_out for side in pair}
    found: list[Pair] = []
    for source, pairs in by_source.items():
        kept = _sample(pairs, draw) if source in MANUALS else pairs
        kept = [pair for pair in kept if not known & set(pair)]
        found += kept * _EVERYDAY.get(source, 1)
    return found, held_out


def _sample(pairs: list[Pair], draw: random.Random) -> list[Pair]:
    short = [pair for pair in pairs if len(pair[1]) <= _LONGEST_MANUAL]
    return draw.sample(short, min(_MANUAL_ROWS, len(short)))


def _plain(
    data: Path,
    code: str,
    wanted: dict[Source, int],
    measured: frozenset[str],
    draw: random.Random,
) -> list[str]:
    """Short passages of each source, as many as wanted."""
    found: list[str] = []
    for source, count in wanted.items():
        corpus = read_corpus(data / f"mlm_{code}.txt.gz", (source,), measured)
        short = [text for text, _ in corpus.train if _LEAST_CHARACTERS <= len(text) <= _LONGEST]
        found += _some(short, count, draw)
    return found


def _inferences(data: Path, measured: frozenset[str]) -> list[Triple]:
    """Premises with a hypothesis that follows and, where there is one, one that contradicts."""
    found: list[Triple] = []
    for name in ("nli_ko_klue_train", "nli_en_snli_train"):
        by_premise: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for row in rows(data, name):
            if not {fold(row["premise"]), fold(row["hypothesis"])} & measured:
                by_premise[row["premise"]][row["label"]].append(row["hypothesis"])
        for premise, sides in by_premise.items():
            against = sides["contradiction"]
            for number, near in enumerate(sides["entailment"]):
                far = against[number % len(against)] if against else None
                found.append(Triple(premise, near, far))
    return found


def _same_questions(data: Path, draw: random.Random) -> list[Triple]:
    """Two wordings of one question or command; all pairings of ten would outweigh the rest."""
    groups: dict[str, list[str]] = defaultdict(list)
    for row in rows(data, "para_ko_parakqc_train"):
        groups[row["group"]].append(row["text"])
    found: list[Triple] = []
    for wordings in groups.values():
        draw.shuffle(wordings)
        found += [Triple(first, second) for first, second in itertools.pairwise(wordings)]
    for row in rows(data, "para_ko_questions_train"):
        if row["label"] == "same" and row["question1"] != row["question2"]:
            found.append(Triple(row["question1"], row["question2"]))
    return found


def _same_intents(data: Path, draw: random.Random) -> list[Triple]:
    """Two ways to want the same of an assistant."""
    groups: dict[str, list[str]] = defaultdict(list)
    for row in rows(data, "intent_en_clinc150_train"):
        groups[row["label"]].append(row["text"])
    found: list[Triple] = []
    for texts in groups.values():
        some = draw.sample(texts, min(_OF_AN_INTENT, len(texts)))
        found += [Triple(first, second) for first, second in itertools.pairwise(some)]
    return found


def _unmeasured(compared: Iterable[Compared], measured: frozenset[str]) -> list[Compared]:
    return [each for each in compared if not {fold(one) for one in _texts_of([each])} & measured]


def _texts_of(compared: Iterable[Triple | Scored]) -> Iterator[str]:
    for each in compared:
        yield from (text for text in vars(each).values() if isinstance(text, str))


def _some(texts: Iterable[str], count: int, draw: random.Random) -> list[str]:
    """At most ``count`` of them, each once."""
    known = sorted(set(texts))
    return draw.sample(known, min(count, len(known)))


def _is_korean(text: str) -> bool:
    return any("가" <= character <= "힣" for character in text)
