"""Networks of our own answer at once, in ONNX Runtime and float32, without torch.

The check against torch was made when they were, before they came with Tokki or at the end of their
training: its record stands beside their weights, with the digest of the files that it is about.
Where that is not theirs any more, torch answers.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError

from models.checkpoints.certainty.doubt import read_doubt
from models.checkpoints.certainty.letters import read_letters
from models.checkpoints.files import digest_of, folder_of
from models.checkpoints.folder_contents import CONFIG_FILE, SINGLE_FILE
from models.engines.in_memory import Network
from models.errors import BrokenCheckpoint
from models.exporting.exports import TOKENIZER_FILE, ExportRecord
from models.exporting.networks.encoder import Encoder
from models.results import Checkpoint, Origin, Task
from models.tasks.spec import HeadNames

SHIPPED_FILE = "exports.json"
_ABOUT = (CONFIG_FILE, TOKENIZER_FILE, SINGLE_FILE)
"""All that a network is made from."""
_OURS = frozenset({Origin.BUNDLED, Origin.TRAINED})


@cache
def _form() -> TypeAdapter[dict[Task, ExportRecord]]:
    return TypeAdapter(dict[Task, ExportRecord])


def find_shipped(checkpoint: Checkpoint, task: Task) -> ExportRecord | None:
    """Return the record of a network of ours, if it is of the files that are there."""
    if checkpoint.origin not in _OURS:
        return None
    folder = folder_of(checkpoint)
    try:
        record = _form().validate_json((folder / SHIPPED_FILE).read_bytes()).get(task)
        if record is None or record.sha256 != digest_of(folder, _ABOUT):
            return None
        letters = read_letters(folder, len(record.around.labels))
    except (OSError, ValidationError, BrokenCheckpoint):
        return None
    around = replace(record.around, doubt=read_doubt(folder), letters=letters)
    return replace(record, around=around)


def write_shipped(folder: Path, records: Mapping[Task, ExportRecord]) -> None:
    """Put the records of a checkpoint beside its weights; doubt and letters have their files."""
    digest = digest_of(folder, _ABOUT)
    kept = {
        task: replace(
            record, sha256=digest, around=replace(record.around, doubt=None, letters=None)
        )
        for task, record in records.items()
    }
    (folder / SHIPPED_FILE).write_bytes(_form().dump_json(kept, indent=1) + b"\n")


def network_of(folder: Path, heads: Mapping[str, HeadNames | None]) -> Network:
    """Write the network in a folder of ours down, in float32.

    Raises:
        Unsupported: its family, or something in it, is not written down.
    """
    return written(encoder_of(folder, heads))


def written(encoder: Encoder) -> Network:
    """Write a network down, in float32, its weights beside it."""
    from models.exporting.networks.network import every_product, write_network  # noqa: PLC0415

    weights: dict[str, NDArray[np.generic]] = {}
    graph = write_network(encoder, every_product(encoder), weights).SerializeToString()
    return Network(graph, weights)


def encoder_of(folder: Path, heads: Mapping[str, HeadNames | None]) -> Encoder:
    """Read the network in a folder of ours, without torch.

    Raises:
        Unsupported: its family, or something in it, is not written down.
    """
    # Neither is on the way to the first prompt.
    from safetensors.numpy import load_file  # noqa: PLC0415

    from models.exporting.networks.families import read_encoder  # noqa: PLC0415

    config = SimpleNamespace(**json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8")))
    stored = load_file(folder / SINGLE_FILE)
    tensors = {name: values.astype(np.float32) for name, values in stored.items()}
    if "cls.predictions.bias" in tensors:  # the table for words to come in is that to go out
        words = tensors["bert.embeddings.word_embeddings.weight"]
        tensors.setdefault("cls.predictions.decoder.weight", words)
        tensors.setdefault("cls.predictions.decoder.bias", tensors["cls.predictions.bias"])
    return read_encoder(tensors, config, heads)
