"""The four curves, each measured in a process of its own, so that the memory is of it alone."""

import asyncio
import multiprocessing
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from benchmarks.growth.callers import CALLERS
from benchmarks.growth.communities import COMMUNITIES
from benchmarks.growth.examples import EXAMPLES
from benchmarks.growth.points import Point
from benchmarks.growth.questions import QUESTIONS

CURVES = {each.name: each for each in (CALLERS, COMMUNITIES, QUESTIONS, EXAMPLES)}


def measure(name: str, is_quick: bool) -> Sequence[Point]:
    """Measure one."""
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, fresh) as pool:
        return pool.submit(_measured, name, is_quick).result()


def _measured(name: str, is_quick: bool) -> Sequence[Point]:
    curve = CURVES[name]
    with tempfile.TemporaryDirectory() as folder:
        sizes = curve.few if is_quick else curve.sizes
        return asyncio.run(curve.measure(Path(folder), sizes))
