"""A fine-tuning as a job: what is stored of it, and how it is carried from there."""

import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace

from handlers.asking.checkpoints import find
from handlers.jobs.kind import Finished, Plan, Report
from handlers.services import Services
from handlers.training.plan import TrainingOrder
from handlers.training.report import VersionReport, as_json, report_of
from handlers.types import Request, UserError
from handlers.versions.card import renew_card
from handlers.versions.leaderboard.sealed_side import digest_of
from models.errors import ModelError, TrainingKilled
from models.finetune.plan import TrainingOutcome, TrainingPlan, TrainingProgress
from models.package_version import package_version
from storage.errors import StorageError
from storage.records import Job, NewJob, NewVersion, Snapshot

KIND = "finetune"
_KILLS = 2
"""So often a training may go on after its process was killed; memory that is short stays short."""
_MOST_LOSSES = 200
_EVALUATING_S = 1.0


def new_job(
    order: TrainingOrder, snapshot: Snapshot, request: Request, services: Services
) -> tuple[NewJob, Plan]:
    """What people may see of a training, and what carries it, which goes with its end."""
    plan = order.plan
    job = NewJob(
        community=request.place.community,
        user=request.actor.id,
        kind=KIND,
        params={
            "name": plan.name,
            "base": plan.base_name,
            "current": order.current,
            "recipe": plan.recipe,
            "epochs": plan.epochs,
            "estimate_s": services.trainer.estimate(plan).seconds,
            "seed": plan.seed,
            "tuning": {key: each for key, each in asdict(plan.tuning).items() if each is not None},
            "labels": order.counts,
            "train": len(plan.train),
            "held_out": len(plan.held_out),
            "dataset": snapshot.dataset_id,
            "snapshot": snapshot.id,
            "hash": snapshot.short_hash,
            "language": str(request.actor.language),
        },
        scope=f"name {plan.name}",
    )
    return job, {
        "community": job.community,
        "training": services.trainer.stored(plan),
        "folder": order.folder,
        "held_out_ids": list(order.held_out_ids),
        "must_pass_ids": list(order.must_pass_ids),
    }


class FinetuneJob:
    """`handlers.jobs.kind.JobKind` for trainings."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def carry(self, job: Job, plan: Plan, report: Report) -> Finished:
        """Train from the start, or behind the last epoch that was kept.

        Raises:
            TrainingFailed: there will be no checkpoint.
        """
        training = self._services.trainer.restored(plan["training"])
        losses = dict[int, float](job.progress.get("losses", ()))  # type: ignore[call-overload]
        spent_s = float(str(job.progress.get("elapsed_s", 0.0)))

        async def tell(progress: TrainingProgress) -> None:
            if progress.loss is not None:
                losses[progress.step] = progress.loss
                _thin_out(losses)
            so_far = replace(progress, elapsed_s=spent_s + progress.elapsed_s)
            report(asdict(so_far) | {"losses": list(losses.items())})

        outcome = await self._trained(training, tell)
        metrics = _metrics(job, outcome, spent_s + outcome.seconds)
        judged = await self._report(job, plan, training, outcome)
        metrics |= {"report": as_json(judged)}
        metrics |= {"test": digest_of(training.labels, training.held_out)}
        version = NewVersion(
            community=job.community,
            name=training.name,
            folder=str(plan["folder"]),
            base=outcome.base or training.base_name,
            label_set=training.labels,
            metrics=metrics,
            job_id=job.id,
            snapshot_id=_number(job, "snapshot"),
            recipe=outcome.recipe or training.recipe,
            seed=_number(job, "seed"),
            code_version=package_version("tokki"),
        )
        may_answer = not judged.must_pass_wrong
        metrics = {**metrics, **await self._live(job, may_answer=may_answer)}
        return Finished({**metrics, "losses": list(losses.items())}, version, may_answer)

    async def clear(self, plan: Plan, *, is_kept: bool) -> None:
        """Remove what is of no use any more."""
        trainer = self._services.trainer
        await trainer.clear(trainer.restored(plan["training"]), is_kept=is_kept)
        if is_kept:
            await self._write_card(plan)

    async def _write_card(self, plan: Plan) -> None:
        """Only now it has its number."""
        versions = await self._services.storage.versions.all(str(plan.get("community")))
        for version in versions:
            if version.folder == plan["folder"]:
                await renew_card(self._services, version.community, version.name, version.number)

    def remaining_s(self, job: Job) -> float:
        """Seconds until the end, as far as it is known."""
        match job.progress:
            case {"phase": "training", "remaining_s": float(remaining_s)}:
                return remaining_s + _EVALUATING_S
            case {"phase": "evaluating"}:
                return _EVALUATING_S
            case _:
                return math.inf

    async def _trained(
        self, training: TrainingPlan, tell: Callable[[TrainingProgress], Awaitable[None]]
    ) -> TrainingOutcome:
        for _ in range(_KILLS):
            with suppress(TrainingKilled):
                return await self._services.trainer.train(training, tell)
        return await self._services.trainer.train(training, tell)

    async def _report(
        self, job: Job, plan: Plan, training: TrainingPlan, outcome: TrainingOutcome
    ) -> VersionReport:
        ids, must_pass = plan.get("held_out_ids", ()), plan.get("must_pass_ids", ())
        assert isinstance(ids, Sequence)
        assert isinstance(must_pass, Sequence)
        dataset = _number(job, "dataset")
        before = 0
        if dataset is not None:
            before = await self._services.storage.versions.readings(job.community, dataset)
        return await report_of(training, outcome, ids, before + 1, must_pass)

    async def _live(self, job: Job, *, may_answer: bool) -> Mapping[str, object]:
        """What the bare name means, as long as nobody decides otherwise.

        "" is the new version, None no version at all.
        """
        try:
            return {"live": (await find(self._services, job.community, _name(job))).full_name}
        except UserError:  # nothing so far, so that the first version of the name is live
            return {"live": "" if may_answer else None}
        except (ModelError, StorageError):
            return {}


def _name(job: Job) -> str:
    return str(job.params["name"])


def _number(job: Job, name: str) -> int | None:
    """A job of before that was kept has none."""
    found = job.params.get(name)
    return found if isinstance(found, int) else None


def _thin_out(losses: dict[int, float]) -> None:
    """Keep what a curve needs."""
    if len(losses) > _MOST_LOSSES:
        for step in list(losses)[1::2]:
            del losses[step]


def _metrics(job: Job, outcome: TrainingOutcome, seconds: float) -> dict[str, object]:
    return {
        "new": asdict(outcome.new),
        "base": outcome.base,
        "recipe": outcome.recipe,
        "tuning": job.params.get("tuning", {}),
        "tried": [asdict(one) for one in outcome.tried],
        "control": asdict(outcome.control) if outcome.control else None,
        "epochs": [asdict(one) for one in outcome.epochs],
        "current": asdict(outcome.current) if outcome.current else None,
        "current_model": job.params["current"],
        "held_out": job.params["held_out"],
        "final_loss": outcome.final_loss,
        "seconds": round(seconds, 1),
    }
