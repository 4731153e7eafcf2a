"""Which texts people of this process have before them, so that nobody else is offered those."""

import time

from storage.records import CARD_HELD_S, Card


class GivenOut:
    """What each person was shown last of one dataset, and what was said of it."""

    def __init__(self) -> None:
        self._texts: dict[str, tuple[int, float]] = {}

    def note(self, user: str, card: Card | None) -> None:
        """Take note of what somebody is shown; None: of nothing any more."""
        self._texts.pop(user, None)
        if card:
            self._texts[user] = card.example.id, time.monotonic()

    def to_others(self, user: str) -> frozenset[int]:
        """Return the numbers of the texts that others look at."""
        since_s = time.monotonic() - CARD_HELD_S
        for one in [one for one, (_, at_s) in self._texts.items() if at_s < since_s]:
            del self._texts[one]
        return frozenset(number for one, (number, _) in self._texts.items() if one != user)
