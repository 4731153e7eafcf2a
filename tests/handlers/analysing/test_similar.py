"""`/similar`: the cosine of two texts, in words where the model has learned to compare."""

import pytest

from benchmarks.serving.inputs.examples import Missing
from benchmarks.serving.inputs.trained import body_folder
from models.checkpoints.catalog import AllowedModel
from models.tasks.embedding import TextToEmbed, cosine
from tests.handlers.conftest import running


async def test_it_is_the_cosine_of_the_two_vectors(comparer):
    models = comparer.services.models
    checkpoint = models.find("meaning")
    one, other = [await models.ask(checkpoint, TextToEmbed(t), "") for t in ("good movie", "오늘")]
    reply = await comparer.ok("/similar good movie other:오늘")
    assert reply.title == f"Cosine {cosine(one, other):.2f}"
    same = await comparer.ok('/similar good movie other:"good movie"')
    assert (same.title, same.text) == ("Cosine 1.00", "The two say nearly the same.")


async def test_it_is_asked_and_answered_in_korean(comparer):
    korean = comparer.korean()
    reply = await korean.ok('/비슷한글 오늘 밥 다른글:"오늘 밥"')
    assert (reply.title, reply.text) == ("코사인 1.00", "두 글이 거의 같은 말이에요.")
    (row,) = (await korean.ok("/기록")).table.rows
    assert row[2:5] == ("/비슷한글", "오늘 밥", "코사인 1.00")


async def test_a_body_that_has_not_learned_to_compare_says_so(comparer):
    for model in ("body", "sentiment", "fillmask"):
        reply = await comparer.ok(f"/similar good other:bad model:{model}")
        assert "has not learned to compare" in reply.text


async def test_what_is_too_long_is_said(comparer):
    reply = await comparer.ok(f"/similar good other:{'movie-' * 200}")
    assert "The text was cut" in reply.text


async def test_models_and_modelinfo_know_what_it_is_for(comparer):
    rows = {row[0].split("@")[0]: row for row in (await comparer.ok("/models")).table.rows}
    assert rows["meaning"][1] == "turning a text into a vector"
    assert rows["meaning"][-1].endswith("/similar asks it by default")
    facts = dict((await comparer.ok("/modelinfo meaning")).table.rows)
    assert (facts["task"], facts["head"]) == (
        "turning a text into a vector (feature-extraction)",
        "BertModel",
    )


async def test_real_weights_tell_what_is_alike_from_what_is_not(tmp_path, checkpoints):
    try:
        allowed = [AllowedModel("meaning", folder=body_folder())]
    except Missing as why:
        pytest.skip(str(why))
    async with running(tmp_path, checkpoints, allowed) as bot:
        near = await bot.ok('/similar The bus is late other:"We are still waiting for the bus"')
        far = await bot.ok('/similar The bus is late other:"I like strawberry cake"')
    assert near.text in {"The two are about the same thing.", "The two say nearly the same."}
    assert far.text == "The two have little to do with each other."
