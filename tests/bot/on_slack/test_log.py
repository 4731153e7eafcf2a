"""The log of the real `tokki run`, as wordy as it can be set."""

from pathlib import Path

import pytest

from tests.parity.doors.slack_door import SlackDoor


def test_the_log_holds_no_token_and_nobodys_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKKI_LOG_LEVEL", "DEBUG")
    with SlackDoor(tmp_path) as door:
        answer = door.ask("classify", text="quite a secret word")
        door.push(answer, answer.control("Right"))
        url = door.slack.world.asked[0].payload["response_url"]
        secrets = [door.slack.bot_token, door.slack.app_token, "secret word", url]
    logs = "".join(path.read_text("utf-8") for path in (tmp_path / "logs").iterdir())
    assert "DEBUG" in logs
    assert [each for each in secrets if each in logs] == []
