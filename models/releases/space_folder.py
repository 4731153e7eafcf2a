"""A Space: the page of a checkpoint as files that run without Tokki, here or on the Hub.

Its code is that of `models/releases/space/`, copied as it stands; what it has to know of the
checkpoint is in space.json. The weights lie beside it, or it fetches them at one commit.

Source: https://huggingface.co/docs/hub/spaces-config-reference
"""

import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from models.errors import BrokenCheckpoint
from models.reasons import Reason
from models.releases.folder import CARD_FILE, files_of

_ALWAYS = ("app.py", "model.py", "requirements.txt")
_OF_TASKS = {
    "fill-mask": {"fill_mask.py": "predict.py"},
    "sentence-similarity": {"sentence_similarity.py": "predict.py"},
    "text-classification": {
        "text_classification.py": "predict.py",
        "second_opinions.py": "second_opinions.py",
    },
    "token-classification": {"token_classification.py": "predict.py"},
}
"""Which files make the page of a task, and what they are called there."""
_WEIGHTS = "model"
_SDK_VERSION = "6.31.0"
"""Of Gradio, as its Space names one; within the bounds of requirements.txt."""
_LICENCE = ("license", "license_name", "license_link")


class FolderTaken(Exception):
    """There is something already where a folder should be written."""


@dataclass(frozen=True, slots=True)
class Space:
    """What a page shows, and what it has to know of its model."""

    name: str
    """model@version."""
    task: str
    """By the Hub's name."""
    facts: Mapping[str, object]
    """What space.json has besides; fit for JSON."""
    card: str | None
    """Markdown; None: the card beside the weights."""
    repo_id: str = ""
    """Where the Hub has the weights; empty: they lie beside the page."""
    revision: str = ""


def files_of_space(space: Space, folder: Path) -> dict[str, bytes]:
    """Return what a Space has but for its weights, which are in `folder`."""
    code = resources.files("models.releases") / "space"
    named = dict.fromkeys(_ALWAYS) | _OF_TASKS[space.task]
    texts = {(new or old): (code / old).read_bytes() for old, new in named.items()}
    facts = {
        "name": space.name,
        "task": space.task,
        "repo": space.repo_id,
        "revision": space.revision,
        **space.facts,
    }
    written = json.dumps(facts, ensure_ascii=False, indent=1).encode("utf-8", "replace")
    readme = _readme(space, folder).encode("utf-8", "replace")
    return {CARD_FILE: readme, "space.json": written, **texts}


def write_space(space: Space, folder: Path, target: Path) -> None:
    """Write a Space whole, or nothing; with the weights of `folder` where no Hub has them.

    Raises:
        FolderTaken: `target` is no empty folder.
        BrokenCheckpoint: the weights are gone.
        OSError: it cannot be written.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise FolderTaken(target)
    files = files_of_space(space, folder)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".space-") as name:
        growing = Path(name)
        for part, content in files.items():
            (growing / part).write_bytes(content)
        if not space.repo_id:
            _copy_weights(space, folder, growing / _WEIGHTS)
        target.mkdir(exist_ok=True)
        for path in growing.iterdir():
            shutil.move(path, target / path.name)


def _copy_weights(space: Space, folder: Path, target: Path) -> None:
    target.mkdir()
    for path in files_of(folder, space.name):
        try:
            shutil.copyfile(path, target / path.name)
        except FileNotFoundError as error:  # removed meanwhile
            raise BrokenCheckpoint(name=space.name, reason=Reason.FOLDER_MISSING) from error


def _readme(space: Space, folder: Path) -> str:
    """Return the card of the Space; what writes its front matter is slow to import (0.1 s)."""
    from huggingface_hub import SpaceCardData  # noqa: PLC0415

    from models.finetune.card import taken_over  # noqa: PLC0415

    found = taken_over(folder)
    licence: dict[str, Any] = {key: found[key] for key in _LICENCE if key in found}
    data = SpaceCardData(
        title=space.name,
        sdk="gradio",
        sdk_version=_SDK_VERSION,
        app_file="app.py",
        models=[space.repo_id] if space.repo_id else None,
        tags=["tokki"],
        emoji="🐰",
        **licence,
    )
    body = _own_card(folder) if space.card is None else space.card
    return f"---\n{data.to_yaml().strip()}\n---\n\n{body.strip()}\n"


def _own_card(folder: Path) -> str:
    """Return what people read of the card beside the weights; empty where there is none."""
    path = folder / CARD_FILE
    text = path.read_text("utf-8", "replace") if path.is_file() else ""
    front, mark, body = text.partition("\n---\n")
    return body if mark and front.startswith("---\n") else text
