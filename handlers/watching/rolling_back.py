"""A version of which people accept too little goes back by itself, once, and says so."""

from handlers.asking.checkpoints import find, provided
from handlers.learning.watch.acceptance import Fall
from handlers.services import Services
from handlers.versions.naming import number_of
from handlers.watching.evidence import Live
from models.results import Checkpoint, Origin
from storage.records import (
    ITSELF,
    Deed,
    LiveVersion,
    NewAuditEntry,
    NewNotice,
    NoticeKind,
)

_BY = "Tokki"


async def roll_back(services: Services, live: Live, fall: Fall) -> bool:
    """Let the name mean the former version again; false where somebody else has decided."""
    former = await _former(services, live)
    if former is None:
        return False
    former = await services.models.fetch(former, lambda _: None)
    name, number = live.checkpoint.name, number_of(live.checkpoint)
    figures = {"now": fall.now, "usual": fall.usual, "judgements": fall.judgements}
    facts = {"name": name, "to": former.full_name, **figures}
    notice = NewNotice(live.community, NoticeKind.ROLLED_BACK, live.model, facts)
    shown = {"now": f"{fall.now:.0%}", "usual": f"{fall.usual:.0%}"}
    moved = {"name": name, "before": live.model, "after": former.full_name}
    deed = NewAuditEntry(live.community, ITSELF, Deed.ROLLED_BACK, {"by": _BY, **moved, **shown})
    back = LiveVersion(number_of(former), ITSELF)
    whose = (live.community, name, number)
    if not await services.storage.live_versions.take_back(*whose, back, notice, deed):
        return False
    if live.checkpoint.origin is Origin.TRAINED:  # nobody else asks it, so its place is free
        await services.models.renew(live.checkpoint, former)
    return True


async def _former(services: Services, live: Live) -> Checkpoint | None:
    match live.former:
        case None:
            return None
        case 0:
            return await provided(services, live.community, live.checkpoint.name)
        case number:
            return await find(services, live.community, f"{live.checkpoint.name}@{number}")
