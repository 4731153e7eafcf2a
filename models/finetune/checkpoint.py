"""Reading a checkpoint to train or to measure, and writing the one that comes of it."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import torch
from torch import nn
from transformers import (
    AutoConfig,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    PreTrainedModel,
)

from models.checkpoints.calibration import CONFIG_KEY
from models.finetune.checks import TrainingError
from models.finetune.schedule import LONGEST_TEXT

_SAFELY: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
_TOKENIZER_FILES = frozenset(
    {
        "tokenizer.json",
        "tokenizer_config.json",
        "special_tokens_map.json",
        "added_tokens.json",
        "vocab.txt",
        "vocab.json",
        "merges.txt",
    }
)


class Head(StrEnum):
    """What became of the base's own head."""

    KEPT = "kept: the base already knew these labels"
    REORDERED = "kept and reordered: the base knew these labels in another order"
    FRESH = "made fresh"


@dataclass(frozen=True, slots=True)
class TrainableClassifier:
    """A loaded checkpoint with what is needed to feed it."""

    model: PreTrainedModel
    tokenizer: Any
    limit: int
    pad_id: int

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of its answers, in the order of its logits."""
        return _names(self.model.config)

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """Token numbers of each text, special tokens included, cut at the limit."""
        valid = [text.encode("utf-8", "replace").decode() for text in texts]
        encoded = self.tokenizer(valid, truncation=True, max_length=self.limit)
        return [list(ids) or [self.pad_id] for ids in encoded["input_ids"]]


def load_base(folder: Path, labels: Sequence[str]) -> tuple[TrainableClassifier, Head]:
    """The checkpoint as a classifier of `labels`, its head made fresh where it does not fit.

    The head is kept where the base is a trained classifier of the very same labels, and its rows
    are put in our order. Otherwise the last layer is drawn from torch's random state.
    """
    config = AutoConfig.from_pretrained(folder, **_SAFELY)
    known = _names(config)
    config.id2label = dict(enumerate(labels))
    config.label2id = {label: number for number, label in enumerate(labels)}
    config.problem_type = "single_label_classification"
    # Measured on the base's own answers; there are too few held-out labels to measure it anew.
    config.__dict__.pop(CONFIG_KEY, None)
    classifier, is_fresh = _load(folder, config, ignore_mismatched_sizes=True)
    layer = _last_layer(classifier.model, len(labels))
    if is_fresh or sorted(known) != sorted(labels):
        _draw_afresh(layer, config.initializer_range)
        return classifier, Head.FRESH
    _reorder(layer, [known.index(label) for label in labels])
    return classifier, Head.KEPT if known == tuple(labels) else Head.REORDERED


def load_trained(folder: Path) -> TrainableClassifier:
    """A classifier to be measured as it is; it must have all of its weights."""
    classifier, is_fresh = _load(folder, AutoConfig.from_pretrained(folder, **_SAFELY))
    if is_fresh:
        raise TrainingError("The classifier to compare with has no trained head.")
    return classifier


def save(classifier: TrainableClassifier, base: Path, folder: Path) -> None:
    """Write config, weights and tokenizer; the tokenizer's files are the base's own, unchanged.

    The weights stay 32 bits wide: half as wide they would be trained from worse the next time,
    and a processor computes with them several times slower.
    """
    classifier.model.save_pretrained(folder)
    for name in _TOKENIZER_FILES.union(classifier.tokenizer.vocab_files_names.values()):
        if (base / name).is_file():
            shutil.copyfile(base / name, folder / name)


def _load(folder: Path, config: Any, **options: Any) -> tuple[TrainableClassifier, bool]:  # noqa: ANN401
    """The classifier, and whether its head lacks trained weights."""
    tokenizer = AutoTokenizer.from_pretrained(folder, **_SAFELY)
    pad_id = _padding(tokenizer)
    if config.pad_token_id is None:
        config.pad_token_id = pad_id  # decoders look for it to find a text's last token
    model, found = AutoModelForSequenceClassification.from_pretrained(
        folder,
        config=config,
        use_safetensors=True,
        output_loading_info=True,
        dtype=torch.float32,
        **_SAFELY,
        **options,
    )
    lacking = {*found["missing_keys"], *(key for key, *_ in found["mismatched_keys"])}
    _assert_whole(model, lacking)
    is_fresh = any(not key.startswith(f"{model.base_model_prefix}.") for key in lacking)
    return TrainableClassifier(model, tokenizer, _limit(tokenizer, model), pad_id), is_fresh


def _assert_whole(model: PreTrainedModel, lacking: set[str]) -> None:
    """Refuse a body with untrained parts; only a pooler may be missing: fill-mask has none."""
    body = {key for key in lacking if key.startswith(f"{model.base_model_prefix}.")}
    if any("pooler" not in key for key in body) or any(p.is_meta for p in model.parameters()):
        raise TrainingError("A checkpoint lacks a part of its weights.")


def _padding(tokenizer: Any) -> int:  # noqa: ANN401 - transformers gives it no useful type
    candidates = (tokenizer.pad_token_id, tokenizer.eos_token_id, 0)
    return next(token for token in candidates if token is not None)


def _limit(tokenizer: Any, model: PreTrainedModel) -> int:  # noqa: ANN401
    """The most tokens of a text: the least of what tokenizer, positions and memory allow.

    RoBERTa and its kin count positions from behind the padding's, so they have two fewer.
    """
    configured = getattr(model.config, "max_position_embeddings", None) or LONGEST_TEXT
    tables = (
        module
        for name, module in model.named_modules()
        if name.endswith("position_embeddings") and isinstance(module, nn.Embedding)
    )
    offset = max((t.padding_idx + 1 for t in tables if t.padding_idx is not None), default=0)
    return int(min(tokenizer.model_max_length, configured - offset, LONGEST_TEXT))


def _names(config: Any) -> tuple[str, ...]:  # noqa: ANN401
    return tuple(str(config.id2label[number]) for number in sorted(config.id2label))


def _last_layer(model: PreTrainedModel, outputs: int) -> nn.Linear:
    """The layer whose rows are the labels."""
    inside = f"{model.base_model_prefix}."
    for name, module in reversed(list(model.named_modules())):
        is_outside = not name.startswith(inside)
        if is_outside and isinstance(module, nn.Linear) and module.out_features == outputs:
            return module
    raise TrainingError("The checkpoint to begin from has a head of an unknown kind.")


def _draw_afresh(layer: nn.Linear, spread: float) -> None:
    nn.init.normal_(layer.weight, std=spread)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)


def _reorder(layer: nn.Linear, order: list[int]) -> None:
    for weight in layer.parameters():
        weight.data.copy_(weight.data[order].clone())
