"""What goes over the wire comes out as it went in; what a stranger sends is not even looked up."""

import pickle
import subprocess

import numpy as np
import pytest

from models.errors import Busy, ModelError, NoMask, WrongTask
from models.on_ray.wire import Answered, Asked, Model, Unreadable, as_sent, decode, encode
from models.reasons import Reason
from models.results import (
    Classification,
    EngineReport,
    LabelScore,
    Origin,
    Task,
    TextVector,
    TokenCount,
)
from models.tasks.registry import network_tasks
from models.tasks.spec import WritingTask

MODEL = Model("기분", "3", Origin.TRAINED, "0" * 64)


@pytest.mark.parametrize(
    "spec",
    [one for one in network_tasks() if not isinstance(one, WritingTask)],
    ids=lambda one: one.task,
)
def test_a_question_of_each_task_comes_out_as_it_went_in(spec):
    asked = Asked(MODEL, spec.task, (spec.first,), "bot")
    assert decode(encode(asked), Asked) == asked


def test_answers_come_out_to_the_bit():
    scores = (LabelScore("좋음", 0.1 + 0.2, 1e-320), LabelScore("나쁨", 1 / 3, -0.0))
    said = Classification(scores, False, TokenCount(3, 4), engine="onnx-int8")
    rows = np.random.default_rng(5).standard_normal((7, 3)).astype(np.float32)
    vectors = [TextVector(each, TokenCount(1, 1), True) for each in (rows, rows[0], rows[::2].T)]
    engine = EngineReport("onnx-int8", 0.99)
    there = decode(encode(Answered((said, *vectors), engine)), Answered)
    assert there.answers[0] == said and there.engine == engine
    assert str(there.answers[0]) == str(said)  # -0.0 and the engine, too
    for vector, other in zip(vectors, there.answers[1:], strict=True):
        assert (vector.values.tobytes(), vector.values.dtype) == (
            other.values.tobytes(),
            other.values.dtype,
        )


def test_errors_of_ours_come_out_as_themselves():
    sent = (
        NoMask(mask="[MASK]"),
        WrongTask(name="a@0", can=Task.EMBED, wanted="x", instead=[]),
        Busy(name="a@0", seconds=3),
        ModelError(reason=Reason.DISK_FULL),
    )
    for one, other in zip(sent, decode(encode(Answered(sent)), Answered).answers, strict=True):
        assert (type(one), one.facts, one.args) == (type(other), other.facts, other.args)


def test_what_is_no_error_of_ours_is_told_in_words():
    (word,) = as_sent([subprocess.TimeoutExpired("x", 1)])
    assert "TimeoutExpired" in decode(encode(Answered((word,))), Answered).answers[0].what


class Evil:
    def __init__(self, call: object, *arguments: object) -> None:
        self.call, self.arguments = call, arguments

    def __reduce__(self) -> object:
        return self.call, self.arguments


@pytest.mark.parametrize(
    "line",
    [
        pickle.dumps(Evil(eval, "1/0")),
        pickle.dumps(Evil(subprocess.run, ["false"])),
        pickle.dumps(Answered((Evil(subprocess.run, ["false"]),))),
        b"cmodels.on_ray.wire\nio.open\n(S'/etc/passwd'\ntR.",
        b"cmodels.on_ray.wire\npickle\n.",
        b"cnumpy\nload\n(S'/etc/passwd'\ntR.",
        encode(MODEL),
        encode(Asked(MODEL, Task.CLASSIFY, (), ""))[:-9],
        b"",
        b"{}",
    ],
)
def test_what_a_stranger_sends_is_refused(line):
    with pytest.raises(Unreadable):
        decode(line, Answered)
