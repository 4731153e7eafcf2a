"""How jobs go and went, as replies."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from handlers.batch import telling as batch
from handlers.guard.failures import crashed, known_failure
from handlers.hub import telling as adding
from handlers.importing import telling as importing
from handlers.jobs.line import WAITING
from handlers.people.times import moment, zone_of
from handlers.services import RunningJobs
from handlers.texts import say
from handlers.texts.reasons import translate_reason
from handlers.training.done import done_reply
from handlers.training.plan import duration
from handlers.types import Actor, Bar, Language, ProgressSink, Reply, Table, UserError
from handlers.versions.leaderboard import telling as measuring
from models.errors import TrainingFailed
from models.finetune.plan import RecipeName, TrainingProgress
from storage.records import Job, JobState

_PARTS = 10
"""So many stages of a bar are told apart."""

log = logging.getLogger(__name__)


async def follow_or_cancel(
    jobs: RunningJobs,
    job: Job,
    language: Language,
    progress: ProgressSink,
    first: Reply | None = None,
) -> Reply:
    """Follow a job for whoever it belongs to: they end it by leaving, if it can be cancelled.

    Where Tokki itself stops, it goes on at the next start.
    """
    try:
        return await follow(jobs, job, language, progress, first)
    except asyncio.CancelledError:
        if not (jobs.is_closing or importing.takes_back(job)):
            with contextlib.suppress(Exception):
                await asyncio.shield(jobs.cancel(job.community, job.id))
        raise


async def follow(
    jobs: RunningJobs,
    job: Job,
    language: Language,
    progress: ProgressSink,
    first: Reply | None = None,
) -> Reply:
    """Tell how a job goes, and return how it ended, or that it will go on."""
    await _tell(progress, first or Reply(text=_words("goes_on", job, language)), job)
    said = None
    async for state in jobs.watch(job.community, job.id):
        job = state
        if job.progress and not job.has_ended and said != (now := _progress(job, language)):
            said = now
            await _tell(progress, _below(first, now) if _is_starting(job) else now, job)
    return await told(job, language)


async def told(job: Job, language: Language) -> Reply:
    """Say how a job ended, or that it goes on at the next start."""
    match job.state:
        case JobState.DONE:
            reply = await _TELLERS[job.kind].done(job, language)
        case JobState.FAILED if job.reason == "crash":
            reply = crashed(str(job.metrics.get("reference", "–")), language)
        case JobState.FAILED if isinstance(facts := job.metrics.get("facts"), Mapping):
            reply = known_failure(UserError(str(job.metrics["code"]), **facts), language)
        case JobState.FAILED:
            reply = known_failure(TrainingFailed(reason=job.reason), language)
        case JobState.CANCELLED | JobState.INTERRUPTED:
            why = translate_reason(job.reason or "", language)
            reply = Reply(text=f"{_words(job.state, job, language)} {why}".rstrip())
        case _:
            reply = Reply(text=_words("released", job, language))
    return replace(reply, job=job.id)


def language_of(job: Job) -> Language:
    """Return the language in which a job was asked for."""
    return Language(str(job.params.get("language", Language.ENGLISH)))


def _training_progress(job: Job, language: Language) -> Reply:
    """Say how far a training has come, with its loss and the time left."""
    if job.progress["phase"] == WAITING:
        return _waiting(job, language)
    fields = {name: job.progress[name] for name in TrainingProgress.__slots__}
    progress = TrainingProgress(**fields)  # type: ignore[arg-type]  # as FinetuneJob wrote it
    said = [say(language, f"finetune.phase_{progress.phase}")]
    if progress.phase == "starting" and progress.elapsed_s >= 1:
        said.append(duration(progress.elapsed_s, language))
    if progress.phase == "training":
        said.append(say(language, "finetune.step", step=progress.step, steps=progress.steps))
    if progress.loss is not None:
        said.append(say(language, "finetune.loss", loss=f"{progress.loss:.3f}"))
    if progress.remaining_s is not None:
        left = duration(progress.remaining_s, language)
        said.append(say(language, "finetune.left", time=left))
    share = progress.step / progress.steps if progress.steps else 0.0
    return Reply(
        title=say(language, "finetune.training", name=job.params["name"]),
        text=" · ".join(said),
        bars=(Bar(say(language, "finetune.progress"), share),),
    )


def _waiting(job: Job, language: Language) -> Reply:
    """Say when a training gets its turn."""
    before, wait_s = int(str(job.progress["before"])), float(str(job.progress["wait_s"]))
    facts = {"before": before, "time": duration(wait_s, language)}
    title = say(language, "finetune.waiting", name=job.params["name"])
    return Reply(title=title, text=say(language, "finetune.in_line", **facts))


def _is_starting(job: Job) -> bool:
    return job.progress.get("phase") in (WAITING, "starting")


def _below(first: Reply | None, now: Reply) -> Reply:
    """Keep what a training will do until it does it: a door may have shown nothing of it so far."""
    return replace(now, text=f"{first.text}\n{now.text}") if first else now


def _words(what: str, job: Job, language: Language) -> str:
    room = "importing.back" if importing.takes_back(job) else _TELLERS[job.kind].texts
    return say(language, f"{room}.{what}", name=job.params["name"])


def _progress(job: Job, language: Language) -> Reply:
    return _TELLERS[job.kind].progress(job, language)


async def _tell(progress: ProgressSink, reply: Reply, job: Job) -> None:
    try:
        stage, goes_on = _stage(job, reply), importing.takes_back(job)
        await progress(replace(reply, job=job.id, stage=stage, goes_on=goes_on))
    except Exception:  # a message that cannot be edited is no reason to stop telling
        log.warning("progress of job %s could not be shown", job.id, exc_info=True)


def _stage(job: Job, reply: Reply) -> str | None:
    """Name the phase and the tenth of the whole, or the place in line; None before there is any."""
    if not job.progress:
        return None
    phase = job.progress.get("phase", "")
    if phase == WAITING:
        return f"{phase} {job.progress['before']}"
    return " ".join([str(phase), *(str(int(_PARTS * bar.score)) for bar in reply.bars)])


def list_reply(jobs: Sequence[Job], reader: Actor) -> Reply:
    """List the last jobs of a community, newest first."""
    language = reader.language
    if not jobs:
        return Reply(text=say(language, "jobs.none"))
    columns = ("number", "name", "state", "started", "labels", "accuracy")
    rows = [_facts(job, reader) for job in jobs]
    return Reply(
        title=say(language, "jobs.title"),
        bars=tuple(_bar(job, language) for job in jobs if job.state is JobState.RUNNING),
        table=Table(
            tuple(_named(column, reader) for column in columns),
            tuple(tuple(facts[column] for column in columns) for facts in rows),
        ),
    )


def job_reply(job: Job, reader: Actor) -> Reply:
    """Tell all of one job, and how far it is while it runs."""
    language, facts = reader.language, _facts(job, reader)
    is_running = job.state is JobState.RUNNING
    return Reply(
        title=facts.pop("name"),
        text=_progress(job, language).text if is_running and job.progress else None,
        bars=(_bar(job, language),) if is_running else (),
        table=Table(
            (say(language, "jobs.what"), say(language, "jobs.value")),
            tuple((_named(what, reader), value) for what, value in facts.items() if value),
        ),
    )


def _bar(job: Job, language: Language) -> Bar:
    """Return how much of a job is done; nothing while it waits, or begins."""
    bars = _progress(job, language).bars if job.progress else ()
    return Bar(f"#{job.id} {job.params['name']}", bars[0].score if bars else 0.0)


def _named(what: str, reader: Actor) -> str:
    return say(reader.language, f"jobs.{what}", zone=zone_of(reader))


def _facts(job: Job, reader: Actor) -> dict[str, str]:
    language = reader.language
    labels, name = job.params.get("labels"), str(job.params["name"])
    counts = labels.values() if isinstance(labels, dict) else None
    return {
        "number": f"#{job.id}",
        "name": f"{name}@{job.metrics['version']}" if "version" in job.metrics else name,
        "state": _state(job, language),
        "started": moment(job.created_at, reader),
        "ended": moment(job.ended_at, reader) if job.ended_at else "",
        "base": str(job.metrics.get("base") or job.params.get("base", "")),
        "epochs": _epochs(job),
        "labels": "" if counts is None else str(sum(counts)),
        "accuracy": _result(job, language),
    }


def _epochs(job: Job) -> str:
    """Say how many there are to be; a head alone is learned without any."""
    is_head = job.metrics.get("recipe") == RecipeName.HEAD
    return "" if is_head else str(job.params.get("epochs", ""))


def _state(job: Job, language: Language) -> str:
    match job:
        case Job(state=JobState.RUNNING, progress={"phase": "waiting", "before": before}):
            return say(language, "job.waiting", before=before)
        case _:
            return say(language, f"job.{job.state}")


def _result(job: Job, language: Language) -> str:
    match job.metrics:
        case {"texts": int(), "labels": int()}:
            return importing.result(job.metrics, language)
        case {"code": str()}:
            return ""
        case {"rows": int(rows), "counts": list()}:
            return say(language, "batch.result", n=rows)
        case {"new": {"accuracy": float(new)}, "current": {"accuracy": float(current)}}:
            return say(language, "finetune.result", new=f"{new:.0%}", current=f"{current:.0%}")
        case {"new": {"accuracy": float(new)}}:
            return f"{new:.0%}"
        case _:
            return translate_reason(job.reason or "", language)


@dataclass(frozen=True, slots=True)
class _Teller:
    """How jobs of one kind are told of."""

    texts: str
    """Where its sentences are: cancelled, interrupted, released, goes_on."""
    progress: Callable[[Job, Language], Reply]
    done: Callable[[Job, Language], Awaitable[Reply]]


_TELLERS = {
    "finetune": _Teller("finetune", _training_progress, done_reply),
    "import": _Teller("importing", importing.progress, importing.done),
    "hub": _Teller("hub", adding.progress, adding.done),
    "measure": _Teller("board", measuring.progress, measuring.done),
    "batch": _Teller("batch", batch.progress, batch.done),
}
