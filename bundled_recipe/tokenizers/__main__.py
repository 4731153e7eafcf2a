"""Train the example tokenizers: ``python -m bundled_recipe.tokenizers --data DIR``; minutes."""

import argparse
from pathlib import Path

import models.bundled
from bundled_recipe.body.vocabulary import save_on_one_line
from bundled_recipe.tokenizers.card import card
from bundled_recipe.tokenizers.passages import read_passages
from bundled_recipe.tokenizers.styles import STYLES, trained


def main() -> None:
    """Read the arguments, train, and write each tokenizer with its card."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public files")
    parser.add_argument("--out", type=Path, default=Path(models.bundled.__path__[0]))
    arguments = parser.parse_args()
    passages = read_passages(arguments.data)
    for style in STYLES:
        tokenizer = trained(style, passages)
        folder = arguments.out / style.name
        save_on_one_line(tokenizer, folder)
        (folder / "README.md").write_text(card(style, len(tokenizer)), encoding="utf-8")
        print(style.name, len(tokenizer), flush=True)


if __name__ == "__main__":
    main()
