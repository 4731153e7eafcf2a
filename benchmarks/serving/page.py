"""Draws the results as Markdown, for the console and for a page of docs/figures/performance."""

from collections.abc import Callable, Iterator, Sequence

from benchmarks.serving.figures import Figures, Quantity, Spread, p95, throughput, unit_of
from benchmarks.serving.inputs import texts
from benchmarks.serving.plan import OURS, REAL
from benchmarks.serving.real_models import real_models
from benchmarks.serving.results import Results, Run
from benchmarks.serving.runs.first_answers import IMPORTS
from benchmarks.serving.tables import table, text
from benchmarks.serving.targets import Target, targets

_KINDS = {
    "distinct": "distinct texts",
    "repeated": "repeated texts",
    "one long": "one text of 512 tokens among short ones",
}
_MET = {True: "yes", False: "**no**", None: "not measured"}


def draw(results: Results, remarks: str = "") -> str:
    """Return the whole page."""
    parts = [*_head(results), *_targets(results)]
    if remarks:
        parts.append(remarks.strip())
    parts += real_models(results)
    for name in results.checkpoints:
        if name not in REAL:
            parts += _checkpoint(results, Figures(results, name))
    parts += [*_starts(results), *_method(results)]
    return "\n\n".join(parts) + "\n"


def _head(results: Results) -> Iterator[str]:
    yield "# Performance"
    yield (
        f"Written by `{results.command}` on {results.date}; it took "
        f"{results.took_s / 60:.0f} minutes. Ratios are to the naive bot of tutorials, a "
        "`pipeline` in a pool of four threads, in the same round; a figure with a range is the "
        "median of several rounds with the least and the most."
    )
    facts = (
        f"{name.replace('_', ' ')}: {', '.join(value) if isinstance(value, list) else value}"
        for name, value in results.machine.items()
    )
    yield "\n".join(f"- {fact}" for fact in facts)


def _targets(results: Results) -> Iterator[str]:
    yield "## Targets"
    rows = [
        (each.name, each.best_known, _goal(each), _measured(each), _MET[each.is_met], each.remark)
        for each in targets(results)
    ]
    yield table(("MiniLM size, distinct texts", "known best", "goal", "measured", "met", ""), rows)


def _goal(target: Target) -> str:
    sign = "at most" if target.is_less_better else "at least"
    return f"{sign} {target.goal:g}"


def _measured(target: Target) -> str:
    return "" if target.measured is None else f"{target.measured:.3g}"


def _checkpoint(results: Results, figures: Figures) -> Iterator[str]:
    facts = results.checkpoints[figures.checkpoint]
    yield f"## {facts['title'][0].upper()}{facts['title'][1:]}"
    yield _about(facts)
    if missing := [each for each in results.absent if each.checkpoint == figures.checkpoint]:
        yield "\n".join(f"- `{each.contender}` is absent: {each.reason}" for each in missing)
    if figures.cases():
        yield _engines(results, figures)
    for kind in dict.fromkeys(kind for kind, _ in figures.cases()):
        callers = [count for each, count in figures.cases() if each == kind]
        yield f"### {_title(results, figures.checkpoint, kind)}"
        yield from _tables(figures, kind, callers)
    yield from _limit(results, figures)


def _about(facts: dict[str, object]) -> str:
    sizes = (
        f"{facts['num_hidden_layers']} layers of {facts['hidden_size']} and "
        f"{facts['intermediate_size']}, {facts['labels']} labels."
    )
    if "held_out_accuracy" not in facts:
        return sizes
    return (
        f"{sizes} Made on the spot: the body is random, the head was fitted to five topics of "
        "made-up words and two languages (right on "
        f"{facts['held_out_accuracy']:.0%} of held-out texts, median margin "
        f"{facts['median_margin']})."
    )


def _engines(results: Results, figures: Figures) -> str:
    """Who answered, how well, and what it took."""
    rows = []
    for name in figures.contenders():
        runs = [run for run in results.runs if _is(run, figures.checkpoint, name)]
        memory = max(run.peak_bytes for run in runs) / 1e6
        lag = max(run.lag_999_ms for run in runs), max(run.lag_worst_ms for run in runs)
        rows.append(
            (
                f"`{name}`",
                runs[-1].engine,
                *_agreed(results, figures.checkpoint, name),
                f"{memory:.0f}",
                f"{lag[0]:.1f} · {lag[1]:.1f}",
            )
        )
    titles = (
        "contender",
        "engine that answered",
        "labels unlike sequential torch",
        "largest difference of a probability",
        "peak memory, MB",
        "loop lag 99.9 % · worst, ms",
    )
    return table(titles, rows)


def _agreed(results: Results, checkpoint: str, contender: str) -> tuple[str, str]:
    found = [
        each
        for each in results.agreements
        if (each.checkpoint, each.contender) == (checkpoint, contender)
    ]
    if not found:
        return "", ""
    different = sum(each.different_labels for each in found)
    largest = max(each.largest_difference for each in found)
    return f"{different} of {sum(each.checked for each in found)}", f"{largest:.2g}"


