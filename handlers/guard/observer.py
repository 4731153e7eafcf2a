"""What happened, told once a request: the place for quota, audit and metrics.

An observer only takes note. It is called after the reply is made, so it can neither delay nor
change one; what it raises is logged.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from handlers.types import Place

UNKNOWN = "unknown"
CANCELLED = "cancelled"
OK = "ok"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Happening:
    """One command or press, once it is over."""

    what: str
    """Such as `/classify`, or `fb:` for a press; `unknown` where it could not be read."""
    user: str
    place: Place
    outcome: str
    """`ok`, the code of an error, `crash`, or `cancelled`."""
    seconds: float


Observer = Callable[[Happening], None]


def log_happening(happening: Happening) -> None:
    """Write down how long it took and what came of it, but nothing that somebody wrote."""
    where, outcome, seconds = happening.place.community, happening.outcome, happening.seconds
    log.debug("%s in %s: %s, %.3f s", happening.what, where, outcome, seconds)


def tell(observers: Iterable[Observer], happening: Happening) -> None:
    """Tell every observer, whatever one of them does."""
    for observer in observers:
        try:
            observer(happening)
        except Exception:
            log.exception("an observer failed")
