"""Constructs tokenizers and networks from a checkpoint's files. Everything here blocks for long.

Two overlapping constructions break transformers for the rest of the process: later loads leave tied
weights on the meta device, and the model answers wrongly without an error (measured). So one lock
of the process is held around each. Whoever calls from an event loop queues there first, or the
threads of the pool would all end up waiting here.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.checkpoints.files import (
    Config,
    broken,
    folder_of,
    read_config,
    require_known_type,
)
from models.checkpoints.label_names import clean_names
from models.checkpoints.weights_header import Weights, read_weights, require_plausible_sizes
from models.errors import FreshHead, ModelError
from models.reasons import Reason
from models.results import Checkpoint
from models.runtime import prepare

if TYPE_CHECKING:
    from transformers import PreTrainedConfig, PreTrainedModel, PreTrainedTokenizerBase
    from transformers.models.auto.auto_factory import _BaseAutoModelClass

log = logging.getLogger(__name__)

_construction = threading.Lock()

_POSITIONS_AFTER_PADDING = {
    *("camembert", "data2vec-text", "esm", "ibert", "lilt", "longformer", "luke", "markuplm"),
    *("mluke", "mpnet", "roberta", "roberta-prelayernorm", "xlm-roberta", "xlm-roberta-xl"),
    "xmod",
}
"""Types that count positions from pad_token_id + 1 and so cannot use the first of them."""

_NO_TOKENIZER_MAXIMUM = 1_000_000
"""Tokenizers without a maximum say 1e30."""

_NOT_FROM_A_CONFIG = (
    "attn_implementation",
    "experts_implementation",
    "auto_map",
    "fusion_config",
    "kernel_config",
    "transformers_weights",
)
"""Keys that choose code or files rather than sizes: an attention may be a kernel on the Hub."""

_MOST_BODY_GROWTH = 2
_FRESH_HEAD_PARAMETERS = 10_000_000


@dataclass(frozen=True, slots=True)
class LoadedTokenizer:
    """A tokenizer of its own, and the most tokens that its model takes (None: nothing says so)."""

    tokenizer: "PreTrainedTokenizerBase"
    limit: int | None


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A network ready to answer, with a tokenizer of its own."""

    model: "PreTrainedModel"
    tokenizer: "PreTrainedTokenizerBase"
    limit: int | None
    folder: Path
    is_head_fresh: bool = False


def load_tokenizer(checkpoint: Checkpoint) -> LoadedTokenizer:
    """Load the tokenizer without the weights.

    Raises:
        ModelError: the files forbid it or cannot be used.
    """
    values = read_config(checkpoint)
    with _constructing():
        config = _make_config(checkpoint, values)
        tokenizer = _make_tokenizer(checkpoint, config)
    return LoadedTokenizer(tokenizer, token_limit(config, tokenizer))


def load_model(
    checkpoint: Checkpoint,
    auto_class: str,
    adapt: "Callable[[PreTrainedConfig], None] | None" = None,
) -> LoadedModel:
    """Load the network in float32, as a class of transformers does, and its tokenizer.

    `adapt` makes the config one of a network to be trained, whose head may then lack weights.

    Raises:
        FreshHead: its head has no trained weights.
        ModelError: the files forbid it or cannot be used.
    """
    values = read_config(checkpoint)
    weights = read_weights(checkpoint)
    require_plausible_sizes(checkpoint, values, weights)
    with _constructing():
        config = _make_config(checkpoint, values)
        tokenizer = _make_tokenizer(checkpoint, config)
        if adapt:
            adapt(config)
        _require_room(checkpoint, config, auto_class, weights)
        model, report = _make_model(checkpoint, config, auto_class)
    is_head_fresh = _is_head_random(checkpoint, model, report)
    if is_head_fresh and adapt is None:
        raise FreshHead(name=checkpoint.full_name)
    limit, folder = token_limit(config, tokenizer), folder_of(checkpoint)
    return LoadedModel(model, tokenizer, limit, folder, is_head_fresh)


def load_config(checkpoint: Checkpoint) -> "PreTrainedConfig":
    """Load the config alone, with transformers' defaults filled in.

    Raises:
        ModelError: the files forbid it or cannot be used.
    """
    values = read_config(checkpoint)
    with _constructing():
        return _make_config(checkpoint, values)


def embedded_tokens(model: "PreTrainedModel") -> int:
    """Return how many tokens a network has embeddings for."""
    return int(getattr(model.get_input_embeddings(), "weight").shape[0])  # noqa: B009


def model_class(config: "PreTrainedConfig", auto_class: str) -> "type[PreTrainedModel] | None":
    """Return the class that an auto class loads a checkpoint as, None where there is none."""
    mapping: Any = _auto_class(auto_class)._model_mapping
    found: type[PreTrainedModel] | None = mapping.get(type(config), None)
    return found


def labels_of(config: "PreTrainedConfig") -> tuple[tuple[int, str], ...]:
    """Return a head's outputs by number, each under a name of its own that people can be shown."""
    named = sorted((int(place), name) for place, name in (config.id2label or {}).items())
    names = clean_names([name for _, name in named])
    return tuple(zip((place for place, _ in named), names, strict=True))


