"""Whether something fits: into the budget that the operator gave, and into what the machine has."""

from collections.abc import Callable
from dataclasses import dataclass

from models.errors import MachineTooSmall, TooLarge
from models.units import MB

MEMORY_SETTING = "TOKKI_MODEL_MEMORY_MB"
_WORKING_BYTES = 350_000_000
"""Beside the weights, by measurement: torch and transformers 280 MB, and a crowd's batches on a
network of BERT-base's size 160, which is more than any smaller one needs."""


@dataclass(frozen=True, slots=True)
class MemoryBudget:
    """The two limits. `free_bytes` says what the machine has left; without it, it is not asked."""

    budget_bytes: int
    free_bytes: Callable[[], int] | None = None

    def fits(self, need_bytes: int, held_bytes: int, promised_bytes: int) -> bool:
        """Tell whether so much fits beside what is held.

        `promised_bytes` are for loads that may not have taken them from the machine yet.
        """
        is_within = need_bytes + held_bytes <= self.budget_bytes
        if not is_within or self.free_bytes is None:
            return is_within
        return _at_the_most(need_bytes) <= self.free_bytes() - promised_bytes

    def require_budget(self, name: str, need_bytes: int, held_bytes: int) -> None:
        """Refuse what does not fit into the budget beside what stays.

        Raises:
            TooLarge: it does not.
        """
        left_bytes = max(0, self.budget_bytes - held_bytes)
        if need_bytes > left_bytes:
            raise TooLarge(
                name=name,
                size_mb=-(-need_bytes // MB),
                limit_mb=left_bytes // MB,
                setting=MEMORY_SETTING,
            )

    def too_small(self, name: str, need_bytes: int, promised_bytes: int) -> MachineTooSmall:
        """Return what is to be said when the machine itself has not enough."""
        free_bytes = self.free_bytes() if self.free_bytes else 0
        return MachineTooSmall(
            name=name,
            size_mb=-(-_at_the_most(need_bytes) // MB),
            free_mb=max(0, free_bytes - promised_bytes) // MB,
        )


@dataclass(frozen=True, slots=True)
class Room:
    """What could be had at one moment if all that may go were let go of; any thread may ask it."""

    budget: MemoryBudget
    staying_bytes: int
    """Of what does not go, whether it is loaded already or on its way in."""
    promised_bytes: int
    """Of what is yet to be taken from the machine; less than 0: so much comes back to it."""

    def require(self, name: str, need_bytes: int) -> None:
        """Refuse what could not be loaded.

        Raises:
            TooLarge: it is more than there may be beside what stays.
            MachineTooSmall: the machine has not the memory.
        """
        self.budget.require_budget(name, need_bytes, self.staying_bytes)
        if not self.budget.fits(need_bytes, self.staying_bytes, self.promised_bytes):
            raise self.budget.too_small(name, need_bytes, self.promised_bytes)


def _at_the_most(need_bytes: int) -> int:
    """What a load takes for a moment: weights in half precision are there twice, as 2 + 4 bytes."""
    return need_bytes * 3 // 2 + _WORKING_BYTES
