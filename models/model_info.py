"""What a checkpoint is: from its config, its weights' headers and its card, without loading it."""

from typing import TYPE_CHECKING

from models.checkpoints.card import Card
from models.checkpoints.files import (
    architecture_of,
    blaming,
    problem_type_of,
    read_config,
)
from models.checkpoints.loading import labels_of, load_config, model_class
from models.checkpoints.weights_header import Weights, read_weights, weights_digest
from models.reasons import Reason
from models.results import Checkpoint, LoadState, ModelInfo, ProblemType, Task
from models.tasks.registry import is_headless, network_task, task_of
from models.tasks.spec import WritingTask
from models.tasks.tokenization import TokenViewer

if TYPE_CHECKING:
    from transformers import PreTrainedConfig, PreTrainedModel


def describe(
    checkpoint: Checkpoint, card: Card, tokenizer: TokenViewer, state: LoadState
) -> ModelInfo:
    """Describe a checkpoint. Blocks: call it as a construction, in a pool thread.

    `state` is that of its network: one that is loaded has passed the stricter test of its head.

    Raises:
        ModelError: the files forbid it or cannot be used.
    """
    with blaming(checkpoint, Reason.CONFIG_UNFIT):
        return _describe(checkpoint, card, tokenizer, state)


def _describe(
    checkpoint: Checkpoint, card: Card, tokenizer: TokenViewer, state: LoadState
) -> ModelInfo:
    values = read_config(checkpoint)
    weights = read_weights(checkpoint)
    config = load_config(checkpoint)
    task = task_of(values) or ""
    spec, is_body = network_task(task), is_headless(values)
    head = model_class(config, spec.auto_class) if spec else None
    architecture = architecture_of(values)
    has_labels = task == Task.CLASSIFY or "id2label" in values
    return ModelInfo(
        checkpoint=checkpoint,
        revision=checkpoint.revision or weights_digest(checkpoint),
        task=task,
        model_type=config.model_type,
        architecture=architecture,
        head=head.__name__ if head else architecture or "",
        is_head_fresh=not (is_body or state.is_loaded or isinstance(spec, WritingTask))
        and _is_head_fresh(head, weights),  # what writes ties its head to its embeddings
        labels=labels_of(config) if has_labels else (),
        is_multi_label=problem_type_of(values) is ProblemType.MULTI_LABEL,
        layers=_number(config, "num_hidden_layers"),
        attention_heads=_number(config, "num_attention_heads"),
        hidden_size=_number(config, "hidden_size"),
        vocabulary_size=_number(config, "vocab_size"),
        parameters=weights.parameters,
        dtype=weights.dtype,
        size_bytes=weights.size_bytes,
        tokenizer_class=tokenizer.tokenizer_class,
        is_tokenizer_by_file=tokenizer.is_by_file,
        limit=tokenizer.limit,
        languages=card.languages,
        licence=card.licence,
        base=card.base,
        state=state,
    )


def _is_head_fresh(head: "type[PreTrainedModel] | None", weights: Weights) -> bool:
    """Whether all weights belong to the body, as their names tell.

    A body that was saved by itself has no prefix on any name; one that was saved from a larger
    network has it on all of them.
    """
    if head is None:
        return False
    prefix = head.base_model_prefix + "."
    with_prefix = sum(name.startswith(prefix) for name in weights.shapes)
    return with_prefix in (0, len(weights.shapes))


def _number(config: "PreTrainedConfig", name: str) -> int | None:
    value = getattr(config, name, None)
    return value if isinstance(value, int) else None
