"""The code of `/compare`: one loop over all models, each with what it needs."""

from collections.abc import Sequence

from handlers.asking.classifying.classify_lines import lines_in
from handlers.coding.answers.classification import HEAD
from handlers.coding.answers.letters import letters_function, letters_imports
from handlers.coding.asked import Asked
from handlers.coding.model import ModelCode
from handlers.coding.snippet import filled, imports, listed, literal

_TEMPLATE = """$imports

# @compared
models = {
$models}
$letters
$texts
for title, (name, revision, limit, temperature, kind) in models.items():
    print(title)
    tokenizer = AutoTokenizer.from_pretrained(name, revision=revision)
    model = AutoModelForSequenceClassification.from_pretrained(
        name, revision=revision, dtype=torch.float32
    ).eval()
    for text in texts:
        # @tokenize
        inputs = tokenizer(text, truncation=True, max_length=limit, return_tensors="pt")
        # @head
        with torch.no_grad():
            logits = model(**inputs).logits[0]$and_letters
        # @by_kind
        scores = logits
        if kind == "single_label_classification":
            scores = torch.softmax(logits / temperature, dim=-1)
        if kind == "multi_label_classification":
            scores = torch.sigmoid(logits / temperature)
        best = scores.argmax().item()
        print(f"  {text}: {model.config.id2label[best]} {scores[best]:.4f}")
"""
_WITH_LETTERS = """
        if title in $titles:
            logits = logits + letters(name, text)"""


def compare_code(asked: Asked, models: Sequence[ModelCode]) -> str:
    """Return the code of an answer of `/compare`."""
    titles = [literal(each.tokenizer.full_name) for each in models if each.post.has_letters]
    in_letters = filled(_WITH_LETTERS, asked.language, titles=f"[{', '.join(titles)}]")
    needed = [line for each in models for line in each.imports(HEAD)]
    return filled(
        _TEMPLATE,
        asked.language,
        imports=imports(*needed, *letters_imports(models)),
        models="".join(map(_entry, models)),
        letters=letters_function(models, asked.language),
        and_letters=in_letters if titles else "",
        texts=listed("texts", lines_in(asked.text), asked.language),
    )


def _entry(model: ModelCode) -> str:
    code = model.tokenizer
    revision = literal(code.revision) if code.revision else "None"
    kind = literal(str(model.post.problem_type))
    how = f"{code.where}, {revision}, {model.limit}, {model.post.temperature!r}, {kind}"
    return f"    # {code.comment}\n    {literal(code.full_name)}: ({how}),\n"
