"""`/explain`: each word's weight is what the model itself says without it."""

import pytest

from models.tasks.classification import TextToClassify

TEXT = "good movie  오늘 밥 bad"


async def scores(bot, text: str) -> dict[str, float]:
    checkpoint = bot.services.models.find("sentiment")
    answer = await bot.services.models.ask(checkpoint, TextToClassify(text), "")
    return {each.label: each.score for each in answer.scores}


async def test_a_word_weighs_what_the_answer_loses_without_it(bot):
    whole = await scores(bot, TEXT)
    best = max(whole, key=lambda label: whole[label])
    reply = await bot.ok(f"/explain {TEXT}")
    assert reply.title == f"{best} {whole[best]:.1%}"
    rows = {row[0]: row for row in reply.table.rows}
    assert set(rows) == set(TEXT.split())
    for word, (_, moved, without) in rows.items():
        left = " ".join(each for each in TEXT.split() if each != word)
        score = (await scores(bot, left))[best]
        assert without == f"{score:.1%}"
        assert float(moved) == pytest.approx(100 * (whole[best] - score), abs=0.06)
    sizes = [abs(float(row[1])) for row in reply.table.rows]
    assert sizes == sorted(sizes, reverse=True)
    marked = [TEXT[mark.start : mark.end] for mark in reply.marked.marks]
    assert marked == [word for word in TEXT.split() if abs(float(rows[word][1])) >= 1]
    assert f"“{reply.table.rows[0][0]}”" in reply.text


async def test_one_word_and_several_labels_are_explained_too(bot):
    assert len((await bot.ok("/explain good")).table.rows) == 1
    assert (await bot.ok("/explain good movie model:moods")).table.rows


async def test_it_is_asked_and_answered_in_korean(bot):
    korean = bot.korean()
    reply = await korean.ok(f"/이유 {TEXT}")
    assert reply.table.columns == ("낱말", "움직인 값 (%p)", "뺐을 때")
    (row,) = (await korean.ok("/기록")).table.rows
    assert row[2] == "/이유" and row[4] == reply.title.split()[0]


async def test_too_many_words_and_other_models_are_refused(bot):
    assert await bot.code("/explain " + "a " * 101) == "too_many_words"
    assert await bot.code("/explain good model:fillmask") == "wrong_task"
    assert await bot.code("/explain " + "a" * 20_000) == "text_too_long"