def _title(results: Results, checkpoint: str, kind: str) -> str:
    rates = [rate for key, rate in results.repetition.items() if key.startswith(f"{checkpoint}, ")]
    title = _KINDS[kind][0].upper() + _KINDS[kind][1:]
    if kind != "repeated" or not rates:
        return title
    return f"{title} ({min(rates):.0%} to {max(rates):.0%} had been asked before)"


def _tables(figures: Figures, kind: str, callers: Sequence[int]) -> Iterator[str]:
    """Ratios first, then what was measured."""
    titles = ("", *(f"{count} callers" if count > 1 else "1 caller" for count in callers))

    def drawn(title: str, cell: Callable[[str, int], str]) -> str:
        rows = [
            (f"`{name}`", *(cell(name, count) for count in callers))
            for name in figures.contenders()
        ]
        return table((title, *titles[1:]), rows)

    def ratio(quantity: Quantity) -> Callable[[str, int], str]:
        return lambda name, count: text(figures.ratio(quantity, kind, count, name), ".2f")

    yield drawn("throughput, ratio", ratio(throughput))
    yield drawn("p95, ratio", ratio(p95))
    yield drawn(
        "messages a second",
        lambda name, count: text(figures.absolute(throughput, kind, count, name), ".0f"),
    )
    yield drawn("p50 · p95 · p99, ms", lambda name, count: _latencies(figures, kind, count, name))


def _latencies(figures: Figures, kind: str, callers: int, name: str) -> str:
    quantities: tuple[Quantity, ...] = (lambda run: run.p50_ms, p95, lambda run: run.p99_ms)
    found = [figures.absolute(quantity, kind, callers, name) for quantity in quantities]
    return " · ".join(f"{each.median:.0f}" for each in found if each)


def _limit(results: Results, figures: Figures) -> Iterator[str]:
    peaks = [each for each in results.peaks if each.checkpoint == figures.checkpoint]
    if not peaks:
        return
    yield "### The estimated limit"
    ways = dict.fromkeys((each.unit, each.how) for each in peaks)
    rows = [
        (unit, how, Spread.of([p.gflop_per_s for p in peaks if (p.unit, p.how) == (unit, how)]))
        for unit, how in ways
    ]
    yield table(
        ("products of 256 rows", "", "10⁹ operations/s"),
        [(unit, how, spread.text(".0f")) for unit, how, spread in rows],
    )
    cases = [(kind, callers) for kind, callers in figures.cases() if kind == "distinct"]
    shares = [
        (f"`{name}`", _unit(figures, name), *(_share(figures, case, name) for case in cases))
        for name in figures.contenders()
        if name in OURS
    ]
    titles = ("share of the best of them", "unit", *(f"{count} callers" for _, count in cases))
    yield table(titles, shares)


def _unit(figures: Figures, name: str) -> str:
    runs = [run for case in figures.cases() for run in figures.of(*case, name)]
    return unit_of(runs[-1].engine)


def _share(figures: Figures, case: tuple[str, int], name: str) -> str:
    return text(figures.share(*case, name), ".2f")


def _starts(results: Results) -> Iterator[str]:
    if not results.starts:
        return
    yield "## First answer of a fresh process"
    imports = next(each for each in results.starts if each.name == IMPORTS)
    rows = []
    for start in results.starts:
        ratios = [a / b for a, b in zip(start.seconds, imports.seconds, strict=True)]
        said = start.said if start.name.startswith("a service") else ""
        spread = Spread.of(start.seconds).text(".2f")
        rows.append((f"`{start.name}`", spread, Spread.of(ratios).text(".2f"), said))
    yield table(("until its first line", "seconds", "ratio", ""), rows)


def _method(results: Results) -> Iterator[str]:
    yield "## How it is measured"
    yield (
        f"Every contender has a process of its own on the same {results.machine['cores_used']} "
        f"cores and is halted while another answers. In each of {results.rounds} rounds all answer "
        "a case before the next case begins, and another one begins each round. Cases that no "
        "target is about run in the first round only.\n\n"
        "Callers ask, wait for the answer and ask again, at least twice each; the first answer of "
        "each is left out of the percentiles, since it found nobody waiting. Throughput is all "
        "messages by the time until the last answer.\n\n"
        f"Texts have a log-normal length of median {texts.MEDIAN_WORDS} words (about 17 tokens); "
        f"every {texts.BLOCK} in a row have the same lengths, one of them over 100 words. Repeated "
        f"texts are drawn from {texts.ZIPF_DISTINCT:,} by Zipf's law with exponent "
        f"{texts.ZIPF_EXPONENT}, new ones for each case, so a cache of results begins cold.\n\n"
        "The limit counts the products and the attention of the real tokens, without padding, "
        "against the best rate of the products alone. Answers are compared with torch asked one "
        "message after the other, which knows the temperature of a calibrated checkpoint; the "
        "naive bot, infinity-emb and plain ONNX Runtime do not, so on the bundled checkpoint their "
        "probabilities differ."
    )


def _is(run: Run, checkpoint: str, contender: str) -> bool:
    return (run.checkpoint, run.contender) == (checkpoint, contender)
