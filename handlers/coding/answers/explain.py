"""The code of `/explain`: the same model, once for each word, without it."""

from handlers.coding.answers.classification import classifier_blanks
from handlers.coding.asked import Asked
from handlers.coding.model import ModelCode
from handlers.coding.snippet import assigned, filled

_TEMPLATE = r"""$imports

$load
$letters

def ask(text):
    # @tokenize
    inputs = tokenizer(text, truncation=True, max_length=$limit, return_tensors="pt")
    # @head
    with torch.no_grad():
        logits = model(**inputs).logits[0]$and_letters
    # @$step
    return $scores


$text
whole = ask(text)
best = whole.argmax().item()
print(f"{model.config.id2label[best]}: {whole[best]:.4f}")

# @leave_out
for word in re.finditer(r"\S+", text):
    before, behind = text[: word.start()].rstrip(), text[word.end() :].lstrip()
    without = ask(f"{before} {behind}".strip())[best]
    print(f"{word[0]}: {whole[best] - without:+.4f}")
"""


def explain_code(asked: Asked, model: ModelCode) -> str:
    """Return the code of an answer of `/explain`."""
    return filled(
        _TEMPLATE,
        asked.language,
        text=assigned("text", asked.text, asked.language),
        **classifier_blanks(model, asked.language, "import re"),
    )
