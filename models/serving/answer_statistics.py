"""How often and how fast a checkpoint answered."""

from collections import deque
from dataclasses import dataclass, field

_REMEMBERED_ANSWERS = 256


@dataclass(slots=True)
class Statistics:
    """Of one checkpoint; kept when it leaves memory."""

    hits: int = 0
    """How often it was there already when it was asked for."""
    load_time_s: float | None = None
    _answers_ms: deque[float] = field(default_factory=lambda: deque(maxlen=_REMEMBERED_ANSWERS))

    def note_answer(self, milliseconds: float) -> None:
        """Remember how long one answer took."""
        self._answers_ms.append(milliseconds)

    def percentile_ms(self, share: float) -> float | None:
        """Return the time within which this share of the last answers came; None before any."""
        if not self._answers_ms:
            return None
        ordered = sorted(self._answers_ms)
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)]
