"""Ask torch and transformers once for everybody: ``python -m bundled_recipe.shipping``.

Beside each bundled checkpoint it writes what `models.checkpoints.shipped_facts` reads, and beside
the weights how they agree with torch, for `models.exporting.shipped`.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import models.bundled
from models.checkpoints.catalog import BUNDLED_VERSION, Catalog
from models.checkpoints.line_tokenizer import TransformersLines
from models.checkpoints.loading import load_tokenizer
from models.checkpoints.shipped_facts import write_facts
from models.describing.model_info import asked_facts
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
    """Ask about those that are named, or all."""
    root = Path(models.bundled.__path__[0])
    for name in sys.argv[1:] or Catalog(root).names():
        state_facts(root / name)
        if name in TASKS:
            ship(root / name, TASKS[name])


def state_facts(folder: Path) -> None:
    """Write down what transformers knows of one checkpoint."""
    checkpoint = Checkpoint(folder.name, BUNDLED_VERSION, Origin.BUNDLED, folder)
    tokenizer = TransformersLines(load_tokenizer(checkpoint)).facts
    network = asked_facts(checkpoint) if folder.name in TASKS else None
    write_facts(folder, tokenizer, network)


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
