"""What is noted of who changes what others get."""

from handlers.types import Press, Request
from storage.records import Deed, NewAuditEntry


def deed(asked: Request | Press, what: Deed, **facts: str | int | None) -> NewAuditEntry:
    """Return the entry that belongs into the transaction of what somebody does.

    `facts` are for its sentence, `audit.<deed>` in handlers/texts; no text of a member's is one.
    """
    named = {"by": asked.actor.name, **facts}
    return NewAuditEntry(asked.place.community, asked.actor.id, what, named)
