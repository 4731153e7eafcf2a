"""Training a classifier in a process of its own, so that the chat stays quick and can stop it."""

import asyncio
import json
import logging
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from models.disk import sync_names, write_whole
from models.errors import TrainingFailed
from models.finetune.checks import TrainingError, complaint
from models.finetune.estimate import estimate
from models.finetune.following import run, tail, threads
from models.finetune.plan import (
    TRAINED,
    Base,
    Examples,
    RecipeName,
    TrainingEstimate,
    TrainingOutcome,
    TrainingPlan,
    TrainingProgress,
    Tuning,
)
from models.finetune.wire import (
    decode_event,
    decode_plan,
    encode_event,
    encode_plan,
    partial_folder,
    state_folder,
    with_paths,
)
from models.results import Checkpoint

_logger = logging.getLogger(__name__)
_OUTCOME_FILE = "outcome.json"
_FORGOTTEN_S = 7 * 24 * 3600


class Trainer:
    """Starts one child process for each training and follows it.

    Checkpoints come from anywhere; what is trained goes into the data folder.
    """

    def __init__(self, data_dir: Path = Path()) -> None:
        self.data_dir = data_dir

    def plan(
        self,
        base: Checkpoint,
        current: Checkpoint | None,
        examples: Examples,
        *,
        name: str,
        epochs: int,
        seed: int,
        folder: str,
        recipe: RecipeName,
        others: Sequence[Checkpoint] = (),
        tuning: Tuning = Tuning(),  # noqa: B008 - frozen
    ) -> TrainingPlan:
        """Return a plan for fetched checkpoints; `folder` becomes the new one's in the data folder.

        It compares with nothing if the files of `current` are gone.
        """
        assert base.folder is not None, "it is fetched"
        is_here = current and current.folder and current.folder.is_dir()
        return TrainingPlan(
            base=base.folder,
            base_name=base.full_name,
            current=current.folder if current and is_here else None,
            name=name,
            labels=examples.labels,
            train=examples.train,
            held_out=examples.held_out,
            epochs=epochs,
            seed=seed,
            output=self.data_dir / folder,
            is_multi_label=examples.is_multi_label,
            renamed=examples.renamed,
            must_pass=examples.must_pass,
            recipe=recipe,
            others=tuple(Base(one.folder, one.full_name) for one in others if one.folder),
            tuning=tuning,
        )

    def stored(self, plan: TrainingPlan) -> Mapping[str, object]:
        """Return a plan as JSON that can be kept: the data folder may be elsewhere by then."""
        kept: dict[str, object] = json.loads(encode_plan(with_paths(plan, self._relative)))
        return kept

    def restored(self, stored: object) -> TrainingPlan:
        """Return a plan that was kept."""
        plan = decode_plan(json.dumps(stored).encode())
        return with_paths(plan, lambda path: self.data_dir / path)

    def _relative(self, path: Path) -> Path:
        path, data_dir = path.absolute(), self.data_dir.absolute()
        return path.relative_to(data_dir) if path.is_relative_to(data_dir) else path

    def estimate(self, plan: TrainingPlan) -> TrainingEstimate:
        """What the training will take: see `models.finetune.estimate`.

        Raises:
            TrainingFailed: the plan cannot be carried out.
            ModelError: the files of its base cannot be used.
        """
        require_good(plan)
        try:
            return estimate(plan, threads())
        except TrainingError as error:
            raise TrainingFailed(reason=str(error)) from error

    async def train(
        self, plan: TrainingPlan, report: Callable[[TrainingProgress], Awaitable[None]]
    ) -> TrainingOutcome:
        """Train, and return once the checkpoint stands in `plan.output`.

        `report` gets the newest progress whenever it is done with the last one; what came in
        between is skipped. Cancelling ends the process, and so does an exception of `report`. A
        plan that was begun before goes on behind the last epoch that was kept, until `clear`.

        Raises:
            TrainingKilled: the process was killed; the same plan may go on.
            TrainingFailed: the same plan would fail again.
        """
        if (done := await asyncio.to_thread(kept_outcome, plan)) is not None:
            return done
        require_good(plan)
        with tempfile.TemporaryFile() as complaints:
            try:
                outcome = await run(plan, report, complaints)
                await put_in_place(plan, outcome)
            except BaseException as error:
                shutil.rmtree(partial_folder(plan.output), ignore_errors=True)
                if isinstance(error, TrainingFailed):
                    _logger.error("Training %r failed: %s", plan.name, tail(complaints))
                raise
        return outcome

    async def sweep(self) -> None:
        """Remove what trainings kept of themselves and nobody has gone on with for a week.

        It is left where Tokki is killed between the end of a training and `clear`.
        """
        await asyncio.to_thread(_sweep, self.data_dir / TRAINED)

    async def clear(self, plan: TrainingPlan, *, is_kept: bool) -> None:
        """Remove what a training keeps of itself, and its checkpoint too unless that is kept."""
        folders = [state_folder(plan.output), partial_folder(plan.output)]
        for folder in folders if is_kept else [*folders, plan.output]:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    async def remove(self, folder: str) -> int:
        """Remove a checkpoint, by its folder within the data folder; return the bytes it frees."""
        return await asyncio.to_thread(_remove, self.data_dir / folder)


def _remove(folder: Path) -> int:
    """What is in use stays on the disk until it is let go of: Linux keeps it."""
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    shutil.rmtree(folder, ignore_errors=True)
    return size


def _sweep(folder: Path) -> None:
    for kept in (*folder.glob(".*.state"), *folder.glob(".*.part")):
        with suppress(OSError):
            if time.time() - kept.stat().st_mtime > _FORGOTTEN_S:
                shutil.rmtree(kept, ignore_errors=True)


def require_good(plan: TrainingPlan) -> None:
    reason = complaint(plan)
    if reason is not None:
        raise TrainingFailed(reason=reason)


def kept_outcome(plan: TrainingPlan) -> TrainingOutcome | None:
    """What came of a plan whose end was not stored any more."""
    with suppress(OSError):
        outcome = decode_event((state_folder(plan.output) / _OUTCOME_FILE).read_bytes())
        if isinstance(outcome, TrainingOutcome) and plan.output.is_dir():
            return outcome
    return None


async def put_in_place(plan: TrainingPlan, outcome: TrainingOutcome) -> None:
    """Give a whole checkpoint its name; it has it by the time that a cancellation is heard of."""
    # No task, which could be cancelled itself: a thread cannot be, and would go on alone.
    placing = asyncio.get_running_loop().run_in_executor(None, _put_in_place, plan, outcome)
    try:
        await asyncio.shield(placing)
    finally:
        while not placing.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait([placing])


def _put_in_place(plan: TrainingPlan, outcome: TrainingOutcome) -> None:
    """The outcome is on the disk before the name: it tells that the checkpoint is the plan's."""
    state = state_folder(plan.output)
    write_whole(state / _OUTCOME_FILE, encode_event(outcome))
    sync_names(state)
    partial_folder(plan.output).rename(plan.output)
    sync_names(plan.output.parent)
