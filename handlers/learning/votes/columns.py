"""Tables of which each column is an array, so that very many rows take little. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int8]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Arrays of one length; whoever inherits it names them as its fields."""

    def only(self, which: Flags) -> Self:
        """Return some of the rows."""
        return replace(self, **{name: column[which] for name, column in self._columns.items()})

    def and_then(self, more: Self) -> Self:
        """Return these rows with others behind them."""
        behind = more._columns
        both = {name: [column, behind[name]] for name, column in self._columns.items()}
        return replace(self, **{name: np.concatenate(pair) for name, pair in both.items()})

    def put(self, place: Numbers | Flags, rows: Self) -> None:
        """Write rows over those that are there."""
        for name, column in rows._columns.items():
            self._columns[name][place] = column

    @property
    def _columns(self) -> Mapping[str, npt.NDArray[Any]]:
        return {field.name: getattr(self, field.name) for field in fields(self)}
