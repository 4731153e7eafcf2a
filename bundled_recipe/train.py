"""Train every bundled checkpoint from the public data: ``python -m bundled_recipe.train``.

Each stage leaves a folder with its figures in ``metrics.json``; a later run starts again where
the last one stopped, the body from its last save a few minutes before. The minutes are shared out
between the stages, so a slow machine ends on time with somewhat worse checkpoints. On a machine
that is busy otherwise, set OMP_WAIT_POLICY=PASSIVE: threads that spin while they wait for each
other are several times slower. With glibc, MALLOC_ARENA_MAX=1 MALLOC_MMAP_MAX_=0
MALLOC_TRIM_THRESHOLD_=20000000000 keeps memory instead of asking for it anew in every step, which
is much faster, too.
"""

import argparse
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import torch

import models.bundled
from bundled_recipe.body.stage import Workshop, body_stage
from bundled_recipe.cards.benchmark import RESULTS, measure_everything
from bundled_recipe.cards.cards import write_cards
from bundled_recipe.checkpoints import FIGURES
from bundled_recipe.heads.doubting import doubt_stage
from bundled_recipe.heads.stage import head_stage
from bundled_recipe.heads.tasks import TASKS
from models.checkpoints.certainty.doubt import DOUBT_FILE
from models.machine import Machine


@dataclass(frozen=True)
class Shares:
    """How the time is divided; the rest goes to reading, teaching and measuring."""

    body: float = 0.6
    sentiment: float = 0.18
    topics: float = 0.12
    emotions: float = 0.03


def main() -> None:
    """Read the arguments and run the stages that are still to do."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public files")
    parser.add_argument("--out", type=Path, default=Path(models.bundled.__path__[0]))
    parser.add_argument("--work", type=Path, default=Path("bundled-work"), help="half-done work")
    parser.add_argument("--minutes", type=float, default=180.0)
    parser.add_argument("--fresh", action="store_true", help="forget finished stages")
    parser.add_argument(
        "--further",
        nargs="+",
        choices=("fillmask", "sentiment", "topics"),
        help="finished checkpoints to train once more; the body comes with all that is built on it",
    )
    arguments = parser.parse_args()
    cores = Machine().cores()
    os.environ.setdefault("RAYON_NUM_THREADS", str(cores))
    torch.set_num_threads(cores)
    shop = Workshop(arguments.data, arguments.work, arguments.out)
    if arguments.fresh:
        forget_earlier(shop)
        forget(shop)
    for name in arguments.further or ():
        take_up(shop, name)
    train_everything(shop, arguments.minutes * 60)


def forget(shop: Workshop) -> None:
    """Make every stage one that is still to do."""
    (shop.out / RESULTS).unlink(missing_ok=True)
    for figures in shop.out.glob(f"*/{FIGURES}"):
        figures.unlink()
    for path in (shop.work / "body.pt", *shop.work.glob("*.npz"), *shop.work.glob("vocabulary/*")):
        path.unlink(missing_ok=True)
    shutil.rmtree(shop.students, ignore_errors=True)


def take_up(shop: Workshop, name: str) -> None:
    """Make a finished checkpoint the start of the next run; an unfinished one just goes on."""
    if _is_to_do(shop.out / name):
        return
    if name == "fillmask":
        forget_earlier(shop)
    shutil.rmtree(shop.earlier / name, ignore_errors=True)
    shutil.copytree(shop.out / name, shop.earlier / name)
    if name == "fillmask":
        forget(shop)
    (shop.out / name / FIGURES).unlink(missing_ok=True)


def forget_earlier(shop: Workshop) -> None:
    """What was built on another body is no start for anything."""
    shutil.rmtree(shop.earlier, ignore_errors=True)


def train_everything(shop: Workshop, seconds: float) -> None:
    """Body first, then each classifier on top of the body that was saved, then the figures."""
    shares = Shares()
    body = shop.out / "fillmask"
    if _is_to_do(body):
        body_stage(shop, seconds * shares.body)
    for name, read_task in TASKS.items():
        if _is_to_do(shop.out / name):
            (shop.out / RESULTS).unlink(missing_ok=True)
            (shop.out / name / DOUBT_FILE).unlink(missing_ok=True)
            share = getattr(shares, name)
            head_stage(read_task(shop.data), body, shop, seconds * share)
    for name in (body.name, *TASKS):
        if not (shop.out / name / DOUBT_FILE).exists():
            (shop.out / RESULTS).unlink(missing_ok=True)
            doubt_stage(name, shop.out / name, shop.data)
    if not (shop.out / RESULTS).exists():
        measure_everything(shop.data, shop.out)
    write_cards(shop.out)


def _is_to_do(folder: Path) -> bool:
    return not (folder / FIGURES).exists()


if __name__ == "__main__":
    main()
