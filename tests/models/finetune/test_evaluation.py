"""Scores: labels go by name, and a wrong answer is wrong in whatever language it is."""

import pytest
import torch
from safetensors.torch import load_file, save_file

from models.finetune.evaluation import evaluate
from models.finetune.plan import Example

LABELS = ("red", "green", "blue")
EXAMPLES = [Example("good", 1), Example("bad film", 1), Example("so", 0), Example("", 1)]


def always(make_classifier, answer, labels):
    """A classifier that gives one answer to everything."""
    folder = make_classifier(labels)
    weights = load_file(folder / "model.safetensors")
    weights["classifier.weight"].zero_()
    weights["classifier.bias"].copy_(torch.tensor([float(label == answer) for label in labels]))
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    return folder


@pytest.mark.parametrize("labels", [LABELS, LABELS[::-1], ("green", "other")])
def test_labels_are_matched_by_name(make_classifier, labels):
    scores = evaluate(always(make_classifier, "green", labels), LABELS, EXAMPLES)
    assert scores.accuracy == 0.75
    assert scores.f1 == {"red": 0, "green": pytest.approx(6 / 7)}
    assert scores.macro_f1 == pytest.approx(3 / 7)


def test_an_answer_that_is_no_label_is_wrong(make_classifier):
    scores = evaluate(always(make_classifier, "other", ("green", "other")), LABELS, EXAMPLES)
    assert scores.accuracy == scores.macro_f1 == 0


def test_a_classifier_of_other_things_is_not_compared(make_classifier):
    assert evaluate(make_classifier(("x", "y")), LABELS, EXAMPLES) is None
