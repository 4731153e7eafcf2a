"""The training process: ``python -m models.finetune.child``, started by `models.finetune.trainer`.

Standard input brings the plan and then stays open for as long as the bot lives; when it ends, so
does this process. Standard output carries events; whatever libraries print goes to standard error.
"""

import os
import shutil
import traceback
from collections.abc import Callable
from typing import NoReturn

from models.child_process import end_with_parent, read_line, step_back
from models.finetune.checks import TrainingError
from models.finetune.plan import TrainingPlan, TrainingProgress
from models.finetune.recipes.steps import steps_of
from models.finetune.wire import Event, TrainingFailure, decode_plan, encode_event, partial_folder
from models.reasons import Reason

_STDOUT, _STDERR = 1, 2


def main() -> NoReturn:
    """Carry out the plan on standard input."""
    send = _take_stdout()
    step_back()
    plan = decode_plan(read_line())
    end_with_parent(lambda: shutil.rmtree(partial_folder(plan.output), ignore_errors=True))
    code = _train(plan, send)
    os._exit(code)  # torch's own way out takes a second that nobody needs


def _train(plan: TrainingPlan, send: Callable[[Event], None]) -> int:
    send(TrainingProgress("starting", 0, steps_of(plan), None, 0.0, None))
    try:
        # Only now: this import takes seconds, in which the bot may die or ask to stop.
        from models.finetune.training import run  # noqa: PLC0415

        send(run(plan, send))
    except BaseException as error:
        traceback.print_exc()
        send(TrainingFailure(reason_of(error)))
        return 1
    return 0


def reason_of(error: BaseException) -> str:
    """Why it failed, for people; the log has the rest."""
    if isinstance(error, TrainingError):
        return str(error)
    if isinstance(error, MemoryError) or "can't allocate memory" in str(error):
        return Reason.MEMORY_FULL
    if "No space left on device" in str(error):
        return Reason.DISK_FULL
    return Reason.TRAINING_BROKE_OFF.of(type(error).__name__)


def _take_stdout() -> Callable[[Event], None]:
    """Keep standard output for events, and let everybody else's prints go to standard error."""
    own = os.dup(_STDOUT)
    os.dup2(_STDERR, _STDOUT)
    events = os.fdopen(own, "wb")

    def send(event: Event) -> None:
        events.write(encode_event(event))
        events.flush()

    return send


if __name__ == "__main__":
    main()
