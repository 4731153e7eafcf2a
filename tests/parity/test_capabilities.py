"""Each capability at each door: it is there, or an exemption says why not, and that is true.

A capability that is missing without an exemption fails, and so does an exemption that no longer
holds.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.parity.capabilities import CAPABILITIES, EXEMPTIONS, Abilities, NotThere
from tests.parity.doors.discord_people import DiscordPeople
from tests.parity.doors.process import ROOT
from tests.parity.doors.slack_people import SlackPeople
from tests.parity.doors.terminal_person import TerminalPerson
from tests.parity.doors.web_person import WebPerson
from tests.parity.test_scenario import DOORS

PEOPLE = {
    "terminal": TerminalPerson,
    "discord": DiscordPeople,
    "slack": SlackPeople,
    "web": WebPerson,
}


def cases() -> Iterator[object]:
    for door in DOORS:
        for capability in CAPABILITIES:
            reason = EXEMPTIONS.get((door, capability))
            marks = [pytest.mark.xdist_group(door)]  # one Tokki for them all
            if reason:
                marks += [pytest.mark.xfail(reason=reason, raises=NotThere, strict=True)]
            yield pytest.param(door, capability, marks=marks, id=f"{door}-{capability}")


@pytest.fixture(scope="module")
def people_at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Abilities]]:
    known: dict[str, Abilities] = {}
    with ExitStack() as stack:

        def people_at(door: str) -> Abilities:
            if door not in known:
                known[door] = stack.enter_context(PEOPLE[door](tmp_path_factory.mktemp(door)))
            return known[door]

        yield people_at


@pytest.mark.parametrize(("door", "capability"), [*cases()])
def test_a_door_can(door: str, capability: str, people_at: Callable[[str], Abilities]) -> None:
    getattr(people_at(door), capability)()


def test_exemptions_are_of_doors_and_capabilities_that_there_are() -> None:
    assert PEOPLE.keys() == DOORS.keys()
    for door, capability in EXEMPTIONS:
        assert door in DOORS and capability in CAPABILITIES


def test_what_slack_cannot_do_stands_in_its_guide() -> None:
    guide = " ".join(Path(ROOT, "docs", "slack.md").read_text("utf-8").split())
    for (door, _), reason in EXEMPTIONS.items():
        assert door != "slack" or reason in guide
