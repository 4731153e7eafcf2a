"""What the files of a checkpoint say, read without torch: config.json and other JSON."""

import hashlib
import json
import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from models.checkpoints.folder_contents import (
    CONFIG_FILE,
    is_of_a_tokenizer,
    names_in,
    without_config,
)
from models.errors import BrokenCheckpoint, ModelError, NeedsRemoteCode
from models.reasons import Reason
from models.reports import ProblemType
from models.results import Checkpoint

Config = Mapping[str, Any]

_LARGEST_JSON_BYTES = 8_000_000
"""A config with names for a hundred thousand labels takes as much."""
LARGEST_TOKENIZER_BYTES = 40_000_000
"""Of one file; those of the largest vocabularies, of a quarter of a million words, have 34."""
_DEEPEST = 32
_LACK = re.compile(r"'\w*Config' object has no attribute '(\w+)'")
"""What a network says that looks in vain for a key of its config."""
_LFS_POINTER = b"version https://git-lfs.github.com/spec/"

log = logging.getLogger(__name__)


def folder_of(checkpoint: Checkpoint) -> Path:
    """Return the folder of a fetched checkpoint.

    Raises:
        BrokenCheckpoint: it is not fetched, or its folder has gone.
    """
    if checkpoint.folder is None or not checkpoint.folder.is_dir():
        raise broken(checkpoint, Reason.FOLDER_MISSING)
    return checkpoint.folder


def digest_of(folder: Path, names: Iterable[str]) -> str:
    """Return the SHA-256 of the digests of those files of a folder that are there."""
    whole = hashlib.sha256()
    for path in (folder / name for name in names):
        if path.is_file():
            with path.open("rb") as file:
                whole.update(hashlib.file_digest(file, "sha256").digest())
    return whole.hexdigest()


def read_config(checkpoint: Checkpoint) -> Config:
    """Return config.json as it stands.

    Raises:
        ModelError: there is none, or it is no JSON object.
    """
    path = folder_of(checkpoint) / CONFIG_FILE
    if not path.is_file():
        raise without_config(checkpoint.full_name, names_in(path.parent))
    return read_json(checkpoint, path)


def read_json(checkpoint: Checkpoint, path: Path) -> dict[str, Any]:
    """Return a JSON object.

    Raises:
        BrokenCheckpoint: it cannot be read, is absurdly large, or is something else than an object.
    """
    values = _json(checkpoint, path)
    if not isinstance(values, dict):
        raise broken(checkpoint, Reason.FILE_NO_OBJECT.of(path.name))
    return values


def read_json_list(checkpoint: Checkpoint, path: Path) -> list[dict[str, Any]]:
    """Return a JSON list of objects.

    Raises:
        BrokenCheckpoint: it cannot be read, is absurdly large, or is something else.
    """
    values = _json(checkpoint, path)
    if not isinstance(values, list) or not all(isinstance(each, dict) for each in values):
        raise broken(checkpoint, Reason.FILE_UNREADABLE.of(path.name))
    return values


def _json(checkpoint: Checkpoint, path: Path) -> object:
    try:
        is_of_tokens = is_of_a_tokenizer(path.name)
        most_bytes = LARGEST_TOKENIZER_BYTES if is_of_tokens else _LARGEST_JSON_BYTES
        if path.stat().st_size > most_bytes:
            raise broken(checkpoint, Reason.FILE_TOO_LARGE.of(path.name))
        require_content(checkpoint, path)
        values = json.loads(path.read_text(encoding="utf-8-sig"))
        if not is_of_tokens and not _is_shallow(values):
            raise broken(checkpoint, Reason.FILE_ABSURD.of(path.name))
        return values
    except (OSError, ValueError, RecursionError) as error:
        raise broken(checkpoint, Reason.FILE_UNREADABLE.of(path.name)) from error


def _is_shallow(values: object, depth: int = 0) -> bool:
    """Whether what reads on can go into every part of it without losing its way back."""
    if not isinstance(values, Mapping | list):
        return True
    inner = values.values() if isinstance(values, Mapping) else values
    return depth < _DEEPEST and all(_is_shallow(each, depth + 1) for each in inner)


def require_content(checkpoint: Checkpoint, path: Path) -> None:
    """Refuse what Git leaves in the place of a large file that it has not fetched.

    Raises:
        BrokenCheckpoint: it is a pointer of Git LFS.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        if file.read(len(_LFS_POINTER)) == _LFS_POINTER:
            raise broken(checkpoint, Reason.FILE_POINTER.of(path.name))


def architecture_of(config: Config) -> str | None:
    """Return the class that the checkpoint was saved from, where it says so."""
    named = config.get("architectures")
    if isinstance(named, list) and named and isinstance(named[0], str):
        return named[0]
    return None


def problem_type_of(config: Config) -> ProblemType:
    """Return how the outputs of a head are read: as the config says, else as transformers does.

    One output without a word is a value, which is how transformers trains it.
    """
    named = config.get("problem_type")
    if named == ProblemType.REGRESSION or (named is None and has_one_output(config)):
        return ProblemType.REGRESSION
    return ProblemType.MULTI_LABEL if named == ProblemType.MULTI_LABEL else ProblemType.SINGLE_LABEL


def has_one_output(config: Config) -> bool:
    """Whether a head has a single output; transformers' own default is two."""
    labels = config.get("id2label")
    outputs = len(labels) if isinstance(labels, Mapping) else config.get("num_labels")
    return outputs == 1


def require_known_type(checkpoint: Checkpoint, config: Config, known: bool) -> None:
    """Refuse a model type that transformers does not have.

    Raises:
        NeedsRemoteCode: the repository brings its own code for it.
        BrokenCheckpoint: nobody has code for it.
    """
    if known:
        return
    if config.get("auto_map"):
        raise NeedsRemoteCode(name=checkpoint.full_name)
    raise broken(checkpoint, Reason.TYPE_UNKNOWN.of(config.get("model_type")))


def broken(checkpoint: Checkpoint, reason: str) -> BrokenCheckpoint:
    """Return the error that says why the files cannot be used."""
    return BrokenCheckpoint(name=checkpoint.full_name, reason=reason)


def is_panic(error: BaseException) -> bool:
    """Whether a library in Rust, such as tokenizers, gave up; to Python that is no Exception."""
    return type(error).__module__ == "pyo3_runtime"


@contextmanager
def blaming(checkpoint: Checkpoint, reason: Reason) -> Iterator[None]:
    """Turn whatever a library raises on somebody's files into one reason.

    Raises:
        BrokenCheckpoint: for that reason.
    """
    try:
        yield
    except (ModelError, MemoryError):
        raise
    except BaseException as error:
        if not isinstance(error, Exception) and not is_panic(error):
            raise
        log.warning("%s: %s", checkpoint.full_name, reason, exc_info=True)
        if isinstance(error, AttributeError) and (lack := _LACK.search(str(error))):
            raise broken(checkpoint, Reason.CONFIG_LACKS.of(lack[1])) from error
        raise broken(checkpoint, reason) from error
