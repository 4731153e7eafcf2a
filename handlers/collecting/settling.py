"""What a moderator makes of a text, kept with who did so."""

from collections.abc import Sequence

from handlers.guard.audit import deed
from handlers.services import Services
from handlers.types import Actor
from storage.records import Dataset, Deed, Example, Settled, Settlement


async def settle(
    services: Services,
    actor: Actor,
    example: Example,
    dataset: Dataset,
    settled: Settled | None,
    labels: Sequence[str] = (),
    *,
    is_first: bool = False,
) -> None:
    """Let what a moderator says hold; None takes back what they said.

    Args:
        services: what there is.
        actor: the moderator.
        example: the text.
        dataset: which has it.
        settled: what becomes of it.
        labels: which hold, by their keys, where it is labelled.
        is_first: unless another moderator has settled it already.
    """
    settlement = Settlement(actor.id, settled, tuple(labels))
    noted = deed(actor, dataset.community, Deed.TEXT_SETTLED)
    await services.storage.examples.settle(
        dataset.community, example.id, settlement, noted, is_first=is_first
    )
