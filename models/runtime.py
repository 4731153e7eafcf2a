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
from importlib.metadata import version
from pathlib import Path

log = logging.getLogger(__name__)

drawing = threading.Lock()
"""Is held by whoever draws: torch has one source of chance for the whole process."""
_importing = threading.Lock()
_is_ready = False
_SPINS = "10000"
_NO_CARD = {"", "-1"}


def has_graphics_card() -> bool:
    """Whether torch will find a graphics card, told without importing it."""
    if os.environ.get("CUDA_VISIBLE_DEVICES", "all").strip() in _NO_CARD:
        return False
    return bool(list(Path("/dev").glob("nvidia[0-9]*"))) and not version("torch").endswith("+cpu")


def prepare() -> None:
    """Import what every load needs, once; seconds long, so call it from a pool thread.

    Threads of OpenMP that wait for each other soon go to sleep: by default they turn in place for
    milliseconds, and two threads collapse when another process is busy (measured).
    """
    global _is_ready  # noqa: PLW0603 - imports are process-wide, and so is what is done once
    with _importing:
        if not _is_ready:
            os.environ.setdefault("GOMP_SPINCOUNT", _SPINS)  # read when the library is opened
            # It would remember a file by its path, whatever stands in it by now.
            os.environ["TIKTOKEN_CACHE_DIR"] = ""
            _open("torch", "lib", "libtorch_python")
            with _collector_paused():
                _import()
            _is_ready = True


def prepare_onnx() -> None:
    """Import ONNX Runtime; call it from a pool thread."""
    with _importing:
        _open("onnxruntime", "capi", "onnxruntime_pybind11_state")
        with _collector_paused():
            importlib.import_module("onnxruntime")


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
    torch.set_num_threads(1)  # of which models.engines.torch_engine gives more to a lone text
    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    log.debug("torch %s is ready for %s classes", torch.__version__, len(lazy))


def _open(package: str, folder: str, library: str) -> None:
    """Open a library beforehand, by a call that releases the interpreter's lock.

    ctypes.CDLL keeps the lock while it opens a library (CPython 3.11), as an import does; a foreign
    call of dlopen itself does not. Failing is harmless: the import then opens it, more slowly.
    """
    spec = importlib.util.find_spec(package)
    if sys.platform == "win32" or spec is None or not spec.submodule_search_locations:
        return
    dlopen = ctypes.CDLL(None).dlopen
    dlopen.restype, dlopen.argtypes = ctypes.c_void_p, (ctypes.c_char_p, ctypes.c_int)
    for path in (Path(spec.submodule_search_locations[0]) / folder).glob(f"{library}.*"):
        dlopen(os.fsencode(path), os.RTLD_NOW)


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
