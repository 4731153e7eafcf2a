"""Carries a fine-tuning through: the job's row, its progress, a cancel from anywhere, its end."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, replace
from typing import TypeVar
from uuid import uuid4

from tenacity import (
    AsyncRetrying,
    retry_if_exception_type,
    stop_after_delay,
    wait_exponential,
)

from handlers.jobs.telling import done_reply, progress_reply
from handlers.learning.finetune_plan import TrainingOrder, announce
from handlers.learning.loss_chart import loss_chart
from handlers.learning.promotion import live_version
from handlers.services import Jobs, Services
from handlers.texts import say
from handlers.types import Reply, Request
from models.errors import TrainingFailed
from models.finetune.plan import TrainingOutcome, TrainingProgress
from storage.errors import StorageError
from storage.records import Job, JobState, NewJob, NewVersion, Version

_PATIENCE_S = 30.0
_CANCEL_POLL_S = 0.5
"""Another process, on the same database, may ask to cancel: so the row is looked at."""

OWNER = uuid4().hex
"""Ours, on the leases of the jobs that this process carries."""
TTL_S = 20.0
"""An owner that has given no sign of life for so long is dead."""
_LOOKED_AT = 20

Result = TypeVar("Result")

log = logging.getLogger(__name__)


async def run(order: TrainingOrder, request: Request, services: Services) -> Reply:
    """Train, store the run and the new version, and return how it went.

    Raises:
        TrainingFailed: the child process ended without a checkpoint; the run's row says so.
    """
    job_id = await _started(order, request, services)
    losses: dict[int, float] = {}
    is_kept = False
    try:
        # Said once the job is on disk: whoever reads it may ask for its status or cancel it.
        await _tell(request, job_id, announce(order, services, request.actor.language))
        outcome = await _train_or_cancel(order, request, services, job_id, losses)
        if outcome is None:
            return replace(await _cancelled(order, request, services, job_id), job=job_id)
        version = await _kept(order, request, services, job_id, outcome)
        is_kept = True
    except asyncio.CancelledError:
        with contextlib.suppress(Exception):
            await asyncio.shield(services.storage.jobs.end(job_id, OWNER, JobState.CANCELLED))
        raise
    except Exception as error:
        reason = str(error.facts["reason"]) if isinstance(error, TrainingFailed) else "crash"
        await _patiently(
            lambda: services.storage.jobs.end(job_id, OWNER, JobState.FAILED, reason=reason)
        )
        raise
    finally:
        await asyncio.shield(services.trainer.clear(order.plan, is_kept=is_kept))
    language = request.actor.language
    chart = live = None
    with contextlib.suppress(asyncio.CancelledError):  # what is kept counts, with it or without
        chart = await loss_chart(losses, language)
        live = await live_version(services, request.place.community, version.name)
    live_name = live.full_name if live else None
    told = done_reply(version, order, outcome, chart, live_name, language)
    return replace(told, job=job_id)


async def _started(order: TrainingOrder, request: Request, services: Services) -> int:
    """Return the job's number. Whoever goes away meanwhile leaves no job that nobody will end."""
    starting = asyncio.ensure_future(services.storage.jobs.start(_new_job(order, request), OWNER))
    try:
        return (await asyncio.shield(starting)).id
    except asyncio.CancelledError:
        with contextlib.suppress(Exception):
            await services.storage.jobs.end((await starting).id, OWNER, JobState.CANCELLED)
        raise


async def _train_or_cancel(
    order: TrainingOrder,
    request: Request,
    services: Services,
    job_id: int,
    losses: dict[int, float],
) -> TrainingOutcome | None:
    """Train, noting the loss by step. Return None if somebody cancelled."""

    async def report(progress: TrainingProgress) -> None:
        if progress.loss is not None:
            losses[progress.step] = progress.loss
        shown = progress_reply(order.plan.name, progress, request.actor.language)
        await _tell(request, job_id, shown)

    training = asyncio.create_task(services.trainer.train(order.plan, report))
    watching = asyncio.create_task(_until_cancelled(services, job_id))
    try:
        await asyncio.wait({training, watching}, return_when=asyncio.FIRST_COMPLETED)
        return await training if training.done() else None
    finally:
        for task in (training, watching):
            task.cancel()
        await asyncio.gather(training, watching, return_exceptions=True)


