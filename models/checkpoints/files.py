"""What the files of a checkpoint say, read without torch: config.json and other JSON."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from models.errors import BrokenCheckpoint, NeedsRemoteCode
from models.reasons import Reason
from models.results import Checkpoint

Config = Mapping[str, Any]

_LARGEST_JSON_BYTES = 64 * 1024 * 1024


def folder_of(checkpoint: Checkpoint) -> Path:
    """Return the folder of a fetched checkpoint.

    Raises:
        BrokenCheckpoint: it is not fetched, or its folder has gone.
    """
    if checkpoint.folder is None or not checkpoint.folder.is_dir():
        raise broken(checkpoint, Reason.FOLDER_MISSING)
    return checkpoint.folder


def read_config(checkpoint: Checkpoint) -> Config:
    """Return config.json as it stands.

    Raises:
        BrokenCheckpoint: there is none, or it is no JSON object.
    """
    path = folder_of(checkpoint) / "config.json"
    if not path.is_file():
        raise broken(checkpoint, Reason.CONFIG_MISSING)
    return read_json(checkpoint, path)


def read_json(checkpoint: Checkpoint, path: Path) -> dict[str, Any]:
    """Return a JSON object.

    Raises:
        BrokenCheckpoint: it cannot be read, is absurdly large, or is something else than an object.
    """
    try:
        if path.stat().st_size > _LARGEST_JSON_BYTES:
            raise broken(checkpoint, Reason.FILE_TOO_LARGE.of(path.name))
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise broken(checkpoint, Reason.FILE_UNREADABLE.of(path.name)) from error
    if not isinstance(values, dict):
        raise broken(checkpoint, Reason.FILE_NO_OBJECT.of(path.name))
    return values


def architecture_of(config: Config) -> str | None:
    """Return the class that the checkpoint was saved from, where it says so."""
    named = config.get("architectures")
    if isinstance(named, list) and named and isinstance(named[0], str):
        return named[0]
    return None


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
