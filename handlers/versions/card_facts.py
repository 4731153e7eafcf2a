"""What there is to know of a version: where it comes from, and how good it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handlers.services import Services
from handlers.training.report import VersionReport, from_json
from models.checkpoints.certainty.calibration import Calibration
from storage.records import Snapshot, Version

_MOST_PARENTS = 20
OPTIONS = (
    "epochs",
    "learning_rate",
    "batch_size",
    "warmup",
    "weight_decay",
    "max_length",
)
"""What may have been chosen of a training, by the names that it is kept under."""


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What a card is written from; nothing in it is a text of somebody's, or names a person."""

    version: Version
    report: VersionReport | None
    """None: it was trained before reports were kept."""
    compared_with: str
    """model@version that it was measured beside."""
    snapshot: Snapshot | None
    dataset: str | None
    """The name of what it learned from, as it is called now."""
    options: Mapping[str, str]
    """What was chosen of its training."""
    parents: Sequence[str]
    """What it was trained from, and what that was trained from, up to the first."""
    calibration: Calibration


async def facts_of(services: Services, version: Version) -> CardFacts:
    """Gather what is known of a version."""
    storage, community = services.storage, version.community
    kept = version.metrics.get("report")
    snapshot = None
    if version.snapshot_id is not None:
        snapshot = await storage.snapshots.get(community, version.snapshot_id)
    datasets = await storage.datasets.all(community) if snapshot else ()
    names = {one.id: one.name for one in datasets}
    return CardFacts(
        version=version,
        report=from_json(kept) if kept else None,
        compared_with=str(version.metrics.get("current_model") or ""),
        snapshot=snapshot,
        dataset=names.get(snapshot.dataset_id) if snapshot else None,
        options=await _options(services, version),
        parents=await _parents(services, version),
        calibration=await services.releases.calibration(version.folder),
    )


async def _options(services: Services, version: Version) -> Mapping[str, str]:
    job = None
    if version.job_id is not None:
        job = await services.storage.jobs.get(version.community, version.job_id)
    if job is None:
        return {}
    chosen = job.params.get("tuning")
    known = {**job.params, **(chosen if isinstance(chosen, Mapping) else {})}
    return {name: str(known[name]) for name in OPTIONS if known.get(name) is not None}


async def _parents(services: Services, version: Version) -> Sequence[str]:
    """A version that is removed is named, and what came before it is not known any more."""
    parents: list[str] = []
    one: Version | None = version
    while one is not None and one.base not in parents and len(parents) < _MOST_PARENTS:
        parents.append(one.base)
        name, _, number = one.base.rpartition("@")
        is_ours = number.isdecimal() and number != "0"
        find = services.storage.versions.find
        one = await find(version.community, name, int(number)) if is_ours else None
    return parents
