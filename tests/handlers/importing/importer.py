"""Carries imports in a process of its own, which can be killed: `python importer.py <file> put`.

Says each time that some rows are in; `go on` takes up what nobody carries any more.
"""

import asyncio
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from handlers.importing.carrying import KIND
from handlers.importing.job import ImportJob, new_job
from handlers.jobs.carrying import Lease
from handlers.jobs.runner import JobRunner
from handlers.types import Language
from storage.database import Database
from storage.records import ImportState, Label, NewDataset, NewImport

HOME = "terminal:local"
ROWS = 2_200


def a_file() -> bytes:
    return ("text,label\n" + "".join(f"text {n} of it,bug\n" for n in range(ROWS))).encode()


async def main(path: Path, word: str) -> None:
    database = await Database.open(path)
    jobs = JobRunner(database.jobs, Lease(ttl_s=0.3, beat_s=0.1, look_s=0.05))
    services: Any = SimpleNamespace(storage=database, jobs=jobs)
    jobs.add(KIND, ImportJob(services))
    if word == "put":
        job = await jobs.start(*await _proposed(database))
    else:
        job = await anext(aiter(jobs.take_up("terminal")))
    async for state in jobs.watch(HOME, job.id):
        print(state.state, state.progress.get("rows", 0), flush=True)
    await jobs.close()
    await database.close()


async def _proposed(database: Database) -> Any:
    labels = (Label("bug", "bug"), Label("praise", "praise"))
    dataset = await database.datasets.create(NewDataset(labels, community=HOME, name="feedback"))
    new = NewImport(HOME, dataset.id, "mod", "a.csv", a_file(), {"type": "csv"})
    one = await database.imports.get(HOME, await database.imports.propose(new))
    return new_job(one, ImportState.RUNNING, "mod", Language.ENGLISH)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
