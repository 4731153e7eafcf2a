"""The queue of a dataset as somebody goes through it: a press says what a text is."""

from collections.abc import Sequence

from handlers.collecting.finding import (
    check_may_label,
    collecting,
    dataset_of,
    find_dataset,
    may_label,
)
from handlers.collecting.settling import settle
from handlers.comparing.card import versus_card
from handlers.guard.failures import explain
from handlers.labelling.card import CardView
from handlers.labelling.choosing import chosen_so_far, labels_given, text_of
from handlers.labelling.control_ids import LABEL, CardControl, read_control
from handlers.labelling.progress import nothing_left, shown, stopped
from handlers.learning.dataset import side_for
from handlers.services import Services
from handlers.table import ControlFamily, Pace
from handlers.texts import say
from handlers.types import Actor, Press, Reply, Role, Select, UserError
from storage.errors import DatasetArchived, LabelGone, NoSuchExample, StorageError
from storage.records import (
    NO_LABEL,
    Answered,
    Dataset,
    Example,
    NewLabelVote,
    Settled,
    Side,
)

WHICH = f"{LABEL}:which"
_PACE = Pace(90, "label_too_fast")
"""Nobody reads faster for long."""


async def press_label(press: Press, services: Services) -> Reply:
    """Say something of a text, and see the next one.

    Raises:
        UserError: the id is not ours, or they may not label.
    """
    if press.control == WHICH:
        dataset = await find_dataset(services, press.place.community, press.value or "")
        return await show_next(services, press.actor, dataset)
    control = read_control(press.control)
    try:
        if control.text is not None:
            return await _said(press, services, control)
        dataset = await dataset_of(services, press.place.community, control.dataset)
        return await _pressed(press, services, control, dataset)
    except DatasetArchived as gone:
        return await _gone(services, press.actor, press.place.community, gone)
    except (LabelGone, NoSuchExample) as gone:
        said = explain(gone.code, gone.facts, press.actor.language)
        dataset = await dataset_of(services, press.place.community, control.dataset)
        return await show_next(services, press.actor, dataset, said=said)


LABEL_CARDS = ControlFamily(
    LABEL, press_label, Role.MEMBER, takes_value=True, is_in_place=True, stays_open=True, pace=_PACE
)


async def show_next(
    services: Services,
    actor: Actor,
    dataset: Dataset,
    *,
    said: str | None = None,
    done: str | None = None,
    skipped: int | None = None,
) -> Reply:
    """Show somebody the text that is theirs to label now.

    Args:
        services: what there is.
        actor: who labels.
        dataset: of which.
        said: what they should know.
        done: what they have just done, which can be taken back.
        skipped: the text that they have just skipped, by its number; it may be all that is left.
    """
    check_may_label(dataset, actor)
    if versus := await versus_card(services, actor, dataset, said):
        return versus
    card = await services.queue.next(services, dataset, actor.id)
    if card is None:
        return await nothing_left(services, actor, dataset, said, done)
    if card.example.id == skipped:
        said = say(actor.language, "label.all_that_is_left")
    return await shown(services, actor, dataset, card.example, CardView(said=said), done)


async def _pressed(
    press: Press, services: Services, control: CardControl, dataset: Dataset
) -> Reply:
    actor = press.actor
    check_may_label(dataset, actor)
    match control.choice:
        case "next":
            return await show_next(services, actor, dataset)
        case "undo":
            return await _undo(services, actor, dataset)
        case _:
            raise UserError("unknown_control", control=press.control)


async def _said(press: Press, services: Services, control: CardControl) -> Reply:
    """Do what somebody says of a text."""
    example, dataset = await text_of(services, press, control)
    actor = press.actor
    check_may_label(dataset, actor)
    match control.choice:
        case "stop":
            return await stopped(services, actor, dataset)
        case _ if dataset.is_archived:
            raise DatasetArchived(name=dataset.name)
        case "skip":
            await services.storage.cards.skip(dataset.community, example.id, actor.id)
            told = say(actor.language, "label.skipped")
            return await show_next(services, actor, dataset, done=told, skipped=example.id)
        case "leave_out":
            return await _leave_out(services, actor, dataset, example)
        case "guide":
            view = CardView(chosen=control.chosen, has_guideline=True)
            return await shown(services, actor, dataset, example, view)
    chosen = chosen_so_far(dataset, press, control)
    if chosen is not None:
        return await shown(services, actor, dataset, example, CardView(chosen=chosen))
    return await _answer(services, actor, dataset, example, labels_given(dataset, press, control))


