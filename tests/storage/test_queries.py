import asyncio
import json
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.database import Database
from storage.errors import StorageError
from storage.records import NewQuery

NASTY_TEXTS = {
    "empty": "",
    "joined emoji": "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽",
    "right to left": "\u202eabc\u202c \u200fשלום\u200e مرحبا",
    "korean in parts": "\u1112\u1161\u11ab 한",
    "sql": "'); DROP TABLE queries; --",
    "placeholders": "%s ? :name {x} $1",
    "nul": "before\x00after\x00",
    "lines": "a\r\nb\nc\rd\u2028e",
    "long": "가" * 100_000,
}


@pytest.mark.parametrize("text", NASTY_TEXTS.values(), ids=NASTY_TEXTS)
async def test_text_comes_back_as_it_went(database: Database, place, question, text: str) -> None:
    name = text[:500]  # a server finds no longer ones
    asked = question(text=text, user=name, model=name, label_set=(text,), result={text: text})
    found = await database.queries.get("home", await database.queries.add(asked))
    if isinstance(place, str):  # and takes no NUL: storage/sql/nul.py
        text, name = text.replace("\0", "␀"), name.replace("\0", "␀")
    assert (found.text, found.user, found.model) == (text, name, name)
    assert (found.label_set, found.result) == ((text,), {text: text})
    assert (await database.queries.recent("home", name, 5))[0] == found


@settings(max_examples=20)
@given(texts=st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=8))
def test_any_text_comes_back(tmp_path_factory, texts: list[str]) -> None:
    async def write_and_read() -> list[str]:
        database = await Database.open(tmp_path_factory.mktemp("any") / "tokki.db")
        for text in texts:
            await database.queries.add(NewQuery("c", "u", "classify", text, "m@1", {}, (), 1.0))
        found = await database.queries.recent("c", "u", 100)
        await database.close()
        return [query.text for query in reversed(found)]

    assert asyncio.run(write_and_read()) == texts


async def test_every_field_comes_back(database: Database, question) -> None:
    asked = question()
    before = datetime.now(UTC)
    found = await database.queries.get("home", await database.queries.add(asked))
    for name in NewQuery.__slots__:
        assert getattr(found, name) == getattr(asked, name), name
    assert found.id == 1
    assert before <= found.created_at <= datetime.now(UTC)
    assert found.created_at.utcoffset() == timedelta(0)


async def test_any_mapping_may_be_a_result(database: Database, question) -> None:
    frozen = MappingProxyType({"labels": ["joy"], "more": MappingProxyType({"n": (1, 2)})})
    found = await database.queries.get("home", await database.queries.add(question(result=frozen)))
    assert found.result == {"labels": ["joy"], "more": {"n": [1, 2]}}


async def test_recent_is_newest_first_and_limited(database: Database, question) -> None:
    for number in range(5):
        await database.queries.add(question(text=str(number)))
        await database.queries.add(question(user="bob"))
    found = await database.queries.recent("home", "ann", 3)
    assert [query.text for query in found] == ["4", "3", "2"]


@pytest.mark.parametrize("number", [0, -1, 2, 2**63 - 1, 2**63, -(2**70), 10**30])
async def test_a_number_of_no_question_finds_none(database: Database, question, number) -> None:
    await database.queries.add(question())
    assert await database.queries.get("home", number) is None


async def test_half_a_character_is_refused_and_nothing_else_breaks(
    database: Database, question
) -> None:
    with pytest.raises(StorageError) as caught:
        await database.queries.add(question(text="half \ud83d"))
    assert caught.value.code == "storage"
    assert await database.queries.add(question()) == 1


async def test_what_json_cannot_say_is_refused(database: Database, question) -> None:
    with pytest.raises(StorageError):
        await database.queries.add(question(result={"score": object()}))
    with pytest.raises(StorageError):
        await database.queries.add(question(result={1j: 1}))


async def test_numbers_in_a_result_keep_every_digit(database: Database, question) -> None:
    result = {"score": 0.1 + 0.2, "tiny": 5e-324, "large": 2**70}
    found = await database.queries.get("home", await database.queries.add(question(result=result)))
    assert json.dumps(found.result) == json.dumps(result)


async def test_each_community_counts_its_own_questions(database: Database, question) -> None:
    asked = ["home", "away", "away", "home", "away"]
    together = (database.queries.add(question(community=one, text=one)) for one in asked)
    assert await asyncio.gather(*together) == [1, 1, 2, 2, 3]
    assert (await database.queries.get("home", 2)).text == "home"
    assert await database.queries.get("home", 3) is None


async def test_a_number_is_never_given_twice(database: Database, question) -> None:
    await database.queries.add(question())
    await database.personal_data.erase("home", "ann")
    assert await database.queries.add(question()) == 2
