"""The interactive chat, through a real pty."""

import signal
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.bot.on_terminal.terminal import ALT_ENTER, CTRL_C, CTRL_D, TAB, UP, Terminal

PROMPT = "tokki>"
Open = Callable[..., Terminal]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    terminals: list[Terminal] = []

    def open_terminal(*arguments: str, answers: bool = True, **changes: str) -> Terminal:
        terminals.append(Terminal(tmp_path, *arguments, answers=answers, **changes))
        terminals[-1].wait_input(PROMPT)
        return terminals[-1]

    yield open_terminal
    for terminal in terminals:
        terminal.close()


def test_greets_answers_and_leaves_at_ctrl_d(opened: Open) -> None:
    terminal = opened()
    terminal.wait_for("Tokki - ", "Hello Mina (admin)", "Ctrl-D leaves", " Mina (admin)")
    terminal.type("/classify I love this\r")
    terminal.wait_for(
        "tokki> /classify I love this",
        "positive",
        "긍정      92.5 %  ███",
        "[1] Right  [2] Wrong  [3] Undo",
        "echo@1 · 3 ms · 5 tokens · #1",
    )
    terminal.type(CTRL_D)
    assert terminal.exit_code() == 0


@pytest.mark.parametrize("line", ["/quit", "/exit", "exit", "quit", "/나가기"])
def test_words_leave_too(opened: Open, line: str) -> None:
    terminal = opened()
    terminal.type(f"{line}\r")
    assert terminal.exit_code() == 0


def test_korean_in_and_out(opened: Open) -> None:
    terminal = opened("--ko")
    terminal.wait_for("안녕하세요, Mina 님(관리자)")
    terminal.type("/classify 이 영화 정말 재밌어요 ❤️\r")
    terminal.wait_for(
        "tokki> /classify 이 영화 정말 재밌어요",
        "[1] 맞아요  [2] 틀려요  [3] 되돌리기",
        "토큰 5개",
    )


def test_completion(opened: Open) -> None:
    terminal = opened()
    terminal.type("/cl")
    terminal.wait_for("/classify", "labels of a text")
    terminal.type(TAB)
    terminal.wait_input("tokki> /classify")
    terminal.type("hi mo" + TAB)
    terminal.wait_input("tokki> /classify hi model:")
    terminal.type(CTRL_C)
    terminal.wait_input(PROMPT)


def test_a_chosen_completion_is_taken_before_the_line_is_sent(opened: Open) -> None:
    terminal = opened()
    terminal.type("/c" + TAB + TAB + TAB + TAB)
    terminal.wait_input("tokki> /classify")
    terminal.type("\r")
    terminal.wait_input("tokki> /classify")
    terminal.type("\r")
    terminal.wait_for("positive")


def test_history_is_private_and_comes_back(opened: Open, tmp_path: Path) -> None:
    terminal = opened()
    terminal.type("/classify 기억해\r")
    terminal.wait_for("positive")
    terminal.type(CTRL_D)
    assert terminal.exit_code() == 0
    assert stat.S_IMODE((tmp_path / "history").stat().st_mode) == 0o600
    again = opened()
    again.type(UP)
    again.wait_input("tokki> /classify 기억해")


def test_several_lines(opened: Open) -> None:
    terminal = opened()
    terminal.type(f"/classify one{ALT_ENTER}two")
    terminal.wait_until(lambda: terminal.input_line.strip() == "two", "two")
    terminal.type("\r")
    terminal.wait_until(lambda: "one" in terminal.lines and "two" in terminal.lines, "both lines")


def test_a_key_presses_a_control(opened: Open) -> None:
    terminal = opened()
    terminal.type("/classify hi\r")
    terminal.wait_for("[3] Undo")
    terminal.type("2")
    terminal.wait_for("Pressed: Wrong", "Label: [1] 긍정  [2] 부정  [3] neutral")
    terminal.type("3")
    terminal.wait_for("Pressed: neutral", "pressed fb:1:label neutral by Mina")
    terminal.type("/classify 1")
    terminal.wait_input("tokki> /classify 1")


def test_pasted_lines_that_begin_with_a_command_are_commands(opened: Open) -> None:
    terminal = opened()
    terminal.type("\x1b[200~/classify one\n/classify two\nlines\n/table\x1b[201~\r")
    terminal.wait_for("b⏎c")
    seen = [line for line in terminal.lines if line in ("two", "lines")]
    assert seen == ["two", "lines"]  # the first has scrolled away


