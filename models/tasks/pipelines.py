"""What a lane does with its texts, put together from an engine and what surrounds a network."""

from dataclasses import dataclass
from typing import Any

from models.checkpoints.calibration import CONFIG_KEY, Calibration, read_calibration
from models.checkpoints.loading import LoadedModel, embedded_tokens, labels_of
from models.checkpoints.tokenizer import TextTokenizer
from models.engines.protocol import Engine
from models.results import Task
from models.serving.lanes import Pipeline
from models.tasks.classification import Classifier
from models.tasks.encoding import TextEncoder
from models.tasks.fill_mask import MaskFiller


@dataclass(frozen=True, slots=True)
class PipelineConfig:
    """What texts and logits mean to a network; plain data, fit for JSON."""

    limit: int | None
    """Most tokens that it takes."""
    vocabulary_size: int
    labels: tuple[str, ...]
    is_multi_label: bool
    calibration: Calibration


def pipeline_config_of(loaded: LoadedModel) -> PipelineConfig:
    """Read them off a loaded network."""
    config = loaded.model.config
    return PipelineConfig(
        limit=loaded.limit,
        vocabulary_size=embedded_tokens(loaded.model),
        labels=tuple(name for _, name in labels_of(config)),
        is_multi_label=config.problem_type == "multi_label_classification",
        calibration=read_calibration(getattr(config, CONFIG_KEY, None)),
    )


def make_pipeline(
    task: Task, engine: Engine, tokenizer: TextTokenizer, around: PipelineConfig
) -> Pipeline[Any, Any]:
    """Return the work of a lane for the task."""
    encoder = TextEncoder(tokenizer, around.limit, engine.has_types, around.vocabulary_size)
    if task is Task.FILL_MASK:
        return MaskFiller(engine, encoder)
    return Classifier(engine, encoder, around.labels, around.is_multi_label, around.calibration)
