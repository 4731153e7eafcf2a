"""`/similar` with a dataset, or with nothing: the texts that are nearest, exactly."""

from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest_asyncio

from handlers.analysing.nearest import NEAR
from handlers.analysing.similar import SIMILAR
from handlers.types import Role
from models.checkpoints.catalog import AllowedModel
from models.tasks.embedding import TextToEmbed
from storage.records import NewExample, Settled, Settlement, Side
from tests.handlers.conftest import ELSEWHERE, Bot, running

BUNDLED = Path(str(files("models.bundled")))
TEXTS = ["good movie", "bad movie", "오늘 밥", "학교에 간다", "good food"]


@pytest_asyncio.fixture
async def comparer(comparer: Bot) -> Bot:
    await comparer.ok("/dataset create name:foods labels:dish,place")
    for text in TEXTS:
        await comparer.ok(f"/dataset add {text} dataset:foods")
    return comparer


async def by_hand(bot: Bot, text: str) -> list[str]:
    """All texts, the nearest first, by plain products of the vectors."""
    models = bot.services.models
    checkpoint = models.find("meaning")
    vectors = [
        np.array((await models.ask(checkpoint, TextToEmbed(each), "")).values)
        for each in (text, *TEXTS)
    ]
    wanted, *others = [each / np.linalg.norm(each) for each in vectors]
    order = np.argsort([-float(wanted @ each) for each in others], kind="stable")
    return [TEXTS[place] for place in order]


async def test_the_nearest_of_a_dataset_come_first(comparer):
    reply = await comparer.ok("/similar 오늘 학교 dataset:foods")
    assert [row[0] for row in reply.table.rows] == await by_hand(comparer, "오늘 학교")
    assert reply.title == "The 5 texts nearest in meaning, of 5 in the dataset"
    cosines = [float(row[1]) for row in reply.table.rows]
    assert cosines == sorted(cosines, reverse=True)


async def test_the_text_itself_is_not_among_them(comparer):
    korean = comparer.korean()
    reply = await korean.ok("/비슷한글 good movie 데이터셋:foods")
    assert "good movie" not in {row[0] for row in reply.table.rows}
    assert reply.title == "데이터셋의 글 4개 가운데 뜻이 가장 가까운 4개"


async def test_without_anything_to_compare_it_looks_through_ones_own_questions(comparer):
    assert await comparer.code("/similar good") == "nothing_near"
    for text in ("bad food", "오늘 학교"):
        await comparer.ok(f"/classify {text}")
    await comparer.by("somebody").ok("/classify the end")
    reply = await comparer.ok("/similar good")
    assert {row[0] for row in reply.table.rows} == {"bad food", "오늘 학교"}
    assert reply.title == "The 2 texts nearest in meaning, of 2 questions that you asked here"
    assert "your own questions" in reply.text and "dataset:" in reply.text
    elsewhere = comparer.by("local", place=ELSEWHERE)
    assert await elsewhere.code("/similar good") == "nothing_near"


async def test_what_is_far_is_left_out_and_where_nothing_is_near_that_is_said(
    tmp_path, checkpoints
):
    meaning = AllowedModel("meaning", folder=BUNDLED / "meaning")
    async with running(tmp_path, checkpoints, [meaning]) as bot:
        for text in ("The bus is late again", "Stir the soup and add salt"):
            await bot.ok(f"/vector {text}")
        reply = await bot.ok("/similar We wait for the bus")
        assert [row[0] for row in reply.table.rows] == ["The bus is late again"]
        assert float(reply.table.rows[0][1]) >= NEAR
        await bot.ok("/me language:ko")
        nothing = await bot.ok("/비슷한글 주식이 크게 올랐어요")
    assert nothing.title == "이곳에서 내가 물어본 글 2개 가운데 뜻이 가까운 글이 없어요"
    assert nothing.table is None and "다른글:" in nothing.text


async def test_labels_that_people_agree_on_are_shown_but_those_of_the_sealed_side(comparer):
    community, storage = comparer.place.community, comparer.services.storage
    (dataset,) = await storage.datasets.all(community)
    for text, side in (("movie", Side.TRAIN), ("the end", Side.TEST)):
        example = NewExample(
            community,
            dataset.id,
            "somebody",
            text,
            text.encode(),
            text.encode(),
            "typed",
            labels=("dish",),
            side=side,
        )
        added = await storage.examples.add(example)
        labelled = Settlement("moderator", Settled.LABELLED, ("dish",))
        await storage.examples.settle(community, added.example_id, labelled)
    reply = await comparer.ok("/similar movie end dataset:foods")
    assert {row[0]: row[2] for row in reply.table.rows} == {
        **dict.fromkeys(TEXTS, ""),
        "movie": "dish",
        "the end": "",
    }


async def test_who_may_not_label_does_not_see_the_texts(comparer):
    member = comparer.by("somebody")
    assert await member.code("/similar good dataset:foods") == "open_to_moderators"
    await comparer.ok("/dataset create name:open labels:dish,place open_to:members")
    await comparer.ok("/dataset add good food dataset:open")
    assert (await member.ok("/similar good dataset:open")).table
    asker = comparer.by("somebody else", Role.ASKER)
    assert await asker.code("/similar good dataset:open") == "role_member"


async def test_what_cannot_be_looked_through_is_said(comparer):
    assert await comparer.code("/similar good dataset:none") == "no_such_dataset"
    assert await comparer.code("/similar good dataset:foods other:bad") == "other_or_dataset"
    await comparer.ok("/dataset create name:empty labels:a,b")
    assert await comparer.code("/similar good dataset:empty") == "empty_dataset"
    there = comparer.by("local", Role.ADMIN, ELSEWHERE)
    assert await there.code("/similar good dataset:foods") == "no_such_dataset"


def test_only_a_comparison_of_two_given_texts_is_for_everybody():
    assert SIMILAR.is_private({"text"}) and SIMILAR.is_private({"text", "dataset"})
    assert not SIMILAR.is_private({"text", "other"})
