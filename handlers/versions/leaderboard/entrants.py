"""Which models stand on a leaderboard, and what is known of how they fare."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from pydantic import TypeAdapter

from handlers.asking.checkpoints import find, provided, provided_names
from handlers.learning.gate.figures import Figures
from handlers.services import Services
from handlers.training.report import from_json
from handlers.types import UserError
from handlers.versions.leaderboard.sealed_side import SealedSide
from models.errors import ModelError
from models.package_version import package_version
from models.results import Checkpoint, Origin, Task
from storage.records import Reading, Version


@cache
def _kept_form() -> TypeAdapter[Figures]:
    """Slow to make, and seldom needed."""
    return TypeAdapter(Figures)


@dataclass(frozen=True, slots=True)
class Entrant:
    """One model of a leaderboard."""

    checkpoint: Checkpoint
    revision: str
    """Of its weights, where its name does not say it."""
    figures: Figures | None
    """None: it has not been measured."""
    texts: int
    """On how many texts it was."""
    is_current: bool
    """Whether those are the test side as it stands."""
    size_bytes: int | None
    made_at: datetime | None
    is_live: bool
    """Whether it is what its bare name means here."""

    @property
    def name(self) -> str:
        """As people write it: `ours@2`."""
        return self.checkpoint.full_name


@dataclass(frozen=True, slots=True)
class _Known:
    """What a model was worth on some texts."""

    figures: Figures
    texts: int
    digest: str


async def entrants(services: Services, side: SealedSide) -> Sequence[Entrant]:
    """Return every model here that gives labels of a dataset, with what is known of it."""
    community = side.dataset.community
    versions = await _versions(services, side)
    theirs = await _operators(services, side)
    readings = await services.storage.readings.all(community, side.dataset.id)
    known = _known(versions, readings)
    found = [(services.models.trained(v.name, v.number, v.folder), v) for v in versions]
    return [
        await _entrant(services, side, checkpoint, version, known)
        for checkpoint, version in (*found, *((one, None) for one in theirs))
    ]


def as_json(figures: Figures) -> Mapping[str, object]:
    """Return figures as they are kept."""
    kept: Mapping[str, object] = _kept_form().dump_python(figures, mode="json")
    return kept


async def _versions(services: Services, side: SealedSide) -> Sequence[Version]:
    """Those that learned from the dataset, or that have its labels."""
    found = []
    for version in await services.storage.versions.all(side.dataset.community):
        snapshot = None
        if version.snapshot_id is not None:
            get = services.storage.snapshots.get
            snapshot = await get(version.community, version.snapshot_id)
        is_of_it = snapshot is not None and snapshot.dataset_id == side.dataset.id
        if is_of_it or set(version.label_set) == set(side.labels):
            found.append(version)
    return found


async def _operators(services: Services, side: SealedSide) -> Sequence[Checkpoint]:
    """Bundled, allowed and added classifiers that are here and have one of the labels."""
    found = []
    community = side.dataset.community
    for name in await provided_names(services, community):
        try:
            checkpoint = await provided(services, community, name)
            seen = await services.models.overview(checkpoint)
            if seen is None or seen.task != Task.CLASSIFY or not {*seen.labels} & {*side.labels}:
                continue
            found.append(await services.models.fetch(checkpoint, lambda _: None))
        except ModelError:
            continue
    return found


def _known(versions: Sequence[Version], readings: Sequence[Reading]) -> Mapping[str, list[_Known]]:
    """What is known of each model, by its name and revision, the latest first."""
    known: dict[str, list[_Known]] = {}
    for reading in readings:
        figures = _kept_form().validate_python(reading.figures)
        key = f"{reading.model} {reading.revision}"
        known.setdefault(key, []).append(_Known(figures, reading.texts, reading.digest))
    for version in versions:
        for name, one in _of_training(version):
            known.setdefault(f"{name} ", []).append(one)
    return known


def _of_training(version: Version) -> Iterator[tuple[str, _Known]]:
    """What was measured when it was trained, and of which test side that is known to be."""
    if not (kept := version.metrics.get("report")):
        return
    report, digest = from_json(kept), str(version.metrics.get("test") or "")
    yield version.full_name, _Known(report.new, report.texts, digest)


async def _entrant(
    services: Services,
    side: SealedSide,
    checkpoint: Checkpoint,
    version: Version | None,
    known: Mapping[str, list[_Known]],
) -> Entrant:
    revision = _revision(checkpoint)
    of_it = known.get(f"{checkpoint.full_name} {revision}", [])
    best = next((one for one in of_it if one.digest == side.digest), of_it[0] if of_it else None)
    return Entrant(
        checkpoint=checkpoint,
        revision=revision,
        figures=best.figures if best else None,
        texts=best.texts if best else 0,
        is_current=best is not None and best.digest == side.digest,
        size_bytes=await _size(services, checkpoint, version),
        made_at=version.created_at if version else None,
        is_live=await _is_live(services, side.dataset.community, checkpoint),
    )


def _revision(checkpoint: Checkpoint) -> str:
    """A version's files never change; those of a bundled model may with the next Tokki."""
    match checkpoint.origin:
        case Origin.TRAINED:
            return ""
        case Origin.BUNDLED:
            return package_version("tokki")
        case _:
            return checkpoint.revision or ""


async def _size(services: Services, checkpoint: Checkpoint, version: Version | None) -> int | None:
    try:
        if version is not None:
            sizes = await services.releases.sizes(version.folder, version.full_name)
            return sum(sizes.values())
        return (await services.models.describe(checkpoint)).size_bytes
    except ModelError:
        return None


async def _is_live(services: Services, community: str, checkpoint: Checkpoint) -> bool:
    try:
        live = await find(services, community, checkpoint.name)
    except (UserError, ModelError):
        return False
    return live.full_name == checkpoint.full_name
