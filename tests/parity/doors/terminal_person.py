"""What one person can do at the terminal."""

import subprocess
import sys
from pathlib import Path

from tests.bot.on_terminal.terminal import TAB, Terminal
from tests.parity.capabilities import NotThere
from tests.parity.doors.json_chat import ROOT, Answer, JsonChat

_CHAT = ("-m", "bot", "chat", "--data")


class TerminalPerson(JsonChat):
    """The terminal's admin, in lines of a script but where a screen is needed."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        super().__init__(data_dir)

    def completes_while_typing(self) -> None:
        terminal = Terminal(self._data_dir / "screen", "--language", "en", command=_CHAT)
        try:
            terminal.wait_input("tokki>")
            terminal.type("/classify hi model:top" + TAB)
            terminal.wait_input("tokki> /classify hi model:topics")
        finally:
            terminal.close()

    def names_commands_in_ones_own_language(self) -> None:
        for name in ("/classify", "/분류"):
            assert self.say(f"{name} I love this")["error"] is None
        raise NotThere

    def answers_commands_in_threads(self) -> None:
        told = subprocess.run(
            [sys.executable, *_CHAT, str(self._data_dir), "--thread", "1"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert told.returncode == 2 and "No such option: --thread" in told.stderr
        raise NotThere

    def answers_from_the_menu_of_a_message(self) -> None:
        assert self.say("/dataset-add I love this")["error"]["code"] == "unknown_command"
        raise NotThere

    def opens_a_form(self) -> None:
        assert self.say("/classify")["error"]["code"] == "option_missing"
        raise NotThere

    def answers_one_person_alone(self) -> None:
        self._is_alone("/help")

    def shares_a_private_answer(self) -> None:
        self._is_alone("/models")

    def shares_a_long_private_answer(self) -> None:
        self._is_alone("/history 100")

    def edits_a_private_answer(self) -> None:
        self._is_alone("/history")

    def gives_a_role_to_a_group(self) -> None:
        said = self.say("/settings who:teachers may:moderator")
        assert said["error"] is None and "teachers" in said["text"]

    def lets_people_choose_a_language(self) -> None:
        with JsonChat(self._data_dir / "korean", "--language", "ko") as chat:
            assert "모델" in str(chat.say("/models"))
            chat.say("/me language:english")
            assert "model" in str(chat.say("/models"))

    def lets_people_choose_what_is_learnt_from(self) -> None:
        said: Answer = self.say("/me learn:no")
        assert said["error"] is None and "me:learn:yes" in [one["id"] for one in said["controls"]]
        said = self.say("!press me:learn:yes")
        assert said["error"] is None and "me:learn:no" in [one["id"] for one in said["controls"]]

    def _is_alone(self, line: str) -> None:
        """An answer says nothing of who sees it, and none can be shared."""
        answer = self.say(line)
        assert answer["error"] is None and "visibility" not in answer
        assert "share" not in [control["id"] for control in answer["controls"] or ()]
        raise NotThere
