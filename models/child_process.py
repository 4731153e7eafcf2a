"""What the engine's child processes share: a clean environment, and the way back to our code."""

import os
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
_KEPT_VARIABLES = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "SYSTEMROOT")


def environment(threads: int) -> dict[str, str]:
    """No secrets, no network, and no more threads than these."""
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    return kept | {
        "PYTHONPATH": os.pathsep.join(_import_path()),
        "PYTHONUTF8": "1",
        "HF_HUB_OFFLINE": "1",
        "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "CUDA_VISIBLE_DEVICES": "",
        "OMP_NUM_THREADS": str(threads),
        "OMP_WAIT_POLICY": "PASSIVE",  # threads that spin while they wait would stall the chat
    }


def _import_path() -> list[str]:
    """Where the child finds this package, unless it is installed among the others."""
    inherited = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    own = [] if _ROOT.name in {"site-packages", "dist-packages"} else [str(_ROOT)]
    return [*own, *filter(None, inherited)]
