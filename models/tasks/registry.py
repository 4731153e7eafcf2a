"""Every task, a line each; and which of them a checkpoint's head is made for."""

import re
from typing import Any

from models.checkpoints.files import Config, architecture_of, folder_of, read_config
from models.checkpoints.fit import without_head
from models.checkpoints.folder_contents import CONFIG_FILE, has_tokenizer, has_weights
from models.checkpoints.loading import LoadedModel, load_model
from models.errors import WrongTask
from models.results import Checkpoint, Task
from models.tasks.classification import CLASSIFICATION
from models.tasks.embedding import EMBEDDING
from models.tasks.fill_mask import FILLING_MASKS
from models.tasks.question_answering import ANSWERING
from models.tasks.spec import NetworkTask, TaskSpec
from models.tasks.text_generation import WRITING
from models.tasks.text_to_text import REWRITING
from models.tasks.token_classification import TOKEN_CLASSIFICATION
from models.tasks.tokenization import TOKENIZATION

TASKS: tuple[TaskSpec[Any, Any], ...] = (
    CLASSIFICATION,
    FILLING_MASKS,
    TOKEN_CLASSIFICATION,
    EMBEDDING,
    ANSWERING,
    REWRITING,
    WRITING,
    TOKENIZATION,
)

OTHER_HEADS = {"ForMultipleChoice": "multiple-choice"}
"""What Tokki does not do: the end of an architecture's name, and the Hub's name of its task."""
_HEAD = re.compile(r"For([A-Z]\w*)$")
_BODY = "Model"


def spec_of(task: str) -> TaskSpec[Any, Any]:
    """Return how a task is done."""
    return next(each for each in TASKS if each.task == task)


def task_asked(question: object) -> Task:
    """Return the task that a question is of."""
    return next(each.task for each in TASKS if each.question is type(question))


def network_tasks() -> tuple[NetworkTask[Any, Any], ...]:
    """Return the tasks that run a network."""
    return tuple(each for each in TASKS if isinstance(each, NetworkTask))


def network_task(task: str) -> NetworkTask[Any, Any] | None:
    """Return how a network does a task, or what is one by a closer name; None: none of ours."""
    return next((each for each in network_tasks() if does(each, task)), None)


def does(spec: NetworkTask[Any, Any], made_for: str | None) -> bool:
    """Whether a task is what a head is made for, by that or by a closer name."""
    return made_for is not None and (made_for == spec.task or made_for in spec.purposes)


def can_do(spec: NetworkTask[Any, Any], made_for: str | None) -> bool:
    """Whether a network of a known head can do a task: each has a body."""
    return does(spec, made_for) or (spec.is_of_body and made_for != Task.TOKENIZE)


def task_of(config: Config) -> str | None:
    """Return the Hub's name of the task that the head is made for, a `Task` where it is ours.

    "" of a head that has no name; None where config.json names no architecture.
    """
    architecture = architecture_of(config)
    if architecture is None:
        return None
    for spec in network_tasks():
        if architecture.endswith(spec.heads):
            return spec.purpose_of(config) if spec.purpose_of else spec.task
    foreign = (task for end, task in OTHER_HEADS.items() if architecture.endswith(end))
    return next(foreign, None) or _own_name(architecture)


def task_in(checkpoint: Checkpoint) -> str | None:
    """Return what the files of a checkpoint can be used for: `task_of`, or their tokenizer alone.

    Raises:
        ModelError: its config cannot be read.
    """
    folder = folder_of(checkpoint)
    is_whole = (folder / CONFIG_FILE).is_file() and has_weights(folder)
    if not is_whole and has_tokenizer(folder):
        return Task.TOKENIZE
    return task_of(read_config(checkpoint))


def _own_name(architecture: str) -> str:
    """The name of what nobody listed: BertForNextSentencePrediction's is this in words."""
    if named := _HEAD.search(architecture):
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", named[1]).lower()
    return Task.EMBED if architecture.endswith(_BODY) else ""


def is_headless(config: Config) -> bool:
    """Whether the checkpoint was saved from a body alone, such as BertModel."""
    return task_of(config) == Task.EMBED


def require_task(checkpoint: Checkpoint, config: Config, spec: NetworkTask[Any, Any]) -> None:
    """Refuse before any weights are read what cannot do the task.

    Where config.json names no architecture the load itself must tell, by the head's weights.

    Raises:
        FreshHead: a body without a head.
        WrongTask: made for something else; `instead` is filled in by the service.
    """
    can = task_of(config)
    if is_headless(config) and not spec.is_of_body:
        raise without_head(checkpoint)
    if can is not None and not can_do(spec, can):
        raise WrongTask(name=checkpoint.full_name, can=can, wanted=str(spec.task), instead=[])


def load_for(checkpoint: Checkpoint, spec: NetworkTask[Any, Any]) -> LoadedModel:
    """Load a checkpoint's network for a task.

    Raises:
        WrongTask: it is made for something else.
        FreshHead: its head has no trained weights.
        ModelError: the files forbid it or cannot be used.
    """
    require_task(checkpoint, read_config(checkpoint), spec)
    return load_model(checkpoint, spec.auto_class)
