"""A network that no file has: what would be in it stays where it is, and is not copied."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Network:
    """A graph of ONNX, and beside it its weights by their names."""

    graph: bytes
    weights: Mapping[str, NDArray[np.generic]]

    @property
    def size_bytes(self) -> int:
        """What a file of it would take."""
        return len(self.graph) + sum(each.nbytes for each in self.weights.values())