async def _tell(request: Request, job_id: int, reply: Reply) -> None:
    try:
        await request.progress(replace(reply, job=job_id))
    except Exception:  # a message that cannot be edited is no reason to end a training
        log.warning("progress of a training could not be shown", exc_info=True)


async def _until_cancelled(services: Services, job_id: int) -> None:
    # No event can come from the other process that may ask, hence a poll.
    state: JobState | None = JobState.RUNNING
    while state is JobState.RUNNING:
        await asyncio.sleep(_CANCEL_POLL_S)
        with contextlib.suppress(StorageError):  # no reason to give up hours of training
            state = await services.storage.jobs.beat(job_id, OWNER, {})


async def _cancelled(
    order: TrainingOrder, request: Request, services: Services, job_id: int
) -> Reply:
    await _patiently(lambda: services.storage.jobs.end(job_id, OWNER, JobState.CANCELLED))
    return Reply(text=say(request.actor.language, "finetune.cancelled", name=order.plan.name))


async def _kept(
    order: TrainingOrder,
    request: Request,
    services: Services,
    job_id: int,
    outcome: TrainingOutcome,
) -> Version:
    """Store the version, whoever goes away meanwhile.

    A training that has come to its end counts, even if it is cancelled in that moment.
    """
    keeping = asyncio.ensure_future(
        _patiently(lambda: _keep(order, request, services, job_id, outcome))
    )
    try:
        return await asyncio.shield(keeping)
    except asyncio.CancelledError:
        await asyncio.wait({keeping})
        if keeping.exception():
            raise
        return keeping.result()


async def _patiently(write: Callable[[], Awaitable[Result]]) -> Result:
    """Try for a while: after an hour of training, a locked database should not cost it."""
    async for attempt in AsyncRetrying(
        retry=retry_if_exception_type(StorageError),
        stop=stop_after_delay(_PATIENCE_S),
        wait=wait_exponential(multiplier=0.2, max=5),
        reraise=True,
    ):
        with attempt:
            return await write()
    raise AssertionError("the last attempt returns or raises")


async def _keep(
    order: TrainingOrder,
    request: Request,
    services: Services,
    job_id: int,
    outcome: TrainingOutcome,
) -> Version:
    metrics = _metrics(order, outcome)
    version = await services.storage.jobs.end_with_version(
        job_id,
        OWNER,
        NewVersion(
            community=request.place.community,
            name=order.plan.name,
            folder=order.folder,
            base=order.plan.base_name,
            label_set=order.plan.labels,
            metrics=metrics,
            job_id=job_id,
        ),
        metrics,
    )
    if version is None:
        raise TrainingFailed(reason="The lease was lost.")
    return version


def _metrics(order: TrainingOrder, outcome: TrainingOutcome) -> Mapping[str, object]:
    return {
        "new": asdict(outcome.new),
        "current": asdict(outcome.current) if outcome.current else None,
        "current_model": order.current,
        "held_out": len(order.plan.held_out),
        "final_loss": outcome.final_loss,
        "seconds": round(outcome.seconds, 1),
    }


def _new_job(order: TrainingOrder, request: Request) -> NewJob:
    plan = order.plan
    return NewJob(
        community=request.place.community,
        user=request.actor.id,
        kind="finetune",
        params={
            "name": plan.name,
            "base": plan.base_name,
            "epochs": plan.epochs,
            "seed": plan.seed,
            "labels": order.counts,
            "train": len(plan.train),
            "held_out": len(plan.held_out),
            "language": str(request.actor.language),
        },
    )


async def end_dead(jobs: Jobs, community: str) -> list[Job]:
    """End a community's jobs whose owners are gone; each is returned to one caller only."""
    ended = []
    for job in reversed(await jobs.recent(community, _LOOKED_AT)):
        if not job.has_ended and await jobs.claim_one(OWNER, community, job.id, TTL_S):
            await jobs.end(job.id, OWNER, JobState.INTERRUPTED)
            ended.append(job)
    return ended


async def end_dead_of(jobs: Jobs, platform: str) -> list[Job]:
    """The same for all communities of a platform."""
    ended = []
    while job := await jobs.claim(OWNER, platform, TTL_S):
        await jobs.end(job.id, OWNER, JobState.INTERRUPTED)
        ended.append(job)
    return ended