def token_limit(config: "PreTrainedConfig", tokenizer: "PreTrainedTokenizerBase") -> int | None:
    """Return the most tokens that the model takes, None where neither part says so."""
    limits = []
    if 0 < tokenizer.model_max_length < _NO_TOKENIZER_MAXIMUM:
        limits.append(int(tokenizer.model_max_length))
    positions = getattr(config, "max_position_embeddings", None)
    if isinstance(positions, int) and positions > 0:
        is_shifted = config.model_type in _POSITIONS_AFTER_PADDING
        limits.append(positions - (config.pad_token_id or 0) - 1 if is_shifted else positions)
    return min(limits, default=None)


@contextmanager
def _constructing() -> Iterator[None]:
    with _construction:
        prepare()
        yield


@contextmanager
def _reason(checkpoint: Checkpoint, reason: Reason) -> Iterator[None]:
    """Turn whatever transformers raises on somebody's files into one reason."""
    try:
        yield
    except (ModelError, MemoryError):
        raise
    except Exception as error:
        log.warning("%s: %s", checkpoint.full_name, reason, exc_info=True)
        raise broken(checkpoint, reason) from error


def _make_config(checkpoint: Checkpoint, values: Config) -> "PreTrainedConfig":
    from transformers import CONFIG_MAPPING  # noqa: PLC0415 - seconds long, see models.runtime

    model_type = str(values.get("model_type"))
    require_known_type(checkpoint, values, model_type in CONFIG_MAPPING)
    if values.get("quantization_config"):
        raise broken(checkpoint, Reason.WEIGHTS_QUANTIZED)
    with _reason(checkpoint, Reason.CONFIG_UNFIT):
        config: PreTrainedConfig = CONFIG_MAPPING[model_type].from_dict(_only_sizes(values))
        return config


def _only_sizes(values: Config) -> dict[str, Any]:
    return {
        key: _only_sizes(value) if isinstance(value, dict) else value
        for key, value in values.items()
        if not any(name in str(key) for name in _NOT_FROM_A_CONFIG)
    }


def _make_tokenizer(
    checkpoint: Checkpoint, config: "PreTrainedConfig"
) -> "PreTrainedTokenizerBase":
    from transformers import AutoTokenizer  # noqa: PLC0415

    folder = folder_of(checkpoint)
    if not any(_is_of_a_tokenizer(path) for path in folder.iterdir()):
        raise broken(checkpoint, Reason.TOKENIZER_MISSING)
    with _reason(checkpoint, Reason.TOKENIZER_UNREADABLE):
        tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(
            folder, config=config, local_files_only=True, trust_remote_code=False
        )
        # Without a vocabulary file some classes begin with an empty one, and say nothing.
        if len(tokenizer) <= len(set(tokenizer.all_special_ids)):
            raise broken(checkpoint, Reason.TOKENIZER_EMPTY)
    return tokenizer


def _is_of_a_tokenizer(path: Path) -> bool:
    return "tokenizer" in path.name or path.name.startswith(("vocab", "spiece", "sentencepiece"))


def _auto_class(name: str) -> "type[_BaseAutoModelClass]":
    import transformers  # noqa: PLC0415

    found: type[_BaseAutoModelClass] = getattr(transformers, name)
    return found


def _require_room(
    checkpoint: Checkpoint, config: "PreTrainedConfig", auto_class: str, weights: Weights
) -> None:
    """Build the network without memory, to see whether the weights can be all there is of it."""
    import torch  # noqa: PLC0415

    with _reason(checkpoint, Reason.CONFIG_UNWORKABLE):
        with torch.device("meta"):
            skeleton = _auto_class(auto_class).from_config(config)  # type: ignore[no-untyped-call]
        tensors = (*skeleton.parameters(), *skeleton.buffers())
        needed = sum(tensor.numel() for tensor in tensors)
    if needed > _MOST_BODY_GROWTH * weights.parameters + _FRESH_HEAD_PARAMETERS:
        raise broken(checkpoint, Reason.CONFIG_TOO_LARGE)


def _make_model(
    checkpoint: Checkpoint, config: "PreTrainedConfig", auto_class: str
) -> "tuple[PreTrainedModel, dict[str, Any]]":
    import torch  # noqa: PLC0415

    folder = folder_of(checkpoint)
    if (folder / "adapter_config.json").exists():
        # With peft installed, transformers would load the base that the adapter names instead.
        raise broken(checkpoint, Reason.ADAPTER)
    with _reason(checkpoint, Reason.WEIGHTS_UNREADABLE):
        model, report = _auto_class(auto_class).from_pretrained(
            folder,
            config=config,
            dtype=torch.float32,
            use_safetensors=True,
            trust_remote_code=False,
            local_files_only=True,
            ignore_mismatched_sizes=True,
            output_loading_info=True,
        )
        return model.eval(), report


def _is_head_random(
    checkpoint: Checkpoint, model: "PreTrainedModel", report: dict[str, Any]
) -> bool:
    """Refuse a body of which a part is random, and tell of its head: transformers only logs."""
    if any(tensor.is_meta for tensor in (*model.parameters(), *model.buffers())):
        raise RuntimeError(f"transformers left weights of {checkpoint.full_name} on meta")
    body = model.base_model_prefix + "."
    mismatched = {str(entry[0]) for entry in report["mismatched_keys"]}
    random = mismatched | set(report["missing_keys"])
    # A pooler beside a trained body is as fresh as a head: what classifies looks through it.
    if any(key.startswith(body) and "pooler" not in key for key in random):
        raise broken(checkpoint, Reason.WEIGHTS_UNFIT)
    return bool(random)
