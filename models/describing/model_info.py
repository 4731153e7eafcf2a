"""What a checkpoint is: from its config, its weights' headers and its card, without loading it."""

from models.checkpoints.card import Card
from models.checkpoints.files import architecture_of, blaming, problem_type_of, read_config
from models.checkpoints.line_tokenizer import LineFacts
from models.checkpoints.network_facts import NetworkFacts, network_facts
from models.checkpoints.shipped_facts import find_facts
from models.checkpoints.weights_header import Weights, read_weights, weights_digest
from models.reasons import Reason
from models.reports import LoadState, ModelInfo, ProblemType
from models.results import Checkpoint, Task
from models.tasks.registry import is_headless, network_task, task_of
from models.tasks.spec import WritingTask


def describe(
    checkpoint: Checkpoint, card: Card, tokenizer: LineFacts, state: LoadState
) -> ModelInfo:
    """Describe a checkpoint. Blocks: call it as a construction, in a pool thread.

    `state` is that of its network: one that is loaded has passed the stricter test of its head.

    Raises:
        ModelError: the files forbid it or cannot be used.
    """
    with blaming(checkpoint, Reason.CONFIG_UNFIT):
        return _describe(checkpoint, card, tokenizer, state)


def asked_facts(checkpoint: Checkpoint) -> NetworkFacts:
    """Ask transformers about the network of a checkpoint, as what it is made for.

    Raises:
        ModelError: the files forbid it or cannot be used.
    """
    spec = network_task(task_of(read_config(checkpoint)) or "")
    return network_facts(checkpoint, spec.auto_class if spec else None)


def _describe(
    checkpoint: Checkpoint, card: Card, tokenizer: LineFacts, state: LoadState
) -> ModelInfo:
    values = read_config(checkpoint)
    weights = read_weights(checkpoint)
    task = task_of(values) or ""
    spec, is_body = network_task(task), is_headless(values)
    shipped = find_facts(checkpoint)
    network = (shipped.network if shipped else None) or asked_facts(checkpoint)
    architecture = architecture_of(values)
    has_labels = task == Task.CLASSIFY or "id2label" in values
    return ModelInfo(
        checkpoint=checkpoint,
        revision=checkpoint.revision or weights_digest(checkpoint),
        task=task,
        model_type=network.model_type,
        architecture=architecture,
        head=network.head or architecture or "",
        is_head_fresh=not (is_body or state.is_loaded or isinstance(spec, WritingTask))
        and _is_head_fresh(network, weights),  # what writes ties its head to its embeddings
        labels=network.labels if has_labels else (),
        is_multi_label=problem_type_of(values) is ProblemType.MULTI_LABEL,
        layers=network.layers,
        attention_heads=network.attention_heads,
        hidden_size=network.hidden_size,
        vocabulary_size=network.vocabulary_size,
        parameters=weights.parameters,
        dtype=weights.dtype,
        size_bytes=weights.size_bytes,
        tokenizer_class=tokenizer.class_name,
        is_tokenizer_by_file=tokenizer.is_by_file,
        limit=tokenizer.limit,
        languages=card.languages,
        licence=card.licence,
        base=card.base,
        state=state,
    )


def _is_head_fresh(network: NetworkFacts, weights: Weights) -> bool:
    """Whether all weights belong to the body, as their names tell.

    A body that was saved by itself has no prefix on any name; one that was saved from a larger
    network has it on all of them.
    """
    if network.head is None:
        return False
    with_prefix = sum(name.startswith(network.prefix) for name in weights.shapes)
    return with_prefix in (0, len(weights.shapes))
