"""The one character that a server does not take in a text, and the sign in its place."""

import re

SIGN = "\u2400"
_ESCAPED = re.compile(r"\\(u0000|.)")
_SIGN_ESCAPED = "\\u2400"


def without_nul(text: str) -> str:
    """Return a text that a server takes."""
    return text.replace("\x00", SIGN)


def without_escaped_nul(written: str) -> str:
    """Return JSON with no NUL in it; an escaped backslash before "u0000" is none."""
    return _ESCAPED.sub(lambda found: _SIGN_ESCAPED if found[1] == "u0000" else found[0], written)
