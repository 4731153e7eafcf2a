"""`recipe:head`: what it learns, that plain transformers answers alike, and what it refuses."""

import hashlib
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from safetensors import safe_open
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from models.checkpoints.certainty.letters import LETTERS_FILE, read_letters
from models.checkpoints.tokenizing.tokenizer import text_tokenizer
from models.engines.torch_engine import TorchEngine
from models.finetune.checks import TrainingError, checkpoint_in
from models.finetune.network.checkpoint import load_base, load_trained
from models.finetune.network.frozen import features, give_means
from models.finetune.plan import Base, Example, RecipeName, TrainingPlan, TrainingProgress
from models.finetune.quality.evaluation import logits_of
from models.finetune.recipes.steps import steps_of
from models.finetune.training import run
from models.finetune.wire import partial_folder, state_folder
from models.reasons import Reason
from models.tasks.classification import CLASSIFICATION, TextToClassify
from models.tasks.registry import load_for

TEXTS = ["the film was good", "so bad", "영화 싫어요", "", "🙂", "zzz"]


@pytest.fixture
def head_plan(plan) -> TrainingPlan:
    return replace(plan, recipe=RecipeName.HEAD, epochs=1)


def trained(plan, report=lambda _: None):
    outcome = run(plan, report)
    partial_folder(plan.output).rename(plan.output)
    return outcome


def digest(plan) -> str:
    names = sorted(file.name for file in plan.output.iterdir() if file.name != "README.md")
    content = b"".join((plan.output / name).read_bytes() for name in names)
    return hashlib.sha256(content).hexdigest()


def network_logits(plan, texts) -> torch.Tensor:
    """As plain transformers gives them, one text at a time."""
    model = AutoModelForSequenceClassification.from_pretrained(plan.output).eval()
    tokenizer = AutoTokenizer.from_pretrained(plan.output)
    with torch.inference_mode():
        rows = [model(**tokenizer(text, return_tensors="pt")).logits for text in texts]
    return torch.cat(rows)


def test_it_learns_and_tells_of_its_steps(head_plan):
    news: list[TrainingProgress] = []
    outcome = trained(head_plan, news.append)
    assert outcome.new.accuracy > 0.9
    assert outcome.base == "fillmask@0"
    assert news[-1].phase == "evaluating"
    assert news[-1].step == news[-1].steps == steps_of(head_plan) == 2
    assert news[-1].loss is None


def test_equal_plans_give_equal_checkpoints(head_plan):
    first, second = (
        replace(head_plan, output=head_plan.output.with_name(name)) for name in ("one", "two")
    )
    trained(first)
    trained(second)
    assert digest(first) == digest(second)


def test_the_network_alone_is_what_transformers_loads(head_plan):
    trained(head_plan)
    ours = load_trained(head_plan.output)
    alone = replace(ours, letters=None)
    torch.testing.assert_close(
        logits_of(alone, TEXTS), network_logits(head_plan, TEXTS), atol=1e-4, rtol=0
    )
    card = (head_plan.output / "README.md").read_text(encoding="utf-8")
    assert (LETTERS_FILE in card) == (head_plan.output / LETTERS_FILE).exists()


def test_letters_answer_as_the_card_says(head_plan, monkeypatch):
    trained(head_plan)
    card = (head_plan.output / "README.md").read_text(encoding="utf-8")
    _, _, code = card.partition("```python\n")
    said: dict[str, Any] = {}
    monkeypatch.chdir(head_plan.output)
    exec(code.partition("```")[0], said)
    ours = load_trained(head_plan.output)
    assert ours.letters is not None
    for text, row in zip(TEXTS, ours.letters.logits(TEXTS), strict=True):
        np.testing.assert_allclose(said["letter_logits"](text), row, atol=1e-5)


