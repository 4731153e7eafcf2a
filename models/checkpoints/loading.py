"""Constructs tokenizers and networks from a checkpoint's files. Everything here blocks for long.

Two overlapping constructions break transformers for the rest of the process: later loads leave tied
weights on the meta device, and the model answers wrongly without an error (measured). So one lock
of the process is held around each. Whoever calls from an event loop queues there first, or the
threads of the pool would all end up waiting here.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.checkpoints.configs import make_config, token_limit
from models.checkpoints.files import Config, blaming, broken, folder_of, read_config, read_json
from models.checkpoints.fit import require_fit
from models.checkpoints.folder_contents import CONFIG_FILE, GENERATION_FILE, has_tokenizer
from models.checkpoints.tokenizing.tokenizer_loading import (
    OwnTokenizer,
    make_tokenizer,
    tokenizer_limit,
)
from models.checkpoints.weights_header import Weights, read_weights, require_plausible_sizes
from models.reasons import Reason
from models.results import Checkpoint
from models.runtime import drawing, prepare

if TYPE_CHECKING:
    from transformers import PreTrainedConfig, PreTrainedModel, PreTrainedTokenizerBase
    from transformers.models.auto.auto_factory import _BaseAutoModelClass

_construction = threading.Lock()

_ALL_CHARACTERS = 0x110000
_MOST_BODY_GROWTH = 2
_FRESH_HEAD_PARAMETERS = 10_000_000


@dataclass(frozen=True, slots=True)
class LoadedTokenizer:
    """A tokenizer, and the most tokens that its model takes; None of one that is alone, perhaps."""

    own: OwnTokenizer
    limit: int | None


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A network ready to answer, with a tokenizer of its own."""

    model: "PreTrainedModel"
    tokenizer: "PreTrainedTokenizerBase"
    limit: int
    folder: Path
    is_head_fresh: bool = False


def load_tokenizer(checkpoint: Checkpoint) -> LoadedTokenizer:
    """Load the tokenizer without the weights.

    Raises:
        ModelError: the files forbid it or cannot be used.
    """
    folder = folder_of(checkpoint)
    is_alone = not (folder / CONFIG_FILE).is_file() and has_tokenizer(folder)
    values = {} if is_alone else read_config(checkpoint)
    with _constructing():
        config = None if is_alone else make_config(checkpoint, values)
        own = make_tokenizer(checkpoint, config)
    tokenizer = own.tokenizer
    limit = token_limit(config, tokenizer) if config else tokenizer_limit(tokenizer)
    return LoadedTokenizer(own, limit)


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
    values, weights = _read(checkpoint)
    with _constructing():
        config = make_config(checkpoint, values)
        tokenizer = make_tokenizer(checkpoint, config).tokenizer
        if adapt:
            adapt(config)
        _require_room(checkpoint, config, auto_class, weights)
        model, report = _make_model(checkpoint, config, auto_class)
        is_head_fresh = require_fit(
            checkpoint, model, report, weights, is_to_be_trained=adapt is not None
        )
    limit, folder = token_limit(config, tokenizer), folder_of(checkpoint)
    return LoadedModel(model, tokenizer, limit, folder, is_head_fresh)


def rehearse_model(checkpoint: Checkpoint, auto_class: str) -> "PreTrainedTokenizerBase":
    """Do what comes before the weights of a network are loaded, and return its tokenizer.

    Raises:
        ModelError: the files forbid it or cannot be used.
    """
    with _rehearsed(checkpoint, auto_class) as (_, tokenizer):
        return tokenizer


