"""What of the Hub somebody looks at, kept for a day: it does not fit into the id of a button."""

import json
from collections.abc import Mapping

from handlers.services import Services
from handlers.types import Press, UserError

SOURCE = "hub"


async def keep(services: Services, community: str, user: str, view: Mapping[str, object]) -> int:
    """Keep a view, which is plain JSON, and return its number."""
    text = json.dumps(view, ensure_ascii=False)
    return await services.storage.drafts.keep(community, user, text, SOURCE)


async def kept(services: Services, press: Press, number: int) -> Mapping[str, object]:
    """Return a view of whoever presses.

    Raises:
        UserError: it is not kept any more, or was never theirs.
    """
    whose = (press.place.community, number, press.actor.id)
    draft = await services.storage.drafts.get(*whose)
    if draft is None or draft.source != SOURCE:
        raise UserError("hub_view_gone")
    view: Mapping[str, object] = json.loads(draft.text)
    return view
