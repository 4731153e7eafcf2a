"""A base's measure of words goes on to what is trained from it, where it fits the texts there."""

import json
import shutil
from dataclasses import replace

import pytest

from models.checkpoints.certainty.doubt import DOUBT_FILE, WORDS_FILE, in_bytes
from models.finetune.plan import Example
from models.finetune.training import run
from models.finetune.wire import partial_folder
from tests.models.finetune.conftest import SPECIAL, WORDS


def write_doubt(folder, lead=0.0, name=DOUBT_FILE):
    """Every word is one, and so is nothing else."""
    step, packed = in_bytes([0.0] * len(SPECIAL) + [1.0] * len(WORDS))
    numbers = {"bias": -0.01, "lead": lead, "log_lead": 0.0, "log_length": 0.0, "step": step}
    found = {"scripts": ["HANGUL", "LATIN"], "tokens": packed, **numbers}
    (folder / name).write_text(json.dumps(found))


@pytest.fixture
def worded(plan, base, tmp_path):
    """A plan whose base knows words."""
    folder = tmp_path / "base"
    shutil.copytree(base, folder)
    write_doubt(folder)
    return replace(plan, base=folder, epochs=1)


def trained(plan):
    run(plan, lambda _: None)
    return partial_folder(plan.output) / DOUBT_FILE


def test_it_goes_on_unchanged(worded):
    assert trained(worded).read_bytes() == (worded.base / DOUBT_FILE).read_bytes()


def test_labels_of_what_is_no_word_are_the_communitys_own_business(worded):
    laughs = tuple(Example(text, number % 2) for number, text in enumerate(["ㅋㅋ", "ㅠㅠ"] * 5))
    assert not trained(replace(worded, train=(*worded.train, *laughs))).exists()


def test_what_the_base_says_of_its_own_labels_does_not_go_on(worded):
    write_doubt(worded.base, lead=0.5)
    assert not trained(worded).exists()


def test_a_base_of_other_labels_hands_on_what_its_body_knew_of_words(worded):
    write_doubt(worded.base, lead=0.5)
    write_doubt(worded.base, name=WORDS_FILE)
    assert trained(worded).read_bytes() == (worded.base / WORDS_FILE).read_bytes()


def test_a_base_that_knows_nothing_of_words_gives_nothing(plan):
    assert not trained(replace(plan, epochs=1)).exists()