def test_a_key_presses_nothing_that_stood_there_before(opened: Open) -> None:
    terminal = opened()
    terminal.type("/classify hi\r")
    terminal.wait_for("[3] Undo")
    terminal.type("/table\r")
    terminal.wait_for("b⏎c")
    terminal.type("1")
    terminal.wait_input("tokki> 1")
    terminal.type(CTRL_C + "/classify hi\r")
    terminal.wait_for("[3] Undo")
    terminal.type("/slow\r1")  # ahead of an answer that is not there yet
    terminal.wait_input("tokki> 1")
    assert not any("Pressed" in line for line in terminal.lines)


def test_what_is_typed_ahead_is_neither_lost_nor_torn(opened: Open) -> None:
    terminal = opened()
    terminal.type("".join(f"/echo {number}\r" for number in range(5)) + "and more")
    terminal.wait_for(*(f"No such command: /echo {number}" for number in range(5)))
    asked = [*(f"tokki> /echo {number}" for number in range(5)), "tokki> and more"]
    terminal.wait_until(
        lambda: [x for x in terminal.lines if x.startswith("tokki>")] == asked, "the lines asked"
    )


def test_a_long_text_is_pasted_and_answered(opened: Open) -> None:
    terminal = opened()
    terminal.type("\x1b[200~/echo " + "한글 " * 10_000 + "END\x1b[201~\r")
    terminal.wait_for("한글 END")
    terminal.wait_input(PROMPT)


def test_press_by_id(opened: Open) -> None:
    terminal = opened()
    terminal.type("!press fb:7:label 부정\r")
    terminal.wait_for("pressed fb:7:label 부정 by Mina")
    terminal.type("!press\r")
    terminal.wait_for("Say which control: !press ID")


def test_ctrl_c_clears_then_cancels_then_leaves(opened: Open) -> None:
    terminal = opened()
    terminal.type("/slow")
    terminal.wait_input("tokki> /slow")
    terminal.type(CTRL_C)
    terminal.wait_input(PROMPT)
    terminal.type("/slow\r")
    terminal.wait_for("Loading · a model · ", "Ctrl-C cancels")
    terminal.type(CTRL_C)
    terminal.wait_for("Cancelled.")
    terminal.wait_gone("Loading")
    terminal.type("/table\r")
    terminal.wait_for("b⏎c")
    terminal.type(CTRL_C)
    terminal.wait_for("Press Ctrl-C again to leave")
    terminal.type(CTRL_C)
    assert terminal.exit_code() == 0


def test_typing_goes_on_while_a_command_runs(opened: Open) -> None:
    terminal = opened()
    terminal.type("/slow\r")
    terminal.wait_for("Loading")
    terminal.type("/classify next\r")
    terminal.wait_for("1 waiting")
    terminal.type(CTRL_C)
    terminal.wait_for("Cancelled.", "positive")
    assert not any("Loading" in line for line in terminal.lines)


def test_a_long_command_runs_beside_the_chat(opened: Open, tmp_path: Path) -> None:
    terminal = opened()
    terminal.type("/finetune mine\r")
    terminal.wait_for("Training mine", "about 1 minute", "│ step 31 of 100 · 31%")
    terminal.type("/classify meanwhile\r")
    terminal.wait_for("positive")
    terminal.type("half a line")
    terminal.wait_input("tokki> half a line")
    (tmp_path / "gate").touch()
    terminal.wait_for("Trained mine", "[4] Use it")  # whoever is about to press 1 means Right
    terminal.wait_gone("step 31 of 100")
    terminal.wait_input("tokki> half a line")
    terminal.type(CTRL_C)
    terminal.wait_input(PROMPT)
    terminal.type("4")
    terminal.wait_for("pressed fb:2:use None by Mina")


def test_leaving_during_a_training_asks_once(opened: Open) -> None:
    terminal = opened()
    terminal.type("/finetune mine\r")
    terminal.wait_for("about 1 minute")
    terminal.type(CTRL_D)
    terminal.wait_for("A training is running; press Ctrl-D again to leave and cancel it.")
    terminal.type("x")
    terminal.wait_gone("A training is running")
    terminal.type(CTRL_C + CTRL_D)
    terminal.wait_for("A training is running")
    terminal.type(CTRL_D)
    assert terminal.exit_code() == 0
    assert any("Cancelled." in line for line in terminal.lines)


def test_files_are_saved_and_their_paths_shown(opened: Open, tmp_path: Path) -> None:
    terminal = opened()
    terminal.type("/file ../../evil.txt\r")
    terminal.wait_for("Saved ")
    assert (tmp_path / "files" / "evil.txt").read_bytes() == b"content"


def test_bytes_that_are_no_text_do_no_harm(opened: Open) -> None:
    terminal = opened()
    terminal.type(b"/classify \xff\xfe\x9b\r")
    terminal.wait_for("No such command: 1")  # the echo names the line that cannot be read
    terminal.type("/table\r")
    terminal.wait_for("b⏎c")


