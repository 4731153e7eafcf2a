"""Which dataset the versions of a name learn from."""

from collections.abc import Sequence

from handlers.asking.checkpoints import find
from handlers.services import Services
from handlers.types import UserError
from models.errors import ModelError
from storage.records import Dataset


async def dataset_of_name(services: Services, community: str, name: str) -> Dataset | None:
    """Return what the newest version of a name learned from, or what has its model's labels.

    Of several, as people may have made one of the same labels, the newest counts.
    """
    datasets = await services.storage.datasets.all(community)
    versions = [one for one in await services.storage.versions.all(community) if one.name == name]
    for version in reversed(versions):
        if version.snapshot_id is not None:
            snapshot = await services.storage.snapshots.get(community, version.snapshot_id)
            return next(
                (one for one in datasets if snapshot and one.id == snapshot.dataset_id), None
            )
    labels = versions[-1].label_set if versions else await _labels_of(services, community, name)
    fitting = (one for one in reversed(datasets) if {x.name for x in one.active} == set(labels))
    return next(fitting, None) if labels else None


async def _labels_of(services: Services, community: str, name: str) -> Sequence[str]:
    try:
        seen = await services.models.overview(await find(services, community, name))
    except (UserError, ModelError):
        return ()
    return seen.labels if seen else ()
