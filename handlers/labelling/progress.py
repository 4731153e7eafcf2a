"""How far somebody has come: above each card, and where there is none."""

from dataclasses import replace

from handlers.collecting.overview.alpha import FEWEST_COMPARED
from handlers.labelling.card import KEYS, CardView, draw_card, settle_buttons
from handlers.labelling.control_ids import LABEL, CardControl
from handlers.labelling.own_votes import midnight
from handlers.labelling.snapshot import Snapshot, agreement_of
from handlers.services import Services
from handlers.texts import say
from handlers.types import Actor, Button, Reply
from storage.records import Dataset, Example, OwnVotes


async def shown(
    services: Services,
    actor: Actor,
    dataset: Dataset,
    example: Example,
    view: CardView,
    done: str | None = None,
) -> Reply:
    """Return the card of a text with how far they have come.

    Args:
        services: what there is.
        actor: who labels.
        dataset: of the text.
        example: the text.
        view: how it is shown.
        done: what they have just done, which can be taken back.
    """
    snapshot = await services.queue.look(services, dataset)
    own = await _own(services, actor, dataset)
    view = replace(
        view,
        title=_progress(dataset, snapshot, own, actor),
        undo=_undo(dataset, own, actor, done),
        others=settle_buttons(dataset, len(snapshot.conflicts), actor),
    )
    return draw_card(dataset, example, actor, view)


async def nothing_left(
    services: Services, actor: Actor, dataset: Dataset, said: str | None, done: str | None
) -> Reply:
    """Say that no text waits for them now, also after what they have just done."""
    snapshot = await services.queue.renewed(services, dataset)
    language, own = actor.language, await _own(services, actor, dataset)
    key = "label.no_text" if snapshot.texts == 0 else "label.nothing"
    undo = _undo(dataset, own, actor, done)
    return Reply(
        title=_progress(dataset, snapshot, own, actor),
        text="\n\n".join(line for line in (said, say(language, key, name=dataset.name)) if line),
        controls=(
            *settle_buttons(dataset, len(snapshot.conflicts), actor),
            Button(_control(dataset, "next"), say(language, "label.again")),
            *((undo,) if undo else ()),
        ),
    )


async def stopped(services: Services, actor: Actor, dataset: Dataset) -> Reply:
    """Say that they can go on whenever they like."""
    snapshot = await services.queue.renewed(services, dataset)
    language, own = actor.language, await _own(services, actor, dataset)
    return Reply(
        title=_progress(dataset, snapshot, own, actor),
        text=say(language, "label.stopped"),
        controls=(
            Button(_control(dataset, "next"), say(language, "label.go_on")),
            *settle_buttons(dataset, len(snapshot.conflicts), actor),
        ),
    )


def _control(dataset: Dataset, choice: str) -> str:
    return CardControl(LABEL, dataset.id, None, choice).id


def _undo(dataset: Dataset, own: OwnVotes, actor: Actor, done: str | None) -> Button | None:
    if not (done or own.today):
        return None
    language = actor.language
    words = say(language, "label.undo_what", what=done) if done else say(language, "label.undo")
    return Button(_control(dataset, "undo"), words, key=KEYS["undo"])


async def _own(services: Services, actor: Actor, dataset: Dataset) -> OwnVotes:
    return await services.storage.votes.own(
        dataset.community, actor.id, midnight(actor), dataset.id, 0
    )


def _progress(dataset: Dataset, snapshot: Snapshot, own: OwnVotes, actor: Actor) -> str:
    facts = {"left": f"{snapshot.left_for(actor.id):,}", "today": f"{own.today:,}"}
    said = [say(actor.language, "label.progress", name=dataset.name, **facts)]
    agreement = agreement_of(snapshot.tally, actor.id)
    if agreement.compared >= FEWEST_COMPARED:
        shares = {"agreed": agreement.agreed, "compared": agreement.compared}
        said.append(say(actor.language, "label.agreement", **shares))
    return ", ".join(said)
