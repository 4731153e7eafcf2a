"""`python -m models.on_ray.training_job URL KEY`, as a job of the cluster: one training.

It is carried by the same trainer, in the same child process, as on a bot's own machine; what it
begins from and what comes of it go through the store. A job that dies leaves its last epoch there.
"""

import asyncio
import logging
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from models.errors import TrainingFailed, TrainingKilled
from models.finetune.kept_files import last_written
from models.finetune.plan import TrainingOutcome, TrainingPlan, TrainingProgress
from models.finetune.trainer import Trainer
from models.finetune.wire import TrainingFailure, state_folder
from models.on_ray.store import Store, StoreFailed
from models.on_ray.training_files import TrainingFiles

_TELL_EVERY_S = 1.0
_LOOK_EVERY_S = 1.0

log = logging.getLogger(__name__)


async def carry(files: TrainingFiles) -> int:
    """Train, and return the exit code: 0 where the end is in the store, good or bad."""
    with tempfile.TemporaryDirectory(prefix="tokki-training-") as folder:
        plan = await asyncio.to_thread(files.fetch, Path(folder))
        state = state_folder(plan.output)
        state.mkdir(parents=True)
        with suppress(StoreFailed):  # then from the start
            await asyncio.to_thread(files.fetch_state, state)
        keeping = asyncio.create_task(_keep_states(files, state))
        try:
            outcome = await Trainer(Path(folder)).train(plan, _teller(files))
        except TrainingKilled:
            return 1  # the bot decides whether it goes on
        except TrainingFailed as failed:
            await asyncio.to_thread(files.end, TrainingFailure(str(failed.facts["reason"])))
            return 0
        finally:
            keeping.cancel()
        return await _end(files, plan, outcome)


async def _end(files: TrainingFiles, plan: TrainingPlan, outcome: TrainingOutcome) -> int:
    try:
        await asyncio.to_thread(files.end, outcome, plan.output)
    except StoreFailed as failed:
        await asyncio.to_thread(files.end, TrainingFailure(str(failed)))
    return 0


def _teller(files: TrainingFiles) -> Callable[[TrainingProgress], Awaitable[None]]:
    told = 0.0

    async def tell(progress: TrainingProgress) -> None:
        nonlocal told
        if time.monotonic() - told >= _TELL_EVERY_S:
            with suppress(StoreFailed):
                await asyncio.to_thread(files.tell, progress)
            told = time.monotonic()

    return tell


async def _keep_states(files: TrainingFiles, folder: Path) -> None:
    """Send every finished epoch on its way; one that cannot be sent is worth no training."""
    sent = 0.0
    while True:
        await asyncio.sleep(_LOOK_EVERY_S)
        with suppress(OSError):  # what was replaced just now is looked at the next time
            written = last_written(folder)
            if written > sent:
                try:
                    await asyncio.to_thread(files.keep_state, folder)
                except StoreFailed as failed:
                    log.warning("an epoch is not kept: %s", failed)
                sent = written


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    sys.exit(asyncio.run(carry(TrainingFiles(Store(sys.argv[1]), sys.argv[2]))))
