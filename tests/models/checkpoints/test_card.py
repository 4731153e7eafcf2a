"""What is read of a model card, which anybody may have written in any way."""

import os
from pathlib import Path

from models.checkpoints.card import read_card

WITH_COMMENT = """---
# For the fields, see the documentation
language: [ko, en]
license: mit
---

# What students ask

Some words.
"""


def test_a_comment_in_the_front_matter_is_no_heading(tmp_path: Path) -> None:
    card = tmp_path / "README.md"
    card.write_text(WITH_COMMENT, "utf-8")
    found = read_card(tmp_path)
    assert (found.heading, found.languages, found.licence) == (
        "What students ask",
        ("ko", "en"),
        "mit",
    )
    card.write_text("# A heading alone\n", "utf-8")
    assert read_card(tmp_path).heading == "A heading alone"
    card.write_text("---\n# unended", "utf-8")
    assert read_card(tmp_path).heading == "unended"


def test_a_card_that_is_written_anew_is_read_anew_at_once(tmp_path: Path) -> None:
    card = tmp_path / "README.md"
    for name in ("one", "two", "one"):
        card.write_text(f"# {name}\n", "utf-8")
        os.utime(card, ns=(1, 1))  # as a clock does that is coarser than two writes
        assert read_card(tmp_path).heading == name
