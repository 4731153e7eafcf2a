"""Tables as pairs, as a grid and as a list."""

from hypothesis import given
from hypothesis import strategies as st

from bot.answering.words import length
from bot.on_discord.drawing.tables import draw_table
from handlers.types import Language, Table

EN, KO = Language.ENGLISH, Language.KOREAN
ROW = st.lists(st.text(max_size=20), max_size=5).map(tuple)
TABLES = st.builds(Table, ROW, st.lists(ROW, max_size=40).map(tuple))


def drawn(*rows: tuple[str, ...], room: int = 4000) -> str:
    return draw_table(Table(rows[0], rows[1:]), room, EN).text


def test_two_columns_are_pairs() -> None:
    rows = (("what", "value"), ("labels", "0=neg_ative"), ("층", "6"), ("", "x"), ("y", ""))
    assert drawn(*rows) == "**labels** 0=neg\\_ative\n**층** 6\nx\n**y**"


def test_a_narrow_table_is_a_grid_that_aligns_hangul() -> None:
    rows = (("name", "점수", "n"), ("긍정", "92.5 %", "1"), ("neg", "7.5 %", "23"))
    assert drawn(*rows) == (
        "```\nname    점수   n\n----  ------  --\n긍정  92.5 %   1\nneg    7.5 %  23\n```"
    )


def test_a_wide_table_is_a_list_without_empty_values() -> None:
    rows = (
        ("command", "what it does", "try"),
        ("/classify", "Which label fits a text", "/classify *wow*"),
        ("/help", "", "/help"),
        ("", "nothing else", ""),
    )
    assert drawn(*rows) == (
        "**/classify** — what it does: Which label fits a text · try: /classify \\*wow\\*\n"
        "**/help** — try: /help\n"
        "what it does: nothing else"
    )


def test_what_every_row_repeats_is_said_once() -> None:
    rows = [(f"piece {n}", f"token {n}", "1", "the same everywhere", "") for n in range(3)]
    assert drawn(("piece", "token", "attention", "kind", "empty"), *rows) == (
        "-# In every row: attention: 1 · kind: the same everywhere\n"
        "```\npiece    token\n-------  -------\n"
        "piece 0  token 0\npiece 1  token 1\npiece 2  token 2\n```"
    )


def test_what_only_the_first_rows_repeat_is_not_taken_for_all() -> None:
    rows = [(str(n), "word " * 9, "same", "x") for n in range(600)]
    assert "In every row" not in drawn(("a", "b", "c", "d"), *rows)


def test_one_column_and_no_rows() -> None:
    assert drawn(("name",), ("a",), ("- b",)) == "name\na\n\\- b"
    assert drawn(("a", "b", "c")) == "a · b · c"
    assert drawn(()) == ""


def test_thousands_of_rows() -> None:
    for columns in (1, 2, 3, 9):
        table = Table(("c",) * columns, (("word",) * columns, ("words",) * columns) * 2500)
        part = draw_table(table, 1000, KO)
        assert not part.is_whole
        assert "개 더 있어요" in part.text
        assert 800 < length(part.text) <= 1000


def test_a_huge_cell() -> None:
    part = draw_table(Table(("a", "b"), (("key", "word " * 10_000),)), 1000, EN)
    assert not part.is_whole
    assert part.text.endswith("word…")


def test_code_in_a_grid_cannot_close_it() -> None:
    assert drawn(("a", "b", "c"), ("```", "", "x")).count("```") == 2


def test_fences_in_a_grid_take_room() -> None:
    table = Table(("a", "b", "c"), (("`" * 8, "```", "``"),) * 300)
    assert length(draw_table(table, 1000, EN).text) <= 1000


@given(TABLES, st.integers(80, 4000))
def test_a_table_stays_in_its_room(table: Table, room: int) -> None:
    assert length(draw_table(table, room, KO).text) <= room