def test_what_is_measured_is_what_answers(head_plan):
    trained(head_plan)
    assert (head_plan.output / LETTERS_FILE).exists()
    checkpoint = checkpoint_in(head_plan.output)
    loaded = load_for(checkpoint, CLASSIFICATION)
    tokenizer = text_tokenizer(loaded.tokenizer)
    engine = TorchEngine(loaded.model, tokenizer.facts)
    answering = CLASSIFICATION.assemble(
        engine, tokenizer, CLASSIFICATION.config_of(checkpoint, loaded)
    )
    answers = answering.prepare([TextToClassify(text) for text in TEXTS])()
    logits = logits_of(load_trained(head_plan.output), TEXTS)
    for answer, row in zip(answers, logits.tolist(), strict=True):
        told = {each.label: each.logit for each in answer.scores}
        assert told == pytest.approx(dict(zip(head_plan.labels, row, strict=True)), abs=1e-4)


def test_the_body_stays_as_it_was(head_plan):
    trained(head_plan)
    with (
        safe_open(head_plan.output / "model.safetensors", "pt") as new,
        safe_open(head_plan.base / "model.safetensors", "pt") as old,
    ):
        kept = [name for name in old.keys() if name.startswith("bert.")]  # noqa: SIM118
        assert len(kept) > 20
        for name in kept:
            assert torch.equal(new.get_tensor(name), old.get_tensor(name))


def test_of_several_bases_the_best_is_taken(head_plan, make_classifier):
    """One that knows these labels already, since it learned them, beats a random body."""
    knowing = replace(
        head_plan, recipe=RecipeName.FULL, epochs=20, output=head_plan.output.with_name("knowing")
    )
    trained(knowing)
    others = (Base(knowing.output, "knowing@1"),)
    # Nothing that letters could tell: words that it has not seen, with their own letters.
    outcome = trained(replace(head_plan, others=others))
    assert outcome.base == "knowing@1"
    assert outcome.new.accuracy > 0.95


def test_two_texts_are_enough_to_answer_and_too_few_to_tell_how_sure(head_plan):
    few = replace(head_plan, train=(Example("good", 0), Example("bad", 1)))
    outcome = trained(few)
    assert len(outcome.new_said.labels) == len(few.held_out)
    assert "With 0" in (few.output / "README.md").read_text(encoding="utf-8")


def test_a_label_without_an_example_is_refused(head_plan):
    one_class = tuple(row for row in head_plan.train if row.label == 0)
    with pytest.raises(TrainingError, match="label_without_example:bad"):
        run(replace(head_plan, train=one_class), lambda _: None)
    assert not state_folder(head_plan.output).exists()


def test_very_long_texts_are_read_as_far_as_the_network_goes(head_plan):
    long = tuple(Example(row.text + " so" * 33_000, row.label) for row in head_plan.train[:6])
    outcome = trained(replace(head_plan, train=(*head_plan.train, *long)))
    assert outcome.new.accuracy > 0.9


def test_a_base_that_cannot_be_read(head_plan, make_classifier):
    broken = make_classifier(("a", "b"))
    (broken / "model.safetensors").write_bytes(b"{")
    with pytest.raises(TrainingError, match=Reason.WEIGHTS_HEADER_UNREADABLE):
        run(replace(head_plan, others=(Base(broken, "broken@0"),)), lambda _: None)


def test_features_are_the_means_over_a_texts_tokens(base, plan):
    classifier, _ = load_base(base, plan.labels)
    rows = classifier.encode(TEXTS)
    body = classifier.model.base_model
    means = []
    with torch.inference_mode():
        for row in rows:
            states = body(input_ids=torch.tensor([row.ids])).last_hidden_state[0]
            means.append((states.mean(0) * 16 + states[0]).double().numpy())
    assert give_means(classifier)
    found = features(classifier, TEXTS, lambda: None)
    centred = np.stack([(each - each.mean()) / each.std() for each in means])
    np.testing.assert_allclose(found, np.tanh(centred / np.sqrt(32)), atol=1e-4)


def test_letters_that_make_no_sense_are_refused(head_plan):
    trained(head_plan)
    assert read_letters(head_plan.output, 2) is not None
    path = head_plan.output / LETTERS_FILE
    path.write_text(path.read_text(encoding="utf-8")[:-40], encoding="utf-8")
    with pytest.raises(Exception, match=LETTERS_FILE):
        load_trained(head_plan.output)
