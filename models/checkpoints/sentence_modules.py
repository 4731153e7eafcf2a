"""How a checkpoint makes one vector of a text, as sentence-transformers writes it down.

modules.json lists what comes behind the network: a pooling, perhaps dense layers, perhaps a
normalization. It is data from strangers: only these few are known, and nothing of it is code.

Source: https://sbert.net/docs/sentence_transformer/usage/custom_models.html
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.checkpoints.files import broken, read_json, read_json_list
from models.checkpoints.folder_contents import CONFIG_FILE, SINGLE_FILE
from models.reasons import Reason
from models.results import Checkpoint

MODULES_FILE = "modules.json"
_KEYS = {
    "pooling_mode_cls_token": "cls",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_mean_sqrt_len_tokens": "mean_sqrt_len_tokens",
    "pooling_mode_weightedmean_tokens": "weightedmean",
    "pooling_mode_lasttoken": "lasttoken",
}
"""How poolings were chosen before version 5, in the order in which they stand beside each other."""
POOLINGS = frozenset(_KEYS.values())
_TRANSFORMER_FILE = "sentence_bert_config.json"
_ACTIVATIONS = {"Identity": "", "Tanh": "tanh", "ReLU": "relu"}
_FOLDER = re.compile(r"\w[\w.-]{0,63}")
_MOST_MODULES = 8
_LARGEST_DENSE_BYTES = 64_000_000


@dataclass(frozen=True, slots=True)
class Dense:
    """A dense layer behind the pooling; plain data, fit for JSON."""

    weights: str
    """Float32 of shape (outputs, inputs) in base64."""
    bias: str
    """Likewise, of shape (outputs,); empty: none."""
    outputs: int
    activation: str
    """`tanh`, `relu`, or empty."""

    def arrays(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return weights of shape (inputs, outputs), and a bias of (outputs,)."""
        weights = _unpacked(self.weights).reshape(self.outputs, -1).T
        return weights, _unpacked(self.bias) if self.bias else np.zeros(self.outputs)


@dataclass(frozen=True, slots=True)
class SentenceModules:
    """From the states of a text's tokens to its vector; plain data, fit for JSON."""

    poolings: tuple[str, ...] = ("mean",)
    """Of `POOLINGS`; several stand beside each other, in this order."""
    dense: tuple[Dense, ...] = ()
    is_normalized: bool = False
    most_tokens: int | None = None
    """Fewer than the network takes, perhaps: longer texts were not learned from."""
    is_lower_case: bool = False
    is_written: bool = False
    """Whether the checkpoint itself says so; else this is what is usual."""


def read_sentence_modules(checkpoint: Checkpoint) -> SentenceModules:
    """Read modules.json and what it names; the mean of all tokens where there is none.

    Raises:
        BrokenCheckpoint: something that is not known, or cannot be read.
    """
    folder = checkpoint.folder
    if folder is None or not (folder / MODULES_FILE).is_file():
        return SentenceModules()
    modules = list(_modules(checkpoint, folder))
    kinds = [kind for kind, _ in modules]
    _require_order(checkpoint, kinds)
    own = _optional(checkpoint, folder / _TRANSFORMER_FILE)
    most_tokens = own.get("max_seq_length")
    return SentenceModules(
        poolings=_poolings(checkpoint, modules[1][1]),
        dense=tuple(_dense(checkpoint, place) for kind, place in modules if kind == "Dense"),
        is_normalized=kinds[-1] == "Normalize",
        most_tokens=most_tokens if type(most_tokens) is int and most_tokens > 0 else None,
        is_lower_case=own.get("do_lower_case") is True,
        is_written=True,
    )


def _modules(checkpoint: Checkpoint, folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the last part of each class's name, and the module's own folder."""
    listed = read_json_list(checkpoint, folder / MODULES_FILE)
    for module in listed[: _MOST_MODULES + 1]:
        kind = str(module.get("type", "")).rpartition(".")[2]
        path = module.get("path", "")
        if not isinstance(path, str) or (path and not _FOLDER.fullmatch(path)):
            raise broken(checkpoint, Reason.MODULE_UNKNOWN.of(path))
        yield kind, folder / path


def _require_order(checkpoint: Checkpoint, kinds: list[str]) -> None:
    inner = kinds[2:-1] if kinds[-1:] == ["Normalize"] else kinds[2:]
    wanted = ["Transformer", "Pooling", *["Dense"] * len(inner)]
    for kind, want in zip([*kinds[:2], *inner], wanted, strict=False):
        if kind != want:
            raise broken(checkpoint, Reason.MODULE_UNKNOWN.of(kind))
    if not 2 <= len(kinds) <= _MOST_MODULES:  # noqa: PLR2004 - the first two have to be there
        raise broken(checkpoint, Reason.FILE_UNREADABLE.of(MODULES_FILE))


def _poolings(checkpoint: Checkpoint, folder: Path) -> tuple[str, ...]:
    config = read_json(checkpoint, folder / CONFIG_FILE)
    named = config.get("pooling_mode")
    if named is None:
        chosen = [name for key, name in _KEYS.items() if config.get(key) is True] or ["mean"]
    else:
        chosen = list(map(str, named)) if isinstance(named, list) else [str(named)]
    for name in chosen:
        if name not in POOLINGS:
            raise broken(checkpoint, Reason.MODULE_UNKNOWN.of(f"Pooling {name}"))
    return tuple(dict.fromkeys(chosen))


def _dense(checkpoint: Checkpoint, folder: Path) -> Dense:
    config = read_json(checkpoint, folder / CONFIG_FILE)
    activation = str(config.get("activation_function", "Tanh")).rpartition(".")[2]
    if activation not in _ACTIVATIONS or config.get("use_residual"):
        raise broken(checkpoint, Reason.MODULE_UNKNOWN.of(f"Dense {activation}"))
    tensors = _tensors(checkpoint, folder / SINGLE_FILE)
    weights, bias = tensors.get("linear.weight"), tensors.get("linear.bias")
    if weights is None or weights.ndim != 2:  # noqa: PLR2004 - a matrix
        raise broken(checkpoint, Reason.FILE_UNREADABLE.of(f"{folder.name}/{SINGLE_FILE}"))
    return Dense(
        weights=_packed(weights),
        bias="" if bias is None else _packed(bias),
        outputs=len(weights),
        activation=_ACTIVATIONS[activation],
    )


def _tensors(checkpoint: Checkpoint, path: Path) -> Mapping[str, NDArray[Any]]:
    from safetensors import SafetensorError  # noqa: PLC0415 - not on the way to the first prompt
    from safetensors.numpy import load_file  # noqa: PLC0415

    named = f"{path.parent.name}/{path.name}"
    try:
        if path.stat().st_size > _LARGEST_DENSE_BYTES:
            raise broken(checkpoint, Reason.FILE_TOO_LARGE.of(named))
        tensors: Mapping[str, NDArray[Any]] = load_file(path)
    except (OSError, ValueError, TypeError, SafetensorError) as error:
        raise broken(checkpoint, Reason.FILE_UNREADABLE.of(named)) from error
    return tensors


def _packed(tensor: NDArray[Any]) -> str:
    return b64encode(np.ascontiguousarray(tensor, np.float32).tobytes()).decode()


def _unpacked(numbers: str) -> NDArray[np.float64]:
    return np.frombuffer(b64decode(numbers), np.float32).astype(np.float64)


def _optional(checkpoint: Checkpoint, path: Path) -> Mapping[str, Any]:
    return read_json(checkpoint, path) if path.is_file() else {}
