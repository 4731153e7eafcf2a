"""The machine in words, for a page that others read: no names, no paths."""

import os
import platform
import resource
import sys
from collections.abc import Mapping, Sequence, Set
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import psutil

from benchmarks.serving.pages import engine_digest

_FLAGS = ("avx2", "avx512f", "avx512_vnni", "avx_vnni", "avx512_bf16", "amx_int8", "amx_bf16")
_VNNI = {"avx512_vnni", "avx_vnni"}
_LIBRARIES = ("torch", "transformers", "tokenizers", "onnxruntime", "numpy")


def this_processor() -> str:
    """Name the processor, and what multiplies there."""
    return _in_words(describe(()))


def describe(cores: Sequence[int]) -> dict[str, Any]:
    """Return what matters for speed."""
    facts = _cpu_facts()
    flags = set(facts.get("flags", "").split())
    return {
        "processor": facts.get("model name") or platform.processor() or platform.machine(),
        "instructions": instructions(flags),
        "engine": engine_digest(),
        "flags": [flag for flag in _FLAGS if flag in flags],
        "cores_of_the_machine": os.cpu_count(),
        "cores_used": len(cores),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "load_at_the_start": round(os.getloadavg()[0], 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    } | {name: _version(name) for name in _LIBRARIES}


def in_words(described: Mapping[str, Any]) -> str:
    """Say what was measured on, for the head of a page."""
    return (
        f"{_in_words(described)}, {described['cores_used']} cores "
        f"and a load of {described['load_at_the_start']} at the start"
    )


def _in_words(described: Mapping[str, Any]) -> str:
    return f"{described['processor']} ({described['instructions']})"


def instructions(flags: Set[str]) -> str:
    """Say in words what multiplies: whole numbers are fast with VNNI."""
    if not flags:
        return "not known"
    named = (name for flag, name in (("avx512f", "AVX-512"), ("avx2", "AVX2")) if flag in flags)
    widest = next(named, "less than AVX2")
    if flags & _VNNI:
        return f"{widest} with VNNI"
    return f"{widest} alone: no VNNI"


def has_vnni(described: Mapping[str, Any]) -> bool:
    """Tell of a described machine whether it has VNNI; of who says nothing, that it has."""
    return not str(described.get("instructions", "")).endswith("no VNNI")


def use_cores(count: int) -> list[int]:
    """Keep this process and its children on so many cores, where the system can."""
    if not hasattr(os, "sched_setaffinity"):
        return list(range(min(count, os.cpu_count() or 1)))
    cores = sorted(os.sched_getaffinity(0))[:count]
    os.sched_setaffinity(0, cores)
    return cores


def peak_bytes() -> int:
    """Return the most memory that the process has had in the machine's own."""
    status = Path("/proc/self/status")
    if status.exists():  # ru_maxrss of Linux counts the parent's, too
        lines = status.read_text("utf-8").splitlines()
        return 1024 * int(next(line for line in lines if line.startswith("VmHWM")).split()[1])
    unit = 1 if sys.platform == "darwin" else 1024
    return unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def command() -> str:
    """Return how the benchmark was called; folders of this machine are left out."""
    words = ["python", "-m", "benchmarks.serving"]
    previous = ""
    for word in sys.argv[1:]:
        is_path = previous in ("--infinity-python", "--work", "--data") or os.sep in word
        words.append("…" if is_path else word)
        previous = word
    return " ".join(words)


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "absent"


def _cpu_facts() -> dict[str, str]:
    path = Path("/proc/cpuinfo")
    if not path.exists():
        return {}
    lines = path.read_text("utf-8").split("\n\n")[0].splitlines()
    pairs = (line.partition(":") for line in lines)
    return {name.strip(): value.strip() for name, _, value in pairs}
