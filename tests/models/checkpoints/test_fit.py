"""Weights that the network would drop, or a head that does not fit: refused with what it is."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from models.errors import BrokenCheckpoint, FreshHead, OtherHeadSize
from models.finetune.network.checkpoint import Head, load_base
from models.results import Checkpoint, Origin
from models.tasks.classification import CLASSIFICATION
from models.tasks.fill_mask import FILLING_MASKS
from models.tasks.registry import load_for
from tests.models.engines.every_family import make
from tests.models.tiny import Tiny


@pytest.fixture
def copied(tiny: Tiny, tmp_path: Path) -> Callable[..., Checkpoint]:
    """A tiny checkpoint with other weights, or another config."""

    def copy(
        kind: str, more: dict[str, torch.Tensor] | None = None, **config: object
    ) -> Checkpoint:
        folder = tmp_path / kind
        shutil.copytree(tiny.get(kind).folder, folder)
        path = folder / "model.safetensors"
        weights = load_file(path) | (more or {})
        save_file(weights, path, metadata={"format": "pt"})
        path = folder / "config.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | config))
        return Checkpoint(kind, "0", Origin.FOLDER, folder)

    return copy


def distances(prefix: str = "bert.") -> dict[str, torch.Tensor]:
    """What BERT with relative positions has in each layer, and transformers 5 no more."""
    name = f"{prefix}encoder.layer.{{}}.attention.self.distance_embedding.weight"
    return {name.format(layer): torch.randn(79, 16) for layer in range(2)}


@pytest.mark.parametrize("kind", ["relative_key", "relative_key_query"])
def test_relative_positions_are_not_dropped(copied: Callable[..., Checkpoint], kind: str) -> None:
    checkpoint = copied("bert", distances(), position_embedding_type=kind)
    with pytest.raises(BrokenCheckpoint, match="distance_embedding"):
        load_for(checkpoint, CLASSIFICATION)


def test_nor_those_of_a_filler_or_of_a_body_to_begin_from(
    copied: Callable[..., Checkpoint],
) -> None:
    with pytest.raises(BrokenCheckpoint, match="distance_embedding"):
        load_for(copied("mlm", distances()), FILLING_MASKS)
    body = copied("headless", distances(prefix=""))
    with pytest.raises(BrokenCheckpoint, match="distance_embedding"):
        load_base(body.folder, ("a", "b"))


@pytest.mark.parametrize("kind", ["bert", "roberta"])
def test_more_layers_than_the_config_says(copied: Callable[..., Checkpoint], kind: str) -> None:
    checkpoint = copied(kind, num_hidden_layers=1)
    with pytest.raises(BrokenCheckpoint, match=r"weights_unused:\w+\.encoder\.layer\.1\."):
        load_for(checkpoint, CLASSIFICATION)
    with pytest.raises(BrokenCheckpoint, match=r"encoder\.layer\.1\."):
        load_base(checkpoint.folder, ("a", "b"))


def test_more_layers_in_a_body_alone(copied: Callable[..., Checkpoint]) -> None:
    checkpoint = copied("headless", num_hidden_layers=1)
    with pytest.raises(BrokenCheckpoint, match=r"weights_unused:encoder\.layer\.1\."):
        load_base(checkpoint.folder, ("a", "b"))


def test_what_answers_nothing_may_be_there(copied: Callable[..., Checkpoint]) -> None:
    """Poolers, buffers of old versions, other heads of the family and the weights of a loss."""
    more = {
        "bert.embeddings.position_ids": torch.arange(40)[None],
        "cls.predictions.bias": torch.zeros(5),
        "cls.seq_relationship.weight": torch.zeros(2, 32),
        "loss_fct.weight": torch.ones(3),
    }
    assert not load_for(copied("bert", more), CLASSIFICATION).is_head_fresh
    pooler = {
        "bert.pooler.dense.weight": torch.zeros(32, 32),
        "bert.pooler.dense.bias": torch.zeros(32),
        "cls.seq_relationship.weight": torch.zeros(2, 32),
    }
    assert load_for(copied("mlm", pooler), FILLING_MASKS)


def test_a_layer_of_the_heads_own_is_not_dropped(copied: Callable[..., Checkpoint]) -> None:
    """Somebody's own head: an answer without it would be another one."""
    checkpoint = copied("bert", {"dense.weight": torch.eye(32)})
    with pytest.raises(BrokenCheckpoint, match=r"weights_unused:dense\.weight"):
        load_for(checkpoint, CLASSIFICATION)


def test_a_head_of_another_kind_is_not_untrained(copied: Callable[..., Checkpoint]) -> None:
    checkpoint = copied("bert", {"classifier.0.weight": torch.eye(32)})
    path = checkpoint.folder / "model.safetensors"
    weights = load_file(path)
    del weights["classifier.weight"]
    save_file(weights, path, metadata={"format": "pt"})
    with pytest.raises(BrokenCheckpoint, match=r"weights_unused:classifier\.0\.weight"):
        load_for(checkpoint, CLASSIFICATION)


@pytest.mark.parametrize("labels", [2, 5])
def test_a_head_with_another_number_of_outputs(
    copied: Callable[..., Checkpoint], labels: int
) -> None:
    checkpoint = copied("bert", id2label={str(each): f"label {each}" for each in range(labels)})
    with pytest.raises(OtherHeadSize) as error:
        load_for(checkpoint, CLASSIFICATION)
    assert error.value.facts == {"name": "bert@0", "outputs": 3, "labels": labels}
    _, head = load_base(checkpoint.folder, ("a", "b"))
    assert head is Head.FRESH, "a training may do what it likes with it"


def test_a_body_with_a_head_that_setfit_pickled(copied: Callable[..., Checkpoint]) -> None:
    checkpoint = copied("headless")
    (checkpoint.folder / "model_head.pkl").write_bytes(b"x")
    with pytest.raises(BrokenCheckpoint, match="head_pickled"):
        load_for(checkpoint, CLASSIFICATION)


def test_a_base_with_more_than_its_head_knows_can_be_trained(
    copied: Callable[..., Checkpoint],
) -> None:
    """DeBERTa's published bodies carry heads that no class has; they are of no use to a new one."""
    for kind in ("headless", "mlm"):
        checkpoint = copied(kind, {"lm_predictions.lm_head.bias": torch.zeros(5)})
        assert load_base(checkpoint.folder, ("a", "b"))[1] is Head.FRESH


def test_a_filler_that_says_it_classifies_has_a_fresh_head(
    copied: Callable[..., Checkpoint],
) -> None:
    checkpoint = copied("mlm", architectures=["BertForSequenceClassification"])
    with pytest.raises(FreshHead):
        load_for(checkpoint, CLASSIFICATION)


@pytest.mark.parametrize(
    ("kind", "layers"),
    [
        *(("distilbert", "n_layers"), ("gpt2", "n_layer"), ("llama", "num_hidden_layers")),
        *(("xlnet", "n_layer"), ("t5", "num_layers"), ("deberta-v2", "num_hidden_layers")),
    ],
)
def test_more_layers_in_any_family(kind: str, layers: str, tmp_path: Path) -> None:
    checkpoint = make(tmp_path, kind, "AutoModelForSequenceClassification")
    path = tmp_path / kind / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {layers: 1}))
    with pytest.raises(BrokenCheckpoint, match=r"weights_unused:\S*\.1\."):
        load_for(checkpoint, CLASSIFICATION)
