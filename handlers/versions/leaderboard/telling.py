"""How a measurement goes and went, as replies."""

from collections.abc import Iterable

from handlers.texts import say
from handlers.types import Bar, Button, Language, Reply
from storage.records import Job


def progress(job: Job, language: Language) -> Reply:
    """Say how much of it is done."""
    done, of = (int(str(job.progress[name])) for name in ("done", "of"))
    name = job.params["name"]
    return Reply(
        text=say(language, "board.progress", name=name, done=done, n=of),
        bars=(Bar(say(language, "board.share"), done / max(of, 1)),),
        controls=(Button(f"job:{job.id}:cancel", say(language, "board.cancel"), "bad"),),
    )


async def done(job: Job, language: Language) -> Reply:
    """Say what was measured, and show where it stands."""
    metrics = job.metrics
    facts = {"n": metrics["measured"], "texts": metrics["texts_measured"]}
    lines = [say(language, "board.measured", name=job.params["name"], **facts)]
    failed = metrics.get("failed")
    if isinstance(failed, Iterable) and (names := ", ".join(map(str, failed))):
        lines.append(say(language, "board.not_measured", names=names))
    show = Button(f"board:{job.params['dataset']}:", say(language, "board.show"))
    return Reply(text="\n".join(lines), controls=(show,))
