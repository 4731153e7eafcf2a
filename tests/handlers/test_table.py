"""The table holds to the limits of every platform that it is served on."""

import re
from itertools import pairwise

import pytest

from handlers.commands import COMMANDS, CONTROLS
from handlers.table import Bilingual, Command, choose_an_action
from handlers.texts import sentences
from handlers.types import Language
from tests.bot.example_table import NOTES, READ

DISCORD_NAME = re.compile(r"[-_'\w]{1,32}")


@pytest.mark.parametrize("command", [*COMMANDS, NOTES, READ], ids=lambda c: c.name.en)
class TestEveryCommand:
    def test_names_and_descriptions_fit_discord(self, command: Command):
        options = [option for run in command.runs for option in run.options]
        for each in (command, *command.runs, *options):
            for name in (each.name.en, each.name.ko):
                assert DISCORD_NAME.fullmatch(name) and name == name.lower()
            assert 1 <= len(each.description.en) <= 100
            assert 1 <= len(each.description.ko) <= 100

    def test_it_does_something_by_itself_or_by_its_actions(self, command: Command):
        assert all(run.handler is not choose_an_action for run in command.runs)
        assert not (command.actions and command.options)
        assert len(command.actions) <= 25

    def test_required_options_come_first(self, command: Command):
        for run in command.runs:
            required = [option.is_required for option in run.options]
            assert all(before >= after for before, after in pairwise(required))

    def test_option_names_differ(self, command: Command):
        assert_differ([action.name for action in command.actions])
        for run in command.runs:
            assert_differ([option.name for option in run.options])

    def test_at_most_one_option_takes_free_text(self, command: Command):
        for run in command.runs:
            assert sum(option.takes_free_text for option in run.options) <= 1

    def test_examples_name_what_is_wanted_where_it_is_more_than_a_text(self, command: Command):
        for run in command.runs:
            wanted = [option.name for option in run.options if option.is_required]
            named = [name for name in wanted if name.en != "text"] if len(wanted) > 1 else []
            for name in named:
                assert f" {name.en}:" in run.example.en and f" {name.ko}:" in run.example.ko

    def test_examples_name_the_command(self, command: Command):
        for run in command.runs:
            assert f"{run.example.en} ".startswith(f"/{run.full_name.en} ")
            assert f"{run.example.ko} ".startswith(f"/{run.full_name.ko} ")

    def test_what_was_once_taken_is_not_taken_now(self, command: Command):
        for run in command.runs:
            now = {name for option in run.options for name in (option.name.en, option.name.ko)}
            assert not now & {word.removesuffix(":") for word in run.former_words}
            said = [f"error.former_{run.name.en}" in sentences(each) for each in Language]
            assert said == [bool(run.former_words)] * 2


def assert_differ(names: list[Bilingual]) -> None:
    both = [each for name in names for each in (name.en, name.ko)]
    assert len(both) == len(set(both))


def test_command_names_differ():
    names = [name for c in COMMANDS for name in (c.name.en, c.name.ko)]
    assert len(names) == len(set(names))


def test_control_prefixes_are_disjoint():
    prefixes = [family.prefix for family in CONTROLS]
    assert not any(a != b and a.startswith(b) for a in prefixes for b in prefixes)
    assert len(prefixes) == len(set(prefixes))
