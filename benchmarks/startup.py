"""How long a fresh process takes to answer, beside one that only imports what tutorials import.

Run `python -m benchmarks.startup`; the runs are interleaved, so that other load falls on all alike.
"""

import statistics
import subprocess
import sys
import tempfile
import time

ROUNDS = 5
BASELINE = "import of transformers.pipeline"


def main() -> None:
    """Time each start in turn, and print the medians as ratios to the baseline."""
    with tempfile.TemporaryDirectory() as data:
        chat = [sys.executable, "-m", "bot", "chat", "--json", "--data", data, "-c"]
        starts = {
            BASELINE: [sys.executable, "-c", "from transformers import pipeline"],
            "tokki chat -c /help": [*chat, "/help"],
            "tokki chat -c '/tokenize …' (first answer)": [*chat, "/tokenize hello"],
            "tokki chat -c '/classify …' (first answer)": [*chat, "/classify I love this"],
        }
        seconds: dict[str, list[float]] = {name: [] for name in starts}
        for _ in range(ROUNDS):
            for name, command in starts.items():
                seconds[name].append(_seconds(command))
    baseline = statistics.median(seconds[BASELINE])
    for name, runs in seconds.items():
        median = statistics.median(runs)
        print(f"{name:45} {median:6.2f} s   ratio {median / baseline:.2f}")


def _seconds(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
