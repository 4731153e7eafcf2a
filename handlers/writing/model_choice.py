"""Which model is asked where nobody names one: the first of those that are here for it."""

from collections.abc import Mapping, Sequence

from handlers.asking.checkpoints import provided, provided_names
from handlers.hub.bounds import may_add
from handlers.services import Services
from handlers.table import Bilingual
from handlers.texts import say
from handlers.types import Language, Request, UserError
from models.errors import ModelError
from models.results import Checkpoint

_TASKS: Mapping[str, Bilingual] = {
    "no_answerer": Bilingual("question-answering", "질의응답"),
    "no_summarizer": Bilingual("summarization", "요약"),
    "no_translator": Bilingual("translation", "번역"),
    "no_writer": Bilingual("text-generation", "글쓰기"),
}
"""What `/hub search task:` calls that for which a model is missing."""


async def default_model(
    services: Services, request: Request, purposes: Sequence[str], missing: str
) -> str:
    """Return the name of the first model that is made for the first of some purposes, and so on.

    What the operator allows comes before what the community has added of the Hub. What has never
    been fetched comes last, since only its files tell what it is made for.

    Args:
        services: know the models.
        request: may name one, which is looked for as it is; then there is no default.
        purposes: the Hub's names of tasks, the better ones first.
        missing: the code of the error where no model is allowed that is made for any of them.
    """
    if "model" in request.options:
        return ""
    order = {purpose: place for place, purpose in enumerate(purposes)}
    found: list[tuple[int, str]] = []
    community = request.place.community
    for name in await provided_names(services, community):
        try:
            checkpoint = await provided(services, community, name)
            made_for = await _made_for(services, checkpoint)
        except ModelError:  # it is broken, which /models tells
            continue
        if made_for is None and checkpoint.folder is None:
            found.append((len(order), name))
        elif made_for in order:
            found.append((order[made_for], name))
    if not found:
        raise UserError(missing, how=_how(services, request, missing))
    return min(found, key=lambda each: each[0])[1]


def _how(services: Services, request: Request, missing: str) -> Bilingual:
    """Say how a model comes here: by an admin from the chat, where they may, or by the operator."""
    key = "models.add_here" if may_add(services, request.place) else "models.allow"
    task = _TASKS[missing]
    return Bilingual(
        say(Language.ENGLISH, key, task=task.en), say(Language.KOREAN, key, task=task.ko)
    )


async def _made_for(services: Services, checkpoint: Checkpoint) -> str | None:
    """Return what a model is made for; None of one that is not on the disk."""
    known = services.models.task_of(checkpoint)
    if known is not None:
        return known
    overview = await services.models.overview(checkpoint)
    return overview.task if overview else None
