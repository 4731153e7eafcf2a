"""What the gate says of a new version, in words."""

from handlers.learning.gate.verdict import Fault, Finding, Judgement, Verdict
from handlers.texts import say
from handlers.types import Language


def verdict_in_words(
    judgement: Judgement,
    names: dict[str, str],
    texts: int,
    language: Language,
    *,
    is_multi_label: bool = False,
) -> str:
    """Return the gate's sentence; `names` are those of the new version and the `current` one.

    Where several labels may hold, who is nearer to the truth is told, not who is right.
    """
    facts = {**names, "n": texts, "by": points(judgement.by), "missing": judgement.missing}
    reasons = ", ".join(_reason(each, language) for each in judgement.findings)
    key = _key(judgement)
    if is_multi_label and key in _OF_SETS:
        key = f"{key}_sets"
    return say(language, f"gate.{key}", reasons=reasons, **facts)


_OF_SETS = ("better", "worse", "worse_and", "in_doubt")


def points(share: float) -> str:
    """Return a share in percentage points, as people read them."""
    return f"{100 * share:.1f}"


def _key(judgement: Judgement) -> str:
    match judgement:
        case Judgement(verdict=Verdict.BETTER):
            return "better"
        case Judgement(verdict=Verdict.WORSE, findings=()):
            return "worse"
        case Judgement(verdict=Verdict.WORSE, by=0.0):
            return "worse_in"
        case Judgement(verdict=Verdict.WORSE):
            return "worse_and"
        case Judgement(findings=()):
            return "not_shown" if judgement.missing else "not_better"
        case _:
            return "in_doubt"


def _reason(finding: Finding, language: Language) -> str:
    is_share = finding.fault in (Fault.RECALL, Fault.CALIBRATION, Fault.MACRO_F1)
    amount = points(finding.amount) if is_share else f"{finding.amount:.3g}"
    return say(language, f"gate.{finding.fault}", amount=amount, label=finding.label or "")
