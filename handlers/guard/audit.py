"""What is noted of who changes what others get."""

from handlers.types import Actor
from storage.records import Deed, NewAuditEntry


def deed(actor: Actor, community: str, what: Deed, **facts: str) -> NewAuditEntry:
    """Return the entry that belongs into the transaction of what somebody does.

    `facts` are for its sentence, `audit.<deed>` in handlers/texts; no text of a member's is one.
    """
    return NewAuditEntry(community, actor.id, what, {"by": actor.name, **facts})
