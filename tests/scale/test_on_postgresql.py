"""The scenario of all doors on a PostgreSQL: before one process, and before two that share it.

Slack gives what two processes hear to one after the other, so each press goes to whoever did not
show its button.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from storage.postgresql.address import Address
from tests.parity import test_scenario as scenario
from tests.parity.doors.discord_door import DiscordDoor
from tests.parity.doors.process import TokkiRun
from tests.parity.doors.served import ServedDoor
from tests.parity.doors.slack_door import SlackDoor
from tests.storage.places import rows_in

pytestmark = pytest.mark.scale


class Both:
    """Two processes as one."""

    def __init__(self, *runs: TokkiRun) -> None:
        self._runs = runs

    def stop(self) -> None:
        for run in self._runs:
            run.stop()

    def kill(self) -> None:
        for run in self._runs:
            run.kill()


class OnServer(ServedDoor[Any]):
    """A door whose Tokki has no file."""

    url = ""

    def settings(self) -> Mapping[str, str]:
        return {**super().settings(), "TOKKI_DATABASE_URL": self.url}


class Discord(OnServer, DiscordDoor):
    """One process."""


class Slack(OnServer, SlackDoor):
    """Two of them."""

    def _start(self) -> Any:
        settings = {**self.settings(), "TOKKI_SHARDS": "auto"}
        both = Both(*(TokkiRun(self._data_dir, settings) for _ in range(2)))
        self.loop.do(self.slack.connected(at_least=2))
        return both


@pytest.fixture
def on_server(postgresql, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(OnServer, "url", postgresql.new(postgresql.tidy))
    return OnServer.url


@pytest.mark.parametrize("part", ["the_first_day", "learning"])
def test_one_process(part: str, on_server: str, tmp_path: Path) -> None:
    with Discord(tmp_path) as door:
        getattr(scenario, f"test_{part}")(door)
    assert not list(tmp_path.glob("*.sqlite3"))
    assert rows_in(on_server, "SELECT count(*) FROM queries")[0][0]


def test_the_older_of_two_versions_takes_no_jobs(on_server, postgresql, tmp_path: Path) -> None:
    with Discord(tmp_path) as door:
        name = Address.parse(on_server).url.database
        postgresql.do("UPDATE alembic_version SET version_num = '9999'", name)
        scenario.asked_until(door, "status", "migration 9999")
        asked = door.loop.do(door.attached("classify", "rows.csv", b"text\nI love this\n"))
        door.loop.do(asked.until(lambda m: "newer version of Tokki" in door.words(m)))
        assert door.ask("classify", text="I love this").text.startswith("positive")


@pytest.mark.parametrize("part", ["labelling", "collecting", "importing"])
def test_two_processes(part: str, on_server: str, tmp_path: Path) -> None:
    with Slack(tmp_path) as door:
        getattr(scenario, f"test_{part}")(door)
    assert len({path.name for path in (tmp_path / "logs").glob("*.log")}) == 2
