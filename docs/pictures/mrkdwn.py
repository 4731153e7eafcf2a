"""Reads as much of Slack's mrkdwn as Tokki writes: see bot/on_slack/drawing/mrkdwn.py."""

import re
from collections.abc import Iterator
from html import unescape

from docs.pictures.markdown import Kind, Line, Run, Style

_INLINE = re.compile(r"`(?P<code>[^`\n]+)`|\*(?P<bold>[^*\n]+)\*")
_FENCE = "```"


def plain(text: str, kind: Kind = Kind.BODY) -> Iterator[Line]:
    """Yield lines that are shown as they are."""
    for line in text.split("\n"):
        yield Line(kind, (Run(line),) if line else ())


def lines(content: str) -> Iterator[Line]:
    """Yield the lines of some mrkdwn."""
    is_code = False
    for line in content.split("\n"):
        if line.startswith(_FENCE):
            is_code = not is_code
        elif is_code:
            yield Line(Kind.CODE, (Run(unescape(line), Style.CODE),))
        else:
            yield Line(Kind.BODY, tuple(run for run in _runs(line) if run.text))


def _runs(line: str) -> Iterator[Run]:
    end = 0
    for found in _INLINE.finditer(line):
        yield Run(unescape(line[end : found.start()]))
        is_code = found["code"] is not None
        yield Run(unescape(found["code"] or found["bold"]), Style.CODE if is_code else Style.BOLD)
        end = found.end()
    yield Run(unescape(line[end:]))
