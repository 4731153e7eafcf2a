"""Texts that say nearly the same, planted among others: how many groups lie on both sides."""

import random
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from benchmarks.figures.report import Figure, Report, mean
from handlers.learning.near_duplicates import fingerprint
from handlers.learning.split import side_of
from models.canonical import folded
from storage.database import Database
from storage.records import NewQuery, NewVote, Side, Verdict

PLANTED = 1000
LABELS = ("yes", "no")
HOME = "terminal:local"

Change = Callable[[str, random.Random], str]


def _case(text: str, chance: random.Random) -> str:
    return text.swapcase() if text.swapcase() != text else f"“{text}”"


def _spaces(text: str, chance: random.Random) -> str:
    words = text.split()
    place = chance.randrange(len(words))
    return " ".join(words[:place]) + "   ".join(words[place:])


def _punctuation(text: str, chance: random.Random) -> str:
    return text + chance.choice(("!!", "?", "…", " ^^"))


def _decomposed(text: str, chance: random.Random) -> str:
    return unicodedata.normalize("NFD", text)


def _zero_width(text: str, chance: random.Random) -> str:
    place = chance.randrange(len(text))
    return text[:place] + "\u200b" + text[place:]


def _word(text: str, chance: random.Random) -> str:
    """One word of three or more is another; of two, that would be half of the text."""
    words = text.split()
    if len(words) < 3:
        return _punctuation(text, chance)
    words[chance.randrange(len(words))] = "".join(
        chance.choices("가나다라마바사아자차카타파하", k=3)
    )
    return " ".join(words)


CHANGES: Sequence[Change] = (_case, _spaces, _punctuation, _decomposed, _zero_width, _word)


async def measure(report: Report, texts: Sequence[str]) -> None:
    """Enter headlines, each with a changed one, in any order, through storage itself."""
    shares, both = [], []
    for seed in report.seeds:
        chance = random.Random(seed)
        chosen = chance.sample(range(len(texts)), PLANTED)
        pairs = [
            (texts[n], CHANGES[k % len(CHANGES)](texts[n], chance)) for k, n in enumerate(chosen)
        ]
        entered = [one for pair in pairs for one in pair]
        chance.shuffle(entered)
        with tempfile.TemporaryDirectory() as folder:
            sides = await _sides(Path(folder), entered, seed)
        both.append(_on_both(pairs, sides.get))
        shares.append(_on_both(pairs, lambda text: side_of(folded(text), _HALF)) / PLANTED)
    report.figures.append(
        Figure(
            "1,000 planted near-duplicates: groups on both sides",
            f"{mean(both):.1f}",
            f"each text by its own hash {PLANTED * mean(shares):.0f}",
            "0",
            not any(both),
            "entered through the database, in any order",
        )
    )


_HALF = {Side.TRAIN: 8000, Side.TEST: 2000}


def _on_both(pairs: Iterable[tuple[str, str]], side: Callable[[str], Side | None]) -> int:
    return sum({side(one), side(other)} >= {Side.TRAIN, Side.TEST} for one, other in pairs)


async def _sides(folder: Path, texts: Sequence[str], seed: int) -> dict[str, Side]:
    database = await Database.open(folder / "tokki.db")
    result = {"labels": list(LABELS), "scores": [0.9, 0.1]}
    try:
        for text in texts:
            query = NewQuery(HOME, "ann", "classify", text, "m@1", result, LABELS, 1.0)
            number = await database.queries.add(query)
            group = folded(text)
            key = group.encode("utf-8")
            vote = NewVote(
                *(HOME, number, "ann", Verdict.RIGHT, "yes", "m", text.encode(), key[:64]),
                side_of(f"{seed} {group}", _HALF),
                fingerprint=fingerprint(group),
            )
            await database.votes.cast(vote)
        (dataset,) = await database.datasets.all(HOME)
        examples = await database.examples.all(HOME, dataset.id)
        return {one.text: one.side for one in examples if one.side}
    finally:
        await database.close()
