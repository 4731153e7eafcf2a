"""Which events have come already: a platform may deliver one twice."""

from collections import OrderedDict

_KEPT = 20_000


class RecentEvents:
    """Remembers the last events of this process."""

    def __init__(self) -> None:
        self._events: OrderedDict[str, None] = OrderedDict()

    def is_new(self, event: str) -> bool:
        """Tell whether an event comes for the first time, and remember it."""
        if event in self._events:
            return False
        self._events[event] = None
        if len(self._events) > _KEPT:
            self._events.popitem(last=False)
        return True
