"""Two texts together, the numbers behind an answer, its config, and what chance would say."""

import json

import pytest
import torch
import transformers

from models.checkpoints.catalog import AllowedModel
from models.tasks.classification import TextToClassify
from tests.handlers.analysing.test_zero_shot import inferers
from tests.handlers.conftest import running
from tests.models.tiny import KINDS

__all__ = ["inferers"]


def control(reply, prefix):
    (found,) = (each.id for each in reply.controls if each.id.startswith(prefix))
    return found


async def test_two_texts_are_judged_together_and_not_learned_from(tmp_path, checkpoints, inferers):
    allowed = [AllowedModel("nli", folder=inferers / "nli")]
    async with running(tmp_path, checkpoints, allowed) as bot:
        reply = await bot.ok('/classify good movie pair:"bad food" model:nli')
        checkpoint = bot.services.models.find("nli")
        asked = TextToClassify("good movie", "bad food")
        answer = await bot.services.models.ask(checkpoint, asked, "")
        assert {bar.label: bar.score for bar in reply.bars} == {
            each.label: each.score for each in answer.scores
        }
        alone = await bot.ok("/classify good movie model:nli")
        assert {bar.score for bar in alone.bars} != {bar.score for bar in reply.bars}
        assert not any(each.id.startswith("fb:") for each in reply.controls)
        assert (await bot.press("fb:1:right")).error.code == "value_not_judged"
        assert "judged together" in reply.text
        korean = await bot.korean().ok('/분류 good 짝:"bad" 모델:nli')
        assert "함께 보고" in korean.text
        assert (await bot.ok("/history")).table.rows[-1][4] == answer.scores[0].label
        lines = await bot.ok('/classify "good\\nmovie" pair:bad model:nli')
        assert lines.bars
        numbers = await bot.press(control(reply, "numbers:"))
        shown = {row[0]: float(row[1]) for row in numbers.table.rows}
        assert shown == {each.label: pytest.approx(each.logit, abs=1e-4) for each in answer.scores}
        spaced = await bot.ok(f'/classify good movie pair:"bad{" " * 1_600}food" model:nli')
        numbers = await bot.press(control(spaced, "numbers:"))
        shown = {row[0]: float(row[1]) for row in numbers.table.rows}
        assert shown == {each.label: pytest.approx(each.logit, abs=1e-4) for each in answer.scores}


async def test_logits_and_probabilities_are_those_of_transformers(bot, checkpoints):
    reply = await bot.ok("/classify good movie")
    numbers = await bot.press(control(reply, "numbers:"))
    where = checkpoints / "sentiment"
    tokenizer = transformers.AutoTokenizer.from_pretrained(where)
    model = transformers.AutoModelForSequenceClassification.from_pretrained(where).eval()
    with torch.no_grad():
        logits = model(**tokenizer("good movie", return_tensors="pt")).logits[0]
    named = {label: place for place, label in model.config.id2label.items()}
    for label, logit, probability in numbers.table.rows:
        assert float(logit) == pytest.approx(logits[named[label]].item(), abs=1e-3)
        wanted = logits.softmax(-1)[named[label]].item()
        assert float(probability) == pytest.approx(wanted, abs=1e-4)
    assert "Softmax" in numbers.text
    several = await bot.ok("/classify good movie model:moods")
    assert "Sigmoid" in (await bot.press(control(several, "numbers:"))).text
    for forged in ("numbers:", "numbers:x", "untrained:", "config:y"):
        assert (await bot.press(forged)).error.code == "unknown_control"
    await bot.ok("/models")
    assert (await bot.press("numbers:99")).error.code == "answer_gone"
    assert (await bot.press("config:1")).error.code == "answer_gone"


async def test_an_untrained_one_says_what_chance_says_and_nothing_is_kept(bot):
    reply = await bot.ok("/classify good movie")
    numbers = await bot.press(control(reply, "numbers:"))
    before = await bot.services.storage.queries.recent(bot.place.community, "admin", 9)
    said = await bot.press(control(numbers, "untrained:"))
    assert "no answer" in said.text and "untrained" in said.footer["model"]
    assert not said.controls
    assert {bar.label for bar in said.bars} == {bar.label for bar in reply.bars}
    assert sum(bar.score for bar in said.bars) == pytest.approx(1)
    assert [bar.score for bar in said.bars] != [bar.score for bar in reply.bars]
    again = await bot.press(control(numbers, "untrained:"))
    assert again.bars == said.bars
    assert before == await bot.services.storage.queries.recent(bot.place.community, "admin", 9)
    assert (await bot.ok("/classify good movie")).bars == reply.bars


async def test_the_config_is_the_file(bot, checkpoints):
    info = await bot.ok("/modelinfo sentiment")
    shown = await bot.press(control(info, "config:"))
    text = shown.code or shown.files[0].content.decode()
    assert json.loads(text) == json.loads((checkpoints / "sentiment" / "config.json").read_bytes())


async def test_values_have_no_untrained_one(tmp_path, checkpoints):
    KINDS["regression"](tmp_path / "stars")
    allowed = [AllowedModel("stars", folder=tmp_path / "stars")]
    async with running(tmp_path, checkpoints, allowed) as bot:
        reply = await bot.ok("/classify good movie model:stars")
        assert [each.id for each in reply.controls] == ["code:1"]
        assert (await bot.press("untrained:1")).error.code == "unknown_control"
        numbers = await bot.press("numbers:1")
        assert "scale" in numbers.text and not numbers.controls


async def test_two_texts_can_have_values(tmp_path, checkpoints):
    KINDS["regression"](tmp_path / "stars")
    allowed = [AllowedModel("stars", folder=tmp_path / "stars")]
    async with running(tmp_path, checkpoints, allowed) as bot:
        reply = await bot.ok('/classify good movie pair:"bad food" model:stars')
        checkpoint = bot.services.models.find("stars")
        asked = TextToClassify("good movie", "bad food")
        (wanted,) = (await bot.services.models.ask(checkpoint, asked, "")).scores
        ((label, value),) = reply.table.rows
        assert (label, float(value)) == (wanted.label, pytest.approx(wanted.score, rel=1e-4))
        assert [each.id for each in reply.controls] == ["code:1"] and not reply.bars
        assert "scale" in reply.text
        ((_, _, value),) = (await bot.press("numbers:1")).table.rows
        assert float(value) == pytest.approx(wanted.score, abs=1e-4)
        assert wanted.label in (await bot.ok("/history")).table.rows[0][4]
