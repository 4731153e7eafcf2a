"""What a classifier says that has its config, and weights of chance."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers

from models.checkpoints.loading import build_untrained
from models.errors import TooLarge, WrongTask
from models.runtime import drawing
from models.tasks.classification import CLASSIFICATION, TextToClassify
from tests.models.engine_help import running
from tests.models.tiny import Tiny

SEED = 3
AUTO = CLASSIFICATION.auto_class
GOOD = TextToClassify("a good movie")


async def test_it_is_the_config_with_weights_of_a_seed(tmp_path: Path) -> None:
    checkpoint = Tiny(tmp_path).get("bert")
    assert checkpoint.folder
    config = transformers.AutoConfig.from_pretrained(checkpoint.folder)
    tokenizer: Any = transformers.AutoTokenizer.from_pretrained(checkpoint.folder)
    torch.manual_seed(SEED)
    model = transformers.BertForSequenceClassification(config).eval()
    with torch.inference_mode():
        wanted = model(**tokenizer(GOOD.text, return_tensors="pt")).logits[0].softmax(-1)
    async with running(tmp_path) as service:
        answer = await service.untrained(checkpoint, GOOD, SEED)
    assert answer
    found = {each.label: each.score for each in answer.scores}
    for place, label in config.id2label.items():
        assert found[label] == pytest.approx(wanted[place].item(), abs=1e-5)


async def test_it_has_to_have_room_beside_what_stays(tmp_path: Path) -> None:
    checkpoint = Tiny(tmp_path).get("bert")
    async with running(tmp_path, 1_000) as service:
        with pytest.raises(TooLarge):
            await service.untrained(checkpoint, GOOD, SEED)


async def test_what_is_no_classifier_has_none(tmp_path: Path) -> None:
    async with running(tmp_path) as service:
        with pytest.raises(WrongTask):
            await service.untrained(Tiny(tmp_path).get("mlm"), GOOD, SEED)


def test_it_is_not_drawn_while_somebody_else_draws(tmp_path: Path) -> None:
    checkpoint = Tiny(tmp_path).get("bert")
    before = _weights(build_untrained(checkpoint, AUTO, SEED).model)
    with ThreadPoolExecutor(1) as pool:
        with drawing:
            built = pool.submit(build_untrained, checkpoint, AUTO, SEED)
            with pytest.raises(TimeoutError):
                built.result(timeout=1)
            torch.manual_seed(7)
            torch.rand(9)
        after = _weights(built.result().model)
    assert after == before


def _weights(model: Any) -> str:
    return json.dumps({name: one.tolist() for name, one in model.state_dict().items()})
