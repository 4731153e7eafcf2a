"""What every version of a dataset must get right, whatever else it is good at."""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.services import Services
from storage.records import Dataset, DatasetKind


@dataclass(frozen=True, slots=True)
class Required:
    """A text with the names that its labels have now, in alphabetical order."""

    number: int
    text: str
    labels: tuple[str, ...]


async def required(services: Services, community: str, dataset_id: int) -> Sequence[Required]:
    """Return what versions of a dataset must get right; texts whose label is gone are left out."""
    datasets = await services.storage.datasets.all(community)
    dataset = next((one for one in datasets if one.id == dataset_id), None)
    if dataset is None:
        return []
    texts = await services.storage.must_pass.all(community, dataset_id)
    named = [(one, _names(dataset, one.labels)) for one in texts]
    return [Required(one.id, one.text, names) for one, names in named if names is not None]


def _names(dataset: Dataset, keys: Sequence[str]) -> tuple[str, ...] | None:
    """What labels are called now; None where one is given to no text any more."""
    resolved = [dataset.resolved(key) for key in keys]
    if None in resolved:
        return None
    names = tuple(sorted({label.name for label in resolved if label}))
    return names if dataset.kind is DatasetKind.MULTI or len(names) == 1 else None
