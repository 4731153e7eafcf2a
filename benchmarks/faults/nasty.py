"""Words that somebody types who means ill: a grammar of what hurt bots, and anything at all."""

from collections.abc import Sequence
from random import Random

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

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
