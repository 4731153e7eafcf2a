"""The code of `/ask`: the best passage of a text, in all of its windows."""

from handlers.coding.asked import Asked
from handlers.coding.model import ModelCode
from handlers.coding.snippet import assigned, filled, imports
from models.canonical import legible

_HEAD = "AutoModelForQuestionAnswering"
_LONGEST_WINDOW = 512
_TEMPLATE = """$imports

$load

# @windows
$question
$context
pair = tokenizer(question, context)
around = len(pair.input_ids) - pair.sequence_ids().count(1)
windows = tokenizer(
    question,
    context,
    truncation="only_second",
    max_length=$limit,
    stride=($limit - around) // 4,
    return_overflowing_tokens=True,
    return_offsets_mapping=True,
)

best, found, none = 0.0, "", 1.0
for number in range(min(len(windows.input_ids), 16)):
    # @passages
    names = tokenizer.model_input_names
    inputs = {name: torch.tensor([windows[name][number]]) for name in names}
    with torch.no_grad():
        logits = model(**inputs)
    texts = windows.sequence_ids(number)
    own = [place for place, text in enumerate(texts) if text == 1]
    first = [0] if texts[0] is None else []
    begins = torch.softmax(logits.start_logits[0, first + own], dim=-1)
    ends = torch.softmax(logits.end_logits[0, first + own], dim=-1)

    # @best_passage
    none = min(none, (begins[0] * ends[0]).item() if first else 0.0)
    scores = torch.outer(begins[len(first) :], ends[len(first) :]).triu().tril(29)
    begin, end = divmod(scores.argmax().item(), len(own))
    if scores[begin, end] > best:
        places = windows.offset_mapping[number]
        best = scores[begin, end].item()
        found = context[places[own[begin]][0] : places[own[end]][1]].strip()

print(f"{found}: {best:.4f}")
print(f"–: {none:.4f}")
"""


def passage_code(asked: Asked, model: ModelCode) -> str:
    """Return the code of an answer of `/ask`."""
    context = legible(asked.given("context"))
    return filled(
        _TEMPLATE,
        asked.language,
        imports=imports(*model.imports(_HEAD)),
        load=model.load(_HEAD),
        question=assigned("question", asked.text, asked.language),
        context=assigned("context", context, asked.language),
        limit=str(min(model.limit, _LONGEST_WINDOW)),
    )
