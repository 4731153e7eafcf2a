"""How an import goes and went, as replies."""

from collections.abc import Mapping

from handlers.texts import say
from handlers.types import Bar, Button, Language, Reply
from storage.records import ImportState, Job


def progress(job: Job, language: Language) -> Reply:
    """Say how much of it is done."""
    rows, of = (int(str(job.progress[name])) for name in ("rows", "of"))
    key = "importing.taking_back" if _takes_back(job) else "importing.progress"
    return Reply(
        text=say(language, key, rows=f"{rows:,}", of=f"{of:,}"),
        bars=(Bar(say(language, "importing.share"), rows / max(of, 1)),),
        controls=(Button(f"job:{job.id}:cancel", say(language, "importing.cancel"), "bad"),),
    )


async def done(job: Job, language: Language) -> Reply:
    """Say what it brought, or that it is out again."""
    facts = {"file": job.params["name"], "name": job.params["dataset"]}
    texts, labels = (int(str(job.metrics[name])) for name in ("texts", "labels"))
    if _takes_back(job):
        said = [say(language, "importing.undone", **facts)]
        said += [say(language, "importing.kept", n=f"{texts:,}")] if texts else []
        return Reply(text=" ".join(said))
    brought = say(language, "importing.brought", new=f"{texts:,}", labelled=f"{labels:,}")
    return Reply(
        title=say(language, "importing.done", **facts),
        text=brought,
        controls=(Button(f"import:{job.params['import']}:undo", say(language, "importing.undo")),),
    )


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


def _takes_back(job: Job) -> bool:
    return job.params["work"] == ImportState.UNDOING
