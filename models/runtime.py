"""Brings torch and transformers into the process without stopping the event loop.

An import in a thread still stops the loop where it keeps the interpreter's lock for long. Two
things do, by measurement: opening libtorch_cpu (150 ms), and the collector of cyclic garbage, whose
full runs grow with every module (five runs, up to 130 ms).
"""

import ctypes
import gc
import importlib.util
import logging
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

log = logging.getLogger(__name__)

_importing = threading.Lock()
_is_ready = False


def prepare() -> None:
    """Import what every load needs, once; seconds long, so call it from a pool thread.

    Torch gets one thread a call: the pool's workers are what runs in parallel, and two threads
    inside one call collapse when another process is busy (FACTS.md, 'Engines').
    """
    global _is_ready  # noqa: PLW0603 - imports are process-wide, and so is what is done once
    with _importing:
        if not _is_ready:
            _open_libraries()
            with _collector_paused():
                _import()
            _is_ready = True


def _import() -> None:
    import torch  # noqa: PLC0415
    from transformers import (  # noqa: PLC0415
        AutoModelForMaskedLM,
        AutoModelForSequenceClassification,
        AutoTokenizer,
        BertForSequenceClassification,
        RobertaForSequenceClassification,
    )
    from transformers.utils import logging as transformers_logging  # noqa: PLC0415

    # Named, since transformers imports a class only when somebody asks for its name.
    lazy = (
        AutoModelForMaskedLM,
        AutoModelForSequenceClassification,
        AutoTokenizer,
        BertForSequenceClassification,
        RobertaForSequenceClassification,
    )
    torch.set_num_threads(1)
    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    log.debug("torch %s is ready for %s classes", torch.__version__, len(lazy))


def _open_libraries() -> None:
    """Open torch's libraries beforehand, by a call that releases the interpreter's lock.

    ctypes.CDLL keeps the lock while it opens a library (CPython 3.11), as an import does; a foreign
    call of dlopen itself does not. Failing is harmless: the import then opens them, more slowly.
    """
    spec = importlib.util.find_spec("torch")
    if sys.platform == "win32" or spec is None or not spec.submodule_search_locations:
        return
    ending = "dylib" if sys.platform == "darwin" else "so"
    library = Path(spec.submodule_search_locations[0]) / "lib" / f"libtorch_python.{ending}"
    dlopen = ctypes.CDLL(None).dlopen
    dlopen.restype, dlopen.argtypes = ctypes.c_void_p, (ctypes.c_char_p, ctypes.c_int)
    dlopen(os.fsencode(library), os.RTLD_NOW)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Pause the collector while modules are made, and never let it look at them again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        # Modules live for ever. Frozen, they cost later full runs nothing. This must stay before
        # any model is loaded: what is frozen and later dropped in a cycle would never be freed.
        gc.freeze()
        if was_enabled:
            gc.enable()
