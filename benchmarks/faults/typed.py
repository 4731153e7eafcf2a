"""Every option of every command, filled in by somebody who means ill, as has hurt bots before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from handlers.commands import COMMANDS
from handlers.table import Action, Kind, Option

_NUMBERS = (-(2**53), -1, 0, 1, 2, 7, 10**6, 2**53)
_TYPICAL = {Kind.TEXT: "I love this", Kind.MODEL: "sentiment", Kind.DATASET: "feedback"}
_TYPICAL |= {Kind.NAME: "ours", Kind.GROUP: "members"}
Value = str | int | bytes
"""Bytes are what a file holds."""
_NASTY_TOO = 0.3
"""How often what is required besides is nasty as well."""


@dataclass(frozen=True)
class Typed:
    """A command as somebody sends it: its English name, and what is given."""

    command: str
    options: Mapping[str, Value]
    people: frozenset[str] = frozenset()
    """The options that take somebody: a platform lets nobody type anything else there."""

    def as_text(self) -> str:
        """The same in words behind a slash; what is given is not quoted, as people forget to."""
        return " ".join(f"{name}:{value!s}" for name, value in self.options.items())


def typed(count: int, number: int) -> Iterator[Typed]:
    """Go through each option of each command again and again."""
    dice, words = Random(number), iter(nasty(2 * count, number))
    places = [*_places()]
    for turn in range(count):
        run, option = places[turn % len(places)]
        people = frozenset(one.name.en for one in run.options if one.kind is Kind.GROUP)
        yield Typed(run.full_name.en, _filled(run, option, dice, words), people)


def _places() -> Iterator[tuple[Action, Option | None]]:
    for command in COMMANDS:
        for run in command.runs:
            yield from ((run, option) for option in run.options or [None])


def _filled(
    run: Action, wanted: Option | None, dice: Random, words: Iterator[str]
) -> Mapping[str, Value]:
    given: dict[str, Value] = {}
    for option in run.options:
        if option is wanted:
            given[option.name.en] = _value(option, dice, words)
        elif option.is_required:
            is_nasty = dice.random() < _NASTY_TOO
            given[option.name.en] = _value(option, dice, words) if is_nasty else _usual(option)
    return given


def _value(option: Option, dice: Random, words: Iterator[str]) -> Value:
    if option.kind is Kind.INTEGER:
        return dice.choice(_NUMBERS)
    if option.kind is Kind.FILE:
        return f"text,label\n{next(words)}\n{next(words)},{next(words)}".encode()
    return next(words) or " "


def _usual(option: Option) -> Value:
    if option.kind is Kind.FILE:
        return b"text,label\nit crashes,bug\n"
    if option.kind is Kind.INTEGER:
        return option.minimum or 1
    names: Sequence[str] = [one.en for one in option.choices]
    return names[0] if names else _TYPICAL.get(option.kind, "bug, praise")


ATOMS: Sequence[str] = (
    "@everyone", "@here", "<@1>", "<@&2>", "<#3>", "<!channel>", "<!here|x>", "<@U0000001>",
    "<!subteam^S1|x>", "<http://127.0.0.1|here>", "[a](http://127.0.0.1)", "mailto:a@b",
    "**b**", "`c`", "```", "~~~", "||s||", "> q", "# h", "-# small", "*b*", "_i_", "&lt;", "&amp;",
    "\u202egnp", "zero\u200bwidth", "\ufeff", "\u2066x", "\u0000", "\u001b[31mred\u001b[0m", "\r",
    "\n\n", "\t", "\u2028", "e\u0301", "\u1112\u1161\u11ab", "ＦＵＬＬ", "한글", "👩‍👩‍👧", "🇰🇷",
    "﷽",     "a" * 5_000, "가" * 3_000, "🙂" * 1_500, "-" * 2_000, "( " * 900, "x y " * 900,
    "text:", "model:", "model:topics", "dataset:", "file:/dev/zero", "top:-1", "label:", ":", "::",
    '"', "'", '"""', "\\", "“", "/classify", "/", "!press", "!", "--", "-1", "0", "1e999", "NaN",
    "9" * 4_000, str(2**63), "½", "٣", "true", "null", "none", "None", "undefined",
    "../../etc/passwd", "/dev/stdin", "C:\\CON", ".", "..", "~", "*", "?", "$(id)", "`id`", ";",
    "' OR 1=1 --", "%s%n", "{0.__class__}", "{text}", "${x}", "<script>", "=1+1", "+1", "@SUM(1)",
    "sentiment", "topics@0", "sentiment@", "@0", "ours", "latest", "a/b", "a/b@main", "org/" * 40,
    "a, b", "a = b, b", ", ".join(map(str, range(200))), ",,,", "bug", "___", "[MASK]", "<mask>",
    "query:1", "label:1:1:0", "job:1:cancel", "feedback:1:right", "x" * 101,
)  # fmt: skip
_MOST_ATOMS = 5
_JOINS = ("", " ", ", ", "\n")


def nasty(count: int, number: int) -> Sequence[str]:
    """Return so many words that nobody should type; the same for the same number."""
    dice = Random(number)
    return [*_any(count // 4, number), *(_sentence(dice) for _ in range(count - count // 4))]


def _sentence(dice: Random) -> str:
    parts = dice.choices(ATOMS, k=dice.randint(1, _MOST_ATOMS))
    return dice.choice(_JOINS).join(parts)


def _any(count: int, number: int) -> Sequence[str]:
    """Whatever hypothesis thinks of; no half of a surrogate pair, which no platform delivers."""
    found: list[str] = []

    @seed(number)
    @settings(
        max_examples=max(count, 1),
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        deadline=None,
    )
    @given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
    def gather(text: str) -> None:
        found.append(text)

    gather()
    return found[:count]
