"""The table of contents of a checkpoint's weights, read without loading them.

Source: the safetensors format, https://github.com/huggingface/safetensors#format
"""

import hashlib
import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.checkpoints.files import Config, broken, folder_of, read_json, require_content
from models.checkpoints.folder_contents import (
    INDEX_FILE,
    SINGLE_FILE,
    has_weights,
    names_in,
    without_weights,
)
from models.reasons import Reason
from models.results import Checkpoint

_LARGEST_HEADER_BYTES = 4_000_000
"""Over all files together; a network of a hundred layers has 200,000."""
_LARGEST_OF_THE_FORMAT = 100_000_000
_MOST_TENSORS = 20_000
_LARGEST_DIMENSION = 2**40
_MOST_DIMENSIONS = 8
_FLOAT32_BYTES = 4
_DTYPES = {
    "F64": "float64",
    "F32": "float32",
    "F16": "float16",
    "BF16": "bfloat16",
    "I64": "int64",
    "I32": "int32",
    "I16": "int16",
    "I8": "int8",
    "U8": "uint8",
    "BOOL": "bool",
}
_ALWAYS_PLAUSIBLE_LAYERS = 128
_ALWAYS_PLAUSIBLE_SIZE = 1_000_000
_PARTS_OF_COUNT_NAMES = ("layer", "hidden_groups", "block_sizes", "block_repeats", "hash_functions")
"""Of what is built one by one."""
_PARTS_OF_SIZE_NAMES = (
    *("size", "position", "head", "dim", "embd", "inner", "labels"),
    *_PARTS_OF_COUNT_NAMES,
)


@dataclass(frozen=True, slots=True)
class Weights:
    """The tensors of a checkpoint by name, over all its files."""

    shapes: Mapping[str, tuple[int, ...]]
    dtype: str
    """The type of most of the numbers."""
    size_bytes: int
    """On disk."""

    @property
    def parameters(self) -> int:
        """How many numbers there are."""
        return sum(math.prod(shape) for shape in self.shapes.values())

    @property
    def memory_bytes(self) -> int:
        """What they take in memory as float32, which is how Tokki loads them."""
        return self.parameters * _FLOAT32_BYTES


def read_weights(checkpoint: Checkpoint) -> Weights:
    """Read the headers of all weight files.

    Raises:
        ModelError: there are none that Tokki uses, some are missing, or a file is cut short.
    """
    files = _weight_files(checkpoint)
    shapes: dict[str, tuple[int, ...]] = {}
    numbers: Counter[str] = Counter()
    left_bytes = _LARGEST_HEADER_BYTES
    for path in files:
        tensors, length = _read_header(checkpoint, path, left_bytes)
        left_bytes -= length
        for name, (dtype, shape) in tensors.items():
            shapes[name] = shape
            numbers[dtype] += math.prod(shape)
        if len(shapes) > _MOST_TENSORS:
            raise broken(checkpoint, Reason.WEIGHTS_HEADER_ABSURD)
    dtype = numbers.most_common(1)[0][0] if numbers else "F32"
    size_bytes = sum(path.stat().st_size for path in files)
    return Weights(shapes, _DTYPES.get(dtype, dtype.lower()), size_bytes)


def weights_digest(checkpoint: Checkpoint) -> str:
    """Return the first 12 digits of the SHA-256 over the weights, which names what has no commit.

    Raises:
        ModelError: there are none to read.
    """
    digest = hashlib.sha256()
    for path in _weight_files(checkpoint):
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:12]


def require_plausible_sizes(checkpoint: Checkpoint, config: Config, weights: Weights) -> None:
    """Refuse a config that asks for far more than the weights hold, before anything is built.

    Raises:
        BrokenCheckpoint: so many layers or so large a size that building it would not end.
    """
    most_layers = max(_ALWAYS_PLAUSIBLE_LAYERS, len(weights.shapes))
    most = max(_ALWAYS_PLAUSIBLE_SIZE, weights.parameters)
    for key, value in _numbers(config):
        bound = most_layers if any(part in key for part in _PARTS_OF_COUNT_NAMES) else most
        is_size = any(part in key for part in _PARTS_OF_SIZE_NAMES)
        if is_size and value > bound:
            raise broken(checkpoint, Reason.CONFIG_ABSURD.of(key))


def _numbers(values: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Every whole number of a config by its key, those in lists and in configs of parts, too."""
    for key, value in values.items():
        for each in value if isinstance(value, list) else (value,):
            if isinstance(each, Mapping):
                yield from _numbers(each)
            elif isinstance(each, int):
                yield str(key), each


def _weight_files(checkpoint: Checkpoint) -> list[Path]:
    folder = folder_of(checkpoint)
    if not has_weights(folder):
        raise without_weights(checkpoint.full_name, names_in(folder))
    is_whole = (folder / SINGLE_FILE).is_file()
    return [folder / SINGLE_FILE] if is_whole else _shards(checkpoint, folder)


def _shards(checkpoint: Checkpoint, folder: Path) -> list[Path]:
    placed = read_json(checkpoint, folder / INDEX_FILE).get("weight_map")
    if not isinstance(placed, dict):
        raise broken(checkpoint, Reason.WEIGHTS_INDEX_UNREADABLE)
    names = sorted({str(name) for name in placed.values()})
    for name in names:
        if Path(name).name != name or Path(name).suffix != ".safetensors":
            raise broken(checkpoint, Reason.WEIGHTS_INDEX_ASTRAY)
        if not (folder / name).is_file():
            raise broken(checkpoint, Reason.WEIGHTS_SHARD_MISSING)
    return [folder / name for name in names]


_Tensors = dict[str, tuple[str, tuple[int, ...]]]


def _read_header(checkpoint: Checkpoint, path: Path, most_bytes: int) -> tuple[_Tensors, int]:
    """Return the tensors of one file, and how many bytes its header takes."""
    try:
        require_content(checkpoint, path)
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if length > _LARGEST_OF_THE_FORMAT:
                raise broken(checkpoint, Reason.WEIGHTS_NO_SAFETENSORS)
            if length > most_bytes:
                raise broken(checkpoint, Reason.WEIGHTS_HEADER_ABSURD)
            header: dict[str, Any] = json.loads(file.read(length))
        header.pop("__metadata__", None)
        tensors = {
            name: (str(entry["dtype"]), _shape(entry["shape"])) for name, entry in header.items()
        }
        end = max((_dimension(entry["data_offsets"][1]) for entry in header.values()), default=0)
        size_bytes = path.stat().st_size
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise broken(checkpoint, Reason.WEIGHTS_HEADER_UNREADABLE) from error
    if size_bytes < 8 + length + end:
        raise broken(checkpoint, Reason.WEIGHTS_CUT_SHORT)
    return tensors, length


def _shape(value: object) -> tuple[int, ...]:
    if isinstance(value, list) and len(value) <= _MOST_DIMENSIONS:
        return tuple(map(_dimension, value))
    raise ValueError("too many dimensions")


def _dimension(value: object) -> int:
    """One number of a shape; a product of absurd ones would take for ever, or all memory."""
    if type(value) is int and 0 <= value <= _LARGEST_DIMENSION:
        return value
    raise ValueError(f"a dimension of {type(value).__name__}")
