"""How questions fall on the hours of a day.

The shape is that of a real place: 24 hours of posts in an English-speaking forum, counted over
twelve of its threads and published as sums (https://pastebin.com/an5NdtcU): of all posts 25 % come
in the busiest four hours and 9 % in the quietest four, 59 an hour on average and 87 at the busiest
times. Between those anchors the curve is ours.
"""

import math

BUSIEST_FOUR = 0.25
QUIETEST_FOUR = 0.09
BUSIEST_HOUR = 13


def shares() -> list[float]:
    """Return which share of a day's questions each hour has."""
    mean = 1 / 24
    high, low = BUSIEST_FOUR / 4 / mean - 1, 1 - QUIETEST_FOUR / 4 / mean
    # Over four hours a cosine has this mean, beside its peak.
    flat = sum(math.cos(2 * math.pi * hour / 24) for hour in (-1.5, -0.5, 0.5, 1.5)) / 4
    wave = (math.cos(2 * math.pi * (hour - BUSIEST_HOUR) / 24) for hour in range(24))
    raw = [1 + each / flat * (high if each > 0 else low) for each in wave]
    return [each / sum(raw) for each in raw]


def busiest(questions_a_day: float) -> float:
    """Return how many come in a second of the busiest hour."""
    return questions_a_day * max(shares()) / 3600
