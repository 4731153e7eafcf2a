"""Carries plans out in processes of their own, each of which kills itself where it is told to.

A line on standard input is a moment and a plan, behind a space; a line on standard output is how
that process ended: 0, or -9. What takes seconds is imported once, and each process is a fork.
"""

import os
import signal
import sys
import traceback
from collections.abc import Callable

import torch
from sklearn.feature_extraction.text import TfidfVectorizer
from transformers import AutoModelForSequenceClassification, BertForSequenceClassification

from models.exporting.networks.network import write_network
from models.finetune.epoch_state import FILE
from models.finetune.kept_files import UNSEEN
from models.finetune.plan import TrainingPlan, TrainingProgress
from models.finetune.recipes.registry import recipe_of
from models.finetune.training import run
from models.finetune.wire import decode_plan, partial_folder, state_folder

NEVER, FIRST, LAST, MEASURED = "never", "first", "last", "measured"
KEPT, WRITTEN, SAVED = "kept", "written", "saved"
SECOND = "second"
"""In the second half of `full`, before an epoch of it is kept."""
_EPOCH_FILES = (FILE, "trainer_state.json")
"""What is written when an epoch is kept: by us, and by transformers' Trainer."""


IMPORTED = (
    *(TfidfVectorizer, AutoModelForSequenceClassification, BertForSequenceClassification),
    write_network,
)
"""What would be imported only when it is used, in each fork anew."""


def die() -> None:
    """End as `kill -9` ends a process."""
    os.kill(os.getpid(), signal.SIGKILL)


def dies_at(moment: str) -> Callable[[TrainingProgress], None]:
    """Return what looks at progress, and dies at one of its moments."""

    def report(progress: TrainingProgress) -> None:
        is_last = progress.step == progress.steps
        match progress.phase:
            case "training" if moment == FIRST or (moment == LAST and is_last):
                die()
            case "evaluating" if moment == MEASURED:
                die()

    return report


def watch(moment: str, plan: TrainingPlan) -> None:
    """Die where files are opened or renamed; what an audit hook is told comes before it is done."""
    folder = str(partial_folder(plan.output))
    unseen = state_folder(plan.output) / UNSEEN

    def look(event: str, given: tuple[object, ...]) -> None:
        path = str(given[0]) if event == "open" else str(given[1]) if event == "os.rename" else ""
        mode = str(given[1]) if event == "open" else ""
        is_ours = path.startswith(folder)
        is_kept = path.endswith(_EPOCH_FILES) and (event == "os.rename" or mode == "w")
        if is_kept and (moment == KEPT or (moment == SECOND and unseen.exists())):
            die()
        if moment == WRITTEN and is_ours and path.endswith("README.md") and "w" in mode:
            die()
        if moment == SAVED and is_ours and mode == "r+":
            die()

    sys.addaudithook(look)


def carry_out(moment: str, plan: TrainingPlan) -> None:
    """Train in this process, and end it."""
    code = 1
    try:
        watch(moment, plan)
        run(plan, dies_at(moment))
        partial_folder(plan.output).rename(plan.output)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def main() -> None:
    """Go through standard input."""
    torch.set_num_threads(1)
    for line in sys.stdin:
        moment, _, written = line.partition(" ")
        plan = decode_plan(written.encode())
        recipe_of(plan.recipe)  # imported here once, and not in each fork
        child = os.fork()
        if not child:
            carry_out(moment, plan)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
