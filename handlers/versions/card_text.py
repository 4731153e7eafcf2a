"""The card of a version as Markdown: first in English, then in Korean. Pure.

It tells counts, figures and names of labels; never a text, and nobody's name.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from handlers.exporting.markdown import escaped, table
from handlers.learning.gate.figures import Bounded, Figures
from handlers.texts import say
from handlers.training.report import VersionReport
from handlers.training.verdict_words import verdict_in_words
from handlers.types import Language
from handlers.versions.card_facts import CardFacts
from models.canonical import one_line
from models.releases.card import ModelCard

_FEW = 30
_FEW_OF_A_LABEL = 10
_SNIPPET = """\
```python
from transformers import AutoModelForSequenceClassification, AutoTokenizer
tokenizer = AutoTokenizer.from_pretrained("{where}")
model = AutoModelForSequenceClassification.from_pretrained("{where}")
logits = model(**tokenizer("{text}", truncation=True, return_tensors="pt")).logits / {temperature}
print({best})
```"""
_BEST = "model.config.id2label[logits.argmax().item()], logits.softmax(-1).max().item()"
_ALL_LIKELY = (
    "[model.config.id2label[n] for n, p in enumerate(logits.sigmoid()[0]) if p >= {share:g}]"
)
_LIKELY = 0.5


def card_of(facts: CardFacts, where: str) -> ModelCard:
    """Return the card; `where` is what transformers loads: a folder, or a repository."""
    bodies = ["\n\n".join(_sections(facts, where, language)) for language in Language]
    figures = {}
    if facts.report:
        new = facts.report.new
        figures = {"accuracy": new.accuracy.value, "f1": new.macro_f1.value}
    return ModelCard(
        name=facts.version.full_name,
        base=facts.version.base,
        body="\n\n---\n\n".join(bodies),
        dataset=_measured_on(facts),
        figures=figures,
    )


def gate_word(facts: CardFacts, language: Language) -> str:
    """Return what the gate made of it."""
    report = facts.report
    if report is None or report.judgement is None:
        return say(language, "card.not_judged")
    names = {"name": facts.version.full_name, "current": facts.compared_with}
    facts_of_it = (report.judgement, names, report.texts, language)
    return verdict_in_words(*facts_of_it, is_multi_label=report.is_multi_label)


def learned_from(
    facts: CardFacts, language: Language, *, is_markdown: bool = False
) -> Iterator[str]:
    """Tell what it learned from, and what was left out and why.

    A chat shows what markup would be, and names a snapshot as short as elsewhere.
    """
    if (snapshot := facts.snapshot) is None:
        yield say(language, "card.no_snapshot")
        return
    digest = f", SHA-256 `{snapshot.hash}`" if is_markdown else f" {snapshot.short_hash}"
    yield say(
        language,
        "card.learned",
        n=len(snapshot.rows),
        dataset=_names(is_markdown=is_markdown)(facts.dataset or "–"),
        snapshot=f"#{snapshot.id}{digest}",
    )
    if snapshot.left_out:
        parts = [say(language, f"left_out.{why}", n=n) for why, n in snapshot.left_out.items()]
        yield say(language, "card.left_out", parts=", ".join(parts))
    if "unwilling" not in snapshot.left_out:
        yield say(language, "card.nobody_unwilling")


def limits(facts: CardFacts, language: Language, *, is_markdown: bool = False) -> Iterator[str]:
    """Tell what it is not good for, as far as its figures show that."""
    named = _names(is_markdown=is_markdown)
    yield say(language, "card.only_labels", n=len(facts.version.label_set))
    report = facts.report
    if report is None:
        yield say(language, "card.not_measured")
        return
    yield say(language, "card.only_here", n=report.texts)
    if report.texts < _FEW:
        yield say(language, "card.few", n=report.texts)
    if unmeasured := report.unmeasured:
        labels = ", ".join(map(named, unmeasured))
        yield say(language, "finetune.unmeasured", labels=labels)
    rare = [
        named(label)
        for label in report.labels
        if label in report.new.labels and report.new.labels[label].texts < _FEW_OF_A_LABEL
    ]
    if rare:
        yield say(language, "card.rare", n=_FEW_OF_A_LABEL, labels=", ".join(rare))
    if report.readings > 1:
        yield say(language, "finetune.readings", n=report.readings)


def _names(*, is_markdown: bool) -> Callable[[str], str]:
    """Return how names that people chose are written."""
    return escaped if is_markdown else one_line


def _sections(facts: CardFacts, where: str, language: Language) -> Iterator[str]:
    def heading(which: str) -> str:
        return f"## {say(language, f'card.{which}')}"

    yield f"# {escaped(facts.version.full_name)}"
    yield say(language, "card.about", base=escaped(facts.version.base))
    yield heading("data")
    yield "\n\n".join(learned_from(facts, language, is_markdown=True))
    yield _label_table(facts, language)
    yield heading("training")
    yield _listed(_training(facts, language))
    yield heading("figures")
    yield from _figures(facts, language)
    yield heading("limits")
    yield "\n".join(f"- {each}" for each in limits(facts, language, is_markdown=True))
    yield heading("loading")
    temperature = f"{facts.calibration.temperature:g}"
    yield say(language, "card.loading_said", where=where, temperature=temperature)
    text = say(language, "card.example")
    best = _BEST
    if facts.report and facts.report.is_multi_label:
        best = _ALL_LIKELY.format(share=facts.calibration.likely_from or _LIKELY)
    yield _SNIPPET.format(where=where, text=text, temperature=temperature, best=best)


def _label_table(facts: CardFacts, language: Language) -> str:
    taught_rows = facts.snapshot.rows if facts.snapshot else ()
    learned = Counter(label for row in taught_rows for label in row.labels)
    measured = facts.report.new.labels if facts.report else {}
    rows = []
    for number, label in enumerate(facts.version.label_set):
        of_label = measured.get(label)
        taught = f"{learned[number]:,}" if facts.snapshot else "–"
        held = f"{of_label.texts:,}" if of_label else "–"
        f1 = bounded(of_label.f1) if of_label else "–"
        rows.append((escaped(label), taught, held, f1))
    columns = ("label", "taught", "held", "f1")
    return table([say(language, f"card.{one}") for one in columns], rows, numbers_from=1)


def _training(facts: CardFacts, language: Language) -> Iterator[tuple[str, str]]:
    version = facts.version
    yield "recipe", version.recipe or "–"
    if version.seed is not None:
        yield "seed", str(version.seed)
    yield from facts.options.items()
    yield "parents", " ← ".join(map(escaped, (version.full_name, *facts.parents)))
    yield "trained", f"{version.created_at:%Y-%m-%d}" if version.created_at else "–"
    yield "code", f"tokki {version.code_version}" if version.code_version else "–"


def _listed(facts: Iterator[tuple[str, str]]) -> str:
    return "\n".join(f"- `{name}`: {value}" for name, value in facts)


def _figures(facts: CardFacts, language: Language) -> Iterator[str]:
    if (report := facts.report) is None:
        yield say(language, "card.not_measured")
        return
    yield say(language, "card.measured", n=report.texts, readings=report.readings)
    yield _figure_table(report, facts, language)
    yield gate_word(facts, language)


def _figure_table(report: VersionReport, facts: CardFacts, language: Language) -> str:
    """The figures beside those of what answered at the time."""
    sides = {facts.version.full_name: report.new}
    if report.live:
        sides[facts.compared_with] = report.live
    found = [cells_of(figures) for figures in sides.values()]
    rows = [
        (say(language, f"finetune.{measure}"), *(cells[measure] for cells in found))
        for measure in found[0]
    ]
    return table(["", *map(escaped, sides)], rows, numbers_from=1)


def cells_of(figures: Figures) -> Mapping[str, str]:
    """Return a model's figures as people read them."""
    micro = figures.micro_f1
    return {
        "whole_sets" if micro else "accuracy": bounded(figures.accuracy),
        **({"micro_f1": bounded(micro)} if micro else {}),
        "macro_f1": bounded(figures.macro_f1),
        "calibration": f"{figures.calibration_error:.1%}",
        "p95": "–" if figures.p95_ms is None else f"{figures.p95_ms:.1f} ms",
    }


def _measured_on(facts: CardFacts) -> str:
    texts = facts.report.texts if facts.report else 0
    return say(Language.ENGLISH, "card.test_side", dataset=facts.dataset or "–", n=texts)


def bounded(figure: Bounded) -> str:
    """Return a figure with its bounds as people read them."""
    return f"{figure.value:.1%} ({100 * figure.low:.0f}–{100 * figure.high:.0f})"
