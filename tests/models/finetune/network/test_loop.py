"""The classifier loop: it learns, repeats exactly, pads by batch and can be stopped."""

import itertools
from dataclasses import replace

import pytest
import torch
from transformers import BertConfig, BertForSequenceClassification

from models.engines.padding import Padding, Row
from models.finetune.network.loop import (
    LoopSettings,
    StepReport,
    learning_rate_scale,
    make_optimizer,
    pad,
    plan_batches,
    predict,
    train_classifier,
)
from models.finetune.quality.metrics import measure

PADDING = Padding(0)
SETTINGS = LoopSettings(epochs=3, batch_size=8, learning_rate=5e-3, seed=3)


def tiny_model() -> BertForSequenceClassification:
    torch.manual_seed(1)
    return BertForSequenceClassification(
        BertConfig(
            vocab_size=40,
            hidden_size=16,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=32,
            max_position_embeddings=32,
            num_labels=2,
        )
    )


def made_rows() -> tuple[list[Row], list[int]]:
    """Rows of different lengths whose label says whether token 7 or token 9 is in them."""
    encodings, targets = [], []
    for number in range(60):
        label = number % 2
        filler = [20 + (number * step) % 17 for step in range(1, 2 + number % 9)]
        encodings.append(Row([2, *filler, (7, 9)[label], 3]))
        targets.append(label)
    return encodings, targets


def trained(settings: LoopSettings = SETTINGS) -> tuple[BertForSequenceClassification, list[float]]:
    model, (encodings, targets), losses = tiny_model(), made_rows(), []
    train_classifier(
        model,
        encodings,
        targets,
        settings,
        lambda report: losses.append(report.loss),
        padding=PADDING,
    )
    return model, losses


def test_loss_falls_and_the_rows_are_learnt():
    model, losses = trained(replace(SETTINGS, epochs=25, learning_rate=1e-2))
    encodings, targets = made_rows()
    answers = predict(model, encodings, padding=PADDING).argmax(dim=1).tolist()
    assert losses[-1] < losses[0] / 4
    assert answers == targets


def test_equal_seeds_repeat_exactly():
    first, first_losses = trained()
    second, second_losses = trained()
    assert first_losses == second_losses
    for one, other in zip(first.parameters(), second.parameters(), strict=True):
        assert torch.equal(one, other)


def test_another_seed_is_another_run():
    _, losses = trained()
    _, others = trained(replace(SETTINGS, seed=4))
    assert losses != others


def test_training_leaves_the_random_state_and_evaluation_mode():
    torch.manual_seed(11)
    expected = torch.rand(3)
    model = tiny_model()
    encodings, targets = made_rows()
    torch.manual_seed(11)
    train_classifier(model, encodings, targets, SETTINGS, lambda _: None, padding=PADDING)
    assert torch.equal(torch.rand(3), expected)
    assert not model.training


def test_every_step_is_reported():
    reports: list[StepReport] = []
    model, (encodings, targets) = tiny_model(), made_rows()
    settings = LoopSettings(epochs=1.5, batch_size=8)
    train_classifier(model, encodings, targets, settings, reports.append, padding=PADDING)
    assert [report.step for report in reports] == list(range(1, 13))
    elapsed = [report.elapsed_s for report in reports]
    assert elapsed == sorted(elapsed)


def test_an_exception_from_the_callback_ends_the_run():
    class StopError(Exception):
        pass

    def stop(report: StepReport) -> None:
        if report.step == 2:
            raise StopError

    model, (encodings, targets) = tiny_model(), made_rows()
    with pytest.raises(StopError):
        train_classifier(model, encodings, targets, SETTINGS, stop, padding=PADDING)
    assert not model.training


def test_each_epoch_visits_every_row_once():
    lengths = [1 + row % 7 for row in range(100)]
    batches = plan_batches(lengths, LoopSettings(epochs=2, batch_size=16, seed=5))
    first, second = batches[:7], batches[7:]
    for epoch in (first, second):
        assert sorted(itertools.chain.from_iterable(epoch)) == list(range(100))
    assert first != second


