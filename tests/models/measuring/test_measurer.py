"""The measuring process: what each classifier says, and that it ends with whoever wants to know."""

import asyncio

import psutil
import pytest

from models.finetune.plan import Example, Said
from models.measuring.measurer import Measurer
from models.measuring.wire import Measurement, decode, decode_said, encode, encode_said
from models.results import Checkpoint, Origin
from tests.models.tiny import KINDS
from tests.waiting import until

LABELS = ("positive", "negative", "neutral")
EXAMPLES = (Example("good", 0), Example("bad", 1), Example("movie", 2))


@pytest.fixture
def checkpoints(tmp_path):
    found = []
    for name in ("one", "broken", "two"):
        KINDS["bert"](tmp_path / name)
        found.append(Checkpoint(name, "1", Origin.TRAINED, tmp_path / name))
    (tmp_path / "broken" / "model.safetensors").write_bytes(b"none")
    return found


async def test_each_is_asked_and_one_that_cannot_be_stops_no_other(checkpoints) -> None:
    said = [one async for one in Measurer().measure(checkpoints, LABELS, EXAMPLES)]
    assert said[1] is None and isinstance(said[0], Said) and isinstance(said[2], Said)
    assert said[0].labels == said[2].labels and set(said[0].labels) <= {0, 1, 2}
    assert all(0 < share <= 1 for share in said[0].confidence) and said[0].p95_ms > 0


def measuring(ours):
    return [one for one in ours.children() if "models.measuring.child" in one.cmdline()]


async def test_who_leaves_leaves_no_process(checkpoints) -> None:
    answers = Measurer().measure(checkpoints, LABELS, EXAMPLES)
    asking = asyncio.ensure_future(anext(answers))
    ours = psutil.Process()
    (child,) = await until(lambda: measuring(ours), "the measuring process")
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    await answers.aclose()
    assert not child.is_running()


def test_it_comes_over_the_wire_as_it_was(tmp_path) -> None:
    wanted = Measurement((tmp_path,), LABELS, EXAMPLES)
    assert decode(encode(wanted)) == wanted
    said = Said((0, -1), (0.5, 0.25), 1.5)
    assert decode_said(encode_said(said)) == said and decode_said(encode_said(None)) is None
