"""An exported network gives torch's logits, alone as in a batch, in every family and precision."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import onnx
import pytest

from models.checkpoints.loading import LoadedModel
from models.checkpoints.tokenizing.tokenizer import text_tokenizer
from models.engines.onnx_engine import OnnxEngine
from models.engines.torch_engine import TorchEngine
from models.exporting.networks.encoder import Encoder, Unsupported
from models.exporting.networks.families import read_encoder, tensors_of
from models.exporting.networks.network import every_product, write_network
from models.exporting.rounding_errors import Run, errors, ranges, worst
from models.exporting.smoothing import smoothed
from models.results import Checkpoint, Task
from models.tasks.classification import CLASSIFICATION
from models.tasks.registry import load_for, network_task
from models.tasks.spec import NetworkTask, Reads
from models.tasks.tokens.encoding import every_token
from tests.models.engines.families import FAMILIES, VARIETIES, make
from tests.models.tiny import LIMIT, Tiny

_rng = np.random.default_rng(5)


def rows(vocabulary: int, padding: int) -> list[Any]:
    """Texts of one token to the most, one with a padding token in its middle, as can be typed."""
    lengths = (1, 2, 3, 7, 7, 12, LIMIT)
    found = [
        SimpleNamespace(ids=_rng.integers(3, vocabulary, length).tolist(), type_ids=None)
        for length in lengths
    ]
    found[4].ids[3] = padding
    found[5].type_ids = [0] * 6 + [1] * 6
    return found


def encoder_of(loaded: LoadedModel, spec: NetworkTask[Any, Any]) -> Encoder:
    assert spec.export
    return read_encoder(tensors_of(loaded.model), loaded.model.config, spec.export.heads)


WAYS = ("float32", "smoothed float32", "whole numbers", "whole numbers but the worst")


def network(way: str, loaded: LoadedModel, encoder: Encoder, run: Run) -> onnx.ModelProto:
    """Write a network as the variants of an export are, and smoothed ones in float32 as well."""
    everything = every_product(encoder)
    if way == "float32":
        return write_network(encoder, everything)
    spread = ranges(loaded.model, run)
    gentle = smoothed(encoder, spread)
    if way == "smoothed float32":
        return write_network(gentle, everything)
    share = 0.25 if way == "whole numbers but the worst" else 0.0
    return write_network(gentle, worst(encoder, errors(loaded.model, encoder, spread, run), share))


class Pair:
    """One checkpoint in torch and exported."""

    def __init__(self, checkpoint: Checkpoint, task: Task, way: str, root: Path):
        spec = network_task(task)
        loaded = load_for(checkpoint, spec)
        encoder = encoder_of(loaded, spec)
        tokenizer = text_tokenizer(loaded.tokenizer).facts
        self.torch = TorchEngine(loaded.model, tokenizer)
        self.rows = rows(loaded.model.config.vocab_size, loaded.model.config.pad_token_id)
        if not tokenizer.has_types or loaded.model.config.model_type == "distilbert":
            for row in self.rows:
                row.type_ids = None
        path = root / f"{checkpoint.name}.onnx"
        self.at = every_token(self.rows) if spec.reads is Reads.EACH_TOKEN else None
        run = lambda: self.torch.logits(self.rows, self.at)  # noqa: E731
        onnx.save(network(way, loaded, encoder, run), path)
        self.exported = OnnxEngine(path, 2, encoder.padding_position)


@pytest.mark.parametrize("way", WAYS[:2])
@pytest.mark.parametrize("family", FAMILIES)
def test_a_classifier_in_float32_gives_the_logits_of_torch(
    family: str, way: str, tmp_path: Path
) -> None:
    pair = Pair(make(tmp_path, family, Task.CLASSIFY), Task.CLASSIFY, way, tmp_path)
    expected = pair.torch.logits(pair.rows)
    assert np.abs(expected).max() > 0.05
    assert pair.exported.logits(pair.rows) == pytest.approx(expected, abs=2e-5)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_masked_model_in_float32_gives_the_logits_of_torch(family: str, tmp_path: Path) -> None:
    pair = Pair(make(tmp_path, family, Task.FILL_MASK), Task.FILL_MASK, "float32", tmp_path)
    at = (np.array([1, 3, 3, 6]), np.array([1, 0, 6, 20]))
    expected = pair.torch.logits(pair.rows, at)
    assert expected.shape == (4, expected.shape[1])
    assert pair.exported.logits(pair.rows, at) == pytest.approx(expected, abs=2e-5)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("task", [Task.TAG, Task.EMBED])
@pytest.mark.parametrize("family", FAMILIES)
def test_each_token_has_what_torch_gives_alone_and_in_a_batch(
    family: str, task: Task, way: str, tmp_path: Path
) -> None:
    pair = Pair(make(tmp_path, family, task), task, way, tmp_path)
    expected = pair.torch.logits(pair.rows, pair.at)
    together = pair.exported.logits(pair.rows, pair.at)
    error, most = np.abs(together - expected).max(), np.abs(expected).max()
    assert most > 0.05
    assert error < (2e-5 if "float32" in way else 0.1 * most)
    alone = [pair.exported.logits([row], every_token([row])) for row in pair.rows]
    assert together == pytest.approx(np.concatenate(alone), abs=2e-6)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("family", ["bert", "relu", "roberta"])
def test_a_text_alone_has_the_logits_that_it_has_in_a_batch(
    family: str, way: str, tmp_path: Path
) -> None:
    pair = Pair(make(tmp_path, family, Task.CLASSIFY), Task.CLASSIFY, way, tmp_path)
    together = pair.exported.logits(pair.rows)
    alone = np.concatenate([pair.exported.logits([row]) for row in pair.rows])
    assert together == pytest.approx(alone, abs=1e-6)


@pytest.mark.parametrize("family", FAMILIES | VARIETIES)
def test_64_texts_of_many_lengths_have_the_logits_of_torch(family: str, tmp_path: Path) -> None:
    pair = Pair(make(tmp_path, family, Task.CLASSIFY), Task.CLASSIFY, "float32", tmp_path)
    row = pair.rows[-1]
    crowd = [
        SimpleNamespace(ids=row.ids[: 1 + 7 * place % LIMIT], type_ids=None) for place in range(64)
    ]
    expected = np.concatenate([pair.torch.logits([each]) for each in crowd])
    assert pair.exported.logits(crowd) == pytest.approx(expected, abs=2e-5)


def test_a_text_of_a_book_s_length_has_the_logits_of_torch(tmp_path: Path) -> None:
    checkpoint = make(tmp_path, "modernbert, long", Task.CLASSIFY)
    pair = Pair(checkpoint, Task.CLASSIFY, "float32", tmp_path)
    long = [SimpleNamespace(ids=_rng.integers(3, 60, n).tolist(), type_ids=None) for n in (1100, 9)]
    expected = np.concatenate([pair.torch.logits([row]) for row in long])
    assert pair.exported.logits(long[:1]) == pytest.approx(expected[:1], abs=2e-5)
    assert pair.exported.logits(long) == pytest.approx(expected, abs=2e-5)


@pytest.mark.parametrize("way", WAYS[2:])
@pytest.mark.parametrize("family", FAMILIES)
def test_whole_numbers_stay_near_torch(family: str, way: str, tmp_path: Path) -> None:
    pair = Pair(make(tmp_path, family, Task.CLASSIFY), Task.CLASSIFY, way, tmp_path)
    expected = pair.torch.logits(pair.rows)
    error = np.abs(pair.exported.logits(pair.rows) - expected).max()
    assert 0 < error < 0.1 * np.abs(expected).max()


def test_whole_numbers_are_a_quarter_of_the_size(tmp_path: Path) -> None:
    checkpoint = Tiny(tmp_path).get("large-1")
    sizes = []
    for way in ("float32", "whole numbers"):
        pair = Pair(checkpoint, Task.CLASSIFY, way, tmp_path)
        sizes.append(pair.exported.memory_bytes)
    assert sizes[1] < 0.35 * sizes[0]


def test_what_is_not_written_down_is_refused(tmp_path: Path) -> None:
    loaded = load_for(Tiny(tmp_path).get("gpt"), CLASSIFICATION)
    with pytest.raises(Unsupported, match="gpt2"):
        encoder_of(loaded, CLASSIFICATION)


def test_an_unknown_activation_is_refused(tmp_path: Path) -> None:
    checkpoint = make(tmp_path, "bert", Task.CLASSIFY)
    loaded = load_for(checkpoint, CLASSIFICATION)
    loaded.model.config.hidden_act = "silu"
    with pytest.raises(Unsupported, match="silu"):
        write_network(encoder_of(loaded, CLASSIFICATION), ())


_STRETCHED = {kind: {"rope_type": "yarn"} for kind in ("full_attention", "sliding_attention")}


@pytest.mark.parametrize(
    ("family", "setting", "value", "reason"),
    [
        ("albert", "num_hidden_groups", 2, "num_hidden_groups=2"),
        ("deberta-v3", "relative_attention", False, "relative_attention"),
        ("deberta-v3", "pos_att_type", [], "relative_attention"),
        ("modernbert", "rope_parameters", _STRETCHED, "rope_type=yarn"),
    ],
)
def test_what_a_family_may_have_besides_is_refused(
    family: str, setting: str, value: object, reason: str, tmp_path: Path
) -> None:
    loaded = load_for(make(tmp_path, family, Task.CLASSIFY), CLASSIFICATION)
    setattr(loaded.model.config, setting, value)
    with pytest.raises(Unsupported, match=reason):
        encoder_of(loaded, CLASSIFICATION)


def test_what_is_not_where_its_family_has_it_is_refused(tmp_path: Path) -> None:
    loaded = load_for(make(tmp_path, "bert", Task.CLASSIFY), CLASSIFICATION)
    heads, tensors = CLASSIFICATION.export.heads, tensors_of(loaded.model)
    with pytest.raises(Unsupported, match="num_attention_heads"):
        read_encoder(tensors, SimpleNamespace(model_type="bert", hidden_act="gelu"), heads)
    with pytest.raises(Unsupported, match="word_embeddings"):
        read_encoder({}, loaded.model.config, heads)


def test_a_broken_file_is_no_engine(tmp_path: Path) -> None:
    path = tmp_path / "network.onnx"
    path.write_bytes(b"no network")
    with pytest.raises(Exception, match=r"Load model|Protobuf|parsing"):
        OnnxEngine(path, 1, None)


def test_a_setting_of_another_family_is_not_taken_for_its_own(tmp_path: Path) -> None:
    loaded = load_for(make(tmp_path, "distilbert", Task.CLASSIFY), CLASSIFICATION)
    loaded.model.config.hidden_act = "relu"  # DistilBERT's is `activation`, which says gelu
    assert encoder_of(loaded, CLASSIFICATION).activation == "gelu"
