"""The second measure of when a checkpoint cannot know: the same in every engine, or not there."""

import json
import shutil

import numpy as np
import pytest

from models.checkpoints.certainty.doubt import (
    DOUBT_FILE,
    Doubt,
    DoubtfulTexts,
    in_bytes,
    lead_of,
    read_doubt,
)
from models.exporting.exports import Exports
from models.results import Checkpoint, Origin, Task
from models.tasks.classification import TextToClassify
from tests.models.engine_help import export_here, running
from tests.models.tiny import wordpiece

GOOD = {
    "scripts": ["HANGUL", "LATIN"],
    "bias": -1.0,
    "lead": 0.5,
    "log_lead": 0.0,
    "log_length": 0.0,
    "step": 1.0,
    "tokens": "AAEC/w==",
}
LOGITS = np.array([0.0, 1.0])


def test_it_is_read_as_it_was_written(tmp_path):
    (tmp_path / DOUBT_FILE).write_text(json.dumps(GOOD))
    assert read_doubt(tmp_path) == Doubt(**{**GOOD, "scripts": ("HANGUL", "LATIN")})


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "[" * 100_000,
        json.dumps({**GOOD, "bias": "x"}),
        json.dumps({**GOOD, "step": float("nan")}),
        json.dumps({**GOOD, "lead": 10**400}),
        json.dumps({**GOOD, "tokens": "no base64!"}),
        json.dumps({**GOOD, "scripts": None}),
        json.dumps({**GOOD, "scripts": []}),
        json.dumps({**GOOD, "scripts": "LATIN"}),
        json.dumps({key: each for key, each in GOOD.items() if key != "tokens"}),
        json.dumps({**GOOD, "tokens": "A" * 5_000_000}),
    ],
)
def test_what_makes_no_sense_is_as_if_it_were_not_there(tmp_path, content):
    (tmp_path / DOUBT_FILE).write_text(content)
    assert read_doubt(tmp_path) is None
    assert read_doubt(tmp_path / "nowhere") is None


def test_tokens_and_the_lead_are_weighed_together():
    telling = DoubtfulTexts(Doubt(**{**GOOD, "scripts": ("LATIN",)}))
    assert telling.evidence([1, 2, 2], LOGITS) == pytest.approx(-1 + 0.5 + 3 / 2**0.5)
    assert telling.evidence([3, 999_999], LOGITS) == pytest.approx(-1 + 0.5 - 1 / 2**0.5)
    assert not telling.is_doubtful("good", [1, 2], LOGITS)
    assert telling.is_doubtful("good", [3], LOGITS)


@pytest.mark.parametrize("text", ["12345", "ㅠㅠ", "ㅁㄴㅇㄹ", "🙂🎉", "?!?!", "Добрый день", ""])
def test_a_text_without_a_word_is_doubtful_whatever_its_tokens_weigh(text):
    telling = DoubtfulTexts(Doubt(**{**GOOD, "scripts": ("HANGUL", "LATIN"), "bias": 99.0}))
    assert telling.is_doubtful(text, [1], LOGITS)
    assert not telling.is_doubtful(text + " 가", [1], LOGITS)


def test_weights_are_rounded_to_a_byte():
    step, packed = in_bytes([0.5, -1.0, 0.0])
    telling = DoubtfulTexts(Doubt((), 0.0, 0.0, 0.0, 0.0, step, packed))
    assert telling.evidence([0], LOGITS) == pytest.approx(0.5, abs=0.005)
    assert telling.evidence([1], LOGITS) == -1.0
    assert in_bytes([0.0])[0] > 0


def test_the_lead_is_that_of_the_likeliest():
    assert lead_of(np.array([3.0, -1.0, 2.5])) == 0.5


async def test_the_engine_applies_it(service, tiny):
    doubted = doubting(tiny, "good")
    for text, is_doubtful in (("good movie", False), ("bad movie", True), ("🐰", True)):
        answer = await service.ask(doubted, TextToClassify(text))
        assert answer.is_doubtful == is_doubtful, text
        plain = await service.ask(tiny.get("bert"), TextToClassify(text))
        assert not plain.is_doubtful
        assert answer.scores == plain.scores


async def test_a_prepared_engine_applies_it_too(tiny, tmp_path):
    doubted = doubting(tiny, "good")
    exports = tmp_path / "exports"
    assert export_here(Exports(exports, "onnx-fp32"), doubted, Task.CLASSIFY)
    async with running(tiny.root, exports_dir=exports, engine="onnx-fp32") as service:
        for text, is_doubtful in (("good movie", False), ("bad movie", True), ("🐰", True)):
            answer = await service.ask(doubted, TextToClassify(text))
            assert answer.is_doubtful == is_doubtful and answer.engine == "onnx-fp32", text
        assert service.state(doubted).engine.name == "onnx-fp32"


def doubting(tiny, *telling_words) -> Checkpoint:
    """A checkpoint that doubts whatever has none of a few words."""
    folder = tiny.root / f"doubting-{len(list(tiny.root.iterdir()))}"
    shutil.copytree(tiny.get("bert").folder, folder)
    vocabulary = wordpiece().get_vocab()
    weights = [0.0] * len(vocabulary)
    for word in telling_words:
        weights[vocabulary[word]] = 9.0
    step, packed = in_bytes(weights)
    found = {**GOOD, "lead": 0.0, "step": step, "tokens": packed}
    (folder / DOUBT_FILE).write_text(json.dumps(found))
    return Checkpoint(folder.name, "0", Origin.FOLDER, folder)
