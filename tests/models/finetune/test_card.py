"""The card: counts, scores, licence and versions; no texts, and no markup out of names."""

from dataclasses import replace
from pathlib import Path

import pytest
from huggingface_hub.repocard import metadata_load

from models.checkpoints.certainty.calibration import Calibration
from models.finetune.card import Training, escape, write_card
from models.finetune.plan import Base, Scores
from models.finetune.recipes.recipe import Made

NEW = Scores(0.9, 0.8, {"good": 0.7, "bad": 0.9})
MEASURED = Calibration(1.7, 0.62, rows=40)
MADE = Made("made fresh", 0.123, {"Batch size": 8}, Base(Path("nowhere"), "fillmask@0"))
TRAINING = Training(MADE, 60, NEW, Scores(0.5, 0.4, {}), MEASURED)


def written(plan, folder, training=TRAINING):
    made = replace(training.made, base=plan.bases[0])
    write_card(plan, replace(training, made=made), folder)
    return (folder / "README.md").read_text(encoding="utf-8")


def test_it_tells_what_was_done(plan, tmp_path):
    card = written(plan, tmp_path)
    assert "| good | 24 | 6 | 0.700 |" in card
    assert "| This model | 0.900 | 0.800 |" in card
    assert "| The model in use before | 0.500 | 0.400 |" in card
    assert "Seed: 3" in card
    assert "Recipe: full" in card and "Batch size: 8" in card
    assert "transformers: 5." in card


def test_it_tells_how_sure_its_answers_are_and_by_what(plan, tmp_path):
    card = written(plan, tmp_path)
    assert "Divide the logits by 1.7" in card
    assert (
        "Below 0.62 an answer is an unsure one" in card
        and "40 examples that it had not seen" in card
    )
    few = written(plan, tmp_path, replace(TRAINING, calibration=Calibration(1.6, rows=12)))
    assert "With 12 unseen examples" in few and "too few to tell" in few


def test_licence_and_languages_are_the_bases(plan, tmp_path):
    written(plan, tmp_path)
    found = metadata_load(tmp_path / "README.md")
    assert found["license"] == "cc-by-sa-4.0"
    assert found["language"] == ["ko", "en"]
    assert found["base_model"] == "fillmask@0"
    assert found["pipeline_tag"] == "text-classification"


@pytest.mark.parametrize(
    "card", [None, "no front matter", "---\n- a\n---\n", "---\na: [\n---\n", ""]
)
def test_a_base_without_a_usable_card_gives_no_licence(plan, tmp_path, card):
    base = tmp_path / "base"
    base.mkdir()
    if card is not None:
        (base / "README.md").write_text(card)
    written(replace(plan, base=base), tmp_path)
    assert "license" not in metadata_load(tmp_path / "README.md")


def test_it_holds_no_text(plan, tmp_path):
    card = written(plan, tmp_path)
    assert not [row.text for row in (*plan.train, *plan.held_out) if row.text in card]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("좋아요 🙂", "좋아요 🙂"),
        ("a|b\nc\u2028d", "a\\|b c d"),
        ("👨\u200d👩\u202e", "👨\u200d👩"),
        ("[x](http://y)", "\\[x\\]\\(http\\://y\\)"),
        ("<b>`@all`", "\\<b\\>\\`\\@all\\`"),
        ("x" * 1000, "x" * 79 + "…"),
    ],
)
def test_names_are_plain_text_on_one_line(name, shown):
    assert escape(name) == shown


def test_half_a_surrogate_does_no_harm(plan, tmp_path):
    assert "# mood\n" in written(replace(plan, name="mood\ud83d"), tmp_path)
