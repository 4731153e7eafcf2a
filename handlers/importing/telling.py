"""How an import goes and went, as replies."""

from collections.abc import Mapping

from handlers.texts import say
from handlers.types import Bar, Button, Language, Reply
from storage.records import ImportState, Job, JobState


def progress(job: Job, language: Language) -> Reply:
    """Say how much of it is done."""
    rows, of = (int(str(job.progress[name])) for name in ("rows", "of"))
    key = "importing.taking_back" if takes_back(job) else "importing.progress"
    return Reply(
        text=f"{say(language, key, rows=f'{rows:,}', of=f'{of:,}')}\n{see(job, language)}",
        bars=(Bar(say(language, "importing.share"), rows / max(of, 1)),),
        controls=_cancel(job, language),
    )


async def done(job: Job, language: Language) -> Reply:
    """Say what it brought, or that it is out again."""
    facts = {"file": job.params["name"], "name": job.params["dataset"]}
    texts, labels = (int(str(job.metrics[name])) for name in ("texts", "labels"))
    if takes_back(job):
        said = [say(language, "importing.undone", **facts)]
        said += [say(language, "importing.kept", n=f"{texts:,}")] if texts else []
        return Reply(text=" ".join(said))
    brought = say(language, "importing.brought", new=f"{texts:,}", labelled=f"{labels:,}")
    return Reply(
        title=say(language, "importing.done", **facts),
        text=f"{brought}\n{see(job, language)}",
        controls=(*_label(job, language), undo(job, say(language, "importing.undo"))),
    )


def begun(job: Job, language: Language) -> Reply:
    """Say that it has begun, and where to look if this message cannot tell its end."""
    key = "importing.begun_back" if takes_back(job) else "importing.begun"
    said = say(language, key, name=job.params["name"])
    return Reply(text=f"{said}\n{see(job, language)}", controls=_cancel(job, language))


def see(job: Job, language: Language) -> str:
    """Say where to look for it later: a message for one person cannot be changed for long."""
    return say(language, "jobs.see", number=job.id)


def undo(job: Job, words: str) -> Button:
    """Return what takes back what it brought."""
    return Button(f"import:{job.params['import']}:undo", words)


def brought_something(job: Job) -> bool:
    """Tell whether it is in, and can be taken out again."""
    return job.state is JobState.DONE and job.params.get("work") == ImportState.RUNNING


def _label(job: Job, language: Language) -> tuple[Button, ...]:
    """Return what leads to the first text; imports of before do not know their dataset's number."""
    dataset = job.params.get("dataset_id")
    if dataset is None:
        return ()
    return (Button(f"label:{dataset}:next", say(language, "label.label"), "good"),)


def result(metrics: Mapping[str, object], language: Language) -> str:
    """Say in a few words what it brought."""
    if "texts" not in metrics:
        return ""
    return say(
        language,
        "importing.brought",
        new=f"{metrics['texts']:,}",
        labelled=f"{metrics['labels']:,}",
    )


def takes_back(job: Job) -> bool:
    """Tell whether it takes out what a file brought; whoever has begun that sees it through."""
    return job.params.get("work") == ImportState.UNDOING


def _cancel(job: Job, language: Language) -> tuple[Button, ...]:
    if takes_back(job):
        return ()
    return (Button(f"job:{job.id}:cancel", say(language, "importing.cancel"), "bad"),)
