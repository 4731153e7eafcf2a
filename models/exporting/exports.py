"""Networks that were prepared for a faster engine, in a folder of the data folder.

Each stands under what it was made from: the checkpoint's files, the versions that made it, and the
processor on which it agreed with torch. When any of these changes it is made anew, in a process of
its own, and the old one goes.
"""

import asyncio
import dataclasses
import hashlib
import json
import logging
import os
import shutil
from asyncio.subprocess import DEVNULL
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from models.checkpoints.files import folder_of
from models.checkpoints.tokenizing.tokenizer import TokenizerFacts
from models.checkpoints.weights_header import read_weights
from models.child_process import start
from models.engines.choice import EngineChoice
from models.engines.onnx_footprint import resident_bytes
from models.errors import ModelError
from models.machine import Machine, processor
from models.results import Checkpoint, EngineReport, Task
from models.tasks.spec import PipelineConfig
from models.units import MB

NETWORK_FILE = "network.onnx"
TOKENIZER_FILE = "tokenizer.json"
RECORD_FILE = "export.json"
_FORMAT = 6
"""Counts the changes of what `models.exporting` writes and lets pass."""
_MADE_BY = ("onnxruntime", "onnx", "transformers", "tokenizers")
_LOGGED_BYTES = 4096
_LONGEST_S = 1_200.0
"""A network of BERT-large's size takes some minutes."""
_TIMES_WEIGHTS = 5
"""What exporting takes in memory at its most: the network, a copy, the graph, its bytes, a run."""
_WORKING_BYTES = 600_000_000
"""Beside that: torch, transformers, onnx and ONNX Runtime."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ExportRecord:
    """What stands beside an exported network; plain data, stored as JSON."""

    engine: EngineReport
    sha256: str
    """Of the network's file; of one without a file, of those that it is made from."""
    padding_position: int | None
    around: PipelineConfig
    tokenizer: TokenizerFacts


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a checkpoint has no faster engine, kept so that it is not tried at every start."""

    refused: str
    """A `Reason`."""
    detail: str = ""
    """For the log."""


@dataclass(frozen=True, slots=True)
class Export:
    """An exported network whose files are whole."""

    folder: Path
    record: ExportRecord

    @property
    def network(self) -> Path:
        """The graph with its weights."""
        return self.folder / NETWORK_FILE

    @property
    def tokenizer(self) -> Path:
        """The tokenizer with its vocabulary."""
        return self.folder / TOKENIZER_FILE


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """What the exporting process is asked for; plain data."""

    checkpoint: Checkpoint
    task: Task
    choice: EngineChoice
    folder: Path


@cache
def record_form() -> TypeAdapter[ExportRecord | Refusal]:
    """Slow to make, as the other is: neither is on the way to the first prompt."""
    return TypeAdapter(ExportRecord | Refusal)


@cache
def order_form() -> TypeAdapter[ExportOrder]:
    """How an order is sent."""
    return TypeAdapter(ExportOrder)


class Exports:
    """The exports of one data folder. The calls that read files block for some milliseconds."""

    def __init__(
        self,
        root: Path,
        choice: EngineChoice,
        free_bytes: Callable[[], int] | None = None,
    ) -> None:
        """`free_bytes` says how much memory the machine has left, by default the one we are on."""
        self._root = root
        self._choice = choice
        self._free_bytes = free_bytes or Machine().free_bytes
        self._making = asyncio.Lock()

    @property
    def is_possible(self) -> bool:
        """Whether ONNX Runtime is installed and allowed."""
        return self._choice != "torch" and all(find_spec(name) for name in ("onnxruntime", "onnx"))

    def may_ship(self, checkpoint: Checkpoint, task: Task) -> bool:
        """Whether a network of ours in float32 may answer until something faster is there."""
        is_allowed = self.is_possible and self._choice in ("auto", "onnx-fp32")
        return is_allowed and self.refusal(checkpoint, task) is None

    def find(self, checkpoint: Checkpoint, task: Task) -> Export | None:
        """Return a whole export; a damaged one is removed, to be made anew."""
        folder = self._folder(checkpoint, task)
        record = read_record(folder)
        if not isinstance(record, ExportRecord):
            return None
        export = Export(folder, record)
        if _is_whole(export):
            with suppress(OSError):
                os.utime(folder / RECORD_FILE)  # the latest used are kept
            return export
        log.warning("The prepared network of %s is damaged", checkpoint.full_name)
        shutil.rmtree(folder, ignore_errors=True)
        return None

    def resident_bytes(self, checkpoint: Checkpoint, task: Task) -> int:
        """Return what an export would take in memory; 0 where there is none."""
        return resident_bytes(self._folder(checkpoint, task) / NETWORK_FILE)

    def is_wanted(self, checkpoint: Checkpoint, task: Task) -> bool:
        """Whether there is neither an export nor the reason why there can be none."""
        return self.is_possible and read_record(self._folder(checkpoint, task)) is None

    def refusal(self, checkpoint: Checkpoint, task: Task) -> str | None:
        """Return why a checkpoint stays with torch, a `Reason`; None where that is not so."""
        record = read_record(self._folder(checkpoint, task)) if self.is_possible else None
        return record.refused if isinstance(record, Refusal) else None

    async def make(self, checkpoint: Checkpoint, task: Task) -> Export | None:
        """Export in a child process, one at a time; None, and one line in the log, if it failed."""
        async with self._making:
            if not await asyncio.to_thread(self._has_memory, checkpoint):
                return None
            folder = await asyncio.to_thread(self._folder, checkpoint, task)
            await _run_in_time(ExportOrder(checkpoint, task, self._choice, folder))
        record = await asyncio.to_thread(read_record, folder)
        if isinstance(record, Refusal):
            why = " ".join(filter(None, (record.refused, record.detail)))
            log.warning("%s stays with torch: %s", checkpoint.full_name, why)
        return await asyncio.to_thread(self.find, checkpoint, task)

    def remove(self, checkpoint: Checkpoint, task: Task) -> int:
        """Remove what was prepared of a checkpoint; return how many bytes that frees."""
        home = self._home(checkpoint, task)
        size = sum(path.stat().st_size for path in home.rglob("*") if path.is_file())
        shutil.rmtree(home, ignore_errors=True)
        return size

    def _has_memory(self, checkpoint: Checkpoint) -> bool:
        need_bytes, free_bytes = _needed_bytes(checkpoint), self._free_bytes()
        if need_bytes > free_bytes:
            log.warning(
                "No faster engine for %s: preparing one takes %d MB of memory, %d are free",
                checkpoint.full_name,
                need_bytes // MB,
                free_bytes // MB,
            )
        return need_bytes <= free_bytes

    def _folder(self, checkpoint: Checkpoint, task: Task) -> Path:
        """`root/which checkpoint/in which state`."""
        state = (_FORMAT, _versions(), processor(), checkpoint.revision, _files(checkpoint))
        return self._home(checkpoint, task) / _digest(state)

    def _home(self, checkpoint: Checkpoint, task: Task) -> Path:
        which = (checkpoint.name, checkpoint.version, str(checkpoint.folder), task, self._choice)
        return self._root / _digest(which)


def _needed_bytes(checkpoint: Checkpoint) -> int:
    with suppress(ModelError):  # which the export writes down as the reason
        return read_weights(checkpoint).memory_bytes * _TIMES_WEIGHTS + _WORKING_BYTES
    return _WORKING_BYTES


def read_record(folder: Path) -> ExportRecord | Refusal | None:
    """Return what a folder says of itself; None where it says nothing that can be understood."""
    try:
        written = (folder / RECORD_FILE).read_bytes()
        return record_form().validate_json(written)
    except (OSError, ValidationError):
        return None


def _is_whole(export: Export) -> bool:
    try:
        with export.network.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return digest == export.record.sha256 and export.tokenizer.stat().st_size > 0
    except OSError:
        return False


async def _run_in_time(order: ExportOrder) -> None:
    try:
        async with asyncio.timeout(_LONGEST_S):
            await _run(order)
    except TimeoutError:
        log.warning("No faster engine for %s: the export took too long", order.checkpoint.full_name)


async def _run(order: ExportOrder) -> None:
    child = await start("models.exporting.child", 1, stdout=DEVNULL)
    assert child.stdin is not None
    assert child.stderr is not None
    try:
        child.stdin.write(order_form().dump_json(order) + b"\n")
        complaints = await child.stderr.read()
        if await child.wait() != 0:
            log.warning(
                "No faster engine for %s: the export broke off: %s",
                order.checkpoint.full_name,
                complaints[-_LOGGED_BYTES:].decode(errors="replace"),
            )
    finally:
        child.stdin.close()  # which ends the child, too
        if child.returncode is None:
            child.kill()
            await child.wait()


def _versions() -> list[str]:
    return [f"{name} {_version(name)}" for name in _MADE_BY]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"


def _files(checkpoint: Checkpoint) -> list[tuple[str, int, int]]:
    """Name, size and time of every file: reading the weights themselves would take a second."""
    folder = folder_of(checkpoint)
    paths = (path for path in (*folder.glob("*"), *folder.glob("*/*")) if path.is_file())
    facts = ((path, path.stat()) for path in paths)
    return sorted(
        (path.relative_to(folder).as_posix(), fact.st_size, fact.st_mtime_ns)
        for path, fact in facts
    )


def _digest(values: object) -> str:
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:24]


def as_json(record: ExportRecord | Refusal) -> str:
    """Return the content of `RECORD_FILE`."""
    return json.dumps(dataclasses.asdict(record), indent=1)
