"""How the asking of a file goes and went, as replies."""

from collections.abc import Iterator

from handlers.coding.button import script_button
from handlers.texts import say
from handlers.types import Bar, Button, Language, Reply
from models.canonical import shortened
from storage.records import Job

_LONGEST_LABEL = 60


def progress(job: Job, language: Language) -> Reply:
    """Say how much of it is done."""
    done, of = (int(str(job.progress[name])) for name in ("done", "of"))
    name = job.params["name"]
    return Reply(
        text=say(language, "batch.progress", name=name, done=f"{done:,}", of=f"{of:,}"),
        bars=(Bar(say(language, "batch.share"), done / max(of, 1)),),
        controls=(Button(f"job:{job.id}:cancel", say(language, "batch.cancel"), "bad"),),
    )


async def done(job: Job, language: Language) -> Reply:
    """Say what came of it; the file itself stands under the command."""
    facts = {"name": job.params["name"], "n": int(str(job.metrics["rows"]))}
    return Reply(
        title=say(language, "batch.done", **facts),
        text="\n".join(_said(job, language)),
        controls=(script_button(job.id, language),) if "names" in job.metrics else (),
        footer={"model": str(job.params["model"])},
    )


def _said(job: Job, language: Language) -> Iterator[str]:
    counts, metrics = job.metrics.get("counts"), job.metrics
    if isinstance(counts, list) and counts:
        yield ", ".join(f"{shortened(str(name), _LONGEST_LABEL)} {n:,}" for name, n in counts)
    yield say(language, "batch.column", column=metrics["column"])
    for what in ("empty", "left_out"):
        if n := int(str(metrics.get(what, 0))):
            yield say(language, f"batch.{what}", n=n)
