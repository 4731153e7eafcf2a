"""How good the bundled checkpoints are, beside TF-IDF floors, targets and a large model.

    python -m benchmarks.bundled --data DIR

prints the table that their cards quote, keeps it in benchmark.json beside them and writes the cards
anew. DIR holds the public files of the recipe; two figures need a fine-tuning of some minutes each.
Takes about thirty minutes on two threads; `--only NAME` measures anew only some checkpoints, and
`--unsure` only what they are unsure of, in some minutes.
"""

import argparse
from pathlib import Path

import torch

import models.bundled
from bundled_recipe.cards.benchmark import measure_everything, measure_some, measure_unsure
from bundled_recipe.cards.cards import write_cards
from bundled_recipe.cards.goals import table
from models.machine import Machine


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public files")
    parser.add_argument("--checkpoints", type=Path, default=Path(models.bundled.__path__[0]))
    parser.add_argument("--unsure", action="store_true", help="only what they are unsure of")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="only these checkpoints")
    arguments = parser.parse_args()
    torch.set_num_threads(Machine().cores())
    data, checkpoints = arguments.data, arguments.checkpoints
    if arguments.unsure:
        found = measure_unsure(data, checkpoints)
    elif arguments.only:
        found = measure_some(data, checkpoints, arguments.only)
    else:
        found = measure_everything(data, checkpoints)
    write_cards(arguments.checkpoints)
    print(table(found))


if __name__ == "__main__":
    main()
