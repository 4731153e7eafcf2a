"""Text that a classifier should be unsure of: what takes no side, and letters that are no words.

Each of four lists, written for this, is cut into a third that something is fitted on and two thirds
that only measure. Beside the third there is public text of the body that mostly tells facts or
asks, and nonsense that is drawn afresh.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from bundled_recipe.texts.corpus import ENGLISH_SOURCES, KOREAN_SOURCES, read_corpus, read_rows
from bundled_recipe.texts.examples import read_neutral

LISTS = ("no_side.en", "no_side.ko", "no_words.en", "no_words.ko")
_FITTED_EVERY = 3
_MOST_WORDS = 20
_KOREAN_FACTS = ("KAIST", "sae4K", "React", "Rust", "PyTorch")
_ENGLISH_FACTS = ("OpenStax", "UD English")
_INTENTS = ("question", "command", "statement")
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_JAMO = ("ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔ", "ㅁㄴㅇㄹㅎㅗㅓㅏㅣ", "ㅋㅌㅊㅍㅠㅜㅡ")


@dataclass(frozen=True)
class Unsided:
    """Lines of one of `LISTS`."""

    fitted: list[str]
    measured: list[str]


def own_lines(name: str) -> Unsided:
    """Read one of `LISTS`, whose kinds of text stand one after another; either part has all."""
    text = resources.files(__package__).joinpath(f"{name}.txt").read_text("utf-8")
    lines = text.splitlines()
    fitted = lines[::_FITTED_EVERY]
    known = set(fitted)
    return Unsided(fitted, [line for line in lines if line not in known])


def public_lines(data: Path, each: int, measured: frozenset[str]) -> list[str]:
    """Remarks without emotion, questions, orders, everyday sentences, facts: mostly no side.

    Of every kind at most `each`.
    """
    kinds = [read_neutral(data / "go_emotions_train.csv.gz")]
    intents = read_rows(data / "intent3i4k_train.csv.gz")
    kinds += [
        [row["text"] for row in intents if row["label_name"] == intent] for intent in _INTENTS
    ]
    chat = read_rows(data / "chatbot_ko.csv.gz")
    kinds.append([row["text"] for row in chat if row["label"] == "0"])
    for file, sources, named in (
        ("mlm_ko.txt.gz", KOREAN_SOURCES, _KOREAN_FACTS),
        ("mlm_en.txt.gz", ENGLISH_SOURCES, _ENGLISH_FACTS),
    ):
        for name in named:
            kept = tuple(source for source in sources if name in source.title)
            corpus = read_corpus(data / file, kept, measured)
            kinds.append(
                [passage for passage, _ in corpus.train if len(passage.split()) <= _MOST_WORDS]
            )
    return [text for number, kind in enumerate(kinds) for text in some(kind, each, number)]


def nonsense(count: int, seed: int = 0) -> list[str]:
    """Draw `count` lines without a word in them: keys in a row, syllables that nobody says."""
    rng = random.Random(seed)  # noqa: S311
    draws = (_keys, _syllables, _jamo_and_syllables, _repeated, _mixed)
    return [rng.choice(draws)(rng) for _ in range(count)]


def some(texts: Iterable[str], most: int, seed: int = 0) -> list[str]:
    """Draw up to `most` of these, each once."""
    found = sorted(set(texts))
    random.Random(seed).shuffle(found)  # noqa: S311
    return found[:most]


def _keys(rng: random.Random) -> str:
    row = rng.choice((*_KEYS, "".join(_KEYS), "".join(_KEYS)))
    words = ("".join(rng.choices(row, k=rng.randint(2, 9))) for _ in range(rng.randint(1, 3)))
    text = " ".join(words)
    return text.upper() if rng.random() < 0.2 else text  # noqa: PLR2004


def _syllables(rng: random.Random) -> str:
    return "".join(chr(rng.randint(0xAC00, 0xD7A3)) for _ in range(rng.randint(1, 5)))


def _jamo_and_syllables(rng: random.Random) -> str:
    jamo = "".join(_JAMO)
    return "".join(
        rng.choice(jamo) if rng.random() < 0.6 else _syllables(rng)[0]  # noqa: PLR2004
        for _ in range(rng.randint(3, 9))
    )


def _repeated(rng: random.Random) -> str:
    one = rng.choice((_syllables(rng)[0], rng.choice("".join(_KEYS)), _keys(rng).split()[0][:3]))
    return one * rng.randint(2, 6)


def _mixed(rng: random.Random) -> str:
    parts = [
        rng.choice((_keys(rng)[:3], str(rng.randint(0, 999)), _syllables(rng)[0])) for _ in range(3)
    ]
    return rng.choice(("", "", " ", "-", ".")).join(parts)
