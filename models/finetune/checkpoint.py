"""Reading a checkpoint to train or to measure, and writing the one that comes of it."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from models.checkpoints.calibration import CONFIG_KEY
from models.checkpoints.folder_contents import is_of_a_tokenizer
from models.checkpoints.loading import (
    LoadedModel,
    embedded_tokens,
    labels_of,
    load_config,
    load_model,
)
from models.checkpoints.tokenizer import text_tokenizer
from models.engines.padding import Padding, padding_of
from models.errors import FreshHead, WrongTask
from models.finetune.checks import TrainingError, checkpoint_in, require_trainable
from models.finetune.schedule import LONGEST_TEXT
from models.reasons import Reason
from models.tasks.classification import CLASSIFICATION
from models.tasks.encoding import Encoded, TextEncoder
from models.tasks.registry import load_for

if TYPE_CHECKING:
    from transformers import PreTrainedConfig, PreTrainedModel, PreTrainedTokenizerBase

_USUAL_SPREAD = 0.02
_BESIDE_A_TOKENIZER = {"special_tokens_map.json", "added_tokens.json", "merges.txt"}


class Head(StrEnum):
    """What became of the base's own head."""

    KEPT = "kept: the base already knew these labels"
    REORDERED = "kept and reordered: the base knew these labels in another order"
    FRESH = "made fresh"


@dataclass(frozen=True, slots=True)
class TrainableClassifier:
    """A loaded checkpoint with what is needed to feed it."""

    model: "PreTrainedModel"
    tokenizer: "PreTrainedTokenizerBase"
    encoder: TextEncoder
    padding: Padding

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of its answers, in the order of its logits."""
        return _names(self.model.config)

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """Each text as the network sees it."""
        return self.encoder.encode(texts)


def load_base(folder: Path, labels: Sequence[str]) -> tuple[TrainableClassifier, Head]:
    """The checkpoint as a classifier of `labels`, its head made fresh where it does not fit.

    The head is kept where the base is a trained classifier of the very same labels, and its rows
    are put in our order. Otherwise the last layer is drawn from torch's random state.
    """
    checkpoint = checkpoint_in(folder)
    require_trainable(checkpoint)
    with _threads_kept():
        known = _names(load_config(checkpoint))
        adapt = partial(_make_classifier_of, labels)
        loaded = load_model(checkpoint, CLASSIFICATION.auto_class, adapt)
    classifier = _trainable(loaded, LONGEST_TEXT)
    layer = _last_layer(classifier.model, len(labels))
    if loaded.is_head_fresh or sorted(known) != sorted(labels):
        _draw_afresh(layer, _spread(classifier.model.config))
        return classifier, Head.FRESH
    _reorder(layer, [known.index(label) for label in labels])
    return classifier, Head.KEPT if known == tuple(labels) else Head.REORDERED


def load_trained(folder: Path) -> TrainableClassifier:
    """A classifier to be measured as it is; it must have all of its weights."""
    try:
        with _threads_kept():
            return _trainable(load_for(checkpoint_in(folder), CLASSIFICATION))
    except (FreshHead, WrongTask) as error:
        raise TrainingError(Reason.CURRENT_WITHOUT_HEAD) from error


def save(classifier: TrainableClassifier, base: Path, folder: Path) -> None:
    """Write config, weights and tokenizer; the tokenizer's files are the base's own, unchanged.

    The weights stay 32 bits wide: half as wide they would be trained from worse the next time,
    and a processor computes with them several times slower.
    """
    classifier.model.save_pretrained(folder)
    beside = _BESIDE_A_TOKENIZER.union(classifier.tokenizer.vocab_files_names.values())
    for file in base.iterdir():
        if file.is_file() and (is_of_a_tokenizer(file.name) or file.name in beside):
            shutil.copyfile(file, folder / file.name)


def _make_classifier_of(labels: Sequence[str], config: "PreTrainedConfig") -> None:
    config.id2label = dict(enumerate(labels))
    config.label2id = {label: number for number, label in enumerate(labels)}
    config.problem_type = "single_label_classification"
    # Measured on the base's own answers; the new one's come when it is trained.
    config.__dict__.pop(CONFIG_KEY, None)


@contextmanager
def _threads_kept() -> Iterator[None]:
    """Loading leaves torch one, for a bot that answers; a training has its process to itself."""
    threads = torch.get_num_threads()
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _trainable(loaded: LoadedModel, most_tokens: int | None = None) -> TrainableClassifier:
    """Feed it as it is fed when it answers, but in a training with no more tokens than teach."""
    tokenizer = text_tokenizer(loaded.tokenizer)
    padding = padding_of(loaded.model, tokenizer.facts)
    encoder = TextEncoder(
        tokenizer,
        min(loaded.limit, most_tokens or loaded.limit),
        "token_type_ids" in padding.inputs,
        embedded_tokens(loaded.model),
    )
    return TrainableClassifier(loaded.model, loaded.tokenizer, encoder, padding)


def _spread(config: "PreTrainedConfig") -> float:
    """How far apart a network's first weights were; BART and XLM have another name for it."""
    named = (getattr(config, name, None) for name in ("initializer_range", "init_std"))
    return next((float(each) for each in named if each is not None), _USUAL_SPREAD)


def _names(config: Any) -> tuple[str, ...]:  # noqa: ANN401
    return tuple(name for _, name in labels_of(config))


def _last_layer(model: "PreTrainedModel", outputs: int) -> nn.Linear:
    """The layer whose rows are the labels."""
    inside = f"{model.base_model_prefix}."
    modules = list(reversed(list(model.named_modules())))
    # Perceiver decodes classes within its body.
    for _, module in sorted(modules, key=lambda named: named[0].startswith(inside)):
        if isinstance(module, nn.Linear) and module.out_features == outputs:
            return module
    raise TrainingError(Reason.BASE_HEAD_UNKNOWN)


def _draw_afresh(layer: nn.Linear, spread: float) -> None:
    nn.init.normal_(layer.weight, std=spread)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)


def _reorder(layer: nn.Linear, order: list[int]) -> None:
    for weight in layer.parameters():
        weight.data.copy_(weight.data[order].clone())
