"""What is said of what went wrong: our own reasons are whole, other people's words are cut."""

import pytest

from handlers.guard.failures import explain
from handlers.types import Language

LONG = "reason " * 40 + "end."


@pytest.mark.parametrize("language", Language)
def test_why_a_version_is_refused_is_said_to_the_end(language: Language):
    assert LONG in explain("gate_closed", {"why": LONG, "name": "ours@2"}, language)


@pytest.mark.parametrize("language", Language)
def test_what_somebody_typed_is_cut(language: Language):
    assert LONG not in explain("unknown_model", {"name": LONG}, language)
