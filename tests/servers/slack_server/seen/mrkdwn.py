"""Slack's text: what is written to it, and what people read of it."""

import re
from collections.abc import Iterator

CONTROL = re.compile(r"<([^<>]*)>")
ENTITY = re.compile(r"&(amp|lt|gt);")
BARE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt);)")
BRACKET = re.compile("[<>]")
ACTS_UNLESS_VERBATIM = re.compile(r"(?<!\w)@(?:here|channel|everyone)\b|\bhttps?://\S+")
CHARACTERS = {"amp": "&", "lt": "<", "gt": ">"}


def unescape(text: str) -> str:
    """Give the three characters that Slack decodes for display; nothing else is decoded."""
    return ENTITY.sub(lambda match: CHARACTERS[match[1]], text)


def escape(text: str) -> str:
    """Write what a person typed as Slack hands it on."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def escape_bare(text: str) -> str:
    """Escape what is not escaped yet, as Slack does with the plain texts that it keeps."""
    escaped = BARE_AMPERSAND.sub("&amp;", text)
    return escaped.replace("<", "&lt;").replace(">", "&gt;")


def read(text: str) -> str:
    """Give what people read: labels of links, names of mentions, no entities."""
    return unescape(CONTROL.sub(lambda match: _label(match[1]), text))


def faults(text: str, *, is_verbatim: bool, allowed: tuple[str, ...]) -> Iterator[str]:
    """Say what in a text of the bot would act, or is not escaped.

    `allowed` are the beginnings of control sequences that may stand there, such as "<!date^".
    """
    for match in CONTROL.finditer(text):
        if not _is_control(match[1]):
            yield f"unescaped < or > in {match[0][:40]!r}"
        elif not match[0].startswith(allowed):
            yield f"the control sequence {match[0][:60]!r} acts"
    rest = CONTROL.sub("\0", text)
    if BARE_AMPERSAND.search(rest):
        yield f"unescaped & in {_around(rest, BARE_AMPERSAND)!r}"
    # A line may begin with >: it is a quotation, escaped or not.
    unquoted = re.sub(r"(?m)^>+", "", rest)
    if BRACKET.search(unquoted):
        yield f"unescaped < or > in {_around(unquoted, BRACKET)!r}"
    for match in () if is_verbatim else ACTS_UNLESS_VERBATIM.finditer(rest):
        if not match[0].startswith(allowed):
            yield f"{match[0][:60]!r} acts, since verbatim is not true"


def _is_control(inner: str) -> bool:
    return bool(inner) and (inner[0] in "@#!" or bool(re.match(r"[a-z][a-z0-9+.-]*:", inner)))


def _label(inner: str) -> str:
    if not _is_control(inner):
        return f"<{inner}>"
    target, _, label = inner.partition("|")
    if label:
        return label
    return f"@{target[1:]}" if target.startswith("!") else target


def _around(text: str, pattern: re.Pattern[str]) -> str:
    match = pattern.search(text)
    start = max(0, match.start() - 10) if match else 0
    return text[start : start + 30]
