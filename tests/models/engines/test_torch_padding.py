"""Decoders find a text's last token by the padding token: it must be the one that they look for."""

from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from transformers import XLNetConfig, XLNetForSequenceClassification

from models.engines.torch_engine import TorchEngine
from models.loading import load_model
from models.results import Task
from models.tokenizer import text_tokenizer
from tests.models.tiny import Tiny, wordpiece


@pytest.mark.parametrize("padding", [5, -1, 10_000, None])
def test_a_decoder_answers_in_a_batch_as_alone_whatever_its_tokenizer_pads_with(
    padding: int | None, tmp_path: Path
) -> None:
    """Often only the config was given a padding token, by whoever fine-tuned it."""
    loaded = load_model(Tiny(tmp_path).get("gpt"), Task.CLASSIFY)
    assert loaded.tokenizer.pad_token_id is None
    loaded.model.config.pad_token_id = padding
    rows = [
        SimpleNamespace(ids=[7, 9, 11, 8], type_ids=None),
        SimpleNamespace(ids=[7, 9], type_ids=None),
    ]
    with torch.inference_mode():
        alone = [loaded.model(torch.tensor([row.ids])).logits[0].tolist() for row in rows]
    engine = TorchEngine(loaded.model, text_tokenizer(loaded.tokenizer).facts)
    together = engine.logits(rows).tolist()
    assert together[0] == pytest.approx(alone[0], abs=1e-5)
    assert together[1] == pytest.approx(alone[1], abs=1e-5)


def test_a_network_that_reads_the_last_place_answers_in_a_batch_as_alone() -> None:
    """XLNet sums a text up in its last place, whether or not that is padding."""
    torch.manual_seed(3)
    config = XLNetConfig(
        vocab_size=100, d_model=32, n_layer=2, n_head=2, d_inner=64, initializer_range=0.4
    )
    model = XLNetForSequenceClassification(config).eval()
    rows = [
        SimpleNamespace(ids=[7, 9, 11, 8], type_ids=None),
        SimpleNamespace(ids=[7, 9], type_ids=None),
    ]
    engine = TorchEngine(model, text_tokenizer(wordpiece()).facts)
    alone = [engine.logits([row])[0].tolist() for row in rows]
    together = engine.logits(rows).tolist()
    assert together[0] == pytest.approx(alone[0], abs=1e-5)
    assert together[1] == pytest.approx(alone[1], abs=1e-5)
