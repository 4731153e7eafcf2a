"""A town with something on each of its pages."""

from collections.abc import Awaitable, Callable, Sequence

from bot.on_web.page import Page
from handlers.types import Place, Role
from storage.records import NewJob, Version
from tests.bot.serving import ServedTokki

TEXTS = ("it crashes when I save", "where is the search?", "lovely, thank you", "it hangs again")


async def filled(tokki: ServedTokki, made: Callable[..., Awaitable[Version]], place: Place) -> None:
    """Give it a dataset, versions and a job that runs."""
    assert tokki.bot
    boss = tokki.bot.by("boss", Role.ADMIN, place)
    await boss.ok("/dataset create name:pets labels:bug, question, praise open_to:members votes:1")
    for text in TEXTS:
        await boss.ok(f"/dataset add {text}")
    for right in (40, 54):
        await made("ours", right=right, current="sentiment@0")
    await boss.ok("/classify I love <this>")
    jobs = tokki.bot.services.storage.jobs
    params = {"name": "ours", "dataset": 1, "language": "en"}
    job = await jobs.start(NewJob(place.community, "boss", "batch", params), "somebody")
    await jobs.beat(job.id, "somebody", {"done": 1, "of": 4})


def paths(pages: Sequence[Page]) -> Sequence[str]:
    """Return the address of each page of the menu, and of what lies under some."""
    named = [f"/web/{page.name}".rstrip("/") for page in pages if page.is_in_menu]
    models = ("trained", "board", "board?name=ours", "jobs", "jobs/1", "one/ours@2")
    return [
        *named,
        "/web/ask/classify",
        "/web/ask/finetune",
        "/web/dataset?dataset=pets&text=1",
        "/web/models?words=ours&column=1&column=5&by=0",
        *(f"/web/models/{one}" for one in models),
    ]
