"""Whether a training repeats one: from the same texts, in the same way, comes much the same."""

from collections.abc import Sequence

from handlers.services import Services
from storage.records import NewJob

_SETTINGS = ("snapshot", "base", "recipe", "epochs", "seed", "tuning")


async def repeated(services: Services, job: NewJob) -> str | None:
    """Return the newest version of which a training would be the same again; None: none is."""
    versions = await services.storage.versions.all(job.community)
    for version in sorted(versions, key=lambda one: -one.id):
        if version.job_id is None or version.snapshot_id != job.params["snapshot"]:
            continue
        before = await services.storage.jobs.get(job.community, version.job_id)
        if before is not None and _settings(before) == _settings(job):
            return version.full_name
    return None


def _settings(job: NewJob) -> Sequence[object]:
    return [job.params.get(name) for name in _SETTINGS]
