"""What a checkpoint is for, at a glance: from config.json, its card and its figures alone.

Every list of models asks it of each of them, so it is kept as long as no file of the folder is
another one.
"""

import os
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from models.checkpoints.card import read_card
from models.checkpoints.files import broken, folder_of, read_config, read_json
from models.checkpoints.label_names import clean_names
from models.errors import ModelError
from models.reasons import Reason
from models.reports import Figure, Overview
from models.results import Checkpoint, Task
from models.tasks.registry import task_in
from models.tasks.token_classification import kinds_of

FIGURES = "metrics.json"
"""What the recipe of the bundled checkpoints measured."""
_MEASURES = ("accuracy", "micro_f1", "macro_f1")
_REMEMBERED = 1_024
_File = tuple[str, int, int, int]


def overview(checkpoint: Checkpoint) -> Overview:
    """Describe a checkpoint in short. Blocks: call it in a thread.

    Raises:
        ModelError: its config cannot be read.
    """
    return _overview(checkpoint, _files_of(checkpoint))


def _files_of(checkpoint: Checkpoint) -> tuple[_File, ...]:
    """Return what changes where a file comes, goes or is written."""
    try:
        with os.scandir(folder_of(checkpoint)) as entries:
            return tuple(sorted(_file(entry) for entry in entries))
    except OSError as error:
        raise broken(checkpoint, Reason.FOLDER_UNREADABLE) from error


def _file(entry: "os.DirEntry[str]") -> _File:
    try:
        facts = entry.stat()
    except OSError:  # a link to nothing
        return entry.name, 0, 0, 0
    return entry.name, facts.st_size, facts.st_mtime_ns, facts.st_ino


@lru_cache(_REMEMBERED)
def _overview(checkpoint: Checkpoint, _files: tuple[_File, ...]) -> Overview:
    task = task_in(checkpoint)
    folder = folder_of(checkpoint)
    card = read_card(folder)
    figure = next(_measured(checkpoint, folder / FIGURES), card.figure)
    labels = _labels(read_config(checkpoint)) if task in (Task.CLASSIFY, Task.TAG) else ()
    if task == Task.TAG:
        labels = kinds_of(labels)
    return Overview(task, labels, card.languages, card.heading, figure)


def _labels(config: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of the outputs in their order; the values are anybody's."""
    named = config.get("id2label")
    if not isinstance(named, Mapping):
        return ()
    numbered = {int(place): name for place, name in named.items() if str(place).isdecimal()}
    return clean_names([numbered[place] for place in sorted(numbered)])


def _measured(checkpoint: Checkpoint, path: Path) -> Iterator[Figure]:
    """Yield what was measured on tests, the main one first; nothing where nobody measured."""
    if not path.is_file():
        return
    try:
        tests = read_json(checkpoint, path).get("tests")
    except ModelError:
        return
    for name, scores in tests.items() if isinstance(tests, Mapping) else ():
        for measure in _MEASURES:
            share = scores.get(measure) if isinstance(scores, Mapping) else None
            if isinstance(share, float) and 0 <= share <= 1:
                yield Figure(measure, share, str(name).replace("_", " "))
                break
