"""What is in a checkpoint's folder by the names of its files; and what is lacking, with its remedy.

People download and copy all kinds of folders. Which one it is tells what they can do about it.
"""

from collections.abc import Collection, Iterator
from itertools import islice
from pathlib import Path, PurePosixPath

from models.errors import BrokenCheckpoint, ModelError, UnsafeWeights
from models.reasons import Reason

CONFIG_FILE = "config.json"
GENERATION_FILE = "generation_config.json"
SINGLE_FILE = "model.safetensors"
INDEX_FILE = "model.safetensors.index.json"
ADAPTER_FILE = "adapter_config.json"
TOKENIZER_FILE = "tokenizer.json"
TOKENIZER_SUFFIXES = frozenset({".model", ".spm", ".tiktoken", ".codes", ".tokenizer"})

_SAFETENSORS = ".safetensors"
_PICKLED = {".bin", ".pt", ".pth", ".ckpt", ".pkl"}
_OF_A_TRAINER = {"training_args.bin", "optimizer.pt", "optimizer.bin", "scheduler.pt", "scaler.pt"}
"""Pickles that `transformers.Trainer` leaves beside the weights."""
_LLAMA_CPP = {".gguf", ".ggml"}
_ONNX = {".onnx", ".ort"}
_OTHER_PROGRAMS = {
    *(".h5", ".keras", ".pb", ".tflite", ".index", ".msgpack", ".mlmodel", ".ot", ".nemo", ".xml"),
}
"""TensorFlow, Keras, Flax, Core ML, rust-bert, NeMo and OpenVINO."""
_TOKENIZER_STARTS = ("tokenizer", "vocab", "spiece", "sentencepiece", "tekken")
_MOST_FILES = 10_000


def names_in(folder: Path) -> list[str]:
    """Return the files of a folder and of the folders in it, as `name` or `folder/name`."""
    return list(islice(_names(folder), _MOST_FILES))


def is_of_a_tokenizer(name: str) -> bool:
    """Whether a file of the top folder belongs to a tokenizer."""
    path = PurePosixPath(name)
    is_named = path.name.startswith(_TOKENIZER_STARTS)
    return len(path.parts) == 1 and (is_named or path.suffix in TOKENIZER_SUFFIXES)


def has_tokenizer(folder: Path) -> bool:
    """Whether there is anything to make a tokenizer from."""
    return any(is_of_a_tokenizer(path.name) for path in folder.iterdir())


def has_weights(folder: Path) -> bool:
    """Whether there are weights by the names that transformers looks for."""
    is_adapter = (folder / ADAPTER_FILE).exists()
    return not is_adapter and any((folder / each).is_file() for each in (SINGLE_FILE, INDEX_FILE))


def without_config(name: str, names: Collection[str]) -> ModelError:
    """Return why a folder without config.json is no checkpoint."""
    if ADAPTER_FILE in names or not any(map(_is_safetensors, names)):
        return without_weights(name, names)
    return BrokenCheckpoint(name=name, reason=_inside(names) or Reason.CONFIG_MISSING)


def without_weights(name: str, names: Collection[str]) -> ModelError:
    """Return why a folder has no weights that Tokki can use."""
    if ADAPTER_FILE in names:
        return BrokenCheckpoint(name=name, reason=Reason.ADAPTER)
    if any(map(_is_pickled, names)):
        return UnsafeWeights(name=name)
    reason = _inside(names) or _misnamed(names) or _in_another_format(names) or _nothing(names)
    return BrokenCheckpoint(name=name, reason=reason)


def _inside(names: Collection[str]) -> str | None:
    """A checkpoint in a folder of this one, as a training or the Hub's cache leaves it."""
    for inner in names:
        folder, _, name = inner.rpartition("/")
        if folder and name == SINGLE_FILE and f"{folder}/{CONFIG_FILE}" in names:
            return Reason.FOLDER_INSIDE.of(folder)
    return None


def _misnamed(names: Collection[str]) -> str | None:
    named = [each for each in names if _is_safetensors(each) and "/" not in each]
    if len(named) == 1:
        return Reason.WEIGHTS_MISNAMED.of(named[0])
    return Reason.WEIGHTS_INDEX_MISSING if named else None


def _in_another_format(names: Collection[str]) -> str | None:
    if file := _first(names, _LLAMA_CPP):
        return Reason.WEIGHTS_GGUF.of(file)
    if file := _first(names, _ONNX):
        return Reason.WEIGHTS_ONNX.of(file)
    if file := _first(names, _OTHER_PROGRAMS):
        return Reason.WEIGHTS_OTHER_PROGRAM.of(file)
    return None


def _nothing(names: Collection[str]) -> Reason:
    if CONFIG_FILE not in names and any(map(is_of_a_tokenizer, names)):
        return Reason.TOKENIZER_ALONE
    return Reason.WEIGHTS_MISSING if names else Reason.FOLDER_EMPTY


def _names(folder: Path) -> Iterator[str]:
    for path in sorted(folder.iterdir()):
        if path.is_file():
            yield path.name
        elif path.is_dir() and not path.name.startswith("."):
            yield from _inner_names(path)


def _inner_names(folder: Path) -> Iterator[str]:
    """Those of a folder, or where it holds nothing but folders (a cache of the Hub), of theirs."""
    entries = _entries(folder)
    files = [path for path in entries if path.is_file()]
    for inner in () if files else entries:
        files += [path for path in _entries(inner) if path.is_file()]
    yield from (path.relative_to(folder.parent).as_posix() for path in files)


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:  # no folder, or one that may not be read
        return []


def _first(names: Collection[str], suffixes: set[str]) -> str | None:
    return next((each for each in names if PurePosixPath(each).suffix in suffixes), None)


def _is_pickled(name: str) -> bool:
    """Whether it may be the weights of PyTorch in its old form."""
    is_other = name in _OF_A_TRAINER or name.startswith(("rng_state", "openvino"))
    return "/" not in name and PurePosixPath(name).suffix in _PICKLED and not is_other


def _is_safetensors(name: str) -> bool:
    return name.endswith(_SAFETENSORS)
