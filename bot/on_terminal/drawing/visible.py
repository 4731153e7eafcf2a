"""Makes characters visible that could move a terminal's cursor, hide or reorder what it shows.

Words come from strangers: an escape sequence in them must be read, never obeyed. Joiners,
variation selectors and the flags of England, Scotland and Wales stay, so emoji and scripts that
run from right to left look as they should.
"""

import re

_FLAG = "\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f"
"""A flag is spelled in tag characters, which are invisible anywhere else."""

_DANGEROUS = (
    "\x00-\x1f\x7f-\x9f"  # C0, DEL and C1: escape sequences
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"  # marks, embeddings, overrides, isolates
    "\u2028\u2029"  # line and paragraph separators
    "\u00ad\u180e\u200b\u2060-\u2065\ufeff\ufff9-\ufffb"  # without width, or of unclear width
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f"  # invisible, beyond the BMP
    "\ufdd0-\ufdef\ufffe\uffff"  # never characters
    "\ud800-\udfff"  # lone surrogates: not even UTF-8
)
DANGEROUS = re.compile(f"[{_DANGEROUS}]")
"""One character that no terminal should get as it is."""

_FLAG_OR_DANGEROUS = re.compile(f"{_FLAG}|[{_DANGEROUS}]")
_SIGNS = {"\x7f": "␡"} | {chr(code): chr(0x2400 + code) for code in range(0x20)}
_KEPT_IN_TEXT = {"\n": "\n", "\t": "\t"}
_SHOWN_IN_A_LINE = {"\n": "⏎"}


def visible(text: str) -> str:
    """Return `text` safe to show on several lines: line feeds and tabs stay."""
    return _replaced(text, _KEPT_IN_TEXT)


def visible_line(text: str) -> str:
    """Return `text` safe to show within one line: a line feed becomes ⏎."""
    return _replaced(text, _SHOWN_IN_A_LINE)


def _replaced(text: str, special: dict[str, str]) -> str:
    def show(match: re.Match[str]) -> str:
        found = match[0]
        return special.get(found) or _SIGNS.get(found) or _escape(found)

    return _FLAG_OR_DANGEROUS.sub(show, text.replace("\r\n", "\n"))


def _escape(found: str) -> str:
    is_flag = len(found) > 1
    return found if is_flag else found.encode("unicode_escape").decode("ascii")
