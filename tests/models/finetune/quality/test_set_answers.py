"""Several labels for a text: taught, measured, and read by plain transformers alike."""

from dataclasses import replace
from functools import cache

import pytest
import torch
from sklearn.metrics import f1_score
from transformers import pipeline

from models.checkpoints.certainty.calibration import CONFIG_KEY, read_calibration
from models.checkpoints.files import read_config
from models.checkpoints.tokenizing.tokenizer import text_tokenizer
from models.engines.torch_engine import TorchEngine
from models.finetune.checks import checkpoint_in, complaint
from models.finetune.network.checkpoint import load_base
from models.finetune.network.targets import losses, sets
from models.finetune.plan import Example, RecipeName
from models.finetune.quality.calibrating import Judged, calibrate, holds_from
from models.finetune.quality.reading import settle
from models.finetune.quality.set_answers import SetAnswers
from models.finetune.training import run
from models.finetune.wire import (
    decode_event,
    decode_plan,
    encode_event,
    encode_plan,
    partial_folder,
)
from models.reasons import Reason
from models.tasks.classification import CLASSIFICATION, TextToClassify
from models.tasks.registry import load_for
from tests.models.finetune.conftest import FILLERS, mood_plan

LABELS = ("good", "bad", "🙂")
# Every label said of every text gives 0.57, none of them 0; a network as small as this one needs
# more steps than a test has to be right about all three on every processor.
LEARNED = 0.65
EPOCHS = 32

pytestmark = pytest.mark.xdist_group("sets of labels")  # one training of each recipe for them all


def plan_of_sets(plan):
    """The words of a text are its labels."""
    texts = [
        f"{filler} {words}".strip()
        for filler in ("so", "the", "was", "so so", "the was", "was so", "so the", "was the")
        for words in ("good", "bad", "good bad", "🙂", "🙂 bad", "so")
    ]
    rows = [
        Example(text, -1, held=tuple(n for n, word in enumerate(LABELS) if word in text.split()))
        for text in texts
    ]
    train = tuple(row for number, row in enumerate(rows) if number % 5)
    return replace(
        plan, labels=LABELS, train=train, held_out=tuple(rows[::5]), is_multi_label=True, epochs=60
    )


@pytest.fixture
def set_plan(plan):
    return plan_of_sets(plan)


@pytest.fixture(scope="module")
def taught(base, tmp_path_factory):
    """A training by a recipe, carried out once: its plan, in whose folder it lies, and outcome."""

    @cache
    def teach(recipe: RecipeName):
        plan = plan_of_sets(mood_plan(base, tmp_path_factory.mktemp("sets")))
        is_quick = recipe in (RecipeName.HEAD, RecipeName.AUTO)
        plan = replace(plan, recipe=recipe, train=plan.train * 2, epochs=1 if is_quick else EPOCHS)
        outcome = run(plan, lambda _: None)
        assert complaint(plan) is None
        partial_folder(plan.output).rename(plan.output)
        return plan, outcome

    return teach


def test_plain_transformers_gives_the_same_labels(taught):
    plan, outcome = taught(RecipeName.FULL)
    config = read_config(checkpoint_in(plan.output))
    assert config["problem_type"] == "multi_label_classification"
    calibration = read_calibration(config[CONFIG_KEY])
    assert calibration.unsure_below is None
    texts = [example.text for example in plan.held_out]
    ask = pipeline("text-classification", model=str(plan.output), top_k=None)
    for text, said, held in zip(texts, ask(texts), outcome.new_said.held, strict=True):
        plain = {LABELS.index(one["label"]) for one in said if one["score"] >= 0.5}
        assert plain == set(held), text


