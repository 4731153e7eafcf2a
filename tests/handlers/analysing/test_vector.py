"""`/vector`: the numbers of a text, shown and as a file."""

import json
from io import BytesIO

import numpy as np
import pytest

from models.results import Pooling
from models.tasks.embedding import TextToEmbed


@pytest.mark.parametrize("pooling", Pooling)
async def test_the_files_have_what_the_model_gives(comparer, pooling):
    models = comparer.services.models
    question = TextToEmbed("good movie", pooling)
    expected = (await models.ask(models.find("meaning"), question, "")).values
    reply = await comparer.ok(f"/vector good movie pooling:{pooling}")
    assert reply.title.startswith(" × ".join(map(str, expected.shape)) + " numbers")
    assert np.array_equal(np.load(BytesIO(reply.files[0].content)), expected)
    assert reply.code.startswith(f"{expected.flat[0]: .4f} {expected.flat[1]: .4f}")
    reply = await comparer.ok(f"/vector good movie pooling:{pooling} file:json")
    assert reply.files[0].name == "vector.json"
    assert json.loads(reply.files[0].content) == pytest.approx(expected, abs=1e-6)


async def test_it_is_asked_and_answered_in_korean(comparer):
    korean = comparer.korean()
    reply = await korean.ok("/벡터 오늘 밥 풀링:토큰마다 파일:제이슨")
    assert reply.title == "숫자 4 × 32개: 토큰마다 한 줄이에요"
    (row,) = (await korean.ok("/기록")).table.rows
    assert row[2:5] == ("/벡터", "오늘 밥", "4 × 32")


async def test_every_checkpoint_has_one(comparer):
    for model in ("body", "sentiment", "fillmask"):
        assert (await comparer.ok(f"/vector good model:{model}")).title.startswith("32 numbers")
    assert await comparer.code("/vector good pooling:best") == "bad_choice"
