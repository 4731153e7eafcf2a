"""`/entities`: spans of the text as it was typed, listed and marked, in both languages."""

import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from models.checkpoints.catalog import AllowedModel
from models.results import Aggregation, Entities
from models.tasks.token_classification import TextToTag
from tests.handlers.conftest import ELSEWHERE, Bot, running
from tests.models.tasks.test_token_classification import make
from tests.models.tiny import wordpiece

TEXT = "오늘 나는 학교에 간다. good movie 🐰 The end!"


@pytest.fixture(scope="module")
def tagger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("taggers") / "names"
    make(folder, wordpiece())
    return folder


@pytest_asyncio.fixture
async def namer(tmp_path: Path, checkpoints: Path, tagger: Path) -> AsyncIterator[Bot]:
    async with running(tmp_path, checkpoints, [AllowedModel("entities", folder=tagger)]) as bot:
        yield bot


async def answer_of(bot: Bot, text: str, aggregation: Aggregation) -> Entities:
    checkpoint = bot.services.models.find("entities")
    return await bot.services.models.ask(checkpoint, TextToTag(text, aggregation), "")


@pytest.mark.parametrize("aggregation", Aggregation)
async def test_each_span_stands_in_the_table_and_in_the_text(namer, aggregation):
    expected = await answer_of(namer, TEXT, aggregation)
    reply = await namer.ok(f"/entities {TEXT} aggregation:{aggregation}")
    assert expected.spans
    assert reply.title == f"{len(expected.spans)} names found".replace("1 names", "1 name")
    assert [row[0] for row in reply.table.rows] == [
        " ".join(TEXT[span.start : span.end].split()) for span in expected.spans
    ]
    assert [row[3] for row in reply.table.rows] == [f"{s.start}–{s.end}" for s in expected.spans]
    assert reply.marked.text == TEXT
    assert [(m.start, m.end) for m in reply.marked.marks] == [
        (span.start, span.end) for span in expected.spans
    ]


async def test_it_is_asked_and_answered_in_korean(namer):
    korean = namer.korean()
    reply = await korean.ok(f"/개체 {TEXT} 묶기:이웃끼리")
    found = len((await answer_of(namer, TEXT, Aggregation.SIMPLE)).spans)
    assert reply.title == f"개체 {found}개를 찾았어요"
    assert {row[1] for row in reply.table.rows} <= {
        "사람 (PER)",
        "장소 (LOC)",
        "다른 이름 (MISC)",
        "x-y",
    }
    (row,) = (await korean.ok("/기록")).table.rows
    assert row[2] == "/개체" and row[4]


async def test_whole_words_of_korean_are_said_to_take_their_particles(namer):
    assert "particle" not in str((await namer.ok(f"/entities {TEXT}")).text)
    assert "particle" in (await namer.ok(f"/entities {TEXT} aggregation:first")).text
    assert "particle" not in str((await namer.ok("/entities good bad aggregation:max")).text)


async def test_an_unsure_span_says_so(tmp_path, checkpoints, tagger):
    shutil.copytree(tagger, tmp_path / "careful")
    config = json.loads((tmp_path / "careful/config.json").read_text())
    config["calibration"] = {"temperature": 1.5, "unsure_below": 1.0}
    (tmp_path / "careful/config.json").write_text(json.dumps(config))
    allowed = [AllowedModel("entities", folder=tmp_path / "careful")]
    async with running(tmp_path, checkpoints, allowed) as bot:
        reply = await bot.ok(f"/entities {TEXT}")
    assert all(row[2].endswith("%, unsure") for row in reply.table.rows)


async def test_other_models_are_refused_by_name_with_those_that_would_do(namer):
    reply = await namer.say("/entities good model:sentiment")
    assert reply.error.code == "wrong_task"
    assert "classification" in reply.text and "entities" in reply.text
    reply = await namer.say("/classify good model:entities")
    assert reply.error.code == "wrong_task"
    assert "finding names and other spans" in reply.text
    assert await namer.code("/entities good aggregation:most") == "bad_choice"


async def test_what_was_asked_stays_in_its_community(namer):
    await namer.ok(f"/entities {TEXT}")
    assert (await namer.by("admin", place=ELSEWHERE).ok("/history")).table is None


async def test_models_and_modelinfo_know_what_it_is_for(namer):
    rows = {row[0].split("@")[0]: row for row in (await namer.ok("/models")).table.rows}
    assert rows["entities"][1] == "finding names and other spans"
    assert rows["entities"][2] == "PER, LOC, MISC, x-y"
    assert rows["entities"][-1].endswith("/entities asks it by default")
    facts = dict((await namer.ok("/modelinfo entities")).table.rows)
    assert facts["task"] == "finding names and other spans (token-classification)"
    assert facts["head"] == "BertForTokenClassification"


async def test_another_tagger_has_to_be_named(tmp_path, checkpoints, tagger):
    async with running(tmp_path, checkpoints, [AllowedModel("names", folder=tagger)]) as bot:
        assert "names" in str((await bot.ok(f"/entities {TEXT} model:names")).footer)
        assert await bot.code("/entities Mina flies to Paris model:nothing") == "unknown_model"
