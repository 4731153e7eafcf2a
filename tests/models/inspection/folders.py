"""Folders that somebody has written to do harm, each a small change to an honest checkpoint."""

import json
import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

from models.results import Checkpoint

Spoil = Callable[[Path], object]


def changed(name: str, **values: Any) -> Spoil:
    """Give keys of a JSON file other values; None takes one out."""

    def spoil(folder: Path) -> None:
        path = folder / name
        old = json.loads(path.read_text("utf-8")) if path.exists() else {}
        new = {key: value for key, value in (old | values).items() if value is not None}
        path.write_text(json.dumps(new), "utf-8")

    return spoil


def header(text: str) -> Spoil:
    """Weights without any, under a table of contents of one's own."""
    return lambda folder: (folder / "model.safetensors").write_bytes(
        struct.pack("<Q", len(text)) + text.encode()
    )


def tensors(count: int) -> str:
    one = '"t%06d":{"dtype":"F32","shape":[],"data_offsets":[0,0]}'
    return "{" + ",".join(one % number for number in range(count)) + "}"


def shaped(shape: str, end: str = "0") -> str:
    return f'{{"t":{{"dtype":"F32","shape":[{shape}],"data_offsets":[0,{end}]}}}}'


def replacing(*pairs: tuple[str, str]) -> dict[str, Any]:
    """A normalizer that replaces one thing after another."""
    steps = [{"type": "Replace", "pattern": {"String": old}, "content": new} for old, new in pairs]
    return {"type": "Sequence", "normalizers": steps}


def splitting(regex: str) -> dict[str, Any]:
    pattern = {"Regex": regex}
    return {"type": "Split", "pattern": pattern, "behavior": "Isolated", "invert": False}


def merged_aliases(folder: Path) -> None:
    """A card of a few hundred bytes that says its first line a hundred million times."""
    steps = [f"s{n}: &s{n} {{<<: [{', '.join([f'*s{n - 1}'] * 10)}]}}" for n in range(1, 9)]
    front = "\n".join(["s0: &s0 {word: mit}", *steps])
    (folder / "README.md").write_text(f"---\n{front}\nlicense: mit\n---\n# Kind words\n")


def pipe(name: str) -> Spoil:
    return lambda folder: ((folder / name).unlink(missing_ok=True), os.mkfifo(folder / name))


def link(name: str, target: Path) -> Spoil:
    def spoil(folder: Path) -> None:
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(target)

    return spoil


def spoiled(checkpoint: Checkpoint, spoil: Spoil) -> Checkpoint:
    assert checkpoint.folder
    spoil(checkpoint.folder)
    return checkpoint