@pytest.mark.parametrize("recipe", RecipeName)
def test_each_recipe_learns_them(taught, recipe):
    """And what answers, letters and all, says the very sets that were measured."""
    plan, outcome = taught(recipe)
    assert outcome.new.micro_f1 > LEARNED and outcome.new.f1["good"] > 0.9
    assert outcome.control.micro_f1 > 0.8, "the words are told by their letters"
    assert [one.what for one in outcome.tried] == (["head", "tfidf"] if recipe == "auto" else [])
    checkpoint = checkpoint_in(plan.output)
    loaded = load_for(checkpoint, CLASSIFICATION)
    assert loaded.model.config.problem_type == "multi_label_classification"
    tokenizer = text_tokenizer(loaded.tokenizer)
    engine = TorchEngine(loaded.model, tokenizer.facts)
    config = CLASSIFICATION.config_of(checkpoint, loaded)
    answering = CLASSIFICATION.assemble(engine, tokenizer, config)
    asked = [TextToClassify(example.text) for example in plan.held_out]
    for answer, held in zip(answering.prepare(asked)(), outcome.new_said.held, strict=True):
        likely = 0.5 if answer.likely_from is None else answer.likely_from
        found = {LABELS.index(one.label) for one in answer.scores if one.score >= likely}
        assert answer.is_multi_label and found == set(held)


def test_a_head_goes_on_from_one_of_the_same_labels(taught, tmp_path):
    """It may stay as it was, with letters beside it."""
    first, _ = taught(RecipeName.FULL)
    second = replace(
        first, base=first.output, recipe=RecipeName.HEAD, epochs=1, output=tmp_path / "two"
    )
    outcome = run(second, lambda _: None)
    assert outcome.new.micro_f1 > LEARNED


def test_what_was_said_of_each_text_comes_over_the_wire(taught):
    plan, outcome = taught(RecipeName.FULL)
    assert len(outcome.new_said.shares) == len(plan.held_out)
    again = decode_event(encode_event(outcome))
    assert again.new_said == outcome.new_said and again.new == outcome.new


def test_a_plan_of_sets_comes_back_as_it_was(set_plan):
    plan = replace(set_plan, renamed={"nice": "good"})
    assert decode_plan(encode_plan(plan)) == plan


@pytest.mark.parametrize(
    ("held", "reason"), [((0, 7), Reason.LABEL_UNKNOWN), ((-1,), Reason.LABEL_UNKNOWN)]
)
def test_a_set_of_labels_that_there_are_not(set_plan, held, reason):
    broken = replace(set_plan, train=(Example("x", -1, held=held), *set_plan.train))
    assert complaint(broken) == reason


def test_one_label_is_a_question_of_yes_or_no(set_plan):
    rows = [
        replace(row, held=tuple(n for n in row.held if n == 0))
        for row in (*set_plan.train, *set_plan.held_out)
    ]
    plan = replace(
        set_plan, labels=("good",), train=tuple(rows[:40]), held_out=tuple(rows[40:]), epochs=4
    )
    assert complaint(plan) is None
    outcome = run(plan, lambda _: None)
    assert {len(row) for row in outcome.new_said.shares} == {1}
    assert complaint(replace(plan, is_multi_label=False)) == Reason.LABELS_TOO_FEW


def test_labels_of_which_most_are_rare(set_plan):
    labels = tuple(f"label {number}" for number in range(16))
    rows = [
        Example(f"so {'good' if n % 2 else 'bad'} {FILLERS[n % 10]}", -1, held=(n % 2, 2 + n % 14))
        for n in range(70)
    ]
    plan = replace(set_plan, labels=labels, train=tuple(rows), held_out=tuple(rows[:20]), epochs=4)
    outcome = run(plan, lambda _: None)
    assert outcome.new.f1.keys() >= {"label 0", "label 1"}
    assert outcome.new.f1["label 0"] > 0.5 or outcome.new.f1["label 1"] > 0.5
    rare = [share for row in outcome.new_said.shares for share in row[2:]]
    assert max(rare) < 0.5, "what holds for one text in fourteen does not hold at first sight"


