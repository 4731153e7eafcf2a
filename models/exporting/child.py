"""The exporting process: ``python -m models.exporting.child``, started by `exports`.

Standard input brings the order and then stays open for as long as the bot lives; when it ends, so
does this process.
"""

import hashlib
import os
import shutil
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import onnx
from filelock import FileLock

from models.checkpoints.loading import load_model
from models.checkpoints.tokenizer import FastTokenizer, text_tokenizer
from models.engines.onnx_engine import OnnxEngine
from models.errors import ModelError, NoMaskLeft
from models.exporting.agreement import LOOKED_AT_WORDS, Agreement, Answer, agree, answers
from models.exporting.encoder import Unsupported, read_encoder
from models.exporting.exports import (
    NETWORK_FILE,
    ORDER,
    RECORD_FILE,
    TOKENIZER_FILE,
    ExportOrder,
    ExportRecord,
    Refusal,
    as_json,
    read_record,
)
from models.exporting.network import write_network
from models.exporting.texts import masked_texts, trial_texts
from models.results import Task
from models.serving.lanes import Pipeline
from models.tasks.classification import TextToClassify
from models.tasks.fill_mask import MaskedText
from models.tasks.pipelines import PipelineConfig, make_pipeline, pipeline_config_of

_PARTIAL = "partial-"
_NICENESS = 10
_FIRST_TO_BE_KILLED = "1000"
_MOST_BYTES = 4_000_000_000
"""Of all exports together; each can be made again."""


def main() -> None:
    """Carry out the order on standard input."""
    order = ORDER.validate_json(sys.stdin.readline())
    threading.Thread(target=_end_with_the_bot, daemon=True).start()
    _step_back()
    export(order)
    sys.stdout.flush()
    os._exit(0)  # torch's own way out takes a second that nobody needs


def export(order: ExportOrder) -> None:
    """Leave an export at `order.folder`, whole or not at all, or the reason why there is none.

    Raises:
        OSError: the disk is full, or the folder cannot be written.
    """
    order.folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(order.folder.parent / "lock"):
        if read_record(order.folder) is not None:
            return  # another process was quicker
        for left in order.folder.parent.glob(f"{_PARTIAL}*"):
            shutil.rmtree(left, ignore_errors=True)  # who made it holds no lock: it is dead
        partial = Path(mkdtemp(prefix=_PARTIAL, dir=order.folder.parent))
        try:
            _write(_export(order, partial), partial)
            shutil.rmtree(order.folder, ignore_errors=True)
            partial.rename(order.folder)
            _remove_others(order.folder)
            _remove_unused(order.folder)
        finally:
            shutil.rmtree(partial, ignore_errors=True)


def _write(record: ExportRecord | Refusal, folder: Path) -> None:
    """Write what can be read again: labels may hold halves of characters."""
    path = folder / RECORD_FILE
    path.write_text(as_json(record), encoding="utf-8")
    if read_record(folder) is None:
        path.write_text(as_json(Refusal("its labels or tokens are no text")), encoding="utf-8")


def _export(order: ExportOrder, folder: Path) -> ExportRecord | Refusal:
    try:
        return _agreeing(order, folder)
    except (Unsupported, ModelError) as error:
        return Refusal(str(error))
    except (OSError, MemoryError):
        raise  # there may be room another time
    except Exception as error:  # ONNX Runtime and onnx raise what they like
        return Refusal(f"the export failed: {type(error).__name__}: {error}"[:1000])


def _agreeing(order: ExportOrder, folder: Path) -> ExportRecord | Refusal:
    """Return the record of the fastest variant that agrees, its files written."""
    loaded = load_model(order.checkpoint, order.task)
    from models.engines.torch_engine import TorchEngine  # noqa: PLC0415
    from models.exporting.variants import Variants  # noqa: PLC0415 - torch, after load_model

    encoder = read_encoder(loaded.model, order.task)
    tokenizer = text_tokenizer(loaded.tokenizer)
    if not isinstance(tokenizer, FastTokenizer):
        raise Unsupported("its tokenizer is written in Python")
    around = pipeline_config_of(loaded)
    reference = make_pipeline(
        order.task, TorchEngine(loaded.model, tokenizer.facts), tokenizer, around
    )
    items = _within_limit(_items(order.task), reference)
    trial = _Trial(order.task, tokenizer, around, items, answers(reference, items))
    (folder / TOKENIZER_FILE).write_text(tokenizer.json, encoding="utf-8")
    tried, refused = [], dict[str, float]()
    for variant in Variants(loaded, encoder, tokenizer, around).of(order.choice, order.task):
        onnx.save(write_network(variant.encoder, variant.exact), folder / NETWORK_FILE)
        agreement = trial.of(folder / NETWORK_FILE, encoder.padding_position)
        if agreement.is_enough:
            return ExportRecord(
                engine=agreement.report(variant.name, refused),
                sha256=_sha256(folder / NETWORK_FILE),
                padding_position=encoder.padding_position,
                around=around,
                tokenizer=tokenizer.facts,
            )
        tried.append(f"{variant}: {agreement}")
        refused[variant.name] = max(agreement.same_labels, refused.get(variant.name, 0.0))
    return Refusal("; ".join(tried))


@dataclass(frozen=True, slots=True)
class _Trial:
    """What every variant is asked, and what torch answered."""

    task: Task
    tokenizer: FastTokenizer
    around: PipelineConfig
    items: Sequence[Any]
    expected: Sequence[Answer]

    def of(self, network: Path, padding_position: int | None) -> Agreement:
        """Hear a network."""
        engine = OnnxEngine(network, 1, padding_position)
        work = make_pipeline(self.task, engine, self.tokenizer, self.around)
        return agree(self.expected, work, self.items)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _items(task: Task) -> list[Any]:
    if task is Task.FILL_MASK:
        return [MaskedText(text, LOOKED_AT_WORDS) for text in masked_texts()]
    return [TextToClassify(text) for text in trial_texts()]


def _within_limit(items: list[Any], reference: Pipeline[Any, Any]) -> list[Any]:
    """Leave out whose mask the network's limit cuts off, unless that is all of them."""
    kept = [item for item in items if not isinstance(reference.prepare([item])()[0], NoMaskLeft)]
    return kept or items


def _remove_others(folder: Path) -> None:
    """Only one state of a checkpoint is there at a time."""
    for other in folder.parent.iterdir():
        if other.is_dir() and other != folder:
            shutil.rmtree(other, ignore_errors=True)


def _remove_unused(latest: Path) -> None:
    """Keep to the bound, for checkpoints that are gone leave nobody to remove their exports."""
    folders = [path.parent for path in latest.parents[1].glob(f"*/*/{RECORD_FILE}")]
    left = _MOST_BYTES - _size_bytes(latest)
    for folder in sorted(folders, key=_used_at, reverse=True):
        if folder != latest:
            left -= _size_bytes(folder)
            if left < 0:
                shutil.rmtree(folder, ignore_errors=True)


def _used_at(folder: Path) -> float:
    with suppress(OSError):
        return (folder / RECORD_FILE).stat().st_mtime
    return 0.0


def _size_bytes(folder: Path) -> int:
    with suppress(OSError):
        return sum(path.stat().st_size for path in folder.iterdir())
    return 0


def _step_back() -> None:
    """Let the chat go first, and die first when the machine runs out of memory."""
    with suppress(OSError, AttributeError):
        os.nice(_NICENESS)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_FIRST_TO_BE_KILLED)


def _end_with_the_bot() -> None:
    sys.stdin.read()
    os._exit(1)


if __name__ == "__main__":
    main()
