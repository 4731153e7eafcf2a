"""How many operations a message costs, counted from the sizes of a network."""

from collections.abc import Mapping, Sequence
from typing import Any


def shapes(facts: Mapping[str, Any]) -> dict[tuple[int, int], int]:
    """Return the products of one layer: columns and rows of the weights, and how many of them."""
    hidden, intermediate = facts["hidden_size"], facts["intermediate_size"]
    return {(hidden, hidden): 4, (hidden, intermediate): 1, (intermediate, hidden): 1}


def gflop(facts: Mapping[str, Any], tokens: Sequence[int]) -> float:
    """Return what texts of so many tokens cost, without padding: products and attention."""
    hidden, layers = facts["hidden_size"], facts["num_hidden_layers"]
    linear = sum(2 * rows * columns * count for (rows, columns), count in shapes(facts).items())
    attention = 4 * hidden  # for each pair of tokens: one score and one sum
    head = 2 * hidden * (hidden + facts["labels"])
    texts = (layers * (linear * each + attention * each**2) + head for each in tokens)
    return float(sum(texts)) / 1e9
