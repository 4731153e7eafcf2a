"""What a checkpoint is asked before people are let ask it."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from models.exporting.texts import masked_texts
from models.results import Question, Task
from models.tasks.embedding import EMBEDDING
from models.tasks.registry import network_task
from models.tasks.spec import NetworkTask
from models.tasks.tokenization import LinesToTokenize


def questions_for(made_for: str | None, count: int) -> tuple[str, Sequence[Question[Any]]]:
    """Return what a checkpoint can be asked to do here, and some questions of it.

    `made_for` is as of `registry.task_in`; whatever has another head has a body at least.
    """
    texts = list(islice(masked_texts(), 0, None, max(1, len(masked_texts()) // count)))[:count]
    if made_for == Task.TOKENIZE:
        return made_for, [LinesToTokenize((text,)) for text in texts]
    spec = network_task(made_for or "")
    if spec is None or made_for is None:
        made_for, spec = Task.EMBED, EMBEDDING
    return made_for, [_question(spec, text) for text in texts]


def _question(spec: NetworkTask[Any, Any], text: str) -> Question[Any]:
    if spec.export is not None:
        of_export: Question[Any] = spec.export.question(text)
        return of_export
    # What is not exported is asked as its first question was, about another text.
    asked: Question[Any] = replace(spec.first, **{spec.read_field: text})
    return asked
