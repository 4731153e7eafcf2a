"""The command line of one checkpoint's recipe."""

import argparse
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import torch

import models.bundled
from bundled_recipe.body.stage import Workshop
from bundled_recipe.checkpoints import FIGURES
from models.machine import Machine


@dataclass(frozen=True)
class Order:
    """What was asked for."""

    shop: Workshop
    seconds: float


def read_order(description: str | None, name: str, minutes: float) -> Order:
    """Read the arguments; make ready what a fresh or a further run needs."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public files")
    parser.add_argument("--out", type=Path, default=Path(models.bundled.__path__[0]))
    parser.add_argument("--work", type=Path, default=Path("bundled-work"), help="half-done work")
    parser.add_argument("--minutes", type=float, default=minutes)
    parser.add_argument("--threads", type=int, default=Machine().cores())
    parser.add_argument("--further", action="store_true", help="go on from the finished checkpoint")
    arguments = parser.parse_args()
    os.environ.setdefault("RAYON_NUM_THREADS", str(arguments.threads))
    torch.set_num_threads(arguments.threads)
    shop = Workshop(arguments.data, arguments.work, arguments.out)
    shop.work.mkdir(parents=True, exist_ok=True)
    if arguments.further:
        take_up(shop, name)
    return Order(shop, arguments.minutes * 60)


def take_up(shop: Workshop, name: str) -> None:
    """Make a finished checkpoint the start of the next run; an unfinished one just goes on."""
    figures = shop.out / name / FIGURES
    if not figures.exists():
        return
    shutil.rmtree(shop.earlier / name, ignore_errors=True)
    shutil.copytree(shop.out / name, shop.earlier / name)
    figures.unlink()
    (shop.work / f"{name}.pt").unlink(missing_ok=True)
