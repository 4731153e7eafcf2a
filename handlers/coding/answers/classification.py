"""The code of `/classify`: one text or several, and one label or several."""

from collections.abc import Mapping

from handlers.coding.answers.letters import letters_function, letters_imports
from handlers.coding.asked import Asked
from handlers.coding.model import ModelCode
from handlers.coding.snippet import assigned, filled, imports, listed
from handlers.types import Language
from models.canonical import legible
from models.reports import ProblemType

HEAD = "AutoModelForSequenceClassification"
_ONE = """$imports

$load
$letters
# @tokenize
$text
inputs = tokenizer($given, max_length=$limit, return_tensors="pt")

# @head
with torch.no_grad():
    logits = model(**inputs).logits[0]$and_letters

# @$step
scores = $scores
for place in $order:
    print(f"{model.config.id2label[place]}: {scores[place]:$digits}")
"""
_SEVERAL = """$imports

$load
$letters
$texts
for text in texts:
    # @tokenize
    inputs = tokenizer(text, truncation=True, max_length=$limit, return_tensors="pt")

    # @head
    with torch.no_grad():
        logits = model(**inputs).logits[0]$and_letters

    # @$step
    scores = $scores
    print(text)
    for place in $order:
        print(f"  {model.config.id2label[place]}: {scores[place]:$digits}")
"""


def classification_code(asked: Asked, model: ModelCode) -> str:
    """Return the code of an answer of `/classify`, or of those of a batch."""
    given = {"text": asked.text}
    if pair := legible(asked.given("pair")):
        given["pair"] = pair
    cut = '"only_first"' if pair else "True"
    is_regression = model.post.problem_type is ProblemType.REGRESSION
    return filled(
        _ONE if len(asked.queries) == 1 else _SEVERAL,
        asked.language,
        text="\n".join(assigned(*each, asked.language) for each in given.items()),
        given=f"{', '.join(given)}, truncation={cut}",
        texts=listed("texts", asked.texts, asked.language),
        order="range(len(scores))" if is_regression else "scores.argsort(descending=True).tolist()",
        digits=".6g" if is_regression else ".4f",
        **classifier_blanks(model, asked.language),
    )


def classifier_blanks(model: ModelCode, language: Language, *needed: str) -> Mapping[str, str]:
    """Return what fills the blanks of every template in which one classifier answers.

    `needed` are the imports of the rest of it.
    """
    return {
        "imports": imports(*needed, *model.imports(HEAD), *letters_imports([model])),
        "load": model.load(HEAD),
        "letters": letters_function([model], language),
        "limit": str(model.limit),
        "and_letters": " + letters(name, text)" if model.post.has_letters else "",
        "step": model.step,
        "scores": model.scores("logits"),
    }
