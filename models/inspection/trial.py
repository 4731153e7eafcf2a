"""Lets a tokenizer read texts that would end the process if its rules had no measure.

What it says of them does not matter here, nor that it gives up on one: answers can tell of that.
"""

from itertools import chain
from typing import TYPE_CHECKING

from models.checkpoints.files import folder_of, is_panic, read_config, read_json
from models.checkpoints.folder_contents import TOKENIZER_FILE
from models.checkpoints.loading import load_tokenizer, rehearse_model
from models.checkpoints.rehearsal import Rehearsal
from models.checkpoints.tokenizing.chat_frame import ChatFrame, chat_frame
from models.checkpoints.tokenizing.tokenizer import text_tokenizer
from models.checkpoints.tokenizing.trial_texts import long_texts
from models.results import Checkpoint, Task
from models.tasks.registry import require_task, spec_of
from models.tasks.spec import NetworkTask

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


def try_use(checkpoint: Checkpoint, task: Task) -> Rehearsal:
    """Do all that a load does before it reads weights, then let the tokenizer read long texts.

    A stranger's template is run here and nowhere else: it is a program, and may never end.

    Raises:
        ModelError: the files forbid it or cannot be used.
    """
    spec = spec_of(task)
    if isinstance(spec, NetworkTask):
        require_task(checkpoint, read_config(checkpoint), spec)
        tokenizer = rehearse_model(checkpoint, spec.auto_class)
    else:
        tokenizer = load_tokenizer(checkpoint).own.tokenizer
    frame = chat_frame(checkpoint, tokenizer) if task is Task.WRITE else None
    _read_long_texts(checkpoint, tokenizer, frame)
    return Rehearsal(frame)


def _read_long_texts(
    checkpoint: Checkpoint, tokenizer: "PreTrainedTokenizerBase", frame: ChatFrame | None
) -> None:
    path = folder_of(checkpoint) / TOKENIZER_FILE
    rules = read_json(checkpoint, path) if path.is_file() else {}
    reader = text_tokenizer(tokenizer)
    framed = [frame.put("")] if frame else []
    for text in chain(framed, long_texts(rules)):
        try:
            reader.encode([text])
        except MemoryError:
            raise
        except BaseException as error:
            if not isinstance(error, Exception) and not is_panic(error):
                raise
