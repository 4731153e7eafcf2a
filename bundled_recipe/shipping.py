"""Check the networks against torch once for everybody: ``python -m bundled_recipe.shipping``.

It writes what `models.exporting.shipped` reads, beside the weights of each bundled checkpoint.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import models.bundled
from models.checkpoints.catalog import BUNDLED_VERSION
from models.exporting.child import export
from models.exporting.exports import ExportOrder, ExportRecord, read_record
from models.exporting.shipped import write_shipped
from models.results import Checkpoint, Origin, Task

TASKS = {
    "fillmask": (Task.FILL_MASK, Task.EMBED),
    "sentiment": (Task.CLASSIFY,),
    "topics": (Task.CLASSIFY,),
    "emotions": (Task.CLASSIFY,),
    "meaning": (Task.EMBED,),
    "entities": (Task.TAG,),
}
"""What each checkpoint is asked by default."""


def main() -> None:
    """Check those that are named, or all."""
    root = Path(models.bundled.__path__[0])
    for name in sys.argv[1:] or TASKS:
        ship(root / name, TASKS[name])


def ship(folder: Path, tasks: tuple[Task, ...]) -> None:
    """Check one checkpoint, and write down what came of it.

    Raises:
        SystemExit: it does not agree with torch.
    """
    checkpoint = Checkpoint(folder.name, BUNDLED_VERSION, Origin.BUNDLED, folder)
    records = {}
    for task in tasks:
        record = _checked(checkpoint, task)
        if not isinstance(record, ExportRecord):
            raise SystemExit(f"{folder.name}, {task}: {record}")
        records[task] = record
        print(folder.name, task, record.engine)
    write_shipped(folder, records)


def _checked(checkpoint: Checkpoint, task: Task) -> object:
    with TemporaryDirectory() as scratch:
        place = Path(scratch) / "checkpoint" / "state"
        export(ExportOrder(checkpoint, task, "onnx-fp32", place))
        return read_record(place)


if __name__ == "__main__":
    main()
