"""The code of `/fillmask`."""

from handlers.coding.asked import Asked
from handlers.coding.model import ModelCode
from handlers.coding.snippet import assigned, filled, imports
from models.tasks.fill_mask import ANY_MASK

_HEAD = "AutoModelForMaskedLM"
_TEMPLATE = r"""$imports

$load

# @mask
$text
blank = r"$blank"
text = re.sub(blank, tokenizer.mask_token, text, flags=re.IGNORECASE)
inputs = tokenizer(text, truncation=True, max_length=$limit, return_tensors="pt")

# @vocabulary
with torch.no_grad():
    logits = model(**inputs).logits[0]
masks = logits[inputs.input_ids[0] == tokenizer.mask_token_id]

# @words
special = set(tokenizer.all_special_ids)
for number, scores in enumerate(torch.softmax(masks, dim=-1), start=1):
    shown = []
    for place in scores.argsort(descending=True).tolist():
        word = tokenizer.decode([place]).strip().removeprefix("##")
        is_word = word and word.isprintable() and "\ufffd" not in word
        if is_word and place not in special and word not in shown and len(shown) < $top:
            shown.append(word)
            print(f"{number} {word}: {scores[place]:.4f}")
"""


def fill_mask_code(asked: Asked, model: ModelCode) -> str:
    """Return the code of an answer of `/fillmask`."""
    masks = asked.query.result["masks"]
    assert isinstance(masks, list)
    return filled(
        _TEMPLATE,
        asked.language,
        imports=imports("import re", *model.imports(_HEAD)),
        load=model.load(_HEAD),
        blank=ANY_MASK,
        text=assigned("text", asked.text, asked.language),
        limit=str(model.limit),
        top=str(len(masks[0])),
    )
