"""Thirty threads share two arenas of the C library."""

import os
import subprocess
import sys

import pytest

THREADS = 30
SCRIPT = f"""
import ctypes, sys, threading
from bot.process.arenas import bound_arenas

if sys.argv[1] == "bounded" and not bound_arenas():
    sys.exit("not glibc")
libc = ctypes.CDLL(None)
libc.malloc.restype = libc.fdopen.restype = ctypes.c_void_p
together = threading.Barrier({THREADS} + 1)

def hold():
    together.wait()
    libc.malloc(1000)
    together.wait()

for _ in range({THREADS}):
    threading.Thread(target=hold, daemon=True).start()
together.wait()
together.wait()
stream = ctypes.c_void_p(libc.fdopen(1, b"w"))
libc.malloc_info(0, stream)
libc.fflush(stream)
"""


def arenas(bounded: str) -> int:
    environment = {name: value for name, value in os.environ.items() if "MALLOC" not in name}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, bounded],
        check=False,
        capture_output=True,
        text=True,
        env=environment,
    )
    if "not glibc" in done.stderr:
        pytest.skip("the C library is not glibc")
    assert done.returncode == 0, done.stderr
    return done.stdout.count("<heap nr=")


@pytest.mark.skipif(sys.platform != "linux", reason="glibc is Linux's")
def test_arenas_are_bounded() -> None:
    assert arenas("bounded") <= 2 < arenas("free")
