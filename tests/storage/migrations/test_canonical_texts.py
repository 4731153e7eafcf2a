"""Examples of before the canonical form knew of widths: spellings of one text become one."""

import hashlib
import json
import sqlite3
import unicodedata
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from models import canonical as today
from storage.database import Database
from storage.migrations import canonical_texts
from storage.records import Side
from tests.storage.learned import learned
from tests.storage.migrations.test_migrations import upgrade_to

AT = "2026-01-01 00:00:00.000000"
SPELLINGS = ["제 점수는 12점", "제 점수는 １２점", "제 점수는 12점\ufe0f"]


def digest(text: str, size: int) -> bytes:
    """As it was before, for texts without anything that was folded then."""
    return hashlib.blake2b(unicodedata.normalize("NFC", text).encode(), digest_size=size).digest()


@pytest.fixture
def before(path: Path) -> Path:
    """Three spellings on both sides, judged by two people, and a text of its own."""
    upgrade_to(path, "0005")
    examples = [*zip(SPELLINGS, ("test", "train", None), strict=True), ("other", "test")]
    votes = [(1, "ann", "joy"), (2, "bob", "anger"), (2, "ann", "anger"), (4, "ann", "joy")]
    with closing(sqlite3.connect(path)) as db:
        labels = json.dumps(["joy", "anger"])
        db.execute("INSERT INTO datasets VALUES (1, 'home', 'mood', ?, NULL, ?)", (labels, AT))
        for number, (text, side) in enumerate(examples, start=1):
            db.execute(
                "INSERT INTO queries (id, community, user, command, text, model, result, label_set,"
                " latency_ms, created_at) VALUES (?, 'home', 'ann', 'classify', ?, 'mood@1', '{}',"
                " ?, 1, ?)",
                (number, text, labels, AT),
            )
            db.execute(
                "INSERT INTO examples VALUES (?, 1, ?, ?, ?, ?, ?, 'answer', ?, 'ann', ?)",
                (
                    *(number, text, digest(text, 32), digest(text.casefold(), 8)),
                    *(side, side and "joy", number, AT),
                ),
            )
        for number, (example, user, label) in enumerate(votes, start=1):
            vote = (example, user, label, 1, example, AT)
            db.execute("INSERT INTO votes VALUES (?, ?, ?, ?, ?, ?)", vote)
            history = (number, example, user, "wrong", label, 1, example, AT)
            db.execute("INSERT INTO votes_history VALUES (?, ?, ?, ?, ?, ?, ?, ?)", history)
        db.commit()
    return path


async def test_spellings_become_one_example_with_everybodys_last_word(before) -> None:
    database = await Database.open(before)
    votes = await learned(database, "home")
    await database.close()
    by_example = {(one.example_id, one.label) for one in votes}
    assert by_example == {(1, "anger"), (4, "joy")}
    assert Counter(one.example_id for one in votes) == {1: 2, 4: 1}
    assert {one.example_id: one.side for one in votes} == {1: Side.TRAIN, 4: Side.TEST}
    with closing(sqlite3.connect(before)) as db:
        assert db.execute("SELECT id, text FROM examples").fetchall() == [
            (1, SPELLINGS[0]),
            (4, "other"),
        ]
        assert db.execute("SELECT COUNT(*) FROM votes_history").fetchone() == (4,)


async def test_a_new_spelling_finds_the_example(before) -> None:
    await (await Database.open(before)).close()
    with closing(sqlite3.connect(before)) as db:
        keys = dict(db.execute("SELECT canonical, id FROM examples").fetchall())
    for text in (*SPELLINGS, "제  점수는\u200b １２점"):
        key = today.canonical(text).encode()
        assert keys[hashlib.blake2b(key, digest_size=32).digest()] == 1


def test_the_form_is_that_of_today() -> None:
    for code in [*range(0x3200), *range(0xF900, 0x10000), 0x1F3F4, 0xE0041, 0x1D173]:
        text = f"a{chr(code)}b"
        assert canonical_texts.canonical(text) == today.canonical(text), hex(code)
