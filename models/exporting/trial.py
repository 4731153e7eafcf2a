"""What a network is asked before it may answer, and what torch answered to that."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.checkpoints.loading import LoadedModel
from models.checkpoints.tokenizing.tokenizer import FastTokenizer, text_tokenizer
from models.engines.in_memory import Network
from models.engines.onnx_engine import OnnxEngine
from models.errors import NoMaskLeft
from models.exporting.agreement import Agreement, agree
from models.exporting.exports import ExportRecord
from models.exporting.networks.encoder import Unsupported
from models.exporting.texts import masked_texts, trial_texts
from models.reasons import Reason
from models.reports import ProblemType
from models.results import Checkpoint, EngineReport, Task
from models.tasks.registry import load_for, network_task
from models.tasks.spec import ExportSpec, NetworkTask, Pipeline, PipelineConfig, Reads


@dataclass(frozen=True, slots=True)
class Trial:
    """Every variant of a network is asked the same."""

    spec: NetworkTask[Any, Any]
    export: ExportSpec[Any, Any]
    loaded: LoadedModel
    tokenizer: FastTokenizer
    around: PipelineConfig
    items: Sequence[Any]
    expected: Sequence[Any]

    def of(self, network: Path | Network, padding_position: int | None) -> Agreement:
        """Hear a network."""
        engine = OnnxEngine(network, 1, padding_position)
        pipeline = self.spec.assemble(engine, self.tokenizer, self.around)
        return agree(self.export, self.expected, pipeline, self.items)

    def record(
        self, report: EngineReport, sha256: str, padding_position: int | None
    ) -> ExportRecord:
        """Return what is kept of a network that may answer."""
        facts = self.tokenizer.facts
        return ExportRecord(report, sha256, padding_position, self.around, facts)


def trial_of(checkpoint: Checkpoint, task: Task, every: int = 1) -> Trial:
    """Load a checkpoint into torch, and ask it; of the texts each one in so many.

    Raises:
        Unsupported: nothing but torch can answer it.
        ModelError: it cannot be used.
    """
    spec = network_task(task)
    if spec is None or spec.export is None:
        raise Unsupported(Reason.ENGINE_TASK)
    loaded = load_for(checkpoint, spec)
    from models.engines.torch_engine import TorchEngine  # noqa: PLC0415 - torch, after load_for

    tokenizer = text_tokenizer(loaded.tokenizer)
    if not isinstance(tokenizer, FastTokenizer):
        raise Unsupported(Reason.ENGINE_TOKENIZER)
    around = spec.config_of(checkpoint, loaded)
    if spec.task is Task.CLASSIFY and around.problem_type is ProblemType.REGRESSION:
        raise Unsupported(Reason.ENGINE_VALUES)
    engine = TorchEngine(loaded.model, tokenizer.facts, is_background=True)
    reference = spec.assemble(engine, tokenizer, around)
    texts = (masked_texts() if spec.reads is Reads.MASKS else trial_texts())[::every]
    items, expected = _answered([spec.export.question(text) for text in texts], reference)
    return Trial(spec, spec.export, loaded, tokenizer, around, items, expected)


def _answered(
    items: Sequence[Any], reference: Pipeline[Any, Any]
) -> tuple[Sequence[Any], Sequence[Any]]:
    """Ask each alone, once, and leave out whose mask the network's limit cuts off.

    Raises:
        ModelError: one cannot be answered, or that limit leaves none.
    """
    given = [(item, reference.prepare([item])()[0]) for item in items]
    kept = [(item, answer) for item, answer in given if not isinstance(answer, NoMaskLeft)]
    for _, answer in kept or given:
        if isinstance(answer, Exception):
            raise answer
    return [item for item, _ in kept], [answer for _, answer in kept]
