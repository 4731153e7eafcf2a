"""The tutorial: whoever gives its commands sees what it shows."""

import pytest

from docs.tutorial.__main__ import halves, walked
from docs.tutorial.transcript import settled
from handlers.types import Language


@pytest.mark.parametrize("language", Language)
async def test_every_command_of_the_tutorial_is_answered_as_it_shows(language: Language):
    half = halves()[language]
    assert half.count("\ntokki> ") >= 15
    seen = await walked(language, half)
    assert settled(seen) == settled(half), "run python -m docs.tutorial"


def test_what_differs_from_run_to_run_is_no_difference():
    one = "ours@1 · 12 ms · onnx-fp32 · #3\n\nbug   95.7 %  █████▊\n"
    other = "ours@1 · 9 ms · torch · #3\n\nbug  5 %  █\n"
    assert settled(one) == settled(other)
    assert settled(one) != settled(other.replace("@1", "@2"))
    assert settled(one) != settled(other.replace("bug", "question"))
