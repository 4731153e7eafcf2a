"""What every door can do beyond the one scenario; where one cannot, an exemption says why.

Each capability is a method that a door's class has: it does the thing and looks at what came of it.
Where a platform has no such thing, the method proves that it has not, and raises `NotThere`.
"""

from collections.abc import Mapping
from typing import Protocol


class NotThere(Exception):
    """The platform was asked for it, and has no such thing."""


class Abilities(Protocol):
    """The people of one community, and what they do before one door."""

    def completes_while_typing(self) -> None:
        """Offer models while somebody types a command."""

    def names_commands_in_ones_own_language(self) -> None:
        """Offer each person the names in their language, and no others."""

    def answers_commands_in_threads(self) -> None:
        """Answer a command where a thread goes on."""

    def answers_from_the_menu_of_a_message(self) -> None:
        """Classify what somebody else has written."""

    def opens_a_form(self) -> None:
        """Ask for the text that a bare command lacks."""

    def answers_one_person_alone(self) -> None:
        """Show help to the one who asked for it."""

    def shares_a_private_answer(self) -> None:
        """Publish a private answer for the one who got it."""

    def shares_a_long_private_answer(self) -> None:
        """Publish one of many lines, too."""

    def edits_a_private_answer(self) -> None:
        """Change, unasked, what one person alone sees."""

    def gives_a_role_to_a_group(self) -> None:
        """Let all of a group do what a role may."""

    def lets_people_choose_a_language(self) -> None:
        """Answer somebody in a language that is not that of their platform."""

    def lets_people_choose_what_is_learnt_from(self) -> None:
        """Ask somebody whether models may learn from their questions."""


CAPABILITIES = tuple(name for name in vars(Abilities) if not name.startswith("_"))

_NOBODY_SEES = "Pages are for one person each; what all should see is asked for in a channel."
_ALONE = "At a terminal there is one person, and nobody to hide from or to show something to."

EXEMPTIONS: Mapping[tuple[str, str], str] = {
    ("slack", "completes_while_typing"): (
        "Slack completes no options of commands; a bare command opens a form that does."
    ),
    ("slack", "names_commands_in_ones_own_language"): (
        "Slack translates no commands, so everybody sees the English and the Korean name."
    ),
    ("slack", "answers_commands_in_threads"): (
        "Slack has no commands in threads; the menu of a message is there too."
    ),
    ("slack", "shares_a_long_private_answer"): (
        "Slack keeps no private messages, so *Share* has to carry the answer itself, "
        "and a button holds 2,000 characters."
    ),
    ("slack", "edits_a_private_answer"): (
        "Slack changes no private message but where somebody presses a control in it, so a private "
        "answer says that a model is being loaded only where it takes more than five seconds, and "
        "that line stays above it."
    ),
    ("terminal", "names_commands_in_ones_own_language"): (
        "At a terminal names are typed, not chosen from a list, so both are understood."
    ),
    ("terminal", "answers_commands_in_threads"): "A terminal has no threads.",
    ("terminal", "answers_from_the_menu_of_a_message"): (
        "At a terminal nobody else writes, and there is no menu."
    ),
    ("terminal", "opens_a_form"): "A terminal has no forms; what is missing is said in words.",
    ("terminal", "answers_one_person_alone"): _ALONE,
    ("terminal", "shares_a_private_answer"): _ALONE,
    ("terminal", "shares_a_long_private_answer"): _ALONE,
    ("terminal", "edits_a_private_answer"): _ALONE,
    ("web", "answers_commands_in_threads"): "Pages have no threads.",
    ("web", "answers_from_the_menu_of_a_message"): "In a browser nobody else writes.",
    ("web", "shares_a_private_answer"): _NOBODY_SEES,
    ("web", "shares_a_long_private_answer"): _NOBODY_SEES,
}
"""What a door cannot do, and why; `test_capabilities.py` holds each of them to be true."""
