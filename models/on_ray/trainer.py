"""Trainings as Ray jobs where there is a cluster with a store; else, and if it is lost, here.

A job is followed by what it writes into the store, so a bot that is started anew finds it again by
its name, and whoever goes on with a training begins behind the last epoch that was kept.
"""

import asyncio
import dataclasses
import logging
import shlex
import shutil
from collections.abc import Awaitable, Callable
from contextlib import suppress
from itertools import count
from pathlib import Path

from models.errors import TrainingFailed, TrainingKilled
from models.finetune.plan import TrainingOutcome, TrainingPlan, TrainingProgress
from models.finetune.trainer import Trainer, kept_outcome, put_in_place, require_good
from models.finetune.wire import TrainingFailure, partial_folder, state_folder
from models.on_ray.cluster import Cluster
from models.on_ray.dashboard import NotThere
from models.on_ray.store import Store, StoreFailed
from models.on_ray.training_files import TrainingFiles, key_of
from models.on_ray.versions import Versions
from models.reasons import Reason

_LOOK_S = 1.0
_LOOKS_IN_VAIN = 20
"""So often the cluster may not answer before a training goes on here."""
_UNDER_WAY = frozenset({"PENDING", "RUNNING"})
_NOT_ENDED = _UNDER_WAY | {""}

Report = Callable[[TrainingProgress], Awaitable[None]]

log = logging.getLogger(__name__)


class RayTrainer(Trainer):
    """Carries trainings in the cluster; all else as ever."""

    def __init__(self, data_dir: Path, cluster: Cluster, store: Store) -> None:
        """Begin nothing yet."""
        super().__init__(data_dir)
        self._cluster = cluster
        self._store = store
        self._versions = Versions(store, data_dir)

    async def train(self, plan: TrainingPlan, report: Report) -> TrainingOutcome:
        """Train as a job of the cluster, and here where that cannot be had.

        Raises:
            TrainingKilled: its job died, or its process here; the same plan may go on.
            TrainingFailed: the same plan would fail again.
        """
        if (done := await asyncio.to_thread(kept_outcome, plan)) is not None:
            return done
        require_good(plan)
        files = TrainingFiles(self._store, key_of(plan))
        if self._cluster.is_here:
            try:
                return await self._trained_there(plan, files, report)
            except (NotThere, StoreFailed) as error:
                log.warning("The training of %s goes on here: %s", plan.name, error)
        with suppress(StoreFailed):
            await asyncio.to_thread(_take_up, files, plan)
        outcome = await super().train(plan, report)
        await asyncio.to_thread(self._versions.keep, plan.output)
        return outcome

    async def clear(self, plan: TrainingPlan, *, is_kept: bool) -> None:
        """Remove what a training keeps of itself, here and in the store."""
        await super().clear(plan, is_kept=is_kept)
        files = TrainingFiles(self._store, key_of(plan))
        if not is_kept:
            checkpoint = await asyncio.to_thread(files.checkpoint)
            await asyncio.to_thread(self._versions.remove, plan.output, checkpoint)
        try:
            await asyncio.to_thread(files.clear)
        except StoreFailed as error:
            log.warning("What the training of %s left stays in the store: %s", plan.name, error)

    async def remove(self, folder: str) -> int:
        """Remove a checkpoint, here and in the store; return the bytes it frees here."""
        await asyncio.to_thread(self._versions.remove, self.data_dir / folder)
        return await super().remove(folder)

    async def _trained_there(
        self, plan: TrainingPlan, files: TrainingFiles, report: Report
    ) -> TrainingOutcome:
        await asyncio.to_thread(files.send, plan)
        if (ended := await asyncio.to_thread(files.outcome)) is None:
            await self._carried(key_of(plan), files, report)
            ended = await asyncio.to_thread(files.outcome)
        if ended is None:
            raise TrainingKilled(reason=Reason.TRAINING_KILLED)
        return await self._received(plan, files, *ended)

    async def _carried(self, key: str, files: TrainingFiles, report: Report) -> None:
        """Return when a job has carried the training, or died; whoever is cancelled stops it."""
        job = await asyncio.to_thread(self._job, key)
        try:
            await self._begin(job, key)
            await self._follow(job, files, report)
        except asyncio.CancelledError:
            with suppress(NotThere):
                await asyncio.shield(asyncio.to_thread(self._cluster.dashboard.stop, job))
            raise

    def _job(self, key: str) -> str:
        """Return the name of a job: ours of before a restart, or a new one behind those that ended.

        Raises:
            NotThere: nobody says which there are.
        """
        jobs = (f"tokki-{key}-{number}" for number in count())
        return next(job for job in jobs if self._cluster.dashboard.status(job) in _NOT_ENDED)

    async def _begin(self, job: str, key: str) -> None:
        """Submit a job, if none of that name is there."""
        deployment = self._cluster.deployment
        assert deployment.store_url is not None
        words = (deployment.store_url, key)
        command = f"python -m models.on_ray.training_job {shlex.join(words)}"
        cores = max(1.0, deployment.cores)
        await asyncio.to_thread(self._cluster.dashboard.submit, job, command, cores)

    async def _follow(self, job: str, files: TrainingFiles, report: Report) -> None:
        """Return when a job runs no more.

        Raises:
            NotThere: nobody says whether it does.
        """
        told, in_vain = None, 0
        while True:
            try:
                status = await asyncio.to_thread(self._cluster.dashboard.status, job)
                in_vain = 0
            except NotThere:
                in_vain += 1
                if in_vain == _LOOKS_IN_VAIN:
                    raise
                status = "RUNNING"
            progress = await asyncio.to_thread(files.progress)
            if progress and progress != told:
                await report(progress)
                told = progress
            if status not in _UNDER_WAY:
                return
            await asyncio.sleep(_LOOK_S)

    async def _received(
        self,
        plan: TrainingPlan,
        files: TrainingFiles,
        event: TrainingOutcome | TrainingFailure,
        digest: str | None,
    ) -> TrainingOutcome:
        if isinstance(event, TrainingFailure) or digest is None:
            reason = event.reason if isinstance(event, TrainingFailure) else Reason.TRAINING_SILENT
            raise TrainingFailed(reason=reason)
        partial = partial_folder(plan.output)
        await asyncio.to_thread(shutil.rmtree, partial, ignore_errors=True)
        await asyncio.to_thread(files.fetch_checkpoint, digest, partial)
        state_folder(plan.output).mkdir(parents=True, exist_ok=True)
        outcome = dataclasses.replace(event, folder=plan.output)
        await put_in_place(plan, outcome)
        await asyncio.to_thread(self._versions.keep, plan.output)
        return outcome


def _take_up(files: TrainingFiles, plan: TrainingPlan) -> None:
    state_folder(plan.output).mkdir(parents=True, exist_ok=True)
    files.fetch_state(state_folder(plan.output))
