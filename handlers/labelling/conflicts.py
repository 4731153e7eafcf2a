"""What people disagree on, for moderators: what was said is shown, not by whom; the first holds."""

from collections.abc import Sequence
from dataclasses import replace

from handlers.collecting.card import votes_in_words
from handlers.collecting.finding import dataset_of
from handlers.collecting.outcome import judged
from handlers.collecting.settling import settle
from handlers.guard.failures import explain
from handlers.labelling.card import KEYS, CardView, draw_card
from handlers.labelling.choosing import chosen_so_far, labels_given, text_of
from handlers.labelling.control_ids import SETTLE, CardControl, read_control
from handlers.services import Services
from handlers.table import ControlFamily, Pace
from handlers.texts import say
from handlers.types import Actor, Button, Press, Reply, Role, UserError
from storage.errors import AlreadySettled, DatasetArchived, LabelGone, NoSuchExample
from storage.records import Dataset, Example, Settled

_PACE = Pace(90, "label_too_fast")


async def press_settle(press: Press, services: Services) -> Reply:
    """Settle a text that people disagree on, and see the next one.

    Raises:
        UserError: the id is not ours.
        DatasetArchived: nothing is collected there any more.
    """
    control, actor = read_control(press.control), press.actor
    if control.text is None:
        if control.choice != "next":
            raise UserError("unknown_control", control=press.control)
        dataset = await dataset_of(services, press.place.community, control.dataset)
        return await show_conflict(services, actor, dataset)
    example, dataset = await text_of(services, press, control)
    if dataset.is_archived:
        raise DatasetArchived(name=dataset.name)
    try:
        return await _pressed(press, services, control, dataset, example)
    except (AlreadySettled, LabelGone, NoSuchExample) as error:
        said = explain(error.code, error.facts, actor.language)
        after = example.id if isinstance(error, AlreadySettled) else example.id - 1
        return await show_conflict(services, actor, dataset, after, said)


SETTLE_CARDS = ControlFamily(
    SETTLE,
    press_settle,
    Role.MODERATOR,
    takes_value=True,
    is_in_place=True,
    stays_open=True,
    pace=_PACE,
)


async def show_conflict(
    services: Services,
    actor: Actor,
    dataset: Dataset,
    after: int = 0,
    said: str | None = None,
    undo: int | None = None,
) -> Reply:
    """Show a moderator the next text that people disagree on, behind the one of this number.

    Raises:
        UserError: they are none.
    """
    if actor.role < Role.MODERATOR:
        raise UserError("role_moderator")
    conflicts = (await services.queue.renewed(services, dataset)).conflicts
    example = await _first(services, dataset, _in_turn(conflicts, after))
    view = CardView(
        say(actor.language, "label.conflicts", name=dataset.name, n=len(conflicts)),
        family=SETTLE,
        said=said,
        undo=_undo_button(dataset, undo, actor),
    )
    if example is None:
        return _nothing(dataset, actor, view)
    return await _card(services, dataset, example, actor, view)


async def _card(
    services: Services, dataset: Dataset, example: Example, actor: Actor, view: CardView
) -> Reply:
    found = await judged(services, await services.tallies.recent(dataset), [example.id])
    told = "".join(votes_in_words(dataset, one, actor.language) for one in found)
    votes = told or say(actor.language, "dataset.votes", votes="–")
    return draw_card(dataset, example, actor, replace(view, votes=votes))


def _nothing(dataset: Dataset, actor: Actor, view: CardView) -> Reply:
    text = say(actor.language, "label.no_conflict", name=dataset.name)
    return Reply(
        title=dataset.name,
        text="\n\n".join(line for line in (view.said, text) if line),
        controls=(view.undo,) if view.undo else (),
    )


def _undo_button(dataset: Dataset, undo: int | None, actor: Actor) -> Button | None:
    if undo is None:
        return None
    control = CardControl(SETTLE, dataset.id, undo, "undo")
    return Button(control.id, say(actor.language, "label.undo"), key=KEYS["undo"])


def _in_turn(conflicts: Sequence[int], after: int) -> Sequence[int]:
    return sorted(conflicts, key=lambda number: (number <= after, number))


async def _first(services: Services, dataset: Dataset, conflicts: Sequence[int]) -> Example | None:
    """The first that nobody has settled a moment ago."""
    for number in conflicts:
        example, _ = await services.storage.examples.get(dataset.community, number)
        if example.settled is None:
            return example
    return None


async def _pressed(
    press: Press, services: Services, control: CardControl, dataset: Dataset, example: Example
) -> Reply:
    actor, choice = press.actor, control.choice
    match choice:
        case "skip":
            return await show_conflict(services, actor, dataset, example.id)
        case "stop":
            return Reply(title=dataset.name, text=say(actor.language, "label.stopped_settling"))
        case "undo":
            await settle(services, actor, example, dataset, None, is_first=True)
            said = say(actor.language, "label.unsettled")
            return await show_conflict(services, actor, dataset, example.id - 1, said)
    is_guide = choice == "guide"
    chosen = None
    if not is_guide and choice != "leave_out":
        chosen = chosen_so_far(dataset, press, control)
    if is_guide or chosen is not None:
        kept = control.chosen if chosen is None else chosen
        title = say(actor.language, "label.conflict", name=dataset.name, id=example.id)
        view = CardView(title, SETTLE, chosen=kept, has_guideline=is_guide)
        return await _card(services, dataset, example, actor, view)
    settled, labels = _settled(press, control, dataset)
    await settle(services, actor, example, dataset, settled, labels, is_first=True)
    return await show_conflict(services, actor, dataset, example.id, undo=example.id)


def _settled(
    press: Press, control: CardControl, dataset: Dataset
) -> tuple[Settled, tuple[str, ...]]:
    if control.choice == "leave_out":
        return Settled.LEFT_OUT, ()
    labels = labels_given(dataset, press, control)
    return (Settled.AMBIGUOUS, ()) if labels is None else (Settled.LABELLED, labels)