def build_untrained(checkpoint: Checkpoint, auto_class: str, seed: int) -> LoadedModel:
    """Build a network of a checkpoint's config that has learned nothing; none of its weights come.

    Chance begins at the seed.

    Raises:
        ModelError: the files forbid it or cannot be used.
    """
    import torch  # noqa: PLC0415

    with _rehearsed(checkpoint, auto_class) as (config, tokenizer):
        network = model_class(config, auto_class)
        assert network is not None  # or it could not have been rehearsed
        with blaming(checkpoint, Reason.CONFIG_UNWORKABLE), drawing, torch.random.fork_rng([]):
            torch.manual_seed(seed)
            model = network(config)
        model.train(False)
    limit = token_limit(config, tokenizer)
    return LoadedModel(model, tokenizer, limit, folder_of(checkpoint), is_head_fresh=True)


@contextmanager
def _rehearsed(
    checkpoint: Checkpoint, auto_class: str
) -> "Iterator[tuple[PreTrainedConfig, PreTrainedTokenizerBase]]":
    values, weights = _read(checkpoint)
    with _constructing():
        config = make_config(checkpoint, values)
        tokenizer = make_tokenizer(checkpoint, config).tokenizer
        _require_room(checkpoint, config, auto_class, weights)
        yield config, tokenizer


def _read(checkpoint: Checkpoint) -> tuple[Config, Weights]:
    """Read what tells of a network; transformers would read settings of any size for writing."""
    values = read_config(checkpoint)
    if (path := folder_of(checkpoint) / GENERATION_FILE).is_file():
        read_json(checkpoint, path)
    weights = read_weights(checkpoint)
    require_plausible_sizes(checkpoint, values, weights)
    return values, weights


def load_config(checkpoint: Checkpoint) -> "PreTrainedConfig":
    """Load the config alone, with transformers' defaults filled in.

    Raises:
        ModelError: the files forbid it or cannot be used.
    """
    values = read_config(checkpoint)
    with _constructing():
        return make_config(checkpoint, values)


def embedded_tokens(model: "PreTrainedModel") -> int:
    """Return how many tokens a network has embeddings for: all, of CANINE, which hashes them."""
    if model.config.model_type == "canine":
        return _ALL_CHARACTERS
    weight = getattr(model.get_input_embeddings(), "weight", None)
    # What Perceiver calls its embeddings are those of its latents.
    return int(model.config.vocab_size if weight is None else weight.shape[0])


def model_class(config: "PreTrainedConfig", auto_class: str) -> "type[PreTrainedModel] | None":
    """Return the class that an auto class loads a checkpoint as, None where there is none."""
    mapping: Any = _auto_class(auto_class)._model_mapping
    found: type[PreTrainedModel] | None = mapping.get(type(config), None)
    return found


@contextmanager
def _constructing() -> Iterator[None]:
    with _construction:
        prepare()
        yield


def _auto_class(name: str) -> "type[_BaseAutoModelClass]":
    import transformers  # noqa: PLC0415

    found: type[_BaseAutoModelClass] = getattr(transformers, name)
    return found


def _require_room(
    checkpoint: Checkpoint, config: "PreTrainedConfig", auto_class: str, weights: Weights
) -> None:
    """Build the network without memory, to see whether the weights can be all there is of it."""
    import torch  # noqa: PLC0415

    if config.model_type == "mra":
        # Without a kernel of the Hub, for graphics cards, it attends to nothing.
        raise broken(checkpoint, Reason.TYPE_NEEDS_KERNEL.of("MRA"))
    if config.model_type == "reformer":
        # Its hashes are drawn anew for each question; and half a million tokens make a training.
        raise broken(checkpoint, Reason.TYPE_RANDOM.of("Reformer"))
    with blaming(checkpoint, Reason.CONFIG_UNWORKABLE):
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

    with blaming(checkpoint, Reason.WEIGHTS_UNREADABLE):
        model, report = _auto_class(auto_class).from_pretrained(
            folder_of(checkpoint),
            config=config,
            dtype=torch.float32,
            use_safetensors=True,
            trust_remote_code=False,
            local_files_only=True,
            ignore_mismatched_sizes=True,
            output_loading_info=True,
        )
        return model.eval(), report
