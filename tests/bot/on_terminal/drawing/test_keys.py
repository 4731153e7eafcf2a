"""Which key presses what."""

from bot.on_terminal.drawing.keys import KEYS, assign, typed_as
from handlers.types import Button, Select


def keys_of(*controls, taken=()):
    return {key: one.label for key, one in assign(controls, taken).items()}


def test_a_letter_of_its_own_stays_whatever_else_there_is():
    few = keys_of(Button("1", "bug"), Button("s", "Skip", key="s"))
    more = keys_of(*(Button(str(n), f"label {n}") for n in range(30)), Button("s", "Skip", key="s"))
    assert few == {"1": "bug", "s": "Skip"} and more["s"] == "Skip"
    assert list(more.values()) == [*(f"label {n}" for n in range(30)), "Skip"]


def test_of_two_with_one_letter_the_first_has_it_and_the_other_the_next_key():
    assert keys_of(Button("a", "one", key="s"), Button("b", "two", key="s")) == {
        "s": "one",
        "1": "two",
    }


def test_what_comes_later_leaves_the_keys_that_are_in_use():
    undo, options = Button("u", "Undo", key="u"), Select("p", "Which", ("x", "y"))
    assert keys_of(options, undo, taken={"1", "u"}) == {"2": "x", "3": "y", "4": "Undo"}
    assert keys_of(undo, taken=set(KEYS)) == {}


def test_a_key_is_the_same_with_caps_lock_and_on_a_korean_keyboard():
    assert typed_as("s") == ("s", "S", "ㄴ") and typed_as("1") == ("1",)
    every = [typed for key in KEYS for typed in typed_as(key)]
    assert len(every) == len(set(every))
