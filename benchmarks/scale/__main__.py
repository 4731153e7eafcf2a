"""The scale benchmark: it needs Ray, or `--again`, which draws what was measured."""

import argparse
import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from benchmarks.scale.page import MARK, PAGE, RESULTS, page
from benchmarks.serving.inputs.texts import distinct
from benchmarks.serving.inputs.words import speak_opinions
from benchmarks.serving.machine import describe, use_cores
from tests.servers.ports import free_port
from tests.servers.ray_nodes import running_nodes

_TEXTS = 20_000


def main(words: Sequence[str] | None = None) -> None:
    """Measure or take what was measured, and print or write the page."""
    arguments = _arguments(words)
    found = json.loads(RESULTS.read_text("utf-8")) if arguments.again else _measured(arguments)
    text = page(found)
    if arguments.write:
        RESULTS.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
        before, mark, _ = PAGE.read_text("utf-8").partition(MARK)
        PAGE.write_text(before + mark + "\n\n" + text, "utf-8")
    print(text)


def _measured(arguments: argparse.Namespace) -> dict[str, object]:
    from benchmarks.scale.measuring import measure  # noqa: PLC0415 - what is drawn needs no engine

    machine = describe(use_cores(2))
    texts = distinct(speak_opinions, 5, _TEXTS)
    with running_nodes() as nodes:
        points = asyncio.run(measure(nodes.address, free_port(), texts, arguments.seconds))
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "machine": machine,
        "points": [asdict(one) for one in points],
    }


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    add = parser.add_argument
    add("--seconds", type=float, default=6.0, help="of each crowd")
    add("--again", action="store_true", help="from results.json, without measuring")
    add("--write", action="store_true", help="write docs/scale.md and results.json")
    return parser.parse_args(words)


if __name__ == "__main__":
    main()
