"""What somebody has labelled, for themselves."""

from datetime import UTC, datetime

from handlers.labelling.snapshot import Agreement, agreement_of
from handlers.services import Services
from handlers.texts import say
from handlers.types import Actor, Language
from models.canonical import one_line, shortened
from storage.records import OwnVote

_SHOWN = 3
_LONGEST = 60
"""Characters of a text by which it is known again."""


def midnight(actor: Actor) -> datetime:
    """Return when their day began."""
    now = datetime.now(actor.zone or UTC)
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


async def own_votes(services: Services, community: str, actor: Actor) -> list[str]:
    """Say in lines how much somebody has labelled, how far others agree, and what they said last.

    They are compared in the datasets of what they said last.
    """
    votes = services.storage.votes
    own = await votes.own(community, actor.id, midnight(actor), None, _SHOWN)
    if not own.total:
        return []
    language = actor.language
    lines = [say(language, "label.own", total=own.total, today=own.today)]
    datasets = {one.dataset.id: one.dataset for one in own.latest}
    agreed = compared = 0
    for dataset in datasets.values():
        found: Agreement = agreement_of(await services.tallies.recent(dataset), actor.id)
        agreed, compared = agreed + found.agreed, compared + found.compared
    if compared:
        lines[0] += " " + say(language, "label.own_agreement", agreed=agreed, compared=compared)
    return [*lines, *(_line(one, language) for one in own.latest)]


def _line(one: OwnVote, language: Language) -> str:
    names = [label.name for key in one.labels or () if (label := one.dataset.resolved(key))]
    none = "label.ambiguous" if one.is_ambiguous else "label.none"
    text = shortened(one_line(one.example.text), _LONGEST)
    facts = {"id": one.example.id, "text": text, "name": one.dataset.name}
    return say(language, "label.own_line", labels=", ".join(names) or say(language, none), **facts)
