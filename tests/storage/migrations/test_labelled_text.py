"""A file made before texts had rows opens, and nothing in it is lost, moved or changed.

`data/before_labelled_text.sql` was written by the code before: two communities, trainings between
the judgements, ties, changed minds, spellings, a label of no set, someone who said no.
"""

import json
import sqlite3
import unicodedata
from collections import Counter
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from handlers.learning.dataset import vote_on
from handlers.types import Actor, Language, Role
from storage.database import Database
from storage.migrations.first_sides import split
from storage.records import LiveVersion, Side, Verdict
from tests.storage.learned import learned

BEFORE = Path(__file__).parent / "data" / "before_labelled_text.sql"
HOME, AWAY = "discord:1", "slack:T1"
MOOD = ("negative", "neutral", "positive")
KEPT = (
    *("queries", "feedback", "feedback_history", "jobs", "job_messages", "versions"),
    *("settings", "choices", "seen_events"),
)
LEARNED_AT_FIRST = [
    *((f"movie {n}", "positive") for n in range(24, 30)),
    *((text, "negative") for text in ("awful film", "bad food", "never again", "so dull")),
    *((text, "neutral") for text in ("it is a film", "two hours long", "in colour")),
]


@pytest.fixture
def before(path: Path) -> Path:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(BEFORE.read_text("utf-8"))
    return path


def all_rows(path: Path, table: str) -> list[dict]:
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(f'SELECT * FROM "{table}" ORDER BY 1, 2')]


async def opened(path: Path) -> Database:
    return await Database.open(path)


async def migrated(path: Path) -> None:
    await (await Database.open(path)).close()


async def test_nothing_that_was_there_is_lost(before) -> None:
    was = {table: all_rows(before, table) for table in KEPT}
    await migrated(before)
    for table in KEPT:
        now = all_rows(before, table)
        assert len(now) == len(was[table]) > 0, table
        for old, new in zip(was[table], now, strict=True):
            shared = old.keys() & new.keys()
            assert {key: old[key] for key in shared} == {key: new[key] for key in shared}, table


async def test_label_sets_become_datasets(before) -> None:
    await migrated(before)
    found = [
        (row["community"], row["name"], tuple(json.loads(row["labels"])))
        for row in all_rows(before, "datasets")
    ]
    assert found == [
        (HOME, "sentiment", MOOD),
        (HOME, "replies-model", ("no", "yes")),
        (AWAY, "sentiment", MOOD[::-1]),
        (AWAY, "replies-model", ("no", "yes")),
        (AWAY, "replies-model-2", ("maybe", "no", "yes")),
    ]


async def test_judgements_become_votes_in_their_order(before) -> None:
    await migrated(before)
    judged = {row["id"] for row in all_rows(before, "queries") if row["label_set"] != "[]"}
    told = ("id", "query_id", "user", "verdict", "label")
    was = [row for row in all_rows(before, "feedback_history") if row["query_id"] in judged]
    now = all_rows(before, "votes_history")
    for old, new in zip(was, now, strict=True):
        assert [old[key] for key in told] == [new[key] for key in told]
    assert [row["voted_at"] for row in now] == [row["updated_at"] for row in was]
    assert (len(now), len(all_rows(before, "votes"))) == (49, 39)
    assert all(row["is_anchored"] for row in all_rows(before, "votes"))


async def test_texts_become_examples_one_for_all_spellings(before) -> None:
    await migrated(before)
    rows = all_rows(before, "examples")
    per_dataset = Counter(row["dataset_id"] for row in rows)
    assert per_dataset == {1: 30, 2: 2, 3: 2, 4: 1, 5: 1}
    home = {row["text"]: row for row in rows if row["dataset_id"] == 1}
    nfd = unicodedata.normalize("NFD", "좋은 영화")
    assert "좋은 영화" in home and nfd not in home
    assert "good\u200b  movie" in home and "good movie" not in home and "Good Movie" in home
    assert home["good\u200b  movie"]["group_key"] == home["Good Movie"]["group_key"]
    assert home["good\u200b  movie"]["side"] == home["Good Movie"]["side"]
    assert {text for text, row in home.items() if row["side"] is None} == {
        "wrong, and nothing more"
    }


async def test_what_people_agreed_on_is_learned_as_before(before) -> None:
    database = await opened(before)
    votes = await learned(database, HOME)
    labels = {}
    for one in votes:
        labels.setdefault((one.dataset_id, one.text), []).append(one.label)
    await database.close()
    assert labels[1, "changed minds"] == ["neutral"]
    assert labels[1, "asked twice"] == ["negative"]
    assert labels[1, "no such label"] == ["positive"]
    assert sorted(labels[1, "a tie"]) == ["negative", "positive"]
    assert (1, "right, then wrong") not in labels
    assert not any("one who said no" in text for _, text in labels)


async def test_what_was_learned_from_stays_there(before) -> None:
    database = await opened(before)
    votes = [one for one in await learned(database, HOME) if one.dataset_id == 1]
    await database.close()
    side = {one.text: one.side for one in votes}
    at_first = {text for text, _ in split(LEARNED_AT_FIRST)[0]}
    assert {side[text] for text in at_first} == {Side.TRAIN}
    assert "movie 25" in at_first  # the code before would measure the next version on it
    assert Counter(side.values())[Side.TEST] == 4


async def test_a_bare_name_means_what_it_meant(before) -> None:
    database = await opened(before)
    assert await database.live_versions.all(HOME) == {
        "ours": LiveVersion(2, None),
        "sentiment": LiveVersion(1, None),
    }
    assert await database.live_versions.all(AWAY) == {"ours": LiveVersion(1, None)}
    await database.close()


async def test_what_comes_next_has_the_next_numbers(before) -> None:
    await migrated(before)
    with closing(sqlite3.connect(before)) as connection:
        last = dict(connection.execute("SELECT name, seq FROM sqlite_sequence"))
        for table in ("datasets", "examples", "votes_history"):
            assert last[table] == connection.execute(f"SELECT max(id) FROM {table}").fetchone()[0]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


async def test_a_judgement_of_before_is_taken_back_by_a_press_of_today(before) -> None:
    database = await opened(before)
    services = SimpleNamespace(storage=database)

    async def say(text: str, user: str, verdict: Verdict, label: str | None = None) -> None:
        (number,) = [row["id"] for row in asked if row["text"] == text]
        query = await database.queries.get(HOME, number)
        assert query is not None
        actor = Actor(user, user, Role.MEMBER, Language.ENGLISH)
        await database.votes.cast(await vote_on(services, query, actor, verdict, label))

    async def labels_of(text: str) -> list[str]:
        return [one.label for one in await learned(database, HOME) if one.text == text]

    asked = [row for row in all_rows(before, "queries") if row["community"] == HOME]
    examples = all_rows(before, "examples")
    assert await labels_of("a tie") == ["positive", "negative"]
    await say("a tie", "bob", Verdict.UNDONE)
    assert await labels_of("a tie") == ["positive"]
    # bob's word on the other spelling of his text was the newer one.
    nfd = unicodedata.normalize("NFD", "좋은 영화")
    await say("좋은 영화", "bob", Verdict.RIGHT, "positive")
    await say("좋은 영화", "bob", Verdict.UNDONE)
    assert sorted(await labels_of(nfd) + await labels_of("좋은 영화")) == [
        *("neutral", "positive", "positive")
    ]
    assert all_rows(before, "examples") == examples
    await database.close()
