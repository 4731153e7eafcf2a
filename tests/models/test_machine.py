"""Cores and memory of this process, from control groups as Linux writes them."""

import os
from pathlib import Path

import psutil
import pytest

from models import runtime
from models.machine import Machine

MB = 1_000_000


def machine(root: Path, own: str, files: dict[str, str]) -> Machine:
    (root / "own").write_text(own)
    for name, text in files.items():
        path = root / "groups" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Machine(root / "groups", root / "own")


def test_this_very_machine():
    here = Machine()
    assert 1 <= here.cores() <= (os.cpu_count() or 1)
    assert 0 < here.free_bytes() < here.memory_bytes() <= psutil.virtual_memory().total


def test_where_nothing_is_written_the_machine_itself_counts(tmp_path):
    nowhere = Machine(tmp_path / "none", tmp_path / "none")
    assert nowhere.cores() == len(os.sched_getaffinity(0))
    assert nowhere.memory_bytes() == psutil.virtual_memory().total


def test_the_cores_that_the_process_is_bound_to():
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})
    try:
        assert Machine().cores() == 1
    finally:
        os.sched_setaffinity(0, allowed)


@pytest.mark.parametrize(
    ("quota", "cores"),
    [("100000 100000", 1), ("190000 100000", 1), ("5000 100000", 1), ("max 100000", None)],
)
def test_a_quota_of_cores(tmp_path, quota, cores):
    own = machine(tmp_path, "0::/bot\n", {"bot/cpu.max": quota})
    assert own.cores() == (cores or len(os.sched_getaffinity(0)))
    above = machine(tmp_path, "0::/bot/deeper\n", {"bot/cpu.max": quota})
    assert above.cores() == own.cores()


def test_a_quota_of_cores_in_version_1(tmp_path):
    own = "4:cpu,cpuacct:/bot\n3:cpuset:/\n0::/\n"
    files = {
        "cpu,cpuacct/bot/cpu.cfs_quota_us": "100000\n",
        "cpu,cpuacct/bot/cpu.cfs_period_us": "100000\n",
        "cpu,cpuacct/cpu.cfs_quota_us": "-1\n",
        "cpu,cpuacct/cpu.cfs_period_us": "100000\n",
    }
    assert machine(tmp_path, own, files).cores() == 1


def test_memory_of_a_container(tmp_path):
    files = {
        "memory.max": f"{500 * MB}\n",
        "memory.current": f"{400 * MB}\n",
        "memory.stat": f"anon 1\ninactive_file {150 * MB}\nslab 3\n",
    }
    here = machine(tmp_path, "0::/\n", files)
    assert (here.memory_bytes(), here.free_bytes()) == (500 * MB, 250 * MB)


def test_the_tightest_of_nested_groups_counts(tmp_path):
    files = {
        "bot/memory.max": "max\n",
        "bot/memory.current": f"{10 * MB}\n",
        "memory.max": f"{300 * MB}\n",
        "memory.current": f"{320 * MB}\n",
    }
    here = machine(tmp_path, "0::/bot\n", files)
    assert (here.memory_bytes(), here.free_bytes()) == (300 * MB, 0)


def test_memory_in_version_1(tmp_path):
    files = {
        "memory/bot/memory.limit_in_bytes": f"{500 * MB}\n",
        "memory/bot/memory.usage_in_bytes": f"{200 * MB}\n",
        "memory/bot/memory.stat": f"total_inactive_file {50 * MB}\n",
        "memory/memory.limit_in_bytes": "9223372036854771712\n",
        "memory/memory.usage_in_bytes": f"{900 * MB}\n",
    }
    here = machine(tmp_path, "2:memory:/bot\n0::/\n", files)
    assert (here.memory_bytes(), here.free_bytes()) == (500 * MB, 350 * MB)


def test_files_that_make_no_sense_are_passed_over(tmp_path):
    files = {"cpu.max": "lots of it", "memory.max": "", "memory.current": "x", "memory.stat": "\n"}
    here = machine(tmp_path, "0::/\n", files)
    assert here.cores() == len(os.sched_getaffinity(0))
    assert here.memory_bytes() == psutil.virtual_memory().total


@pytest.mark.parametrize(("visible", "is_there"), [("", False), ("-1", False), ("0", True)])
def test_a_graphics_card_that_is_hidden_from_torch_is_none(
    visible: str, is_there: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime.Path, "glob", lambda *_: iter([Path("/dev/nvidia0")]))
    monkeypatch.setattr(runtime, "version", lambda _: "2.9.0")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    assert runtime.has_graphics_card() is is_there
