"""How long loading usually takes: over restarts, whatever happens to the file."""

import json
import threading
from pathlib import Path

import pytest

from models.serving.load_times import LoadTimes
from models.tasks.classification import TextToClassify
from tests.models.engine_help import running


def test_the_usual_is_the_median_of_the_latest():
    times = LoadTimes()
    assert times.usual_s("a@0") is None
    for seconds in (99, 1, 2, 3, 50, 2):
        times.note("a@0", "torch", seconds)
    assert times.usual_s("a@0") == 2
    assert times.usual_s("b@0") is None


def test_the_first_load_of_a_process_is_another_matter(tmp_path):
    path = tmp_path / "times.json"
    for _ in range(3):
        times = LoadTimes(path)
        times.note("a@0", "torch", 4.0)
        times.note("a@0", "torch", 0.1)
        times.note("b@0", "torch", 0.2)
        times.save()
    times = LoadTimes(path)
    assert times.usual_s("a@0") == 4.0
    assert times.usual_s("b@0") == 0.2  # was never first: better than nothing
    times.note("c@0", "torch", 3.0)
    assert times.usual_s("a@0") == 0.1


def test_the_latest_engine_counts():
    times = LoadTimes()
    times.note("x@0", "torch", 9)
    times.note("a@0", "torch", 2)
    times.note("a@0", "onnx-fp32", 0.3)
    assert times.usual_s("a@0") == 0.3


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[1]",
        "7",
        '{"a": 1}',
        '[["a", "torch", true, "no"]]',
        '[["a", "torch", true, [null]]]',
        "[" * 100_000,
        "[]" + " " * 2_000_000,
        "\udcff",
    ],
)
def test_a_corrupt_file_is_no_memory(tmp_path, content, caplog):
    path = tmp_path / "times.json"
    path.write_bytes(content.encode(errors="surrogateescape"))
    times = LoadTimes(path)
    assert times.usual_s("a@0") is None
    assert "times.json cannot be read" in caplog.text
    times.note("a@0", "torch", 1.5)
    times.save()
    assert LoadTimes(path).usual_s("a@0") == 1.5


def test_a_file_that_cannot_be_written_costs_only_the_memory(tmp_path, caplog):
    (tmp_path / "taken").write_text("")
    times = LoadTimes(tmp_path / "taken" / "times.json")
    times.note("a@0", "torch", 1.5)
    times.save()
    assert "not kept" in caplog.text
    assert times.usual_s("a@0") == 1.5


def test_entries_are_bounded_and_the_oldest_go(tmp_path):
    path = tmp_path / "times.json"
    times = LoadTimes(path)
    for each in range(1000):
        times.note(f"m@{each}", "torch", each)
    times.save()
    again = LoadTimes(path)
    assert again.usual_s("m@0") is None
    assert again.usual_s("m@999") == 999
    assert len(json.loads(path.read_text())) == 256
    assert list(tmp_path.iterdir()) == [path]


def test_a_reader_never_sees_half_a_file(tmp_path):
    path = tmp_path / "times.json"
    times = LoadTimes(path)
    for each in range(200):
        times.note(f"m@{each}", "torch", each)
    times.save()
    writers = [threading.Thread(target=lambda: [times.save() for _ in range(30)]) for _ in range(4)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        assert len(json.loads(path.read_text())) == 200
    for writer in writers:
        writer.join()


async def test_the_service_tells_how_long_it_usually_takes(tiny, tmp_path):
    path: Path = tmp_path / "models" / "times.json"
    bert = tiny.get("bert")
    async with running(tiny.root, load_times_file=path) as service:
        assert service.outlook(bert).usual_load_s is None
        await service.ask(bert, TextToClassify("good"))
        assert service.outlook(bert).is_loaded
        took_s = service.state(bert).load_time_s
    async with running(tiny.root, load_times_file=path) as service:
        outlook = service.outlook(bert)
        assert not outlook.is_loaded
        assert 0 < outlook.usual_load_s <= took_s + 0.001  # part of it, in whole milliseconds
