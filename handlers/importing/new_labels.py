"""Labels that a file has and its dataset has not."""

import contextlib
from dataclasses import replace

from handlers.collecting.label_list import check_number, read_labels
from handlers.guard.audit import deed
from handlers.services import Services
from handlers.types import Actor, UserError
from storage.records import ChangeState, Dataset, Deed, Label, NewChange

_LONGEST_SAID = 100


async def add_labels(services: Services, dataset: Dataset, actor: Actor, names: list[str]) -> None:
    """Give a dataset the labels that a file has; a name that cannot be typed is left out."""
    labels, added = dataset.all_labels, list[str]()
    for name in names:
        with contextlib.suppress(UserError):
            more = read_labels(name, labels)
            if len(more) <= len(labels) + 1 and any(_is_called(one, name) for one in more):
                labels, added = more, [*added, name]
    check_number(labels)
    said = {"what": "add", "label": "", "to": ", ".join(added)[:_LONGEST_SAID]}
    after = replace(dataset.terms, details=labels)
    new = NewChange(dataset.community, dataset.id, actor.id, dataset.revision, after, said)
    change = await services.storage.datasets.propose(new)
    noted = deed(actor, dataset.community, Deed.DATASET_CHANGED)
    await services.storage.datasets.move(dataset.community, change.id, ChangeState.DONE, noted)


def _is_called(label: Label, name: str) -> bool:
    return label.is_active and label.name == name
