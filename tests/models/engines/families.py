"""Tiny checkpoints of every family that is exported, made on the spot."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import transformers

from models.results import Checkpoint, Origin, Task
from tests.models.tiny import LIMIT, roberta_tokenizer, save, wordpiece

_LABELS = {0: "negative", 1: "neutral", 2: "positive"}
_SIZES: dict[str, Any] = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 64,
    "initializer_range": 0.2,
}


def _bert(tokenizer: Any) -> Any:
    return transformers.BertConfig(
        vocab_size=len(tokenizer), max_position_embeddings=LIMIT, id2label=_LABELS, **_SIZES
    )


def _relu_bert(tokenizer: Any) -> Any:
    config = _bert(tokenizer)
    config.hidden_act = "relu"
    return config


def _tanh_gelu_bert(tokenizer: Any) -> Any:
    config = _bert(tokenizer)
    config.hidden_act = "gelu_new"
    return config


def _electra(tokenizer: Any) -> Any:
    return transformers.ElectraConfig(
        vocab_size=len(tokenizer),
        embedding_size=16,
        max_position_embeddings=LIMIT,
        id2label=_LABELS,
        **_SIZES,
    )


def _albert(tokenizer: Any) -> Any:
    """Three rounds through two layers, in other sizes than its embeddings."""
    return transformers.AlbertConfig(
        vocab_size=len(tokenizer),
        embedding_size=16,
        max_position_embeddings=LIMIT,
        inner_group_num=2,
        id2label=_LABELS,
        **_SIZES | {"num_hidden_layers": 3},
    )


def _mpnet(tokenizer: Any) -> Any:
    return transformers.MPNetConfig(
        vocab_size=len(tokenizer),
        max_position_embeddings=LIMIT + 2,
        pad_token_id=1,
        id2label=_LABELS,
        **_SIZES,
    )


def _deberta_v3(tokenizer: Any) -> Any:
    """As the published ones are, with fewer exact distances than a text has."""
    return transformers.DebertaV2Config(
        vocab_size=len(tokenizer),
        max_position_embeddings=LIMIT,
        relative_attention=True,
        position_buckets=16,
        norm_rel_ebd="layer_norm",
        share_att_key=True,
        pos_att_type=["p2c", "c2p"],
        position_biased_input=False,
        id2label=_LABELS,
        **_SIZES,
    )


def _other_deberta(tokenizer: Any) -> Any:
    """With whatever a config may say otherwise."""
    return transformers.DebertaV2Config(
        vocab_size=len(tokenizer),
        type_vocab_size=2,
        max_position_embeddings=LIMIT,
        max_relative_positions=10,
        relative_attention=True,
        pos_att_type="c2p",
        pooler_hidden_act="tanh",
        id2label=_LABELS,
        **_SIZES,
    )


def _modernbert(pooling: str, most: int = LIMIT) -> Callable[[Any], Any]:
    """One layer that sees everything among layers that see less than a text."""

    def config(tokenizer: Any) -> Any:
        return transformers.ModernBertConfig(
            vocab_size=len(tokenizer),
            max_position_embeddings=most,
            local_attention=15,
            classifier_pooling=pooling,
            initializer_cutoff_factor=3.0,
            id2label=_LABELS,
            **dict.fromkeys(("pad_token_id", "bos_token_id", "cls_token_id"), 0),
            **dict.fromkeys(("eos_token_id", "sep_token_id"), 3),
            **_SIZES | {"num_hidden_layers": 3},
        )

    return config


def _distilbert(tokenizer: Any) -> Any:
    return transformers.DistilBertConfig(
        vocab_size=len(tokenizer),
        max_position_embeddings=LIMIT,
        dim=32,
        n_layers=2,
        n_heads=2,
        hidden_dim=64,
        initializer_range=0.2,
        id2label=_LABELS,
    )


def _roberta(kind: str) -> Callable[[Any], Any]:
    def config(tokenizer: Any) -> Any:
        return getattr(transformers, kind)(
            vocab_size=len(tokenizer),
            max_position_embeddings=LIMIT + 2,
            type_vocab_size=1,
            pad_token_id=1,
            id2label=_LABELS,
            **_SIZES,
        )

    return config


Family = tuple[str, Callable[[Any], Any], Callable[[], Any]]
FAMILIES: dict[str, Family] = {
    "bert": ("Bert", _bert, wordpiece),
    "relu": ("Bert", _relu_bert, wordpiece),
    "gelu_new": ("Bert", _tanh_gelu_bert, wordpiece),
    "electra": ("Electra", _electra, wordpiece),
    "distilbert": ("DistilBert", _distilbert, wordpiece),
    "roberta": ("Roberta", _roberta("RobertaConfig"), roberta_tokenizer),
    "xlm-roberta": ("XLMRoberta", _roberta("XLMRobertaConfig"), roberta_tokenizer),
    "albert": ("Albert", _albert, wordpiece),
    "deberta-v3": ("DebertaV2", _deberta_v3, wordpiece),
    "modernbert": ("ModernBert", _modernbert("mean"), wordpiece),
    "mpnet": ("MPNet", _mpnet, roberta_tokenizer),
    "camembert": ("Camembert", _roberta("CamembertConfig"), roberta_tokenizer),
}
VARIETIES: dict[str, Family] = {
    "other deberta": ("DebertaV2", _other_deberta, wordpiece),
    "modernbert, first token": ("ModernBert", _modernbert("cls"), wordpiece),
    "modernbert, long": ("ModernBert", _modernbert("mean", 1_500), wordpiece),
}
"""What a config may say otherwise; one test of each is enough."""
_ENDS = {
    Task.CLASSIFY: "ForSequenceClassification",
    Task.FILL_MASK: "ForMaskedLM",
    Task.TAG: "ForTokenClassification",
    Task.EMBED: "Model",
}


def make(root: Path, family: str, task: Task) -> Checkpoint:
    """Save one, with biases and normalizations that are not at their first values."""
    folder = root / f"{family}-{task}"
    start, config, tokenizer_of = (FAMILIES | VARIETIES)[family]
    torch.manual_seed(11)
    tokenizer = tokenizer_of()
    model = getattr(transformers, start + _ENDS[task])(config(tokenizer))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.05)
    save(folder, model, tokenizer)
    return Checkpoint(family, "0", Origin.FOLDER, folder)
