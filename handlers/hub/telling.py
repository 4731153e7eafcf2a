"""How the adding of a model goes and went, as replies."""

from handlers.hub.verdict import command_for, megabytes
from handlers.texts import say
from handlers.types import Bar, Button, Language, Reply
from models.canonical import one_line
from models.hub.repository import SHORT_VERSION
from storage.records import Job


def begun(job: Job, language: Language) -> Reply:
    """Say that it has begun, and where to look if this message cannot tell its end."""
    said = say(language, "hub.begun", name=job.params["name"])
    return Reply(text=f"{said}\n{_see(job, language)}", controls=(_cancel(job, language),))


def progress(job: Job, language: Language) -> Reply:
    """Say how far it has come."""
    name, controls = job.params["name"], (_cancel(job, language),)
    if job.progress["phase"] == "trying":
        text = say(language, "hub.trying", name=name, n=job.progress["texts"])
        return Reply(text=f"{text}\n{_see(job, language)}", controls=controls)
    done, of = (int(str(job.progress[key])) for key in ("done", "of"))
    facts = {"done": f"{done / 1e6:,.1f}", "of": f"{of / 1e6:,.1f}"}
    text = say(language, "hub.fetching", name=name, **facts)
    bar = Bar(say(language, "hub.share"), done / max(of, 1))
    return Reply(text=f"{text}\n{_see(job, language)}", bars=(bar,), controls=controls)


async def done(job: Job, language: Language) -> Reply:
    """Say that it can be asked, and how."""
    metrics, name = job.metrics, job.params["name"]
    command = command_for(str(metrics["task"]), language)
    facts = {"repo": job.params["repo"], "revision": str(job.params["revision"])[:SHORT_VERSION]}
    size = int(str(metrics["bytes"]))
    lines = [
        say(language, "hub.added_how", command=command, name=name),
        say(language, "hub.added_from", **facts, size=megabytes(size)),
        say(language, "hub.added_license", license=one_line(str(metrics["license"] or "–"))),
    ]
    return Reply(title=say(language, "hub.added", name=name), text="\n".join(lines))


def _see(job: Job, language: Language) -> str:
    return say(language, "jobs.see", number=job.id)


def _cancel(job: Job, language: Language) -> Button:
    return Button(f"job:{job.id}:cancel", say(language, "hub.cancel"), "bad")
