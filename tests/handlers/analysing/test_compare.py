"""`/compare`: what each model says of each text, first where they differ."""

import json
import shutil

from models.checkpoints.catalog import AllowedModel
from models.tasks.classification import TextToClassify
from tests.handlers.conftest import running

TEXTS = ["good movie", "bad food", "오늘 밥", "the end"]


async def test_every_text_has_every_models_answer(bot):
    reply = await bot.ok('/compare "' + "\\n".join(TEXTS) + '" models:"sentiment, moods"')
    assert reply.table.columns == ("text", "sentiment@0", "moods@0")
    assert sorted(row[0] for row in reply.table.rows) == sorted(TEXTS)
    models = bot.services.models
    for text, said, _ in reply.table.rows:
        answer = await models.ask(models.find("sentiment"), TextToClassify(text), "")
        assert said == f"{answer.scores[0].label} {answer.scores[0].score:.1%}"


async def test_where_they_differ_comes_first(bot):
    reply = await bot.ok('/compare "' + "\\n".join(TEXTS) + '" models:"sentiment, moods"')
    same = [
        one.rpartition(" ")[0] == other.rpartition(" ")[0] for _, one, other in reply.table.rows
    ]
    assert same == sorted(same)
    assert reply.title == f"All agree on {sum(same)} of 4 texts"


async def test_a_model_agrees_with_itself(bot):
    reply = await bot.ok('/compare good models:"sentiment sentiment@0"')
    assert reply.title == "All agree on 1 of 1 text"


async def test_it_is_asked_and_answered_in_korean(bot):
    korean = bot.korean()
    reply = await korean.ok('/비교 오늘 밥 모델들:"sentiment, sentiment@0"')
    assert reply.title == "글 1개 가운데 1개에서 답이 모두 같아요"
    (row,) = (await korean.ok("/기록")).table.rows
    assert row[2] == "/비교" and row[4] == reply.title


async def test_what_cannot_be_compared_is_said(bot):
    assert await bot.code("/compare good models:sentiment") == "models_to_compare"
    assert await bot.code('/compare good models:"a b c d e f"') == "models_to_compare"
    assert await bot.code('/compare good models:"sentiment, nobody"') == "unknown_model"
    assert await bot.code('/compare good models:"sentiment, fillmask"') == "wrong_task"
    assert await bot.code("/compare good") == "option_missing"


async def test_models_that_have_no_label_in_common_cannot_agree(tmp_path, checkpoints):
    labels = {"id2label": {0: "bug", 1: "praise", 2: "question"}}
    folder = shutil.copytree(checkpoints / "sentiment", tmp_path / "kinds")
    config = json.loads((folder / "config.json").read_text("utf-8"))
    (folder / "config.json").write_text(json.dumps(config | labels), "utf-8")
    async with running(tmp_path, checkpoints, [AllowedModel("kinds", folder=folder)]) as bot:
        texts = "\\n".join(TEXTS)
        reply = await bot.ok(f'/compare "{texts}" models:"sentiment, kinds"')
        assert "no label in common" in reply.title
        assert (await bot.ok("/history")).table.rows[0][4] == reply.title
