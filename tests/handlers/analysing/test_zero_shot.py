"""`/zeroshot`: as transformers' own pipeline where a head infers, else by the vectors."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
import torch
import transformers
from transformers import BertConfig, BertForSequenceClassification

from models.checkpoints.catalog import AllowedModel
from models.tasks.classification import TextToClassify
from tests.handlers.conftest import Bot, running
from tests.models.tiny import roberta_tokenizer, save, wordpiece

SIDES = {0: "CONTRADICTION", 1: "neutral", 2: "Entailment"}
KINDS = {"nli": (wordpiece, SIDES), "two": (roberta_tokenizer, {0: "entailment", 1: "not"})}
LIMIT = 40


@pytest.fixture(scope="module")
def inferers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("inferers")
    for name, (tokenizer_of, labels) in KINDS.items():
        torch.manual_seed(3)
        tokenizer = tokenizer_of()
        tokenizer.model_max_length = LIMIT
        config = BertConfig(
            vocab_size=max(tokenizer.get_vocab().values()) + 1,
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=64,
            initializer_range=0.5,
            max_position_embeddings=LIMIT,
            id2label=labels,
            label2id={label: place for place, label in labels.items()},
        )
        save(root / name, BertForSequenceClassification(config), tokenizer)
    return root


@pytest_asyncio.fixture
async def judge(
    tmp_path: Path,
    checkpoints: Path,
    inferers: Path,
    encoder: Path,
) -> AsyncIterator[Bot]:
    allowed = [AllowedModel(name, folder=inferers / name) for name in KINDS]
    allowed.append(AllowedModel("meaning", folder=encoder))
    async with running(tmp_path, checkpoints, allowed) as bot:
        yield bot


@pytest.mark.parametrize("multi", ["one", "several"])
@pytest.mark.parametrize("text", ["good movie", "the end " * 40])
async def test_inference_is_that_of_transformers(judge, inferers, text, multi):
    if len(text) > LIMIT:
        multi = "one"  # transformers' own default
    names = ["food", "bad movie", "a"]
    reply = await judge.ok(
        f'/zeroshot text:"{text}" labels:"{", ".join(names)}" multi:{multi} model:nli'
    )
    pipeline = transformers.pipeline("zero-shot-classification", str(inferers / "nli"))
    found = pipeline(
        text,
        names,
        hypothesis_template="This text is about {}.",
        multi_label=multi == "several",
    )
    assert [bar.label for bar in reply.bars] == found["labels"]
    assert [bar.score for bar in reply.bars] == pytest.approx(found["scores"], abs=1e-4)


async def test_a_head_of_two_sides_will_do(judge):
    reply = await judge.ok("/zeroshot good labels:a,b multi:several model:two")
    checkpoint = judge.services.models.find("two")
    asked = TextToClassify("good", "This text is about a.")
    answer = await judge.services.models.ask(checkpoint, asked, "")
    wanted = {each.label: each.score for each in answer.scores}["entailment"]
    assert {bar.label: bar.score for bar in reply.bars}["a"] == pytest.approx(wanted, abs=1e-6)


async def test_other_models_go_by_their_vectors(judge):
    reply = await judge.ok('/zeroshot good movie labels:"food = good movie, bad, the end"')
    assert reply.title == "food"
    assert reply.table.rows[0] == ("food", "1.00")
    assert "no probabilities" in reply.text and not reply.bars
    several = await judge.ok('/zeroshot good movie labels:"food = good movie, bad" multi:several')
    assert several.title.startswith("food")


async def test_it_is_asked_and_answered_in_korean(judge):
    korean = judge.korean()
    reply = await korean.ok('/제로샷 오늘 밥 라벨:"밥 = 오늘 밥, 학교" 고르기:여럿')
    assert reply.title.startswith("밥")
    (row,) = (await korean.ok("/기록")).table.rows
    assert row[2:5] == ("/제로샷", "오늘 밥", "밥")


async def test_what_cannot_be_judged_is_said(judge):
    assert await judge.code("/zeroshot good labels:a,b model:sentiment") == "not_for_zeroshot"
    assert await judge.code("/zeroshot good labels:a") == "labels_too_few"
    many = ",".join(f"l{number}" for number in range(200))
    assert await judge.code(f"/zeroshot good labels:{many}") == "labels_too_many"
    assert await judge.code("/zeroshot good labels:a,A") == "labels_alike"
    assert await judge.code("/zeroshot good") == "option_missing"
