"""An exported network gives torch's logits, alone as in a batch, in every family and precision."""

from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray

from models.checkpoints.loading import LoadedModel
from models.checkpoints.tokenizing.tokenizer import text_tokenizer
from models.engines.onnx_engine import OnnxEngine
from models.engines.torch_engine import TorchEngine
from models.exporting.networks.encoder import Encoder, Unsupported
from models.exporting.networks.families import read_encoder, tensors_of
from models.exporting.networks.network import every_product, write_network
from models.exporting.rounding_errors import errors, ranges, worst
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


class Original:
    """One checkpoint in torch, which is loaded, asked and measured once for all ways."""

    def __init__(self, checkpoint: Checkpoint, task: Task):
        spec = network_task(task)
        self.name = checkpoint.name
        self.loaded = loaded = load_for(checkpoint, spec)
        self.encoder = encoder_of(loaded, spec)
        tokenizer = text_tokenizer(loaded.tokenizer).facts
        self.torch = TorchEngine(loaded.model, tokenizer)
        self.rows = rows(loaded.model.config.vocab_size, loaded.model.config.pad_token_id)
        if not tokenizer.has_types or loaded.model.config.model_type == "distilbert":
            for row in self.rows:
                row.type_ids = None
        self.at = every_token(self.rows) if spec.reads is Reads.EACH_TOKEN else None

    @cached_property
    def expected(self) -> NDArray[np.float32]:
        return self._run()

    @cached_property
    def _spread(self) -> Any:
        return ranges(self.loaded.model, self._run)

    @cached_property
    def _errors(self) -> Any:
        return errors(self.loaded.model, self.encoder, self._spread, self._run)

    def exported(self, way: str, root: Path) -> OnnxEngine:
        """Write a network as a variant of an export is, or a smoothed one in float32 as well."""
        path = root / f"{self.name}.onnx"
        onnx.save(self._network(way), path)
        return OnnxEngine(path, 2, self.encoder.padding_position)

    def _run(self) -> NDArray[np.float32]:
        return self.torch.logits(self.rows, self.at)

    def _network(self, way: str) -> onnx.ModelProto:
        everything = every_product(self.encoder)
        if way == "float32":
            return write_network(self.encoder, everything)
        gentle = smoothed(self.encoder, self._spread)
        if way == "smoothed float32":
            return write_network(gentle, everything)
        share = 0.25 if way == "whole numbers but the worst" else 0.0
        return write_network(gentle, worst(self.encoder, self._errors, share))


@pytest.mark.parametrize("family", FAMILIES)
def test_a_classifier_gives_the_logits_of_torch(family: str, tmp_path: Path) -> None:
    """In float32; and nearly those in whole numbers."""
    original = Original(make(tmp_path, family, Task.CLASSIFY), Task.CLASSIFY)
    most = np.abs(original.expected).max()
    assert most > 0.05
    for way in WAYS:
        together = original.exported(way, tmp_path).logits(original.rows)
        error = np.abs(together - original.expected).max()
        assert error < 2e-5 if "float32" in way else 0 < error < 0.1 * most, way


@pytest.mark.parametrize("family", FAMILIES)
def test_a_masked_model_in_float32_gives_the_logits_of_torch(family: str, tmp_path: Path) -> None:
    original = Original(make(tmp_path, family, Task.FILL_MASK), Task.FILL_MASK)
    at = (np.array([1, 3, 3, 6]), np.array([1, 0, 6, 20]))
    expected = original.torch.logits(original.rows, at)
    assert expected.shape == (4, expected.shape[1])
    found = original.exported("float32", tmp_path).logits(original.rows, at)
    assert found == pytest.approx(expected, abs=2e-5)


@pytest.mark.parametrize("task", [Task.TAG, Task.EMBED])
@pytest.mark.parametrize("family", FAMILIES)
def test_each_token_has_what_torch_gives_alone_and_in_a_batch(
    family: str, task: Task, tmp_path: Path
) -> None:
    original = Original(make(tmp_path, family, task), task)
    most = np.abs(original.expected).max()
    assert most > 0.05
    for way in WAYS:
        exported = original.exported(way, tmp_path)
        together = exported.logits(original.rows, original.at)
        error = np.abs(together - original.expected).max()
        assert error < (2e-5 if "float32" in way else 0.1 * most), way
        alone = [exported.logits([row], every_token([row])) for row in original.rows]
        assert together == pytest.approx(np.concatenate(alone), abs=2e-6), way


@pytest.mark.parametrize("family", ["bert", "relu", "roberta"])
def test_a_text_alone_has_the_logits_that_it_has_in_a_batch(family: str, tmp_path: Path) -> None:
    original = Original(make(tmp_path, family, Task.CLASSIFY), Task.CLASSIFY)
    for way in WAYS:
        exported = original.exported(way, tmp_path)
        together = exported.logits(original.rows)
        alone = np.concatenate([exported.logits([row]) for row in original.rows])
        assert together == pytest.approx(alone, abs=1e-6), way


@pytest.mark.parametrize("family", FAMILIES | VARIETIES)
def test_64_texts_of_many_lengths_have_the_logits_of_torch(family: str, tmp_path: Path) -> None:
    original = Original(make(tmp_path, family, Task.CLASSIFY), Task.CLASSIFY)
    row = original.rows[-1]
    crowd = [
        SimpleNamespace(ids=row.ids[: 1 + 7 * place % LIMIT], type_ids=None) for place in range(64)
    ]
    expected = np.concatenate([original.torch.logits([each]) for each in crowd[:LIMIT]])
    found = original.exported("float32", tmp_path).logits(crowd)
    assert found == pytest.approx(np.concatenate((expected, expected))[:64], abs=2e-5)


def test_a_text_of_a_book_s_length_has_the_logits_of_torch(tmp_path: Path) -> None:
    original = Original(make(tmp_path, "modernbert, long", Task.CLASSIFY), Task.CLASSIFY)
    exported = original.exported("float32", tmp_path)
    long = [SimpleNamespace(ids=_rng.integers(3, 60, n).tolist(), type_ids=None) for n in (1100, 9)]
    expected = np.concatenate([original.torch.logits([row]) for row in long])
    assert exported.logits(long[:1]) == pytest.approx(expected[:1], abs=2e-5)
    assert exported.logits(long) == pytest.approx(expected, abs=2e-5)


def test_whole_numbers_are_a_quarter_of_the_size(tmp_path: Path) -> None:
    original = Original(Tiny(tmp_path).get("large-1"), Task.CLASSIFY)
    sizes = [original.exported(way, tmp_path).memory_bytes for way in ("float32", "whole numbers")]
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
