"""What answers. Each module has `opened(options)`, and imports its library in there only."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from importlib import import_module

from benchmarks.serving.runs.closed_loop import Asker


@dataclass(frozen=True, slots=True)
class Options:
    """What a contender is told."""

    name: str
    """Of the checkpoint: one of the bundled, or that of its folder."""
    folder: str
    exports: str
    workers: int
    engine: str = ""
    prepares: bool = False
    """Whether it may export the checkpoint first."""


def opened(kind: str, options: Options) -> AbstractAsyncContextManager[Asker]:
    """Open a contender by the name of its module."""
    module = import_module(f"benchmarks.serving.askers.{kind}")
    open_it: Callable[[Options], AbstractAsyncContextManager[Asker]] = module.opened
    return open_it(options)
