"""The table holds to the limits of every platform that it is served on."""

import re
from itertools import pairwise

import pytest

from handlers.commands import COMMANDS, CONTROLS
from handlers.table import Command

DISCORD_NAME = re.compile(r"[-_'\w]{1,32}")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.name.en)
class TestEveryCommand:
    def test_names_and_descriptions_fit_discord(self, command: Command):
        for each in (command, *command.options):
            for name in (each.name.en, each.name.ko):
                assert DISCORD_NAME.fullmatch(name) and name == name.lower()
            assert 1 <= len(each.description.en) <= 100
            assert 1 <= len(each.description.ko) <= 100

    def test_required_options_come_first(self, command: Command):
        required = [option.is_required for option in command.options]
        assert all(before >= after for before, after in pairwise(required))

    def test_option_names_differ(self, command: Command):
        names = [n for o in command.options for n in (o.name.en, o.name.ko)]
        assert len(names) == len(set(names))

    def test_at_most_one_option_takes_free_text(self, command: Command):
        assert sum(option.takes_free_text for option in command.options) <= 1

    def test_examples_name_the_command(self, command: Command):
        assert command.example.en.split()[0] == f"/{command.name.en}"
        assert command.example.ko.split()[0] == f"/{command.name.ko}"


def test_command_names_differ():
    names = [name for c in COMMANDS for name in (c.name.en, c.name.ko)]
    assert len(names) == len(set(names))


def test_control_prefixes_are_disjoint():
    prefixes = [family.prefix for family in CONTROLS]
    assert not any(a != b and a.startswith(b) for a in prefixes for b in prefixes)
    assert len(prefixes) == len(set(prefixes))
