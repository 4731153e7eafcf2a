"""A tiny network of every family of transformers, made from the names of its config's keys."""

from pathlib import Path
from typing import Any

import torch
import transformers

from models.results import Checkpoint, Origin
from tests.models.tiny import save, wordpiece

LABELS = {0: "negative", 1: "neutral", 2: "positive"}
LIMIT = 64
_SMALL: dict[str, Any] = {
    **dict.fromkeys(("hidden_size", "d_model", "n_embd", "dim", "emb_dim", "embedding_size"), 32),
    **dict.fromkeys(("num_hidden_layers", "n_layer", "n_layers", "num_layers"), 2),
    **dict.fromkeys(("encoder_layers", "decoder_layers", "num_decoder_layers"), 1),
    **dict.fromkeys(("num_attention_heads", "n_head", "n_heads", "num_heads"), 4),
    **dict.fromkeys(("encoder_attention_heads", "decoder_attention_heads"), 4),
    **dict.fromkeys(("num_key_value_heads",), 4),
    **dict.fromkeys(("head_dim", "d_head", "d_kv", "attention_head_size"), 8),
    **dict.fromkeys(("intermediate_size", "d_inner", "hidden_dim", "ffn_dim", "d_ff", "dff"), 64),
    **dict.fromkeys(("encoder_ffn_dim", "decoder_ffn_dim", "n_inner", "ffn_hidden_size"), 64),
    **dict.fromkeys(("max_position_embeddings", "n_positions", "n_ctx", "max_seq_len"), LIMIT),
    **dict.fromkeys(("initializer_range", "init_std", "initializer_std", "embed_init_std"), 0.5),
    "initializer_factor": 3.0,
    "bos_token_id": 2,
    "eos_token_id": 3,
    "pad_token_id": 0,
}
_LANGUAGE = {"n_langs": 1, "pad_index": 0, "unk_index": 1, "bos_index": 2, "eos_index": 3}
_DISENTANGLED = {"relative_attention": True, "pos_att_type": ["c2p", "p2c"]}
_OWN: dict[str, dict[str, Any]] = {
    "big_bird": {"block_size": 4, "num_random_blocks": 1},
    "bigbird_pegasus": {"block_size": 4, "num_random_blocks": 1},
    "canine": {"local_transformer_stride": 8, "num_hash_buckets": 64},
    "convbert": {"head_ratio": 2, "num_groups": 1, "conv_kernel_size": 5},
    "deberta": _DISENTANGLED | {"pooler_hidden_size": 32},
    "deberta-v2": _DISENTANGLED | {"pooler_hidden_size": 32, "position_buckets": 16},
    "esm": {"position_embedding_type": "absolute", "mask_token_id": 4, "token_dropout": False},
    "flaubert": _LANGUAGE,
    "funnel": {"block_sizes": [1, 1], "block_repeats": None, "num_decoder_layers": 1},
    "gpt_neo": {"attention_types": [[["global", "local"], 1]], "window_size": 8},
    "longformer": {"attention_window": [8, 8]},
    "luke": {"entity_vocab_size": 10, "entity_emb_size": 32},
    "mobilebert": {"embedding_size": 16, "true_hidden_size": 32, "intra_bottleneck_size": 32},
    "modernbert": {"local_attention": 16, "cls_token_id": 2, "sep_token_id": 3},
    "nystromformer": {"segment_means_seq_len": LIMIT, "num_landmarks": LIMIT},
    "reformer": {
        "attn_layers": ["local", "lsh"],
        "axial_pos_shape": [8, 8],
        "axial_pos_embds_dim": [16, 16],
        "feed_forward_size": 64,
        "num_buckets": 2,
        "local_attn_chunk_length": 4,
        "lsh_attn_chunk_length": 4,
        "is_decoder": False,
    },
    "xlm": _LANGUAGE,
    "xmod": {"languages": ["en_XX", "ko_KR"], "default_language": "en_XX"},
}
_COUNT_FROM_PADDING = {
    *("camembert", "data2vec-text", "esm", "ibert", "longformer", "luke", "mpnet", "roberta"),
    *("roberta-prelayernorm", "xlm-roberta", "xmod"),
}


def make(root: Path, kind: str, auto_class: str) -> Checkpoint:
    """Save one with weights far enough from nothing that its answers differ."""
    torch.manual_seed(5)
    tokenizer = wordpiece()
    tokenizer.model_max_length = LIMIT
    config_class = transformers.CONFIG_MAPPING[kind]
    keys = set(config_class().to_dict()) | set(config_class.attribute_map)
    values = {key: value for key, value in _SMALL.items() if key in keys}
    if kind in _COUNT_FROM_PADDING:
        values["max_position_embeddings"] = LIMIT + 2
    values |= _OWN.get(kind, {})
    config = config_class(**values | {"vocab_size": len(tokenizer)})
    config.id2label = LABELS
    config.architectures = []  # or Funnel, which has two bodies, would look for one in None
    if config.is_encoder_decoder:
        config.decoder_start_token_id = 3
    model = getattr(transformers, auto_class).from_config(config)
    save(root / kind, model, tokenizer)
    return Checkpoint(kind, "0", Origin.FOLDER, root / kind)
