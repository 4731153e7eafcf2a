"""Loads what stands behind a lane, in the fastest engine that is ready. Blocks for long."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from models.checkpoints.files import blaming, broken, folder_of
from models.checkpoints.folder_contents import is_of_a_tokenizer
from models.checkpoints.rehearsal import Rehearsal
from models.checkpoints.shipped_facts import line_tokenizer
from models.checkpoints.tokenizing.tokenizer import FastTokenizer, text_tokenizer
from models.checkpoints.weights_header import read_weights
from models.engines.in_memory import Network
from models.engines.protocol import EngineError
from models.exporting.exports import TOKENIZER_FILE, ExportRecord, Exports
from models.exporting.shipped import find_shipped, network_of
from models.machine import Machine
from models.reasons import Reason
from models.results import Checkpoint, EngineReport
from models.runtime import prepare_onnx
from models.serving.slots import Slot
from models.serving.workers import threads_of_a_writer
from models.tasks.registry import load_for, network_task, spec_of
from models.tasks.spec import NetworkTask, Pipeline, Reads, TokenizerTask, WritingTask

_TIMES_TOKENIZER = 8
"""So much more memory than its file a vocabulary takes, by measurement 7 to 15 times."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LoadedPipeline:
    """What stands behind a lane."""

    pipeline: Pipeline[Any, Any]
    memory_bytes: int
    engine: EngineReport | None


def expected_bytes(slot: Slot, exports: Exports | None) -> int:
    """What a slot will take, told from its files."""
    tokenizer_bytes = _tokenizer_bytes(slot.checkpoint)
    if not network_task(slot.task):
        return tokenizer_bytes
    # Torch may have to answer, however small its export is.
    exported = exports.resident_bytes(slot.checkpoint, slot.task) if exports else 0
    return tokenizer_bytes + max(read_weights(slot.checkpoint).memory_bytes, exported)


def _tokenizer_bytes(checkpoint: Checkpoint) -> int:
    """What a tokenizer takes, guessed from its largest file: most say the same in several."""
    sizes = (
        path.stat().st_size
        for path in folder_of(checkpoint).iterdir()
        if path.is_file() and is_of_a_tokenizer(path.name)
    )
    return _TIMES_TOKENIZER * max(sizes, default=0)


def load_pipeline(
    slot: Slot, exports: Exports | None, rehearsal: Rehearsal | None
) -> LoadedPipeline:
    """Load what a slot needs, and let it answer once; of what is trusted nothing was tried.

    Raises:
        BrokenCheckpoint: it loads, but cannot answer.
    """
    spec = spec_of(slot.task)
    if isinstance(spec, TokenizerTask):
        with blaming(slot.checkpoint, Reason.TOKENIZER_UNREADABLE):
            pipeline = spec.pipeline(line_tokenizer(slot.checkpoint))
        return LoadedPipeline(pipeline, expected_bytes(slot, None), None)
    assert isinstance(spec, NetworkTask)
    loaded = _prepared(slot, spec, exports) if exports and spec.export else None
    loaded = loaded or _answering(
        slot.checkpoint, spec, _in_torch(slot.checkpoint, spec, rehearsal)
    )
    memory_bytes = loaded.memory_bytes + _tokenizer_bytes(slot.checkpoint)
    return replace(loaded, memory_bytes=memory_bytes)


def _answering(
    checkpoint: Checkpoint, spec: NetworkTask[Any, Any], loaded: LoadedPipeline
) -> LoadedPipeline:
    with blaming(checkpoint, Reason.FIRST_TEXT_FAILS):
        try:
            loaded.pipeline.prepare([spec.first])()
        except EngineError as fault:
            raise broken(checkpoint, str(fault)) from fault
    return loaded


def _prepared(slot: Slot, spec: NetworkTask[Any, Any], exports: Exports) -> LoadedPipeline | None:
    """Load a network that was prepared here, or one of ours that needs no preparing."""
    if export := exports.find(slot.checkpoint, slot.task):
        return _in_onnx(spec, export.record, lambda: export.network, export.tokenizer)
    shipped = (
        find_shipped(slot.checkpoint, slot.task)
        if exports.may_ship(slot.checkpoint, slot.task)
        else None
    )
    if shipped is None or spec.export is None:
        return None
    folder, heads = folder_of(slot.checkpoint), spec.export.heads
    return _in_onnx(spec, shipped, lambda: network_of(folder, heads), folder / TOKENIZER_FILE)


def _in_onnx(
    spec: NetworkTask[Any, Any],
    record: ExportRecord,
    network: Callable[[], Path | Network],
    tokenizer_file: Path,
) -> LoadedPipeline | None:
    """Let ONNX Runtime answer: neither torch nor transformers is imported."""
    prepare_onnx()
    from tokenizers import Tokenizer  # noqa: PLC0415 - not on the way to the first prompt

    from models.engines.onnx_engine import OnnxEngine  # noqa: PLC0415 - needs ONNX Runtime

    try:
        engine = OnnxEngine(network(), Machine().cores(), record.padding_position)
        tokenizer = FastTokenizer(Tokenizer.from_file(str(tokenizer_file)), record.tokenizer)
        pipeline = spec.assemble(engine, tokenizer, record.around)
        pipeline.prepare([spec.first])()
    except Exception:  # ONNX Runtime and tokenizers raise what they like
        log.warning("A prepared network does not work; torch answers", exc_info=True)
        return None
    return LoadedPipeline(pipeline, engine.memory_bytes, record.engine)


def _in_torch(
    checkpoint: Checkpoint, spec: NetworkTask[Any, Any], rehearsal: Rehearsal | None
) -> LoadedPipeline:
    loaded = load_for(checkpoint, spec)
    if isinstance(spec, WritingTask):
        with blaming(checkpoint, Reason.CONFIG_UNWORKABLE):
            writer = spec.writer(checkpoint, loaded, threads_of_a_writer(), rehearsal)
        return LoadedPipeline(writer, writer.memory_bytes, EngineReport("torch"))
    if spec.reads is Reads.MASKS and loaded.tokenizer.mask_token_id is None:
        raise broken(checkpoint, Reason.TOKENIZER_WITHOUT_MASK)
    # Needs torch, which only a pool thread may import; see models.runtime.
    from models.engines.torch_engine import TorchEngine  # noqa: PLC0415

    with blaming(checkpoint, Reason.CONFIG_UNWORKABLE):
        tokenizer = text_tokenizer(loaded.tokenizer)
        engine = TorchEngine(loaded.model, tokenizer.facts)
        pipeline = spec.assemble(engine, tokenizer, spec.config_of(checkpoint, loaded))
    return LoadedPipeline(pipeline, engine.memory_bytes, EngineReport("torch"))
