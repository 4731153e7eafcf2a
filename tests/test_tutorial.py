"""The tutorial, and the chat in docs/terminal.md: who gives the commands sees what they show."""

from pathlib import Path

import pytest

from docs.tutorial.__main__ import PAGES, halves, walked
from docs.tutorial.transcript import settled
from handlers.types import Language

_FEWEST = {"tutorial": 15, "terminal": 1}
"""Commands in each language."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
@pytest.mark.parametrize("language", Language)
async def test_every_command_of_a_page_is_answered_as_it_shows(language: Language, page: Path):
    half = halves(page)[language]
    assert half.count("\ntokki> ") >= _FEWEST[page.stem]
    seen = await walked(language, half)
    assert settled(seen) == settled(half), "run python -m docs.tutorial"


def test_what_differs_from_run_to_run_is_no_difference():
    one = "ours@1 · 12 ms · onnx-fp32 · #3\n\nbug   95.7 %  █████▊\n"
    other = "ours@1 · 9 ms · torch · #3\n\nbug  5 %  █\n"
    assert settled(one) == settled(other)
    assert settled(one) != settled(other.replace("@1", "@2"))
    assert settled(one) != settled(other.replace("bug", "question"))
