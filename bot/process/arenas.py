"""How the C library keeps what was freed: in few places, which are used again.

By default each thread may have an arena of its own, up to eight a core, and what is free in one is
of no use to the others; of a bot with thirty threads the memory then grows for hours.
"""

import ctypes
import os

MOST = 2
_M_ARENA_MAX = -8
"""https://sourceware.org/glibc/manual/latest/html_node/Malloc-Tunable-Parameters.html"""


def bound_arenas() -> bool:
    """Bound them before threads begin, unless the operator does; False where there are none."""
    if "MALLOC_ARENA_MAX" in os.environ:
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):  # another C library than glibc
        return False
    return bool(mallopt(_M_ARENA_MAX, MOST))
