"""The exporting process: ``python -m models.exporting.child``, started by `exports`.

Standard input brings the order and then stays open for as long as the bot lives; when it ends, so
does this process.
"""

import hashlib
import os
import shutil
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import onnx
from filelock import FileLock

from models.checkpoints.tokenizer import FastTokenizer, text_tokenizer
from models.child_process import end_with_parent, read_line, step_back
from models.engines.onnx_engine import OnnxEngine
from models.errors import ModelError, NoMaskLeft
from models.exporting.agreement import Agreement, agree, answers
from models.exporting.encoder import Unsupported
from models.exporting.exports import (
    NETWORK_FILE,
    RECORD_FILE,
    TOKENIZER_FILE,
    ExportOrder,
    ExportRecord,
    Refusal,
    as_json,
    order_form,
    read_record,
)
from models.exporting.families import read_encoder, tensors_of
from models.exporting.network import write_network
from models.exporting.texts import masked_texts, trial_texts
from models.reasons import Reason
from models.results import ProblemType, Task
from models.tasks.registry import load_for, network_task
from models.tasks.spec import (
    ExportSpec,
    NetworkTask,
    Pipeline,
    PipelineConfig,
    Reads,
)

_PARTIAL = "partial-"
_MOST_BYTES = 4_000_000_000
"""Of all exports together; each can be made again."""


def main() -> None:
    """Carry out the order on standard input."""
    step_back()
    order = order_form().validate_json(read_line())
    end_with_parent()
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
        path.write_text(
            as_json(Refusal(Reason.ENGINE_FAILS, "its labels or tokens are no text")),
            encoding="utf-8",
        )


def _export(order: ExportOrder, folder: Path) -> ExportRecord | Refusal:
    try:
        return _agreeing(order, folder)
    except (Unsupported, ModelError) as error:
        return Refusal(str(error))
    except (OSError, MemoryError):
        raise  # there may be room another time
    except Exception as error:  # ONNX Runtime and onnx raise what they like
        return Refusal(Reason.ENGINE_FAILS, f"{type(error).__name__}: {error}"[:1000])


def _agreeing(order: ExportOrder, folder: Path) -> ExportRecord | Refusal:
    """Return the record of the fastest variant that agrees, its files written."""
    spec = network_task(order.task)
    if spec is None or spec.export is None:
        raise Unsupported(Reason.ENGINE_TASK)
    loaded = load_for(order.checkpoint, spec)
    from models.engines.torch_engine import TorchEngine  # noqa: PLC0415
    from models.exporting.variants import Variants  # noqa: PLC0415 - torch, after load_for

    encoder = read_encoder(tensors_of(loaded.model), loaded.model.config, spec.export.heads)
    tokenizer = text_tokenizer(loaded.tokenizer)
    if not isinstance(tokenizer, FastTokenizer):
        raise Unsupported(Reason.ENGINE_TOKENIZER)
    around = spec.config_of(order.checkpoint, loaded)
    if spec.task is Task.CLASSIFY and around.problem_type is ProblemType.REGRESSION:
        raise Unsupported(Reason.ENGINE_VALUES)
    reference = spec.assemble(
        TorchEngine(loaded.model, tokenizer.facts, is_background=True), tokenizer, around
    )
    texts = masked_texts() if spec.reads is Reads.MASKS else trial_texts()
    items = _within_limit([spec.export.question(text) for text in texts], reference)
    trial = _Trial(spec, spec.export, tokenizer, around, items, answers(reference, items))
    (folder / TOKENIZER_FILE).write_text(tokenizer.json, encoding="utf-8")
    tried, refused = [], dict[str, float]()
    for variant in Variants(loaded, encoder, tokenizer, around).of(order.choice, spec.reads):
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
    return Refusal(Reason.ENGINE_DISAGREES, "; ".join(tried))


@dataclass(frozen=True, slots=True)
class _Trial:
    """What every variant is asked, and what torch answered."""

    spec: NetworkTask[Any, Any]
    export: ExportSpec[Any, Any]
    tokenizer: FastTokenizer
    around: PipelineConfig
    items: Sequence[Any]
    expected: Sequence[Any]

    def of(self, network: Path, padding_position: int | None) -> Agreement:
        """Hear a network."""
        engine = OnnxEngine(network, 1, padding_position)
        pipeline = self.spec.assemble(engine, self.tokenizer, self.around)
        return agree(self.export, self.expected, pipeline, self.items)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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


if __name__ == "__main__":
    main()