async def _answer(
    services: Services,
    actor: Actor,
    dataset: Dataset,
    example: Example,
    labels: tuple[str, ...] | None,
) -> Reply:
    """Keep what somebody says; None: that no label fits well."""
    given = NewLabelVote(
        dataset.community,
        example.id,
        actor.id,
        labels,
        await _side(services, dataset, example, labels),
        actor.role >= Role.MODERATOR,
        is_ambiguous=labels is None,
    )
    answered = await _answered(services, dataset, given)
    dataset, language = answered.dataset, actor.language
    if labels is None:
        told = say(language, "label.ambiguous")
    else:
        told = ", ".join(_names(dataset, labels)) or say(language, "label.none")
    said = _merged(dataset, labels or (), actor)
    if answered.card is None or not may_label(dataset, actor):
        return await show_next(services, actor, dataset, said=said, done=told)
    view = CardView(said=said)
    return await shown(services, actor, dataset, answered.card.example, view, told)


async def _answered(services: Services, dataset: Dataset, given: NewLabelVote) -> Answered:
    """Take the next card along, but where two versions are compared: that may come first."""
    running = await services.storage.comparisons.running(dataset.community)
    if all(one.dataset_id != dataset.id for one in running):
        return await services.queue.answer(services, dataset, given)
    answered = await services.storage.cards.answer(given)
    services.queue.note(dataset.id, given.user, given.example_id)
    return answered


async def _side(
    services: Services, dataset: Dataset, example: Example, labels: tuple[str, ...] | None
) -> Side | None:
    """Where a text goes that has its first label now."""
    if labels is None or example.side is not None:
        return None
    return await side_for(services, dataset, example.text, labels[0] if labels else NO_LABEL)


def _names(dataset: Dataset, labels: tuple[str, ...]) -> list[str]:
    return [label.name for key in labels if (label := dataset.resolved(key))]


def _merged(dataset: Dataset, labels: tuple[str, ...], actor: Actor) -> str | None:
    """Say where a vote counts for another label than stood on the button."""
    former = {label.key: label for label in dataset.all_labels}
    for key in labels:
        label = dataset.resolved(key)
        if label and label.key != key:
            facts = {"label": former[key].name, "into": label.name}
            return say(actor.language, "label.merged", **facts)
    return None


async def _leave_out(services: Services, actor: Actor, dataset: Dataset, example: Example) -> Reply:
    if actor.role < Role.MODERATOR:
        raise UserError("role_moderator")
    await settle(services, actor, example, dataset, Settled.LEFT_OUT)
    await services.storage.cards.skip(dataset.community, example.id, actor.id)  # for undo
    services.queue.note(dataset.id, actor.id, example.id)
    said = say(actor.language, "dataset.said_leave_out", id=example.id)
    done = say(actor.language, "label.leave_out")
    return await show_next(services, actor, dataset, said=said, done=done)


async def _undo(services: Services, actor: Actor, dataset: Dataset) -> Reply:
    card = await services.storage.cards.undo(dataset.community, dataset.id, actor.id)
    if card is None:
        said = say(actor.language, "label.nothing_to_undo")
        return await show_next(services, actor, dataset, said=said)
    services.queue.take_back(dataset.id, actor.id, card)
    if card.example.settled is Settled.LEFT_OUT and card.example.settled_by == actor.id:
        await settle(services, actor, card.example, dataset, None)
    view = CardView(said=say(actor.language, "label.undone"))
    return await shown(services, actor, dataset, card.example, view)


async def _gone(services: Services, actor: Actor, community: str, gone: StorageError) -> Reply:
    """Say that nothing is collected there any more, and offer what else there is."""
    others = [one for one in await collecting(services, community) if may_label(one, actor)]
    said = explain(gone.code, gone.facts, actor.language)
    return Reply(text=said, controls=(which(actor, others),) if others else ())


def which(actor: Actor, datasets: Sequence[Dataset]) -> Select:
    """Ask which dataset somebody wants to label."""
    question = say(actor.language, "label.which_dataset")
    return Select(WHICH, question, tuple(one.name for one in datasets))
