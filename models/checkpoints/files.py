"""What the files of a checkpoint say, read without torch: config.json and what it is made for."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from models.errors import BrokenCheckpoint, FreshHead, NeedsRemoteCode, WrongTask
from models.results import Checkpoint, Task

Config = Mapping[str, Any]

_LARGEST_JSON_BYTES = 64 * 1024 * 1024

_MADE_FOR = {
    "ForSequenceClassification": "text-classification",
    "ForMaskedLM": "fill-mask",
    "BertForPreTraining": "fill-mask",
    "WithLMHeadModel": "fill-mask",
    "LMHeadModel": "text-generation",
    "ForCausalLM": "text-generation",
    "ForConditionalGeneration": "text2text-generation",
    "ForTokenClassification": "token-classification",
    "ForQuestionAnswering": "question-answering",
    "ForMultipleChoice": "multiple-choice",
}
"""The end of an architecture's name, and the Hub's name of its task; the first that fits counts."""


def folder_of(checkpoint: Checkpoint) -> Path:
    """Return the folder of a fetched checkpoint.

    Raises:
        BrokenCheckpoint: it is not fetched, or its folder has gone.
    """
    if checkpoint.folder is None or not checkpoint.folder.is_dir():
        raise broken(checkpoint, "Its folder is gone.")
    return checkpoint.folder


def read_config(checkpoint: Checkpoint) -> Config:
    """Return config.json as it stands.

    Raises:
        BrokenCheckpoint: there is none, or it is no JSON object.
    """
    path = folder_of(checkpoint) / "config.json"
    if not path.is_file():
        raise broken(checkpoint, "It has no config.json.")
    return read_json(checkpoint, path)


def read_json(checkpoint: Checkpoint, path: Path) -> dict[str, Any]:
    """Return a JSON object.

    Raises:
        BrokenCheckpoint: it cannot be read, is absurdly large, or is something else than an object.
    """
    try:
        if path.stat().st_size > _LARGEST_JSON_BYTES:
            raise broken(checkpoint, f"Its {path.name} is absurdly large.")
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise broken(checkpoint, f"Its {path.name} cannot be read.") from error
    if not isinstance(values, dict):
        raise broken(checkpoint, f"Its {path.name} is no JSON object.")
    return values


def architecture_of(config: Config) -> str | None:
    """Return the class that the checkpoint was saved from, where it says so."""
    named = config.get("architectures")
    if isinstance(named, list) and named and isinstance(named[0], str):
        return named[0]
    return None


def label_count(config: Config) -> int:
    """Return how many outputs a classifier's head has; transformers' own default is 2."""
    labels, count = config.get("id2label"), config.get("num_labels")
    if isinstance(labels, dict):
        return len(labels)
    return count if isinstance(count, int) else 2


def purpose_of(config: Config) -> str:
    """Return the Hub's name of the task that the head is made for, "" where it is none we know."""
    architecture = architecture_of(config) or ""
    purpose = next((task for end, task in _MADE_FOR.items() if architecture.endswith(end)), "")
    if purpose == Task.CLASSIFY and label_count(config) == 1:
        return "regression"
    return purpose


def task_of(config: Config) -> Task | None:
    """Return what the checkpoint can be asked; None where config.json names no architecture."""
    if architecture_of(config) is None:
        return None
    purpose = purpose_of(config)
    return Task(purpose) if purpose in (Task.CLASSIFY, Task.FILL_MASK) else Task.OTHER


def is_headless(config: Config) -> bool:
    """Whether the checkpoint was saved from a body alone, such as BertModel."""
    return (architecture_of(config) or "").endswith("Model") and not purpose_of(config)


def require_task(checkpoint: Checkpoint, config: Config, wanted: Task) -> None:
    """Refuse before any weights are read what cannot do the task.

    Where config.json names no architecture the load itself must tell, by the head's weights.

    Raises:
        FreshHead: a body without a head.
        WrongTask: made for something else; `instead` is filled in by the service.
    """
    if is_headless(config):
        raise FreshHead(name=checkpoint.full_name)
    if task_of(config) not in (wanted, None):
        can = purpose_of(config)
        raise WrongTask(name=checkpoint.full_name, can=can, wanted=str(wanted), instead=[])


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
    raise broken(checkpoint, f"Its model type {str(config.get('model_type'))[:30]!r} is unknown.")


def broken(checkpoint: Checkpoint, reason: str) -> BrokenCheckpoint:
    """Return the error that says why the files cannot be used."""
    return BrokenCheckpoint(name=checkpoint.full_name, reason=reason)
