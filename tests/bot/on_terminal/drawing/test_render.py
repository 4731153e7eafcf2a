"""Replies as people see them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from bot.on_terminal.drawing.keys import assign
from bot.on_terminal.drawing.render import render, summary
from bot.on_terminal.drawing.visible import DANGEROUS
from handlers.types import (
    Bar,
    Button,
    Failure,
    File,
    Language,
    Mark,
    MarkedText,
    Picture,
    Reply,
    Select,
    Table,
)
from tests.bot.on_terminal.replies import REPLIES

EN, KO = Language.ENGLISH, Language.KOREAN
SGR = re.compile(r"\x1b\[[0-9;]*m")
BUTTONS = (Button("fb:1:right", "Right", "good"), Button("fb:1:wrong", "Wrong", "bad"))


def drawn(reply: Reply, width: int = 80, language: Language = EN) -> str:
    return render(reply, language, width, assign(reply.controls))


@given(REPLIES, st.booleans(), st.booleans(), st.integers(1, 120))
def test_nothing_dangerous_is_ever_drawn(
    reply: Reply, color: bool, has_keys: bool, width: int
) -> None:
    keys = assign(reply.controls) if has_keys else None
    out = render(reply, KO, width, keys, color, ["/tmp/a\x1b[2Jb"])
    plain = SGR.sub("", out) if color else out
    assert not DANGEROUS.search(
        re.sub("\U0001f3f4[\U000e0020-\U000e007f]+", "", plain).replace("\n", "")
    )
    assert not out or out.endswith("\n")
    out.encode()


@given(REPLIES, st.integers(20, 120))
def test_no_line_is_wider_than_the_terminal(reply: Reply, width: int) -> None:
    reply = Reply(reply.title, reply.text, reply.bars, reply.table, controls=reply.controls)
    for line in drawn(reply, width).splitlines():
        assert cell_len(line) <= width


@pytest.mark.parametrize("width", [20, 40, 80])
def test_no_link_is_cut(width: int) -> None:
    link = f"https://tokki.example/web/in/{'0f' * 32}"
    table = Table(("name", "where it is found"), (("가나 다라", link), ("b", f"see {link} or not")))
    marked = MarkedText(f"mina {link}", (Mark(0, 4, "person"),))
    reply = Reply(
        link, f"For 5 minutes:\n{link}", table=table, footer={"link": link}, marked=marked
    )
    out = drawn(reply, width)
    assert out.count(link) == 6
    assert "가나 다라" in out


@given(st.lists(st.lists(st.text("ab가나 ", max_size=30), min_size=1, max_size=4), max_size=4))
def test_no_word_of_a_table_is_cut(rows: list[list[str]]) -> None:
    words = [word for row in rows for cell in row for word in cell.split()]
    table = Table(("name", "what it does", "probability"), tuple(map(tuple, rows)))
    shown = drawn(Reply(table=table), 60).split()
    assert all(word in shown for word in words if cell_len(word) < 35)


def test_a_classification() -> None:
    reply = Reply(
        title="긍정",
        text="used 512 of 1,340 tokens",
        bars=(Bar("긍정", 0.925), Bar("negative", 0.0748), Bar("😀", 0.0001)),
        controls=BUTTONS,
        footer={"model": "sentiment@1", "time": "12 ms", "tokens": "5", "query": "#12"},
    )
    assert drawn(reply, 50) == (
        "긍정\n"
        "used 512 of 1,340 tokens\n"
        "\n"
        "긍정       92.5 %  ████████████████████████████▋\n"
        "negative    7.5 %  ██▍\n"
        "😀        < 0.1 %\n"
        "\n"
        "[1] Right  [2] Wrong\n"
        "sentiment@1 · 12 ms · 5 tokens · #12\n"
    )


def test_marked_places_stand_in_brackets_and_each_label_has_a_colour() -> None:
    marks = (Mark(0, 2, "사람"), Mark(4, 6, "장소"), Mark(8, 10, "사람"))
    reply = Reply(marked=MarkedText("미나는 파리로 보라와\x1b", marks), text="below")
    assert drawn(reply) == "[미나 사람]는 [파리 장소]로 [보라 사람]와␛\nbelow\n"
    coloured = render(reply, KO, 80, None, color=True)
    assert SGR.sub("", coloured) == drawn(reply)
    colours = re.findall(r"\x1b\[(\d+)m\[", coloured)
    assert colours[0] == colours[2] != colours[1]


def test_the_small_print_in_korean_and_unknown_entries() -> None:
    reply = Reply(footer={"tokens": "5", "device": "cpu"})
    assert drawn(reply, language=KO) == "토큰 5개 · device cpu\n"


def test_one_token_is_no_plural() -> None:
    assert drawn(Reply(footer={"tokens": "1"})) == "1 token\n"


def test_long_labels_stand_above_their_bars() -> None:
    reply = Reply(bars=(Bar("The capital of France is Paris.", 0.5), Bar("No.", 0.25)))
    assert drawn(reply, 40) == (
        "The capital of France is Paris.\n   50.0 %  ██████████████▌\nNo.\n   25.0 %  ███████▎\n"
    )


@pytest.mark.parametrize("score", [float("nan"), float("inf"), -1.0, 7.0])
def test_odd_scores_are_drawn(score: float) -> None:
    assert "a" in drawn(Reply(bars=(Bar("a", score),)))


def test_a_table_aligns_korean_and_shows_line_feeds() -> None:
    table = Table(("token", "id"), (("한국", "1"), ("a\nb", "1,024")))
    assert drawn(Reply(table=table)).splitlines() == [
        "token      id",
        "─────────────",
        "한국        1",
        "a⏎b     1,024",
    ]


def test_long_cells_fold_and_lose_nothing() -> None:
    out = drawn(Reply(table=Table(("name", "text"), (("x", "word" * 30),))), 40)
    assert out.count("word") >= 24
    assert "".join(out.split()).count("word") == 30


def test_a_table_too_wide_for_the_terminal_becomes_a_list() -> None:
    columns = tuple(f"column {n}" for n in range(6))
    table = Table(columns, (tuple("abcdef"), tuple("ghijkl")))
    lines = drawn(Reply(table=table), 40).splitlines()
    assert lines[:2] == ["column 0  a", "column 1  b"]
    assert lines[6].startswith("──")
    assert lines[7] == "column 0  g"


def test_markup_of_strangers_is_only_text() -> None:
    text = "[red]a[/red] [link=http://x]b[/link] :smile:"
    reply = Reply(title=text, text=text, bars=(Bar(text, 1),), table=Table((text,), ((text,),)))
    assert drawn(reply, 120).count(text) == 5


def test_code_is_not_wrapped_and_its_tabs_become_spaces() -> None:
    assert drawn(Reply(code="a\tb\n" + "x" * 100), 40) == f"a       b\n{'x' * 100}\n"


def test_a_select_gets_a_key_for_each_option_and_then_none() -> None:
    options = tuple(f"o{n}" for n in range(40))
    reply = Reply(controls=(Select("s", "Which?", options), Button("u", "Undo")))
    out = drawn(reply, 200)
    assert out.startswith("Which?: [1] o0  [2] o1")
    assert "[9] o8  [a] o9  [b] o10" in out
    assert "[z] o33  o34" in out
    assert "[e]" not in out
    assert out.endswith("\nUndo\n")


def test_keys_stand_in_their_order() -> None:
    select, undo = Select("s", "Which?", ("a", "b")), Button("u", "Undo")
    out = drawn(Reply(controls=(*BUTTONS, select, undo)))
    assert out == "[1] Right  [2] Wrong\nWhich?: [3] a  [4] b\n[5] Undo\n"


def test_without_keys_the_press_lines_are_shown() -> None:
    undo = Button("set:mina kim:member", "Undo")
    reply = Reply(controls=(*BUTTONS, Select("fb:1:label", "Label", ("긍정", "부정")), undo))
    assert render(reply, EN, 80) == (
        "!press fb:1:right  Right\n"
        "!press fb:1:wrong  Wrong\n"
        "!press fb:1:label 긍정\n"
        "!press fb:1:label 부정\n"
        '!press "set:mina kim:member"  Undo\n'
    )


def test_an_error_is_red_and_says_its_reference_once() -> None:
    error = Failure("crash", "for programs", "K3F9Q2")
    assert drawn(Reply(text="Something broke.", error=error)) == (
        "Something broke.\nReference K3F9Q2\n"
    )
    assert drawn(Reply(text="Broke, K3F9Q2.", error=error)) == "Broke, K3F9Q2.\n"
    assert drawn(Reply(error=Failure("x", "for people"))) == "for people\n"
    assert "\x1b[31m" in render(Reply(text="no", error=error), EN, 80, color=True)


def test_saved_files_are_whole_paths() -> None:
    path = "/home/mina/.local/share/tokki/files/" + "n" * 80 + ".txt"
    reply = Reply(files=(File("n.txt", b""),))
    assert render(reply, EN, 40, paths=[path]) == f"Saved {path}\n"


def test_an_empty_reply_draws_nothing() -> None:
    assert drawn(Reply()) == ""


def test_summary_is_one_line() -> None:
    reply = Reply("Training x", "step 3\nof 10", bars=(Bar("progress", 0.3),))
    assert summary(reply) == "Training x · step 3 · 30%"
    assert summary(Reply(text="\x1b[2J")) == "␛[2J"


def test_of_a_picture_its_words_are_shown() -> None:
    reply = Reply(files=(Picture("loss.png", b"", "a \x1b[31mcurve"),))
    shown = render(reply, Language.ENGLISH, 80, paths=["/d/loss.png"])
    assert "Picture: a " in shown and "curve" in shown and "Saved /d/loss.png" in shown
    assert "\x1b" not in shown
