"""A text with the answers of two versions, in drawn order and without names.

The ids are `versus:<comparison>:<text>:<choice>`; which place is whose is known to storage alone.
"""

from handlers.comparing.shadow import is_late
from handlers.learning.comparing import LOOKS, MOST_BY_ONE
from handlers.services import Services
from handlers.texts import say
from handlers.types import Actor, Button, Language, Reply, Role
from models.canonical import one_line
from storage.records import (
    ComparedText,
    Comparison,
    ComparisonState,
    Dataset,
    NewNotice,
    NoticeKind,
)

VERSUS = "versus"
_LONGEST_SHOWN = 3_000


async def versus_card(
    services: Services, actor: Actor, dataset: Dataset, said: str | None
) -> Reply | None:
    """Return a text for somebody to judge, if two versions are compared here and they may."""
    running = await services.storage.comparisons.running(dataset.community)
    comparison = next((one for one in running if one.dataset_id == dataset.id), None)
    if comparison is None or not await is_on(services, comparison):
        return None
    services.shadow.go_on(services, comparison)
    if not await may_judge(services, actor, dataset, comparison):
        return None
    most = None if actor.role >= Role.MODERATOR else MOST_BY_ONE
    whose = (dataset.community, comparison.id, actor.id)
    text = await services.storage.comparisons.next(*whose, most)
    if text is None:
        return None
    tally = await services.storage.comparisons.tally(dataset.community, comparison.id)
    return _drawn(comparison, dataset, text, tally.judged, said, actor.language)


async def is_on(services: Services, comparison: Comparison) -> bool:
    """Whether a comparison still has its time; what has not is ended, and admins are told."""
    if not is_late(comparison):
        return True
    community = comparison.community
    tally = await services.storage.comparisons.tally(community, comparison.id)
    facts = {
        **{"verdict": "not_shown", "live": comparison.live, "judged": tally.judged},
        **{"wins": tally.wins, "losses": tally.losses},
    }
    notice = NewNotice(community, NoticeKind.COMPARED, comparison.new, facts)
    expired = ComparisonState.EXPIRED
    await services.storage.comparisons.end(community, comparison.id, expired, None, notice)
    return False


async def may_judge(
    services: Services, actor: Actor, dataset: Dataset, comparison: Comparison
) -> bool:
    """Whether somebody did not supply a tenth of what the new version learned."""
    return actor.id not in await services.shadow.suppliers(services, comparison, dataset)


def _drawn(
    comparison: Comparison,
    dataset: Dataset,
    text: ComparedText,
    judged: int,
    said: str | None,
    language: Language,
) -> Reply:
    shown = text.example.text
    if len(shown) > _LONGEST_SHOWN:
        shown = f"{shown[:_LONGEST_SHOWN]}…"
    answers = (
        [text.new_label, text.live_label]
        if text.is_new_first
        else [text.live_label, text.new_label]
    )
    lines = (said, shown, say(language, "versus.which"))

    def button(choice: str, name: str) -> Button:
        return Button(f"{VERSUS}:{comparison.id}:{text.example.id}:{choice}", name)

    return Reply(
        title=say(language, "versus.title", name=dataset.name, judged=judged, of=LOOKS[-1]),
        text="\n\n".join(line for line in lines if line),
        controls=(
            *(
                button(choice, one_line(_name(dataset, key)))
                for choice, key in zip(("first", "second"), answers, strict=True)
            ),
            button("neither", say(language, "versus.neither")),
            button("skip", say(language, "label.skip")),
            button("stop", say(language, "label.stop")),
        ),
    )


def _name(dataset: Dataset, key: str) -> str:
    label = dataset.resolved(key)
    return label.name if label else key
