"""Which labels somebody means by what they press."""

from handlers.collecting.finding import find_active
from handlers.labelling.control_ids import CardControl, bits_of, keys_at
from handlers.services import Services
from handlers.types import Press, UserError
from models.canonical import without_surrogates
from storage.records import Dataset, DatasetKind, Example


async def text_of(
    services: Services, press: Press, control: CardControl
) -> tuple[Example, Dataset]:
    """Return the text that a card shows, and its dataset as it is now.

    Raises:
        UserError: the button is none of ours.
        NoSuchExample: the text is there no more.
    """
    if control.text is None:
        raise UserError("unknown_control", control=press.control)
    example, dataset = await services.storage.examples.get(press.place.community, control.text)
    if dataset.id != control.dataset:
        raise UserError("unknown_control", control=press.control)
    return example, dataset


def chosen_so_far(dataset: Dataset, press: Press, control: CardControl) -> int | None:
    """Return what is chosen after a press that adds a label or takes it away; None: it says more.

    Raises:
        UserError: there is no such label.
    """
    if dataset.kind is DatasetKind.SINGLE or (control.place is None and control.choice != "pick"):
        return None
    place = _place(dataset, press, control)
    return control.chosen ^ (1 << place)


def labels_given(dataset: Dataset, press: Press, control: CardControl) -> tuple[str, ...] | None:
    """Return the keys of the labels that somebody gives; None: they say that none fits well.

    Raises:
        UserError: there is no such label.
    """
    match control.choice:
        case "ambiguous":
            return None
        case "none" if dataset.kind is DatasetKind.MULTI:
            return ()
        case "done" if dataset.kind is DatasetKind.MULTI and control.chosen:
            return keys_at(dataset, bits_of(control.chosen), press.control)
        case "none" | "done":
            raise UserError("unknown_control", control=press.control)
    return keys_at(dataset, [_place(dataset, press, control)], press.control)


def _place(dataset: Dataset, press: Press, control: CardControl) -> int:
    if control.place is not None:
        keys_at(dataset, [control.place], press.control)
        return control.place
    if not press.value:
        raise UserError("label_missing", labels=[label.name for label in dataset.active])
    label = find_active(dataset, without_surrogates(press.value))
    return [one.key for one in dataset.all_labels].index(label.key)
