"""`recipe:head`: what it learns, that plain transformers answers alike, and what it refuses."""

import shutil
from dataclasses import dataclass, replace
from pathlib import Path
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
from models.finetune.plan import (
    Base,
    Example,
    RecipeName,
    TrainingOutcome,
    TrainingPlan,
    TrainingProgress,
)
from models.finetune.quality.evaluation import logits_of
from models.finetune.recipes.steps import steps_of
from models.finetune.training import run
from models.finetune.wire import state_folder
from models.reasons import Reason
from models.tasks.classification import CLASSIFICATION, TextToClassify
from models.tasks.registry import load_for
from tests.models.finetune.conftest import mood_plan, trained

pytestmark = pytest.mark.xdist_group("a learned head")  # one for all who only look at it

TEXTS = ["the film was good", "so bad", "영화 싫어요", "", "🙂", "zzz"]


@pytest.fixture
def head_plan(plan) -> TrainingPlan:
    return replace(plan, recipe=RecipeName.HEAD, epochs=1)


def network_logits(plan, texts) -> torch.Tensor:
    """As plain transformers gives them, one text at a time."""
    model = AutoModelForSequenceClassification.from_pretrained(plan.output).eval()
    tokenizer = AutoTokenizer.from_pretrained(plan.output)
    with torch.inference_mode():
        rows = [model(**tokenizer(text, return_tensors="pt")).logits for text in texts]
    return torch.cat(rows)


@dataclass(frozen=True)
class Learned:
    """A training that tests look at."""

    plan: TrainingPlan
    outcome: TrainingOutcome
    news: list[TrainingProgress]


@pytest.fixture(scope="module")
def learned(base, tmp_path_factory) -> Learned:
    plan = mood_plan(base, tmp_path_factory.mktemp("learned"))
    plan = replace(plan, recipe=RecipeName.HEAD, epochs=1)
    news: list[TrainingProgress] = []
    return Learned(plan, trained(plan, news.append), news)


def test_it_learns_and_tells_of_its_steps(learned):
    outcome, news = learned.outcome, learned.news
    assert outcome.new.accuracy > 0.9
    assert outcome.base == "fillmask@0"
    assert news[-1].phase == "evaluating"
    assert news[-1].step == news[-1].steps == steps_of(learned.plan) == 2
    assert news[-1].loss is None


def test_the_network_alone_is_what_transformers_loads(learned):
    ours = load_trained(learned.plan.output)
    alone = replace(ours, letters=None)
    torch.testing.assert_close(
        logits_of(alone, TEXTS), network_logits(learned.plan, TEXTS), atol=1e-4, rtol=0
    )
    card = (learned.plan.output / "README.md").read_text(encoding="utf-8")
    assert (LETTERS_FILE in card) == (learned.plan.output / LETTERS_FILE).exists()


def test_letters_answer_as_the_card_says(learned, monkeypatch):
    card = (learned.plan.output / "README.md").read_text(encoding="utf-8")
    _, _, code = card.partition("```python\n")
    said: dict[str, Any] = {}
    monkeypatch.chdir(learned.plan.output)
    exec(code.partition("```")[0], said)
    ours = load_trained(learned.plan.output)
    assert ours.letters is not None
    for text, row in zip(TEXTS, ours.letters.logits(TEXTS), strict=True):
        np.testing.assert_allclose(said["letter_logits"](text), row, atol=1e-5)


def test_what_is_measured_is_what_answers(learned):
    assert (learned.plan.output / LETTERS_FILE).exists()
    checkpoint = checkpoint_in(learned.plan.output)
    loaded = load_for(checkpoint, CLASSIFICATION)
    tokenizer = text_tokenizer(loaded.tokenizer)
    engine = TorchEngine(loaded.model, tokenizer.facts)
    answering = CLASSIFICATION.assemble(
        engine, tokenizer, CLASSIFICATION.config_of(checkpoint, loaded)
    )
    answers = answering.prepare([TextToClassify(text) for text in TEXTS])()
    logits = logits_of(load_trained(learned.plan.output), TEXTS)
    for answer, row in zip(answers, logits.tolist(), strict=True):
        told = {each.label: each.logit for each in answer.scores}
        assert told == pytest.approx(dict(zip(learned.plan.labels, row, strict=True)), abs=1e-4)


def test_the_body_stays_as_it_was(learned):
    with (
        safe_open(learned.plan.output / "model.safetensors", "pt") as new,
        safe_open(learned.plan.base / "model.safetensors", "pt") as old,
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


def test_letters_that_make_no_sense_are_refused(learned, tmp_path):
    folder = Path(shutil.copytree(learned.plan.output, tmp_path / "cut"))
    assert read_letters(folder, 2) is not None
    path = folder / LETTERS_FILE
    path.write_text(path.read_text(encoding="utf-8")[:-40], encoding="utf-8")
    with pytest.raises(Exception, match=LETTERS_FILE):
        load_trained(folder)
