"""The exporting process: ``python -m models.exporting.child``, started by `exports`.

Standard input brings the order and then stays open for as long as the bot lives; when it ends, so
does this process.
"""

import hashlib
import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp

import onnx
from filelock import FileLock

from models.child_process import end_with_parent, read_line, step_back
from models.errors import ModelError
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
from models.exporting.networks.encoder import Unsupported
from models.exporting.networks.families import read_encoder, tensors_of
from models.exporting.networks.network import write_network
from models.exporting.trial import trial_of
from models.reasons import Reason

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
    trial = trial_of(order.checkpoint, order.task)
    from models.exporting.variants import Variants  # noqa: PLC0415 - torch, after load_for

    model, heads = trial.loaded.model, trial.export.heads
    encoder = read_encoder(tensors_of(model), model.config, heads)
    variants = Variants(trial.loaded, encoder, trial.tokenizer, trial.around)
    (folder / TOKENIZER_FILE).write_text(trial.tokenizer.json, encoding="utf-8")
    tried, refused = [], dict[str, float]()
    for variant in variants.of(order.choice, trial.spec.reads):
        onnx.save(write_network(variant.encoder, variant.exact), folder / NETWORK_FILE)
        agreement = trial.of(folder / NETWORK_FILE, encoder.padding_position)
        if agreement.is_enough:
            report = agreement.report(variant.name, refused)
            sha256 = _sha256(folder / NETWORK_FILE)
            return trial.record(report, sha256, encoder.padding_position)
        tried.append(f"{variant}: {agreement}")
        refused[variant.name] = max(agreement.same_labels, refused.get(variant.name, 0.0))
    return Refusal(Reason.ENGINE_DISAGREES, "; ".join(tried))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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
