"""Classification: the same as transformers by itself, alone and in a batch."""

import asyncio

import pytest
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from models.errors import FreshHead, WrongTask
from models.results import Classification
from models.tasks.classification import TextToClassify
from models.tasks.tokenization import LinesToTokenize
from tests.models.tiny import LIMIT, TEXTS


def scores(answer: Classification) -> dict[str, float]:
    return {each.label: each.score for each in answer.scores}


def reference(checkpoint, text: str) -> dict[str, float]:
    model = AutoModelForSequenceClassification.from_pretrained(checkpoint.folder).eval()
    tokenizer = AutoTokenizer.from_pretrained(checkpoint.folder)
    with torch.inference_mode():
        batch = tokenizer(text, truncation=True, max_length=LIMIT, return_tensors="pt")
        logits = model(**batch).logits[0]
    is_multi = model.config.problem_type == "multi_label_classification"
    values = logits.sigmoid() if is_multi else logits.softmax(-1)
    return {model.config.id2label[place]: float(value) for place, value in enumerate(values)}


@pytest.mark.parametrize("kind", ["bert", "multi", "roberta", "gpt"])
async def test_it_agrees_with_transformers_alone_and_in_a_batch(service, tiny, kind):
    checkpoint = tiny.get(kind)
    alone = [await service.ask(checkpoint, TextToClassify(text)) for text in TEXTS]
    together = await asyncio.gather(
        *(service.ask(checkpoint, TextToClassify(text)) for text in TEXTS)
    )
    for text, one, many in zip(TEXTS, alone, together, strict=True):
        assert scores(one) == pytest.approx(reference(checkpoint, text), abs=1e-5)
        assert scores(many) == pytest.approx(scores(one), abs=1e-5)
        assert [each.score for each in one.scores] == sorted(scores(one).values(), reverse=True)
        assert one.tokens == many.tokens
        assert one.is_multi_label == (kind == "multi")


@pytest.mark.parametrize("kind", ["bert", "roberta", "gpt"])
async def test_tokens_are_counted_before_and_after_the_cut(service, tiny, kind):
    long = await service.ask(tiny.get(kind), TextToClassify(TEXTS[4]))
    assert long.tokens.used == LIMIT
    assert long.tokens.total > 100
    assert long.tokens.is_cut
    assert not (await service.ask(tiny.get(kind), TextToClassify("good"))).tokens.is_cut


@pytest.mark.parametrize("kind", ["bert", "roberta", "gpt"])
async def test_an_empty_text_has_an_answer(service, tiny, kind):
    assert len((await service.ask(tiny.get(kind), TextToClassify(""))).scores) == 3


async def test_half_a_character_has_an_answer(service, tiny):
    assert (await service.ask(tiny.get("bert"), TextToClassify("good \ud83d"))).scores
    assert (await service.ask(tiny.get("gpt"), LinesToTokenize(("good \ud83d",), "\udc30"))).lines


async def test_only_classifiers_classify(service, tiny):
    with pytest.raises(WrongTask) as wrong:
        await service.ask(tiny.get("mlm"), TextToClassify("good"))
    assert wrong.value.facts["can"] == "fill-mask"
    assert wrong.value.facts["wanted"] == "text-classification"
    assert "bert" in wrong.value.facts["instead"]
    assert "mlm-roberta" not in wrong.value.facts["instead"]
    with pytest.raises(FreshHead):
        await service.ask(tiny.get("headless"), TextToClassify("good"))
