"""Sentences whose names, dates and numbers people marked, each source as far as it goes."""

import gzip
import json
import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from bundled_recipe.entities.made_up import made_up_sentences
from bundled_recipe.texts.corpus import measured_texts

KINDS = ("PER", "LOC", "ORG", "DAT", "TIM", "NUM", "MISC")
NAMES = frozenset(("PER", "LOC", "ORG"))
TIMES = frozenset(("DAT", "TIM", "NUM"))
HELD_OUT_KOREAN = HELD_OUT_ENGLISH = 400
"""Of each set; the rest of a dev part is learnt."""
_GOLD_REPEATS = 4
_UNSURE = "?"
_CHAINED = frozenset(("LOC", "DAT", "TIM"))
"""Kinds of which KLUE marks a chain of several as one."""


@dataclass(frozen=True)
class Span:
    """A part of a text, in characters, and its kind."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True)
class Sentence:
    """A text, what is marked in it, and what its source would not have marked."""

    text: str
    spans: tuple[Span, ...]
    marked: frozenset[str]
    """The kinds that the source marks. Of the others, nothing is known where nothing is marked."""
    unsure: tuple[tuple[int, int], ...] = ()
    """Places of which nothing is known."""
    weight: float = 1.0


@dataclass(frozen=True)
class Set:
    """A file of the public data and how it is read."""

    name: str
    marked: frozenset[str]
    weight: float = 1.0


KLUE = Set("ner_ko_klue", NAMES | TIMES)
SILVER = Set("ner_ko_konec_silver", NAMES | TIMES, 0.4)
ENGLISH = (
    Set("ner_en_uner_ewt", NAMES | {"MISC"}),
    Set("ner_en_wnut17", NAMES),
    Set("ner_en_btc", NAMES),
    Set("ner_en_crossner", NAMES | {"MISC"}),
    Set("ner_en_slurp", NAMES | {"DAT", "TIM"}),
)
TESTS = (
    KLUE,
    Set("ner_en_uner_ewt", NAMES),
    Set("ner_en_wnut17", NAMES | {"MISC"}),
    Set("ner_en_wikigold", NAMES | {"MISC"}),
    Set("ner_en_crossner", NAMES | {"MISC"}),
    Set("ner_en_btc", NAMES),
    Set("ner_en_slurp", NAMES | {"DAT", "TIM"}),
)
DEV = TESTS[1], TESTS[2], TESTS[4], TESTS[5]
"""Those with a dev part; of KLUE, training rows are held out."""


@dataclass(frozen=True)
class Lessons:
    """What is learnt first and last, and the rows to choose by."""

    first: list[Sentence]
    last: list[Sentence]
    """Without the Korean silver ones: the guidelines of the gold rows have the last word."""
    held_out: dict[str, list[Sentence]]
    measured: frozenset[str]
    """The texts of the tests and of `held_out`, in small letters."""


def read_lessons(data: Path, seed: int = 0) -> Lessons:
    """Read the public files; equal seeds give equal lessons."""
    draw = random.Random(seed)  # noqa: S311
    korean = read_sentences(data, KLUE, "train")
    draw.shuffle(korean)
    held_out = {KLUE.name: korean[:HELD_OUT_KOREAN]}
    dev = {each.name: read_sentences(data, each, "dev") for each in DEV}
    for rows in dev.values():
        draw.shuffle(rows)
    held_out |= {name: rows[:HELD_OUT_ENGLISH] for name, rows in dev.items()}
    measured = {each.text.casefold() for rows in held_out.values() for each in rows}
    measured |= {
        each.text.casefold() for one in TESTS for each in read_sentences(data, one, "test")
    }
    measured |= measured_texts(data)
    gold = [*korean[HELD_OUT_KOREAN:] * _GOLD_REPEATS, *made_up_sentences(seed)]
    for each in ENGLISH:
        gold += read_sentences(data, each, "train")
    for rows in dev.values():
        gold += rows[HELD_OUT_ENGLISH:]
    silver = [joined(each) for each in read_sentences(data, SILVER, "train")]

    def allowed(rows: Iterable[Sentence]) -> list[Sentence]:
        return [row for row in rows if row.text.casefold() not in measured]

    return Lessons(allowed([*gold, *silver]), allowed(gold), held_out, frozenset(measured))


def read_sentences(data: Path, source: Set, part: str) -> list[Sentence]:
    """The rows of one part of a set; kinds that it does not mark reliably stay where they are."""
    found: list[Sentence] = []
    with gzip.open(data / f"{source.name}_{part}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            spans = tuple(Span(start, end, kind) for start, end, kind, *_ in row["spans"])
            unsure = _unsure(row["tags"]) if _UNSURE in row["tags"] else ()
            found.append(Sentence(row["text"], spans, source.marked, unsure, source.weight))
    return found


def _unsure(tags: list[str]) -> tuple[tuple[int, int], ...]:
    """Of a set whose tokens are characters."""
    return tuple((at, at + 1) for at, tag in enumerate(tags) if tag == _UNSURE)


def joined(sentence: Sentence) -> Sentence:
    """With neighbours of one chained kind as one span, as KLUE would have them."""
    spans: list[Span] = []
    for span in sentence.spans:
        before = spans[-1] if spans else None
        if before and _is_chained(before, span, sentence.text):
            spans[-1] = replace(before, end=span.end)
        else:
            spans.append(span)
    return replace(sentence, spans=tuple(spans))


def _is_chained(first: Span, second: Span, text: str) -> bool:
    alike = first.kind == second.kind and first.kind in _CHAINED
    return alike and text[first.end : second.start] in ("", " ")
