"""Lets words stand in Discord's markdown as they were written.

Words come from strangers: their asterisks, mentions, links and fences are shown, never obeyed.
Discord takes a backslash before punctuation away, and shows one before a letter, a digit or
inside an address: so only punctuation is escaped, and an address keeps its form or is no link.
https://support.discord.com/hc/en-us/articles/210298617
"""

import re
import unicodedata

from handlers.options import without_surrogates

ZERO_WIDTH_SPACE = "\u200b"

_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_HARMFUL = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f"  # control characters
    "\u202a-\u202e\u2066-\u2069"  # would turn round the words that follow
    "\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
_SPECIAL = re.compile(
    r"(?P<address>(?<!\S)https?://[A-Za-z0-9./?=&%+,;$-]+(?!\S))"
    r"|[\\*_~`|\[<]"
    r"|@(?=everyone|here)"
    r"|:(?=//|[\w+-]{1,64}:)"  # a link, an :emoji:
    r"|#(?=#{0,5}[ \t]{0,9}$)",  # a heading loses those at its end
    re.MULTILINE | re.IGNORECASE,
)
_LINE_START = re.compile(
    r"^([ \t]*)"
    r"(>|#(?=#{0,5}[ \t])|[+-](?=[ \t#]|$)|\d{1,10}(?=[.)](?:[ \t]|$)))",
    re.MULTILINE,
)
"""What a quote, a heading, small print or a list begins with."""


def escape(text: str) -> str:
    """Return `text` so that Discord shows it as it is; line ends stay."""
    text = _SPECIAL.sub(lambda found: found["address"] or f"\\{found[0]}", clean(text))
    return _LINE_START.sub(_escaped_start, text)


def escape_line(text: str) -> str:
    """Return `text` escaped and in one line."""
    return escape(one_line(text))


def code_block(code: str) -> str:
    """Return code in a fence that it cannot close."""
    body = re.sub("`(?=`)", f"`{ZERO_WIDTH_SPACE}", clean(code).strip("\n"))
    return f"```\n{body}\n```"


def clean(text: str) -> str:
    """Return `text` with one kind of line end, and without what hides or turns words round."""
    return _HARMFUL.sub("", _LINE_END.sub("\n", without_surrogates(text)))


def one_line(text: str) -> str:
    """Return `text` cleaned and in one line: ⏎ stands for a line end."""
    return clean(text).strip().replace("\n", "⏎").replace("\t", " ")


def is_visible(text: str) -> bool:
    """Say whether there is anything to see: Discord refuses words that are only white space."""
    return any(unicodedata.category(character)[0] not in "CZ" for character in text)


def _escaped_start(found: re.Match[str]) -> str:
    """A list's number keeps its digits, since a backslash before one would be shown."""
    indent, sign = found.groups()
    return f"{indent}{sign}\\" if sign[0].isdigit() else f"{indent}\\{sign}"
