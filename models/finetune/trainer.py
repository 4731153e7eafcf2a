"""Training a classifier in a process of its own, so that the chat stays quick and can stop it."""

import asyncio
import dataclasses
import json
import logging
import os
import shutil
import tempfile
import time
from asyncio.subprocess import Process
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from models.child_process import start
from models.errors import TrainingFailed, TrainingKilled
from models.finetune.checks import TrainingError, complaint
from models.finetune.estimate import estimate
from models.finetune.mailbox import Mailbox
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
    Event,
    TrainingFailure,
    decode_event,
    decode_plan,
    encode_event,
    encode_plan,
    partial_folder,
    state_folder,
    with_paths,
)
from models.machine import Machine
from models.reasons import Reason
from models.results import Checkpoint

_logger = logging.getLogger(__name__)
_GRACE_S = 5.0
_STILL_STARTING_S = 2.0
"""A training has its libraries to import first, which is silent and takes seconds."""
_LOGGED_BYTES = 4096
_SIGKILL = 9
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
                outcome = await _train(plan, report, complaints)
                await asyncio.to_thread(put_in_place, plan, outcome)
            except BaseException as error:
                shutil.rmtree(partial_folder(plan.output), ignore_errors=True)
                if isinstance(error, TrainingFailed):
                    _logger.error("Training %r failed: %s", plan.name, _tail(complaints))
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


def threads() -> int:
    """Threads that a training may use: one core is left to the chat, where there are several."""
    return max(1, Machine().cores() - 1)


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


def put_in_place(plan: TrainingPlan, outcome: TrainingOutcome) -> None:
    (state_folder(plan.output) / _OUTCOME_FILE).write_bytes(encode_event(outcome))
    partial_folder(plan.output).rename(plan.output)


async def _train(
    plan: TrainingPlan,
    report: Callable[[TrainingProgress], Awaitable[None]],
    complaints: IO[bytes],
) -> TrainingOutcome:
    started = time.monotonic()
    child = await start("models.finetune.child", threads(), stderr=complaints)
    try:
        await _hand_over(child, plan)
        mailbox: Mailbox[TrainingProgress] = Mailbox()
        reading = asyncio.create_task(_read(child, mailbox))
        try:
            async for progress in mailbox:
                elapsed_s = time.monotonic() - started
                await report(dataclasses.replace(progress, elapsed_s=elapsed_s))
            outcome = _outcome(await reading, await child.wait())
            return dataclasses.replace(outcome, seconds=time.monotonic() - started)
        finally:
            reading.cancel()
    finally:
        await _end(child)


async def _hand_over(child: Process, plan: TrainingPlan) -> None:
    """Write the plan and leave the pipe open: its end tells the child that the bot is gone."""
    assert child.stdin is not None
    with suppress(BrokenPipeError, ConnectionResetError):  # a dead child is noticed in reading
        child.stdin.write(encode_plan(plan))
        await child.stdin.drain()


async def _read(child: Process, mailbox: Mailbox[TrainingProgress]) -> Event | None:
    """Pass progress on until the child has said its last word, and return that."""
    assert child.stdout is not None
    starting: TrainingProgress | None = None
    try:
        while line := await _line(child.stdout, starting, mailbox):
            event = decode_event(line)
            if not isinstance(event, TrainingProgress):
                return event
            starting = event if event.phase == "starting" else None
            mailbox.put(event)
    finally:
        mailbox.close()
    return None


async def _line(
    stdout: asyncio.StreamReader,
    starting: TrainingProgress | None,
    mailbox: Mailbox[TrainingProgress],
) -> bytes:
    """Return the next line, or b"" at the end; say now and then that it still starts."""
    while True:
        try:
            async with asyncio.timeout(_STILL_STARTING_S if starting else None):
                return await stdout.readline()
        except TimeoutError:
            assert starting is not None
            mailbox.put(starting)


def _outcome(last: Event | None, exit_code: int) -> TrainingOutcome:
    if isinstance(last, TrainingOutcome):
        return last
    if isinstance(last, TrainingFailure):
        raise TrainingFailed(reason=last.reason)
    if exit_code == -_SIGKILL:
        raise TrainingKilled(reason=Reason.TRAINING_KILLED)
    raise TrainingFailed(reason=Reason.TRAINING_SILENT)


async def _end(child: Process) -> None:
    """See the child off: asked first, killed after a while, and reaped by the event loop."""
    if child.stdin is not None:
        child.stdin.close()
    if child.returncode is not None:
        return
    try:
        child.terminate()
        with suppress(TimeoutError):
            async with asyncio.timeout(_GRACE_S):
                await child.wait()
    finally:
        if child.returncode is None:
            child.kill()
    await child.wait()


def _tail(complaints: IO[bytes]) -> str:
    """The last of what the child wrote to standard error."""
    size = complaints.seek(0, os.SEEK_END)
    complaints.seek(max(0, size - _LOGGED_BYTES))
    return complaints.read().decode(errors="replace")
