"""Lets words stand in Discord's markdown as they were written.

Words come from strangers: their asterisks, mentions, links and fences are shown, never obeyed.
Discord takes a backslash before punctuation away, and shows one before a letter, a digit or
inside an address: so only punctuation is escaped, and an address keeps its form or is no link.
https://support.discord.com/hc/en-us/articles/210298617
"""

import re

from bot.answering.words import apart, clean, one_line

_SPECIAL = re.compile(
    r"(?P<address>(?<!\S)https?://[A-Za-z0-9./?=&%+,;$-]+"
    r"(?::[0-9]{1,5}(?:/[A-Za-z0-9./?=&%+,;$-]*)?)?(?!\S))"
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
    body = apart(clean(code).strip("\n"))
    return f"```\n{body}\n```"


def _escaped_start(found: re.Match[str]) -> str:
    """A list's number keeps its digits, since a backslash before one would be shown."""
    indent, sign = found.groups()
    return f"{indent}{sign}\\" if sign[0].isdigit() else f"{indent}\\{sign}"
