"""Train the token classifier: ``python -m bundled_recipe.entities --data DIR``.

It starts from the bundled body. Stopped, it goes on from its last save; ``--further`` gives a
finished one another round of the clock.
"""

from bundled_recipe.command import read_order
from bundled_recipe.entities.stage import NAME, entities_stage

_MINUTES = 40.0


def main() -> None:
    """Read the arguments and train."""
    order = read_order(__doc__, NAME, _MINUTES)
    entities_stage(order.shop, order.seconds)


if __name__ == "__main__":
    main()
