"""How a fine-tuning goes and went, as replies."""

from collections.abc import Sequence

from handlers.learning.finetune_plan import TrainingOrder, duration
from handlers.texts import say
from handlers.texts.reasons import translate_reason
from handlers.types import Bar, Language, Picture, Reply, Table
from models.finetune.plan import Scores, TrainingOutcome, TrainingProgress
from storage.records import Job, JobState, Version


def progress_reply(name: str, progress: TrainingProgress, language: Language) -> Reply:
    """Say how far a training has come, with its loss and the time left."""
    said = [say(language, f"finetune.phase_{progress.phase}")]
    if progress.phase == "training":
        said.append(say(language, "finetune.step", step=progress.step, steps=progress.steps))
    if progress.loss is not None:
        said.append(say(language, "finetune.loss", loss=f"{progress.loss:.3f}"))
    if progress.remaining_s is not None:
        left = duration(progress.remaining_s, language)
        said.append(say(language, "finetune.left", time=left))
    share = progress.step / progress.steps if progress.steps else 0.0
    return Reply(
        title=say(language, "finetune.training", name=name),
        text=" · ".join(said),
        bars=(Bar(say(language, "finetune.progress"), share),),
    )


def done_reply(
    version: Version,
    order: TrainingOrder,
    outcome: TrainingOutcome,
    chart: Picture | None,
    live: str | None,
    language: Language,
) -> Reply:
    """Say what came of a training, beside the current model on the same examples.

    `live` is what the bare name means now; None: nobody knows.
    """
    full_name = version.full_name
    said = [say(language, _verdict(outcome), name=full_name, current=order.current)]
    if len(order.plan.held_out) < 30:  # noqa: PLR2004 - the usual rule of thumb for a proportion
        said.append(say(language, "finetune.few_held_out", n=len(order.plan.held_out)))
    said.append(say(language, "finetune.try", name=full_name))
    if live:
        key = "finetune.is_live" if live == full_name else "finetune.is_not_live"
        said.append(say(language, key, bare=version.name, live=live, name=full_name))
    return Reply(
        title=say(language, "finetune.done", name=full_name),
        text="\n".join(said),
        table=_comparison(full_name, order.current, outcome, language),
        files=(chart,) if chart else (),
        footer={
            "model": full_name,
            "base": version.base,
            "time": duration(outcome.seconds, language),
            "held-out": str(len(order.plan.held_out)),
        },
    )


def list_reply(jobs: Sequence[Job], language: Language) -> Reply:
    """List the last jobs of a community, newest first."""
    if not jobs:
        return Reply(text=say(language, "jobs.none"))
    columns = ("number", "name", "state", "started", "labels", "accuracy")
    rows = [_facts(job, language) for job in jobs]
    return Reply(
        title=say(language, "jobs.title"),
        table=Table(
            tuple(say(language, f"jobs.{column}") for column in columns),
            tuple(tuple(facts[column] for column in columns) for facts in rows),
        ),
    )


def job_reply(job: Job, language: Language) -> Reply:
    """Tell all of one job."""
    facts = _facts(job, language)
    return Reply(
        title=facts.pop("name"),
        table=Table(
            (say(language, "jobs.what"), say(language, "jobs.value")),
            tuple((say(language, f"jobs.{what}"), value) for what, value in facts.items() if value),
        ),
    )


def interrupted_reply(jobs: Sequence[Job], language: Language) -> Reply:
    """Say at the start which trainings the last crash cut off."""
    names = ", ".join(str(job.params["name"]) for job in jobs)
    return Reply(text=say(language, "finetune.interrupted", names=names))


def _verdict(outcome: TrainingOutcome) -> str:
    if outcome.current is None:
        return "finetune.no_current"
    difference = outcome.new.accuracy - outcome.current.accuracy
    if difference == 0:
        return "finetune.equal"
    return "finetune.better" if difference > 0 else "finetune.worse"


def _comparison(new: str, current: str, outcome: TrainingOutcome, language: Language) -> Table:
    sides = [(new, outcome.new)]
    if outcome.current:
        sides.append((current, outcome.current))
    measures = ["accuracy", "macro_f1", *outcome.new.f1]
    return Table(
        (say(language, "finetune.measure"), *(name for name, _ in sides)),
        tuple((_measure(m, language), *(_value(s, m) for _, s in sides)) for m in measures),
    )


def _measure(measure: str, language: Language) -> str:
    if measure in ("accuracy", "macro_f1"):
        return say(language, f"finetune.{measure}")
    return say(language, "finetune.f1_of", label=measure)


def _value(scores: Scores, measure: str) -> str:
    fixed = {"accuracy": scores.accuracy, "macro_f1": scores.macro_f1}
    value = fixed.get(measure, scores.f1.get(measure))
    return "–" if value is None else f"{value:.1%}"


def _facts(job: Job, language: Language) -> dict[str, str]:
    labels, name = job.params.get("labels"), str(job.params["name"])
    counts = labels.values() if isinstance(labels, dict) else ()
    return {
        "number": f"#{job.id}",
        "name": f"{name}@{job.metrics['version']}" if "version" in job.metrics else name,
        "state": say(language, f"job.{job.state}"),
        "started": f"{job.created_at:%Y-%m-%d %H:%M}",
        "ended": f"{job.ended_at:%Y-%m-%d %H:%M}" if job.ended_at else "",
        "base": str(job.params.get("base", "")),
        "epochs": str(job.params.get("epochs", "")),
        "labels": str(sum(counts)),
        "accuracy": _result(job, language),
    }


def _result(job: Job, language: Language) -> str:
    match job.metrics:
        case {"new": {"accuracy": float(new)}, "current": {"accuracy": float(current)}}:
            return say(language, "finetune.result", new=f"{new:.0%}", current=f"{current:.0%}")
        case {"new": {"accuracy": float(new)}}:
            return f"{new:.0%}"
        case _:
            return _why_failed(job, language) if job.state is JobState.FAILED else ""


def _why_failed(job: Job, language: Language) -> str:
    if job.reason == "crash":
        return say(language, "finetune.crashed")
    return translate_reason(job.reason or "", language)
