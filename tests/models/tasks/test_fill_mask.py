"""Filling masks: any spelling of a mask, several of them, in the text as it was typed."""

import asyncio
import json
import shutil

import pytest
import torch
from transformers import AutoModelForMaskedLM, AutoTokenizer

from models.errors import FreshHead, NoMask, NoMaskLeft, WrongTask
from models.results import Checkpoint, Origin
from models.tasks.fill_mask import MaskedText, _Link, _sentence, _Word

SPELLINGS = ["나는 {} 좋아 🐰", "Good {} Movie"]
MASKS = ("[MASK]", "<mask>", "___", "______", "［mask］", "＿＿＿")
SPECIAL = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "<s>", "</s>", "<pad>", "<unk>", "<mask>"}


@pytest.mark.parametrize("kind", ["mlm", "roberta-mlm"])
@pytest.mark.parametrize("text", SPELLINGS)
async def test_every_spelling_of_a_mask_is_equal(service, tiny, kind, text):
    spelled = [text.format(mask) for mask in MASKS]
    answers = [await service.ask(tiny.get(kind), MaskedText(each, 5)) for each in spelled]
    assert all(answer == answers[0] for answer in answers)
    assert len(answers[0].masks[0]) == 5
    for candidate in answers[0].masks[0]:
        assert candidate.token not in SPECIAL
        assert candidate.token == candidate.token.strip() != ""
        assert candidate.sentence.startswith(text[:2])
        assert candidate.sentence.endswith(text[-3:])  # emoji and capitals as they were typed


@pytest.mark.parametrize("kind", ["mlm", "roberta-mlm"])
async def test_it_agrees_with_transformers(service, tiny, kind):
    checkpoint = tiny.get(kind)
    model = AutoModelForMaskedLM.from_pretrained(checkpoint.folder).eval()
    tokenizer = AutoTokenizer.from_pretrained(checkpoint.folder)
    texts = ["good {} food {} end", "the {}", "{} movie bad good the end"]
    asked = [text.replace("{}", "[MASK]") for text in texts]
    answers = await asyncio.gather(
        *(service.ask(checkpoint, MaskedText(text, 3)) for text in asked)
    )
    for text, answer in zip(texts, answers, strict=True):
        batch = tokenizer(text.replace("{}", tokenizer.mask_token), return_tensors="pt")
        with torch.inference_mode():
            logits = model(**batch).logits[batch["input_ids"] == tokenizer.mask_token_id]
        assert len(answer.masks) == len(logits)
        for candidates, expected in zip(answer.masks, logits.softmax(-1), strict=True):
            values = {round(value, 5) for value in expected.tolist()}
            assert all(
                any(abs(candidate.score - value) < 2e-5 for value in values)
                for candidate in candidates
            )


async def test_other_masks_hold_their_best(service, tiny):
    answer = await service.ask(tiny.get("mlm"), MaskedText("good [MASK] and [MASK]!", 3))
    best = [candidates[0] for candidates in answer.masks]
    assert best[0].sentence == best[1].sentence
    assert len({candidate.sentence for candidate in answer.masks[1]}) == 3


def test_pieces_join_as_their_vocabulary_means():
    def filled(text: str, *words: tuple[str, _Link]) -> str:
        spans, start = [], 0
        while (start := text.find("___", start)) >= 0:
            spans.append((start, start + 3))
            start += 3
        return _sentence(text, spans, [_Word(word, link, 1.0) for word, link in words])

    assert filled("나 ___ 밥", ("는", _Link.JOINED)) == "나는 밥"
    assert filled("나___ 밥", ("는", _Link.JOINED)) == "나는 밥"
    assert filled("I ___ you", ("love", _Link.SPACED)) == "I love you"
    assert filled("I___ you", ("love", _Link.SPACED)) == "I love you"
    assert filled("___ you", ("love", _Link.SPACED)) == "love you"
    assert filled("(___)", ("x", _Link.AS_TYPED)) == "(x)"
    assert filled("a ___ ___", ("b", _Link.AS_TYPED), ("c", _Link.JOINED)) == "a bc"


async def test_without_a_mask_there_is_nothing_to_fill(service, tiny):
    with pytest.raises(NoMask) as error:
        await service.ask(tiny.get("roberta-mlm"), MaskedText("no gap __ here", 3))
    assert error.value.facts == {"mask": "<mask>"}
    with pytest.raises(NoMaskLeft) as cut:
        await service.ask(tiny.get("mlm"), MaskedText("good " * 60 + "[MASK]", 3))
    assert cut.value.facts == {"used": 40, "total": 63}


async def test_one_without_a_mask_spoils_nobody_elses_answer(service, tiny):
    texts = ["good [MASK]", "no mask", "bad ___"] * 5
    answers = await asyncio.gather(
        *(service.ask(tiny.get("mlm"), MaskedText(text, 2)) for text in texts),
        return_exceptions=True,
    )
    assert [isinstance(answer, NoMask) for answer in answers] == [False, True, False] * 5


async def test_only_masked_language_models_fill(service, tiny, tmp_path):
    with pytest.raises(WrongTask):
        await service.ask(tiny.get("bert"), MaskedText("a [MASK]", 3))
    with pytest.raises(FreshHead):
        await service.ask(tiny.get("headless"), MaskedText("a [MASK]", 3))
    shutil.copytree(tiny.get("headless").folder, tmp_path / "lying")
    config = json.loads((tmp_path / "lying/config.json").read_text())
    config["architectures"] = ["BertForMaskedLM"]
    (tmp_path / "lying/config.json").write_text(json.dumps(config))
    with pytest.raises(FreshHead):
        lying = Checkpoint("lying", "0", Origin.FOLDER, tmp_path / "lying")
        await service.ask(lying, MaskedText("a [MASK]", 3))
