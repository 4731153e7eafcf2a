"""How long one message takes in each task on one core: exported beside torch, tokenizer included.

    python -m benchmarks.one_message [NAME=FOLDER ...]

The bundled checkpoints by default, and all-MiniLM-L6-v2 where its package is installed. The runs of
torch, the baseline, and of ONNX Runtime are interleaved, so that other load falls on both alike.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import torch

import models.bundled
from benchmarks.serving.inputs.examples import Missing
from benchmarks.serving.inputs.trained import body_folder
from handlers.texts.reasons import translate_reason
from handlers.types import Language
from models.checkpoints.tokenizing.tokenizer import FastTokenizer, text_tokenizer
from models.engines.onnx_engine import OnnxEngine
from models.engines.torch_engine import TorchEngine
from models.exporting import child
from models.exporting.exports import Export, ExportOrder, ExportRecord, Refusal, read_record
from models.results import Checkpoint, EngineReport, Origin
from models.tasks.registry import load_for, network_task, task_in
from models.tasks.spec import NetworkTask, Pipeline

ROUNDS = 40
MESSAGES = (
    "오늘 점심 뭐 먹을까요? 어제 그 집 김치찌개 진짜 맛있었는데 ㅋㅋ",
    "Can somebody look at the build? It has been failing since this morning.",
    "업데이트하고 나서 앱이 자꾸 꺼져요 ㅠㅠ",
    "thanks, that fixed it!",
)
"""Those that the bundled models' cards are timed on."""
_MASK = " ___"

Ask = Callable[[str], object]


def main(words: Sequence[str]) -> None:
    """Measure, and print a table."""
    torch.set_num_threads(1)
    print("| checkpoint | task | torch ms | exported ms | ratio | agreement |")
    print("|---|---|---|---|---|---|")
    for name, folder in _given(words) if words else _usual():
        with TemporaryDirectory() as work:
            print(_row(Checkpoint(name, "0", Origin.FOLDER, folder), Path(work)), flush=True)


def _given(words: Sequence[str]) -> Iterator[tuple[str, Path]]:
    for word in words:
        name, _, folder = word.rpartition("=")
        yield name or Path(folder).name, Path(folder)


def _usual() -> Iterator[tuple[str, Path]]:
    for config in sorted(Path(models.bundled.__path__[0]).glob("*/config.json")):
        yield config.parent.name, config.parent
    try:
        yield "all-MiniLM-L6-v2", body_folder()
    except Missing as why:
        print(why, file=sys.stderr)


def _row(checkpoint: Checkpoint, work: Path) -> str:
    spec = network_task(task_in(checkpoint) or "")
    assert spec is not None, "nothing can be asked of it"
    slow = _in_torch(checkpoint, spec)
    record = _export(checkpoint, spec, work)
    if isinstance(record, Refusal):
        seconds, _ = _timed(_asking(spec, slow), _asking(spec, slow))
        why = translate_reason(record.refused, Language.ENGLISH)
        return f"| {checkpoint.name} | {spec.task} | {1e3 * seconds:.2f} | – | – | {why} |"
    quick = _exported(spec, Export(work / "export", record))
    seconds, fewer = _timed(_asking(spec, slow), _asking(spec, quick))
    return (
        f"| {checkpoint.name} | {spec.task} | {1e3 * seconds:.2f} | {1e3 * fewer:.2f} "
        f"| {seconds / fewer:.1f} | {_agreed(record.engine)} |"
    )


def _in_torch(checkpoint: Checkpoint, spec: NetworkTask[Any, Any]) -> Pipeline[Any, Any]:
    loaded = load_for(checkpoint, spec)
    tokenizer = text_tokenizer(loaded.tokenizer)
    engine = TorchEngine(loaded.model, tokenizer.facts, is_background=True)  # one core
    return spec.assemble(engine, tokenizer, spec.config_of(checkpoint, loaded))


def _export(
    checkpoint: Checkpoint, spec: NetworkTask[Any, Any], work: Path
) -> ExportRecord | Refusal:
    child.export(ExportOrder(checkpoint, spec.task, "auto", work / "export"))
    record = read_record(work / "export")
    assert record is not None
    return record


def _exported(spec: NetworkTask[Any, Any], export: Export) -> Pipeline[Any, Any]:
    from tokenizers import Tokenizer  # noqa: PLC0415

    record = export.record
    engine = OnnxEngine(export.network, 1, record.padding_position)
    tokenizer = FastTokenizer(Tokenizer.from_file(str(export.tokenizer)), record.tokenizer)
    return spec.assemble(engine, tokenizer, record.around)


def _asking(spec: NetworkTask[Any, Any], pipeline: Pipeline[Any, Any]) -> Ask:
    assert spec.export is not None
    question = spec.export.question
    return lambda text: pipeline.prepare([question(text)])()


def _timed(first: Ask, second: Ask) -> tuple[float, float]:
    """Return the median seconds of each, asked by turns."""
    seconds: tuple[list[float], list[float]] = [], []
    for text in MESSAGES * ROUNDS:
        for ask, taken in zip((first, second), seconds, strict=True):
            started = perf_counter()
            ask(text + _MASK)
            taken.append(perf_counter() - started)
    return median(seconds[0]), median(seconds[1])


def _agreed(report: EngineReport) -> str:
    labels = "" if report.same_labels is None else f"{report.same_labels:.1%} of labels, "
    return f"{report.name}: {labels}within {report.largest_difference:.3f}"


if __name__ == "__main__":
    main(sys.argv[1:])
