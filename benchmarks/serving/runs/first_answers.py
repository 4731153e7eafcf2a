"""How long fresh processes take to their first line of output, interleaved."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from time import perf_counter

from benchmarks.serving.askers import Options
from benchmarks.serving.inputs import checkpoints
from benchmarks.serving.plan import Plan
from benchmarks.serving.results import Start
from benchmarks.serving.runs.contestant import ROOT, environment

IMPORTS = "import torch, transformers"
CHAT = "tokki chat -c '/classify …'"


def first(checkpoint: str, engine: str) -> str:
    """Return the name of a fresh service that answers once."""
    return f"a service with {checkpoint}, engine {engine}"


def measure_starts(plan: Plan) -> Iterator[Start]:
    """Start each in turn, several times."""
    commands = _commands(plan)
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    said = dict.fromkeys(commands, "")
    for _ in range(1 if plan.is_quick else plan.rounds):
        for name, command in commands.items():
            print(f"first answers: {name}", file=sys.stderr, flush=True)
            taken, said[name] = _first_line(command)
            seconds[name].append(round(taken, 3))
    for name, runs in seconds.items():
        yield Start(name, runs, said[name][:200])


def _commands(plan: Plan) -> dict[str, Sequence[str]]:
    commands: dict[str, Sequence[str]] = {
        IMPORTS: [sys.executable, "-c", f"{IMPORTS}; print('ready')"]
    }
    for body in plan.bodies:
        if body.training:
            continue  # as large as the random ones
        for engine in ("auto", "torch"):
            folder = str(checkpoints.made(body, plan.work, plan.data))
            exports = str(plan.exports(engine))
            options = Options(body.name, folder, exports, len(plan.cores), engine)
            module = "benchmarks.serving.runs.first_answer"
            told = json.dumps(asdict(options))
            commands[first(body.name, engine)] = [sys.executable, "-m", module, told]
    chat = [sys.executable, "-m", "bot", "chat", "--json", "--data", str(plan.work / "data")]
    commands[CHAT] = [*chat, "-c", "/classify I love this"]
    return commands


def _first_line(command: Sequence[str]) -> tuple[float, str]:
    started = perf_counter()
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout
        line = process.stdout.readline().strip()
        taken = perf_counter() - started
        process.stdout.read()
    return taken, line
