"""An import as a job: it goes on at the next start if Tokki stops, and can be cancelled."""

import math
from collections.abc import Mapping

from handlers.importing.carrying import KIND, Tell, carry, take_back
from handlers.jobs.kind import Finished, Plan, Report
from handlers.services import Services
from handlers.types import Language
from models.canonical import one_line
from storage.records import Import, ImportState, Job, NewJob


def new_job(one: Import, work: ImportState, user: str, language: Language) -> tuple[NewJob, Plan]:
    """What people may see of an import, and what carries it.

    `work` is RUNNING to put a file in, and UNDOING to take it back.
    """
    community = one.dataset.community
    params = {
        "name": one_line(one.name),
        "dataset": one.dataset.name,
        "dataset_id": one.dataset.id,
        "import": one.id,
        "work": str(work),
        "language": str(language),
    }
    plan = {"community": community, "import": one.id, "work": str(work)}
    return NewJob(community, user, KIND, params, scope=f"dataset {one.dataset.id}"), plan


class ImportJob:
    """`handlers.jobs.kind.JobKind` for imports."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def carry(self, job: Job, plan: Plan, report: Report) -> Finished:
        """Put a file in or take it back, from the start or on from what was done.

        Raises:
            UserError: it cannot be read, or is in or out already.
        """

        def tell(done: int, of: int) -> None:
            report({"rows": done, "of": of})

        work = ImportState(str(plan["work"]))
        await self._do(plan, work, tell)
        brought = await self._services.storage.imports.brought(job.community, _number(plan))
        return Finished({"texts": brought.texts, "labels": brought.labels})

    async def clear(self, plan: Plan, *, is_kept: bool) -> None:
        """What was cancelled or failed leaves nothing half."""
        if not is_kept:
            await self._do(plan, ImportState.UNDOING, lambda _rows, _of: None)

    def remaining_s(self, job: Job) -> float:
        """It is not known; what is cut goes on."""
        return math.inf

    async def _do(self, plan: Plan, work: ImportState, tell: Tell) -> None:
        """Whoever was at it before is gone: the job is ours."""
        imports = self._services.storage.imports
        one = await imports.start(str(plan["community"]), _number(plan), work, takes_over=True)
        if one.state is ImportState.RUNNING:
            await carry(self._services, one, tell)
        elif one.state is ImportState.UNDOING:
            await take_back(self._services, one, tell)


def _number(plan: Mapping[str, object]) -> int:
    return int(str(plan["import"]))