def test_scores_are_scikit_learns():
    torch.manual_seed(4)
    truth = (torch.rand(60, 4) < 0.3).float()
    truth[:, 3] = 0
    answers = SetAnswers(torch.randn(60, 4), (0, 1, 2, 3), truth, tuple("abcd"))
    held, scores = answers.held(), answers.scores()
    assert scores.micro_f1 == pytest.approx(f1_score(truth, held, average="micro"))
    each = f1_score(truth, held, average=None, zero_division=0.0)
    assert scores.f1 == pytest.approx(dict(zip("abc", each, strict=False)))
    assert scores.macro_f1 == pytest.approx(sum(each[:3]) / 3)
    assert scores.accuracy == pytest.approx(float((held == truth).all(dim=1).float().mean()))


def test_a_classifier_that_chooses_one_label_says_a_set_of_one():
    truth = torch.tensor([[1.0, 0.0, 1.0]])
    logits = torch.tensor([[3.0, 1.0]])  # of its own labels b and "other"
    answers = SetAnswers(logits, (1, -1), truth, tuple("abc"), is_multi_label=False)
    assert answers.held().tolist() == [[0.0, 1.0, 0.0]]
    assert answers.shares().tolist() == [[0.0, pytest.approx(0.8808, abs=1e-4), 0.0]]


def test_the_loss_is_what_transformers_computes():
    logits, truth = torch.randn(5, 3), (torch.rand(5, 3) < 0.5).float()
    assert losses(logits, truth).mean() == pytest.approx(
        torch.nn.BCEWithLogitsLoss()(logits, truth)
    )
    labels = torch.tensor([0, 2, 1, 1, 0])
    assert losses(logits, labels).mean() == pytest.approx(
        torch.nn.CrossEntropyLoss()(logits, labels)
    )


def test_sets_are_rows_of_zeros_and_ones():
    rows = [Example("a", -1, held=(2, 0)), Example("b", -1, held=()), Example("c", 1)]
    assert sets(rows, 3).tolist() == [[1, 0, 1], [0, 0, 0], [0, 1, 0]]


def test_from_where_on_a_label_holds_is_told_from_many_rows():
    """Two thirds of what is said to be likely by a quarter is true."""
    torch.manual_seed(2)
    honest = torch.rand(400, 3)
    truth = (torch.rand(400, 3) < honest).float()
    judged = Judged(torch.logit(honest.clamp(0.01, 0.99)) - 1.5, truth, is_multi_label=True)
    found = calibrate(judged)
    assert found.likely_from < 0.4 and found.unsure_below is None
    assert (
        calibrate(Judged(judged.logits[:10], truth[:10], is_multi_label=True)).likely_from is None
    )
    held = (judged.shares(1.0) >= holds_from(judged, 1.0)).float()
    half = (judged.shares(1.0) >= 0.5).float()
    assert f1_score(truth, held, average="micro") > f1_score(truth, half, average="micro")


def test_the_bias_is_moved_so_that_a_half_is_where_labels_hold(make_classifier):
    torch.manual_seed(2)
    honest = torch.rand(400, 3)
    truth = (torch.rand(400, 3) < honest).float()
    unseen = Judged(torch.logit(honest.clamp(0.01, 0.99)) - 1.5, truth, is_multi_label=True)
    before = calibrate(unseen)
    classifier, _ = load_base(make_classifier(LABELS), LABELS, is_multi_label=True)
    found = settle(classifier, unseen)
    moved = classifier.model.classifier.bias.detach()
    assert (moved > 0.5).all() and torch.allclose(moved, moved[0].expand(3))
    assert found.likely_from is None and found.rows == 400
    held = unseen.shares(before.temperature) >= before.likely_from
    assert torch.equal(held, (unseen.logits + moved).sigmoid() >= 0.5)


def test_where_nothing_ever_holds_it_is_a_half():
    judged = Judged(-torch.ones(50, 2), torch.zeros(50, 2), is_multi_label=True)
    assert holds_from(judged, 1.0) == 0.5
