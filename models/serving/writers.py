"""How much of a machine writes: token by token, for minutes, and never so that others wait.

Half of the cores stay with what answers at once, and no thread of theirs is taken.
"""

from models.machine import Machine

WRITERS_DEADLINE_S = 600.0
"""How long to wait until a text is begun: who waits sees the line, and may leave it."""
_CORES_OF_TWO = 4
"""From so many cores on two texts are written at a time."""


def writers_on(cores: int) -> int:
    """Return how many texts are written at a time."""
    return 1 if cores < _CORES_OF_TWO else 2


def threads_of_a_writer() -> int:
    """Return how many threads torch may take for each of them on this machine."""
    cores = Machine().cores()
    return max(1, cores // (2 * writers_on(cores)))
