"""Decoders find a text's last token by the padding token: it must be the one that they look for."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
import transformers
from transformers import (
    ConvBertConfig,
    FunnelConfig,
    FunnelForMaskedLM,
    XLNetConfig,
    XLNetForSequenceClassification,
)

from models.checkpoints.tokenizing.tokenizer import text_tokenizer
from models.engines.torch_engine import TorchEngine
from models.tasks.classification import CLASSIFICATION
from models.tasks.registry import load_for
from tests.models.tiny import Tiny, wordpiece


@pytest.mark.parametrize("padding", [5, -1, 10_000, None])
def test_a_decoder_answers_in_a_batch_as_alone_whatever_its_tokenizer_pads_with(
    padding: int | None, tmp_path: Path
) -> None:
    """Often only the config was given a padding token, by whoever fine-tuned it."""
    loaded = load_for(Tiny(tmp_path).get("gpt"), CLASSIFICATION)
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


@pytest.mark.parametrize("end", ["ForSequenceClassification", "ForMaskedLM"])
def test_a_network_that_sees_padding_answers_in_a_batch_as_alone(end: str) -> None:
    """ConvBERT's convolutions reach into it, and FNet knows no mask at all."""
    torch.manual_seed(3)
    config = ConvBertConfig(
        vocab_size=100,
        hidden_size=32,
        embedding_size=32,
        num_hidden_layers=2,
        head_ratio=1,
        num_attention_heads=2,
        intermediate_size=64,
        initializer_range=0.4,
    )
    model = getattr(transformers, "ConvBert" + end)(config).eval()
    ids = ([7, 9, 11, 8, 12, 13, 3], [7, 9])
    rows = [SimpleNamespace(ids=each, type_ids=None) for each in ids]
    engine = TorchEngine(model, text_tokenizer(wordpiece()).facts)
    is_filler = end == "ForMaskedLM"
    at = (np.array([0, 0, 1]), np.array([1, 4, 1])) if is_filler else None
    first = (np.array([0, 0]), np.array([1, 4])) if is_filler else None
    second = (np.array([0]), np.array([1])) if is_filler else None
    alone = [*engine.logits(rows[:1], first).tolist(), *engine.logits(rows[1:], second).tolist()]
    together = engine.logits(rows, at).tolist()
    assert len(together) == len(alone)
    for one, other in zip(together, alone, strict=True):
        assert one == pytest.approx(other, abs=1e-5)


def test_masks_of_a_funnel_are_filled_in_a_crowd_as_alone() -> None:
    """It pools two places into one, and spreads them out again over the padding, too."""
    torch.manual_seed(3)
    config = FunnelConfig(
        vocab_size=100,
        block_sizes=[1, 1],
        num_decoder_layers=1,
        d_model=32,
        n_head=2,
        d_head=16,
        d_inner=64,
        initializer_std=0.4,
    )
    engine = TorchEngine(FunnelForMaskedLM(config).eval(), text_tokenizer(wordpiece()).facts)
    rows = [
        SimpleNamespace(ids=[2, *range(5, 5 + words), 3], type_ids=None)
        for words in (1, 2, 5, 9, 14, 20, 9)
    ]
    second = np.ones(len(rows), dtype=np.intp)
    together = engine.logits(rows, (np.arange(len(rows)), second))
    alone = [engine.logits([row], (np.array([0]), np.array([1])))[0].tolist() for row in rows]
    assert np.std(alone) > 0.1
    assert together == pytest.approx(np.array(alone), abs=1e-4)
