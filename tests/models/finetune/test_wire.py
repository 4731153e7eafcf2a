"""What is sent arrives unchanged, on one line."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.finetune.plan import (
    Example,
    Said,
    Scores,
    TrainingOutcome,
    TrainingPlan,
    TrainingProgress,
)
from models.finetune.wire import (
    TrainingFailure,
    decode_event,
    decode_plan,
    encode_event,
    encode_plan,
)

SAID = Said((1, -1, 0), (0.5, 0.25, 1 / 3), 2.5)
SCORES = Scores(0.5, 0.25, {"좋아요\n": 0.5})
ANY_TEXT = st.text(st.characters(codec=None), max_size=20)


@given(ANY_TEXT, ANY_TEXT, st.booleans())
def test_plans(text, label, has_current):
    plan = TrainingPlan(
        base=Path("base"),
        base_name="fillmask@0",
        current=Path("current") if has_current else None,
        name="mood",
        labels=(label, "other"),
        train=(Example(text, 0), Example(label, 1)),
        held_out=(),
        epochs=3,
        seed=2**63,
        output=Path("output"),
    )
    line = encode_plan(plan)
    assert line.count(b"\n") == 1
    assert decode_plan(line) == plan


@pytest.mark.parametrize(
    "event",
    [
        TrainingProgress("starting", 0, 10, None, 0.0, None),
        TrainingProgress("training", 3, 10, 0.5, 1.5, 3.5),
        TrainingOutcome(Path("folder"), SCORES, None, SAID, None, 0.1, 9.0),
        TrainingOutcome(Path("folder"), SCORES, SCORES, SAID, SAID, 0.1, 9.0),
        TrainingFailure("The disk is full."),
    ],
)
def test_events(event):
    line = encode_event(event)
    assert line.count(b"\n") == 1
    assert decode_event(line) == event
