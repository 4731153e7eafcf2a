"""Adding a model of the Hub, as a job: fetched, tried on some texts, and only then offered.

One that is cut off goes on at the next start with the files that had come whole.
"""

import asyncio
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from handlers.jobs.kind import Finished, Plan, Report
from handlers.services import Services
from handlers.types import Actor
from models.errors import HubFailed
from models.hub.repository import SHORT_VERSION, ModelPage
from models.reasons import Reason
from models.reports import DownloadProgress
from models.results import Checkpoint
from storage.records import Deed, HubModel, Job, NewAuditEntry, NewHubModel, NewJob

KIND = "hub"
TRIED_TEXTS = 20
_TRIES = 3
_PAUSE_S = 1.0
_AGAIN = frozenset({Reason.BROKEN_OFF, Reason.UNREACHABLE, Reason.SERVER})
"""What is often over in a moment; files that came whole are not fetched again."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be added, as it is kept with the job."""

    community: str
    by: str
    """What whoever asked for it is called."""
    name: str
    repo_id: str
    revision: str
    size_bytes: int
    license: str | None

    @property
    def commit(self) -> tuple[str, str]:
        """What lies on the disk."""
        return self.repo_id, self.revision


def new_job(page: ModelPage, name: str, actor: Actor, community: str) -> tuple[NewJob, Plan]:
    """What people may see of it, and what carries it."""
    commit = (page.repo_id, page.revision)
    wanted = Wanted(community, actor.name, name, *commit, page.download_bytes, page.license)
    params = {
        "name": name,
        "repo": page.repo_id,
        "revision": page.revision,
        "language": str(actor.language),
    }
    return NewJob(community, actor.id, KIND, params, scope=f"hub {name}"), asdict(wanted)


class AddJob:
    """`handlers.jobs.kind.JobKind` for models of the Hub."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def carry(self, job: Job, plan: Plan, report: Report) -> Finished:
        """Fetch it, try it and put it on the list.

        Raises:
            ModelError: it did not come, or cannot be used.
            StorageError: there is no room for it any more.
        """
        wanted = _wanted(plan)
        busy = self._services.busy_commits
        busy[wanted.commit] += 1
        try:
            return await self._add(job, wanted, report)
        finally:
            busy[wanted.commit] -= 1

    async def clear(self, plan: Plan, *, is_kept: bool) -> None:
        """What came to nothing leaves nothing on the disk."""
        wanted = _wanted(plan)
        if not is_kept:
            await free(self._services, wanted.name, *wanted.commit)

    def remaining_s(self, job: Job) -> float:
        """It is not known; what is cut goes on."""
        return math.inf

    async def _add(self, job: Job, wanted: Wanted, report: Report) -> Finished:
        services = self._services
        checkpoint = services.models.added(wanted.name, *wanted.commit)
        await self._fetch(checkpoint, report)
        report({"phase": "trying", "texts": TRIED_TEXTS})
        task = await services.models.try_out(checkpoint, TRIED_TEXTS, wanted.community)
        former = await _former(services, wanted)
        new = NewHubModel(wanted.community, job.user, wanted.name, *wanted.commit, *_facts(wanted))
        most_bytes = services.rules.adding.most_bytes
        await services.storage.hub_models.check_room(new, most_bytes)
        left = former if former and _commit(former) != wanted.commit else None
        if left:
            # Its files go first, since nobody would find them where this is cut off behind the row.
            await free(services, wanted.name, *_commit(left), left.id)
        await services.storage.hub_models.add(new, most_bytes, _noted(job, wanted, former))
        if left:  # Who has asked it meanwhile has had it fetched again.
            await free(services, wanted.name, *_commit(left))
        return Finished({"task": str(task), "bytes": wanted.size_bytes, "license": wanted.license})

    async def _fetch(self, checkpoint: Checkpoint, report: Report) -> None:
        def tell(progress: DownloadProgress) -> None:
            done, of = progress.done_bytes, progress.total_bytes
            report({"phase": "fetching", "done": done, "of": of})

        for left in reversed(range(_TRIES)):
            try:
                await self._services.models.fetch(checkpoint, tell)
            except HubFailed as error:
                if not left or error.facts["reason"] not in _AGAIN:
                    raise
                await asyncio.sleep(_PAUSE_S)
            else:
                return


async def free(services: Services, name: str, repo_id: str, revision: str, besides: int = 0) -> int:
    """Take a commit off the disk if nobody has it any more; return how many bytes that frees.

    The model of the id `besides` is about to go, and needs it no longer.
    The files of one that a job is at stay, too; they are freed by that where it comes to nothing.
    """
    checkpoint = services.models.added(name, repo_id, revision)
    is_held = await services.storage.hub_models.is_held(repo_id, revision, besides)
    if is_held or services.busy_commits[repo_id, revision]:
        return await services.models.discard(checkpoint)
    return await services.models.delete(checkpoint)


async def _former(services: Services, wanted: Wanted) -> HubModel | None:
    """What the name has meant so far."""
    added = await services.storage.hub_models.all(wanted.community)
    return next((one for one in added if one.name == wanted.name), None)


def _commit(model: HubModel) -> tuple[str, str]:
    return model.repo_id, model.revision


def _facts(wanted: Wanted) -> tuple[int, str | None]:
    return wanted.size_bytes, wanted.license


def _noted(job: Job, wanted: Wanted, former: HubModel | None) -> NewAuditEntry:
    facts = {"by": wanted.by, "name": wanted.name, "repo": wanted.repo_id}
    facts["revision"] = wanted.revision[:SHORT_VERSION]
    what = Deed.HUB_UPDATED if former else Deed.HUB_ADDED
    return NewAuditEntry(wanted.community, job.user, what, facts)


def _wanted(plan: Mapping[str, object]) -> Wanted:
    return Wanted(**plan)  # type: ignore[arg-type]  # as `new_job` wrote it