def test_an_escape_sequence_is_read_not_obeyed(opened: Open) -> None:
    terminal = opened()
    terminal.type("\x1b[200~/classify \x1b]0;x\x07\x1b[2J\x1b[201~")  # as a terminal pastes
    terminal.wait_for("^[[2J")
    terminal.type("\r")
    terminal.wait_for("␛[2J", "Hello Mina")


def test_an_error_is_said_and_the_chat_goes_on(opened: Open) -> None:
    terminal = opened()
    terminal.type("/crash\r")
    terminal.wait_for("Something broke, reference K3F9Q2.")
    terminal.type("what?\r")
    terminal.wait_for("No such command: what?")


@pytest.mark.parametrize(
    ("line", "seen", "said"),
    [
        ("/slow", "Loading", "Tokki was stopped. What was answered is kept."),
        ("/finetune mine", "about 1 minute", "goes on by itself at the next start"),
    ],
)
def test_sigterm_ends_the_chat_with_a_word(opened: Open, line: str, seen: str, said: str) -> None:
    terminal = opened()
    terminal.type(f"{line}\r")
    terminal.wait_for(seen)
    terminal.signal(signal.SIGTERM)
    assert terminal.exit_code() == 128 + signal.SIGTERM
    assert any(said in line for line in terminal.lines)


def test_sigint_from_outside_is_a_ctrl_c(opened: Open) -> None:
    terminal = opened()
    terminal.signal(signal.SIGINT)
    terminal.wait_for("Press Ctrl-C again to leave")
    terminal.signal(signal.SIGINT)
    assert terminal.exit_code() == 0


def test_no_color(opened: Open) -> None:
    terminal = opened(NO_COLOR="1")
    terminal.type("/classify hi\r")
    terminal.wait_for("[3] Undo")
    terminal.type(CTRL_D)
    assert terminal.exit_code() == 0
    colors = [
        c for row in terminal.screen.buffer.values() for c in row.values() if c.fg != "default"
    ]
    assert not colors


def test_a_terminal_that_never_says_where_its_cursor_is(opened: Open) -> None:
    terminal = opened(answers=False)
    terminal.type("/classify hi\r")
    terminal.wait_for("[3] Undo", "terminal doesn't support cursor position requests")
    terminal.type("/table\r")
    terminal.wait_for("b⏎c")
    terminal.type(CTRL_D)
    assert terminal.exit_code() == 0


def test_a_dumb_terminal_gets_plain_lines(opened: Open) -> None:
    terminal = opened(TERM="dumb")
    terminal.wait_for("Hello Mina (admin)")
    terminal.type("/classify hi\n")
    terminal.wait_for("!press fb:1:right")
    terminal.type(CTRL_D)
    assert terminal.exit_code() == 0
    assert b"\x1b" not in terminal.raw


def test_what_only_tells_does_not_wait_for_what_is_under_way(opened: Open) -> None:
    terminal = opened()
    terminal.type("/slow\r/classify later\r/table\r")
    terminal.wait_for("b⏎c", "Loading · a model · ", "1 waiting")
    assert not any("positive" in line or "slow is done" in line for line in terminal.lines)


@pytest.mark.parametrize("leave", ["/quit\r", CTRL_D], ids=["typed", "key"])
def test_who_leaves_first_hears_all_answers(opened: Open, tmp_path: Path, leave: str) -> None:
    terminal = opened()
    terminal.type("/slow\r")
    terminal.wait_for("Loading · a model · ")
    terminal.type("/classify later\r" + leave)
    terminal.wait_for("Leaving once all is answered (2); Ctrl-D leaves now.")
    (tmp_path / "gate").touch()
    terminal.wait_for("slow is done", "positive")
    assert terminal.exit_code() == 0


def test_who_leaves_at_once_is_told_what_is_not_answered(opened: Open) -> None:
    terminal = opened()
    terminal.type("/slow\r")
    terminal.wait_for("Loading · a model · ")
    terminal.type("/classify later\r/quit\r")
    terminal.wait_for("Leaving once all is answered (2)")
    terminal.type(CTRL_D)
    terminal.wait_for("2 not answered.")
    assert terminal.exit_code() == 0


def test_paths_are_completed(opened: Open, tmp_path: Path) -> None:
    folder = tmp_path / "my files"
    folder.mkdir()
    (folder / "rows one.csv").touch()
    terminal = opened(HOME=str(tmp_path))
    terminal.type("/file file:~/my" + TAB)
    terminal.wait_input('tokki> /file file:"~/my files/')
    terminal.type("ro" + TAB)
    terminal.wait_input('tokki> /file file:"~/my files/rows one.csv"')
