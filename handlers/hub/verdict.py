"""Whether Tokki can run a model of the Hub, in a few words or in a sentence."""

from handlers.guard.failures import explain
from handlers.table import Bilingual
from handlers.texts import say
from handlers.types import Language
from models.errors import ModelError
from models.reasons import Reason
from models.results import Task
from models.units import MB

_VECTOR = Bilingual("/vector", "/벡터")
_WRITING = Bilingual("/generate", "/생성")
_COMMANDS = {
    "text-classification": Bilingual("/classify", "/분류"),
    "zero-shot-classification": Bilingual("/zeroshot", "/제로샷"),
    "fill-mask": Bilingual("/fillmask", "/빈칸"),
    "token-classification": Bilingual("/entities", "/개체"),
    "feature-extraction": _VECTOR,
    "sentence-similarity": Bilingual("/similar", "/비슷한글"),
    "question-answering": Bilingual("/ask", "/질문"),
    "summarization": Bilingual("/summarize", "/요약"),
    "translation": Bilingual("/translate", "/번역"),
    "text-generation": _WRITING,
    "text2text-generation": _WRITING,
    "tokenize": Bilingual("/tokenize", "/토큰"),
}
"""What a model is asked with, by the Hub's name of its task."""
_OF_TEXT = frozenset({"multiple-choice", "text-ranking", "table-question-answering"})
"""Tasks that Tokki does not do, of networks that read texts and so have vectors of them."""
_SHORT = {
    Reason.ADAPTER: "adapter",
    Reason.HUB_POINTER: "pointer",
    Reason.TOKENIZER_MISSING: "no_tokenizer",
}


def megabytes(size: int | None) -> str:
    """Return a size as people read it."""
    return "–" if size is None else f"{size / MB:,.1f} MB"


def command_for(task: str | None, language: Language) -> str | None:
    """Return what asks a model of a task; None: nobody knows, or it is none of a text."""
    has_vectors = task in _OF_TEXT or task == ""
    found = _COMMANDS.get(task or "", _VECTOR if has_vectors else None)
    return found.to(language) if found else None


def in_short(refusal: ModelError | None, task: str | None, language: Language) -> str:
    """Say whether it can be run, for a cell of a table."""
    if refusal is None:
        if task in _OF_TEXT:
            return say(language, "hub.runs_vector")
        command = command_for(task, language)
        return say(language, "hub.runs_as", command=command) if command else _maybe(task, language)
    if refusal.code in ("model_too_large", "machine_too_small"):
        return say(language, "hub.runs_too_large", mb=f"{refusal.facts['size_mb']:,}")
    if refusal.code == "broken_checkpoint":
        reason = str(refusal.facts["reason"]).partition(":")[0]
        return say(language, f"hub.runs_{_SHORT.get(Reason(reason), 'no_weights')}")
    return say(language, f"hub.runs_{refusal.code}")


def in_words(refusal: ModelError | None, task: str | None, language: Language) -> str:
    """Say whether it can be run, in a sentence that tells what could be done."""
    if refusal is not None:
        return say(language, "hub.cannot", why=explain(refusal.code, refusal.facts, language))
    if task in _OF_TEXT or (task is not None and command_for(task, language) is None):
        return say(language, "hub.can_vector", task=task)
    command = command_for(task, language)
    if command is None or task == Task.TOKENIZE:
        return say(language, "hub.can_tokenize" if task else "hub.can")
    return say(language, "hub.can_as", command=command)


def _maybe(task: str | None, language: Language) -> str:
    return say(language, "hub.runs_other" if task else "hub.runs")