def test_batches_hold_texts_of_similar_length():
    lengths = [1 + (row * 37) % 100 for row in range(800)]
    batches = plan_batches(lengths, LoopSettings(epochs=1, batch_size=16))
    padded = sum(len(rows) * max(lengths[row] for row in rows) for rows in batches)
    assert padded < 1.05 * sum(lengths)


def test_padding_is_on_the_right_with_the_given_number():
    inputs, mask = pad([[2, 5, 3], [2, 3]], pad_id=9)
    assert inputs.tolist() == [[2, 5, 3], [2, 3, 9]]
    assert mask.tolist() == [[1, 1, 1], [1, 1, 0]]


def test_answers_do_not_depend_on_the_batch():
    model, (encodings, _) = tiny_model().eval(), made_rows()
    together = predict(model, encodings, padding=PADDING)
    alone = torch.cat([predict(model, [ids], padding=PADDING) for ids in encodings])
    assert torch.allclose(together, alone, atol=1e-5)


def test_learning_rate_rises_then_falls_to_nothing():
    assert learning_rate_scale(0.05, 0.1) == pytest.approx(0.5)
    assert learning_rate_scale(0.1, 0.1) == pytest.approx(1.0)
    assert learning_rate_scale(0.55, 0.1) == pytest.approx(0.5)
    assert learning_rate_scale(1.0, 0.1) == 0.0
    assert learning_rate_scale(0.0, 0.0) == 1.0


def test_frozen_weights_are_not_optimized():
    model = tiny_model()
    model.bert.requires_grad_(False)
    optimizer = make_optimizer(model, 1e-3, weight_decay=0.1)
    matrices, vectors = optimizer.param_groups
    assert [tuple(weight.shape) for weight in matrices["params"]] == [(2, 16)]
    assert matrices["weight_decay"] == 0.1
    assert vectors["weight_decay"] == 0.0


def test_metrics_of_a_case_worked_out_by_hand():
    metrics = measure([0, 0, 0, 1, 1, 2], [0, 0, 1, 1, 1, 0], ["a", "b", "c"])
    assert metrics.rows == 6
    assert metrics.accuracy == pytest.approx(4 / 6)
    assert metrics.label_f1 == pytest.approx({"a": 4 / 6, "b": 4 / 5, "c": 0.0})
    assert metrics.macro_f1 == pytest.approx((4 / 6 + 4 / 5) / 3)
    assert metrics.confusion == [[2, 1, 0], [0, 2, 0], [1, 0, 0]]


def weighted(weights: list[float] | None) -> dict[str, torch.Tensor]:
    model, (rows, targets) = tiny_model(), made_rows()
    train_classifier(
        model, rows, targets, SETTINGS, lambda _: None, padding=PADDING, weights=weights
    )
    return model.state_dict()


def test_only_how_the_weights_differ_counts():
    plain, alike = weighted(None), weighted([0.8] * 60)
    assert all(torch.equal(plain[name], alike[name]) for name in plain)
    half, quarter = weighted([1.0, 0.5] * 30), weighted([0.5, 0.25] * 30)
    assert all(torch.allclose(half[name], quarter[name], atol=1e-5) for name in half)
    assert not torch.allclose(half["classifier.weight"], plain["classifier.weight"], atol=1e-3)


def test_a_row_that_hardly_counts_is_hardly_learned():
    """Every fourth row is labelled wrongly: with a low weight the others have their way."""
    rows, targets = made_rows()
    wrong = [number % 4 == 0 for number in range(60)]
    said = [
        1 - target if is_wrong else target for target, is_wrong in zip(targets, wrong, strict=True)
    ]
    losses = []
    for weight in (1.0, 0.01):
        model = tiny_model()
        weights = [weight if is_wrong else 1.0 for is_wrong in wrong]
        longer = replace(SETTINGS, epochs=20, learning_rate=1e-2)
        train_classifier(
            model, rows, said, longer, lambda _: None, padding=PADDING, weights=weights
        )
        logits = predict(model, rows, padding=PADDING)
        losses.append(float(torch.nn.functional.cross_entropy(logits, torch.tensor(targets))))
    assert losses[1] < losses[0] / 2
