"""Questions that were asked before, found again by whoever asked them."""

from handlers.services import Services
from handlers.types import Press, UserError
from storage.records import Query

_MOST_NUMBERS = 1_000
"""From the first to the last of a batch; others may have asked in between."""


async def questions_between(
    press: Press, services: Services, first: int, last: int, of_others: str
) -> list[Query]:
    """Return a question, or those of a batch that belong together.

    Args:
        press: by whom, and where.
        services: all that a handler may use.
        first: the number of the first.
        last: that of the last, which may be the first.
        of_others: the code of the error where somebody else asked.

    Raises:
        UserError: these are no numbers of ours, there is no such question, or it is not theirs.
    """
    if not 0 < last - first + 1 <= _MOST_NUMBERS:
        raise UserError("unknown_control", control=press.control)
    community, queries = press.place.community, services.storage.queries
    # One after another: they are few, and nobody else's may come of a forged id.
    asked = [await queries.get(community, number) for number in range(first, last + 1)]
    if asked[0] is None:
        raise UserError("answer_gone", query=str(first))
    if asked[0].user != press.actor.id:
        raise UserError(of_others)
    key = (asked[0].user, asked[0].command, asked[0].model)
    return [each for each in asked if each and (each.user, each.command, each.model) == key]
