"""A press on a card of *Compare in chat*: which answer is right, until the gate knows enough."""

import re
from collections.abc import Mapping

from handlers.collecting.finding import check_may_label, dataset_of
from handlers.comparing.card import VERSUS, is_on, may_judge
from handlers.labelling.label_queue import show_next
from handlers.labelling.progress import stopped
from handlers.learning.comparing import due_look, is_over, reading
from handlers.learning.gate.verdict import Judgement
from handlers.services import Services
from handlers.table import ControlFamily, Pace
from handlers.texts import say
from handlers.types import Press, Reply, Role, UserError
from storage.records import (
    Comparison,
    ComparisonState,
    Dataset,
    NewNotice,
    NoticeKind,
    Tallied,
)

_ID = re.compile(
    rf"{VERSUS}:(?P<comparison>\d{{1,15}}):(?P<text>\d{{1,15}})"
    r":(?P<choice>first|second|neither|skip|stop)",
    re.ASCII,
)
_PACE = Pace(90, "label_too_fast")
"""As for the cards of labels, among which these come."""


async def press_versus(press: Press, services: Services) -> Reply:
    """Keep which answer somebody finds right, and show the next text.

    Raises:
        UserError: the id is not ours, they may not label, or may not judge this version.
    """
    found = _ID.fullmatch(press.control)
    if not found:
        raise UserError("unknown_control", control=press.control)
    community, actor = press.place.community, press.actor
    comparison = await comparison_of(services, community, int(found["comparison"]))
    dataset = await dataset_of(services, community, comparison.dataset_id)
    check_may_label(dataset, actor)
    text, choice = int(found["text"]), found["choice"]
    if choice == "stop":
        return await stopped(services, actor, dataset)
    if choice == "skip":
        whose = (community, comparison.id, text, actor.id)
        await services.storage.comparisons.skip(*whose)
        return await show_next(services, actor, dataset)
    if not await may_judge(services, actor, dataset, comparison):
        raise UserError("supplied_too_much", version=comparison.new)
    said = await _judge(services, press, comparison, dataset, text, choice)
    return await show_next(services, actor, dataset, said=say(actor.language, said))


VERSUS_CARDS = ControlFamily(
    VERSUS, press_versus, Role.MEMBER, is_in_place=True, stays_open=True, pace=_PACE
)


async def comparison_of(services: Services, community: str, number: int) -> Comparison:
    """Return a comparison of this community.

    Raises:
        UserError: there is none of that number.
    """
    every = await services.storage.comparisons.all(community)
    found = next((one for one in every if one.id == number), None)
    if found is None:
        raise UserError("no_comparison")
    return found


async def _judge(
    services: Services,
    press: Press,
    comparison: Comparison,
    dataset: Dataset,
    text: int,
    choice: str,
) -> str:
    """Keep it, let the gate read if it is time to, and return what is said of it."""
    if not await is_on(services, comparison):
        return "versus.over"
    comparisons, whose = services.storage.comparisons, (dataset.community, comparison.id)
    preferred = await comparisons.meant(*whose, text, choice)
    if preferred is None or not await comparisons.judge(*whose, text, press.actor.id, preferred):
        return "versus.too_late"
    await read(services, comparison)
    return "versus.kept"


async def read(services: Services, comparison: Comparison) -> None:
    """Let the gate read as many judgements as are due."""
    comparisons, whose = services.storage.comparisons, (comparison.community, comparison.id)
    tally = await comparisons.tally(*whose)
    looked = int((comparison.verdict or {}).get("look", 0))
    look = due_look(tally.judged, looked)
    if look is None:
        return
    first = await comparisons.tally(*whose, look)
    judgement = reading(first, comparison.compared)
    facts = _facts(judgement, comparison, first, look)
    if not is_over(judgement, look):
        await comparisons.say(*whose, facts)
        return
    notice = NewNotice(comparison.community, NoticeKind.COMPARED, comparison.new, facts)
    await comparisons.end(*whose, ComparisonState.DONE, facts, notice)


def _facts(
    judgement: Judgement, comparison: Comparison, tally: Tallied, look: int
) -> Mapping[str, object]:
    return {
        "verdict": str(judgement.verdict),
        "live": comparison.live,
        "judged": tally.judged,
        "wins": tally.wins,
        "losses": tally.losses,
        "by": judgement.by,
        "look": look,
    }
