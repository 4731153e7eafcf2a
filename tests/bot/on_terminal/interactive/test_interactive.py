"""The interactive chat, through a real pty."""

import signal
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.bot.on_terminal.terminal import ALT_ENTER, CTRL_C, CTRL_D, CTRL_L, TAB, UP, Terminal

PROMPT = "tokki>"
Open = Callable[..., Terminal]

pytestmark = pytest.mark.xdist_group("one chat")


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


class Shared:
    """One chat for all tests that leave its line empty; each finds an empty screen, and no keys."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._terminal: Terminal | None = None

    def cleared(self) -> Terminal:
        if self._terminal is None:
            self._terminal = Terminal(self.folder)
            self._terminal.wait_for("Hello Mina")
        self._clear(self._terminal)
        self._terminal.type("/table\r")  # has no keys: until then the toolbar has those of before
        self._terminal.wait_for("b⏎c")
        self._clear(self._terminal)
        return self._terminal

    def close(self) -> None:
        if self._terminal:
            self._terminal.close()
            self._terminal = None

    @property
    def is_empty(self) -> bool:
        return self._terminal is not None and self._terminal.input_line == PROMPT

    @staticmethod
    def _clear(terminal: Terminal) -> None:
        terminal.type(CTRL_L)
        terminal.wait_until(lambda: terminal.lines[0] == PROMPT, "an empty screen")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    shared = Shared(tmp_path_factory.mktemp("shared"))
    yield shared
    shared.close()


@pytest.fixture
def chat(shared: Shared) -> Iterator[Terminal]:
    """The chat that other tests have had; where one leaves something behind, the next has anew."""
    yield shared.cleared()
    if not shared.is_empty:
        shared.close()


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


def test_korean_in_and_out(opened: Open) -> None:
    terminal = opened("--ko")
    terminal.wait_for("안녕하세요, Mina 님(관리자)")
    terminal.type("/classify 이 영화 정말 재밌어요 ❤️\r")
    terminal.wait_for(
        "tokki> /classify 이 영화 정말 재밌어요",
        "[1] 맞아요  [2] 틀려요  [3] 되돌리기",
        "토큰 5개",
    )
    terminal.type("/나가기\r")
    assert terminal.exit_code() == 0


def test_completion(chat: Terminal) -> None:
    chat.type("/cl")
    chat.wait_for("/classify", "labels of a text")
    chat.type(TAB)
    chat.wait_input("tokki> /classify")
    chat.type("hi mo" + TAB)
    chat.wait_input("tokki> /classify hi model:")
    chat.type(CTRL_C)
    chat.wait_input(PROMPT)


def test_a_chosen_completion_is_taken_before_the_line_is_sent(chat: Terminal) -> None:
    chat.type("/c" + TAB + TAB + TAB + TAB)
    chat.wait_input("tokki> /classify")
    chat.type("\r")
    chat.wait_input("tokki> /classify")
    chat.type("\r")
    chat.wait_for("positive")


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


def test_several_lines(chat: Terminal) -> None:
    chat.type(f"/classify one{ALT_ENTER}two")
    chat.wait_until(lambda: chat.input_line.strip() == "two", "two")
    chat.type("\r")
    chat.wait_until(lambda: "one" in chat.lines and "two" in chat.lines, "both lines")


def test_a_key_presses_a_control(chat: Terminal) -> None:
    chat.type("/classify hi\r")
    chat.wait_for("[3] Undo")
    chat.type("2")
    chat.wait_for("Pressed: Wrong", "Label: [1] 긍정  [2] 부정  [3] neutral")
    chat.type("3")
    chat.wait_for("Pressed: neutral", "pressed fb:1:label neutral by Mina")
    chat.type("/classify 1")
    chat.wait_input("tokki> /classify 1")
    chat.type(CTRL_C)
    chat.wait_input(PROMPT)


def test_pasted_lines_that_begin_with_a_command_are_commands(chat: Terminal) -> None:
    chat.type("\x1b[200~/classify one\n/classify two\nlines\n/table\x1b[201~\r")
    chat.wait_for("b⏎c")
    seen = [line for line in chat.lines if line in ("two", "lines")]
    assert seen == ["two", "lines"]  # the first has scrolled away


def test_a_key_presses_nothing_that_stood_there_before(chat: Terminal) -> None:
    chat.type("/classify hi\r")
    chat.wait_for("[3] Undo")
    chat.type("/table\r")
    chat.wait_for("b⏎c")
    chat.type("1")
    chat.wait_input("tokki> 1")
    chat.type(CTRL_C + "/classify hi\r")
    chat.wait_until(lambda: "[3] Undo" in chat.lines[-1], "keys in the toolbar")
    chat.type("/slow\r1")  # ahead of an answer that is not there yet
    chat.wait_input("tokki> 1")
    assert not any("Pressed" in line for line in chat.lines)
    chat.type(CTRL_C)
    chat.wait_input(PROMPT)
    chat.type(CTRL_C)
    chat.wait_for("Cancelled.")


def test_a_slip_takes_no_keys_away(chat: Terminal) -> None:
    chat.type("/classify hi\r")
    chat.wait_until(lambda: "[3] Undo" in chat.lines[-1], "keys in the toolbar")
    chat.type("9\r")
    chat.wait_for("Press one of these keys, without Enter:", "[1] Right  [2] Wrong  [3] Undo")
    chat.type("99\r")
    chat.wait_for("No such command: 99")
    chat.wait_until(lambda: "[3] Undo" in chat.lines[-1], "keys in the toolbar")
    chat.type("3")
    chat.wait_for("pressed fb:1:undo None by Mina")


def test_what_is_typed_ahead_is_neither_lost_nor_torn(chat: Terminal) -> None:
    chat.type("".join(f"/echo {number}\r" for number in range(5)) + "and more")
    chat.wait_for(*(f"No such command: /echo {number}" for number in range(5)))
    asked = [*(f"tokki> /echo {number}" for number in range(5)), "tokki> and more"]
    chat.wait_until(
        lambda: [x for x in chat.lines if x.startswith("tokki>")] == asked, "the lines asked"
    )
    chat.type(CTRL_C)
    chat.wait_input(PROMPT)


def test_a_long_text_is_pasted_and_answered(chat: Terminal) -> None:
    chat.type("\x1b[200~/echo " + "한글 " * 10_000 + "END\x1b[201~\r")
    chat.wait_for("한글 END")
    chat.wait_input(PROMPT)


def test_press_by_id(chat: Terminal) -> None:
    chat.type("!press fb:7:label 부정\r")
    chat.wait_for("pressed fb:7:label 부정 by Mina")
    chat.type("!press\r")
    chat.wait_for("Say which control: !press ID")


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


def test_typing_goes_on_while_a_command_runs(chat: Terminal) -> None:
    chat.type("/slow\r")
    chat.wait_for("Loading")
    chat.type("/classify next\r")
    chat.wait_for("1 waiting")
    chat.type(CTRL_C)
    chat.wait_for("Cancelled.", "positive")
    assert not any("Loading" in line for line in chat.lines)


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
    terminal.wait_for("Something is still running; press Ctrl-D again to leave and cancel it.")
    terminal.type("x")
    terminal.wait_gone("Something is still running")
    terminal.type(CTRL_C + CTRL_D)
    terminal.wait_for("Something is still running")
    terminal.type(CTRL_D)
    assert terminal.exit_code() == 0
    assert any("Cancelled." in line for line in terminal.lines)


def test_a_warning_ends_with_what_it_warns_of(opened: Open, tmp_path: Path) -> None:
    terminal = opened()
    terminal.type("/finetune mine\r")
    terminal.wait_for("about 1 minute")
    terminal.type(CTRL_D)
    terminal.wait_for("Something is still running")
    (tmp_path / "gate").touch()
    terminal.wait_for("Trained mine")
    terminal.wait_gone("Something is still running")
    terminal.wait_input(PROMPT)


@pytest.mark.parametrize("beside", [False, True], ids=["alone", "beside a training"])
def test_what_cannot_be_cancelled_is_not_said_to_be(opened: Open, beside: bool) -> None:
    terminal = opened()
    terminal.type("/undo rows\r")
    terminal.wait_for("Taking out rows")
    if beside:
        terminal.type("/finetune mine\r")
        terminal.wait_for("about 1 minute")
    terminal.type(CTRL_D)
    terminal.wait_for("cannot be cancelled: it goes on at the next start")
    assert any("Something is still running" in line for line in terminal.lines) is beside
    terminal.type(CTRL_D)
    assert terminal.exit_code() == 0
    assert any("What cannot be cancelled goes on at the next" in line for line in terminal.lines)
    assert any("Cancelled." in line for line in terminal.lines) is beside


def test_files_are_saved_and_their_paths_shown(chat: Terminal, shared: Shared) -> None:
    chat.type("/file ../../evil.txt\r")
    chat.wait_for("Saved ")
    assert (shared.folder / "files" / "evil.txt").read_bytes() == b"content"


def test_bytes_that_are_no_text_do_no_harm(chat: Terminal) -> None:
    chat.type(b"/classify \xff\xfe\x9b\r")
    chat.wait_for("No such command: 1")  # the echo names the line that cannot be read
    chat.type("/table\r")
    chat.wait_for("b⏎c")


def test_an_escape_sequence_is_read_not_obeyed(chat: Terminal) -> None:
    chat.type("/table\r")
    chat.wait_for("b⏎c")
    chat.type("\x1b[200~/classify \x1b]0;x\x07\x1b[2J\x1b[201~")  # as a chat pastes
    chat.wait_for("^[[2J")
    chat.type("\r")
    chat.wait_for("␛[2J", "b⏎c")


def test_an_error_is_said_and_the_chat_goes_on(chat: Terminal) -> None:
    chat.type("/crash\r")
    chat.wait_for("Something broke, reference K3F9Q2.")
    chat.type("what?\r")
    chat.wait_for("No such command: what?")


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


def test_what_only_tells_does_not_wait_for_what_is_under_way(chat: Terminal) -> None:
    chat.type("/slow\r/classify later\r/table\r")
    chat.wait_for("b⏎c", "Loading · a model · ", "1 waiting")
    assert not any("positive" in line or "slow is done" in line for line in chat.lines)
    chat.type(CTRL_C)
    chat.wait_for("Cancelled.", "positive")


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
