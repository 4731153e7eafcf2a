from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from bot.on_terminal.drawing.wrapping import shortened, wrapped

WORDS = st.lists(st.text("ab가나.", min_size=1, max_size=9), max_size=20)


@given(WORDS, st.integers(20, 80))
def test_lines_are_broken_between_words(words: list[str], width: int) -> None:
    lines = wrapped(" ".join(words), width).split("\n")
    assert " ".join(lines).split() == words
    assert all(cell_len(line) <= width for line in lines)


def test_a_word_that_is_too_long_has_its_own_line() -> None:
    assert wrapped("a " + "b" * 30 + " c", 10) == "a\n" + "b" * 30 + "\nc"


def test_shortening_gives_up_a_word_rather_than_cut_it() -> None:
    assert shortened("one two three", 13) == "one two three"
    assert shortened("one two three", 12) == "one two…"
    assert shortened("가나다라 마바사", 12) == "가나다라…"
    assert shortened("a" * 30, 10) == "a" * 9 + "…"
    assert cell_len(shortened("긴 " + "말" * 30, 11)) <= 11
