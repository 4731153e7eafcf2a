"""English sentences of our own with dates, times of day, durations and numbers marked.

No source of English running text under an open licence marks them. Where they lie follows KLUE:
a whole phrase of one kind is one span, the preposition before it stays outside.
"""

import random
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bundled_recipe.entities.sentences import Sentence

_COUNT = 4_000
_GAP = re.compile(r"\{(DAT|TIM|NUM)\}")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
_WORDS = (
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "twelve",
    "twenty",
)
_THINGS = (
    *("people", "files", "messages", "tickets", "tests", "books", "rooms", "lines", "copies"),
    *("users", "errors", "photos", "cups", "points", "percent", "dollars", "kilometres", "pages"),
)
_UNITS = ("km", "kg", "GB", "MB", "m", "cm", "%", " percent", " miles", " euros", " won")
_FRAMES = (
    "The meeting is on {DAT} at {TIM}.",
    "See you {DAT}!",
    "can we move it to {DAT}, around {TIM}?",
    "It takes about {TIM} and costs {NUM}.",
    "I have been waiting for {TIM} already",
    "The build failed {NUM} times since {DAT}.",
    "There were {NUM} at the party on {DAT}.",
    "She was born in {DAT} and moved here in {DAT}.",
    "we finished {NUM} in {DAT}",
    "Only {NUM} left, and it closes at {TIM}.",
    "He is {NUM} years old.",
    "The price rose by {NUM} between {DAT} and {DAT}.",
    "Please send me {NUM} by {DAT}.",
    "My train leaves at {TIM}, so be there by {TIM}.",
    "The first release came out in {DAT}; {NUM} use it now.",
    "Back in {DAT}, a coffee was {NUM}.",
    "Call me {DAT} after {TIM}",
    "I slept for {TIM} last night.",
    "We need {NUM} more before {DAT}.",
    "The file is {NUM} large.",
    "It is {NUM} from here to the station, a walk of {TIM}.",
    "they won {NUM} and lost {NUM}",
    "From {DAT} on, the shop opens at {TIM}.",
    "At {TIM} the server had {NUM}.",
    "Nobody answered {DAT}.",
)
_PLAIN = (
    "May I ask you something?",
    "I may be late, sorry.",
    "They march to the same tune.",
    "Could you look at this one for a second time around?",
    "The sun is out and the sea is calm.",
    "Sounds good to me, thanks a lot!",
    "That was the best film in ages.",
)


def made_up_sentences(seed: int = 0, count: int = _COUNT) -> "list[Sentence]":
    """Sentences with all of their dates, times and numbers marked, and no names in them."""
    from bundled_recipe.entities.sentences import KINDS, Sentence, Span  # noqa: PLC0415

    draw = random.Random(seed)  # noqa: S311
    fillers = {"DAT": _date, "TIM": _time, "NUM": _number}
    found: list[Sentence] = []
    for number in range(count):
        frame = draw.choice(_PLAIN if number % 20 == 0 else _FRAMES)
        text, spans, at = "", [], 0
        for gap in _GAP.finditer(frame):
            text += frame[at : gap.start()]
            filler = fillers[gap[1]](draw)
            spans.append(Span(len(text), len(text) + len(filler), gap[1]))
            text, at = text + filler, gap.end()
        found.append(Sentence(text + frame[at:], tuple(spans), frozenset(KINDS)))
    return found


def _date(draw: random.Random) -> str:
    day, month, year = draw.randint(1, 31), draw.choice(_MONTHS), draw.randint(1900, 2035)
    return draw.choice(
        (
            draw.choice(_DAYS),
            draw.choice(("next ", "last ", "this "))
            + draw.choice((*_DAYS, "week", "month", "year")),
            draw.choice(("today", "tomorrow", "yesterday", "tonight")),
            f"{month} {day}",
            f"{day} {month}",
            f"{day}{_ending(day)} of {month}",
            f"{month} {day}, {year}",
            f"{month} {year}",
            f"{year}",
            f"{year}-{draw.randint(1, 12):02}-{day:02}",
            f"{draw.randint(1, 12)}/{day}/{year}",
            f"the {draw.choice(('1960s', '1980s', '90s', '2000s'))}",
        )
    )


def _ending(day: int) -> str:
    if day in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _time(draw: random.Random) -> str:
    hour, minute = draw.randint(1, 12), draw.choice((0, 5, 10, 15, 20, 30, 40, 45, 50))
    half = draw.choice(("am", "pm", "a.m.", "p.m.", "AM", "PM"))
    count = draw.choice((str(draw.randint(2, 90)), draw.choice(_WORDS)))
    return draw.choice(
        (
            f"{hour}:{minute:02}",
            f"{hour} {half}",
            f"{hour}{half}",
            f"{hour}:{minute:02} {half}",
            f"{draw.randint(0, 23):02}:{minute:02}",
            f"{hour} o'clock",
            draw.choice(("noon", "midnight", "half past ten", "quarter to five")),
            f"{count} {draw.choice(('minutes', 'hours', 'seconds'))}",
            f"{hour} in the {draw.choice(('morning', 'afternoon', 'evening'))}",
        )
    )


def _number(draw: random.Random) -> str:
    count = draw.choice(
        (
            str(draw.randint(2, 999)),
            f"{draw.randint(1, 999)},{draw.randint(0, 999):03}",
            f"{draw.randint(0, 99)}.{draw.randint(0, 9)}",
            draw.choice(_WORDS),
        )
    )
    return draw.choice(
        (
            f"{count} {draw.choice(_THINGS)}",
            f"{count}{draw.choice(_UNITS)}",
            f"{draw.choice('$€£')}{count}" if count[0].isdigit() else f"{count} dollars",
            f"{count} {draw.choice(('million', 'thousand', 'hundred'))}",
        )
    )
