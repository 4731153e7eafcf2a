"""The code of `/classify file:`: the same rows with their answers, written by Python's own csv."""

from dataclasses import dataclass

from handlers.coding.answers.classification import classifier_blanks
from handlers.coding.model import ModelCode
from handlers.coding.snippet import filled, literal
from handlers.types import Language

_TEMPLATE = """$imports

$load
$letters
# @rows
with open($name, encoding=$encoding, newline="") as file:
    reader = csv.DictReader(file, delimiter=$delimiter)
    rows = [row for row in reader if None not in row and None not in row.values()]

for row in rows:
    text = row[$column]
    if not text.strip():
        continue
    # @tokenize
    inputs = tokenizer(text, truncation=True, max_length=$limit, return_tensors="pt")
    # @head
    with torch.no_grad():
        logits = model(**inputs).logits[0]$and_letters
    # @$step
    scores = $scores
    best = scores.argmax().item()
    row[$label], row[$probability] = model.config.id2label[best], f"{scores[best]:.6f}"

# @rows_back
with open($answers, "w", encoding="utf-8-sig", newline="") as file:
    names = [*reader.fieldnames, $label, $probability]
    writer = csv.DictWriter(file, names, delimiter=$delimiter)
    writer.writeheader()
    writer.writerows(rows)
"""


@dataclass(frozen=True, slots=True)
class AskedFile:
    """A file of separated values that was asked, as it was found to be written."""

    name: str
    answers: str
    """What it is called with the answers."""
    encoding: str
    delimiter: str
    column: str
    label: str
    """What the column of labels is called."""
    probability: str
    """Likewise."""


def batch_code(asked: AskedFile, model: ModelCode, language: Language) -> str:
    """Return the code; the model gives one label."""
    return filled(
        _TEMPLATE,
        language,
        name=literal(asked.name),
        answers=literal(asked.answers),
        encoding=literal("utf-8-sig" if asked.encoding == "utf-8" else asked.encoding),
        delimiter=literal(asked.delimiter),
        column=literal(asked.column),
        label=literal(asked.label),
        probability=literal(asked.probability),
        **classifier_blanks(model, language, "import csv"),
    )
