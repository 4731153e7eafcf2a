"""`/label`: declared once for every platform."""

from collections.abc import Sequence

from handlers.collecting.finding import find_dataset, open_to
from handlers.collecting.overview.jumps import jumps_in_words
from handlers.labelling.conflicts import show_conflict
from handlers.labelling.label_queue import show_next, which
from handlers.services import Services
from handlers.table import Bilingual, Command, Kind, Option, dataset_option
from handlers.texts import say
from handlers.types import Reply, Request, Role, Visibility
from storage.errors import DatasetArchived
from storage.records import Dataset

_QUEUE, _CONFLICTS = "queue", "conflicts"


async def label(request: Request, services: Services) -> Reply:
    """Answer `/label [dataset] [what]`."""
    actor = request.actor
    found = await _meant(request, services)
    if not isinstance(found, Dataset):
        lines = [*await jumps_in_words(request, services, found)]
        text = "\n".join([*lines, say(actor.language, "label.which_dataset")])
        return Reply(text=text, controls=(which(actor, found),))
    if found.is_archived:
        raise DatasetArchived(name=found.name)
    await services.queue.renewed(services, found)
    said = "\n".join(await jumps_in_words(request, services, [found])) or None
    if request.options.get("what") == _CONFLICTS:
        return await show_conflict(services, actor, found, said=said)
    return await show_next(services, actor, found, said=said)


LABEL_COMMAND = Command(
    name=Bilingual("label", "라벨"),
    description=Bilingual(
        "Say what one text after another is, a press each", "글을 하나씩 보고 눌러서 라벨을 붙여요"
    ),
    handler=label,
    role=Role.MEMBER,
    visibility=Visibility.PRIVATE,
    stays_open=True,
    example=Bilingual("/label feedback", "/라벨 의견"),
    options=(
        dataset_option(is_free=True),
        Option(
            Bilingual("what", "무엇"),
            Bilingual(
                "New texts, or for moderators what people disagree on (queue)",
                "차례대로, 또는 중재자가 엇갈린 글만 (기본 차례)",
            ),
            Kind.CHOICE,
            choices=(Bilingual(_QUEUE, "차례"), Bilingual(_CONFLICTS, "엇갈림")),
        ),
    ),
)


async def _meant(request: Request, services: Services) -> Dataset | Sequence[Dataset]:
    """Return the dataset that somebody wants to label, or those that it could be."""
    community, typed = request.place.community, request.options.get("dataset")
    if typed is not None:
        return await find_dataset(services, community, typed)
    open_ones = await open_to(services, community, request.actor)
    return open_ones[0] if len(open_ones) == 1 else open_ones
