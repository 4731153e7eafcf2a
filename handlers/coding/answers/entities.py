"""The code of `/entities`: the pipeline of transformers, or the most probable path.

That path (`models.tasks.tokens.spans`) is none of the pipeline's ways, so its lines are all there.
"""

from handlers.coding.asked import Asked
from handlers.coding.model import ModelCode
from handlers.coding.snippet import assigned, filled, imports
from models.results import Aggregation

_HEAD = "AutoModelForTokenClassification"
_TEMPLATE = """$imports

$load
$cooler
# @spans
$text
tag = $pipeline
for span in tag(text):
    # @strip
    name = text[span["start"] : span["end"]]
    start, name = span["end"] - len(name.lstrip()), name.strip()
    print(f"{start}–{start + len(name)} {name} {span['$label']}: {span['score']:.4f}")
"""
_COOLER = """
# @temperature
class Cooler(TokenClassificationPipeline):
    def _forward(self, inputs):
        outputs = super()._forward(inputs)
        return {**outputs, "logits": outputs["logits"] / $temperature}

"""
_PIPELINE = '$cls(model=model, tokenizer=tokenizer, aggregation_strategy="$aggregation"$stride)'
_PATH = """$imports

$load
labels = list(model.config.id2label.values())
kinds = [label.removeprefix("B-").removeprefix("I-") for label in labels]

# @first_window
$text
inputs = tokenizer(
    text, truncation=True, max_length=$limit, return_offsets_mapping=True, return_tensors="pt"
)
places = inputs.pop("offset_mapping")[0].tolist()

# @head_of_tokens
with torch.no_grad():
    shares = torch.softmax(model(**inputs).logits[0]$cooled, dim=-1)

# @latin_words
latin = re.compile("[0-9A-Za-z\u00c0-\u024f]{2}")
special = set(tokenizer.all_special_ids) - {tokenizer.unk_token_id}
words, end_before = [], 0
for number, (start, end) in enumerate(places):
    if inputs.input_ids[0][number].item() in special or text[start:end].isspace():
        continue
    goes_on = start < end_before or (start and latin.match(text, start - 1))
    if words and start < end and goes_on and words[-1][-1] == number - 1:
        words[-1].append(number)
    else:
        words.append([number])
    end_before = end

# @path
same = torch.tensor([[float(kind == other) for other in kinds] for kind in kinds])
totals = torch.stack([shares[word].mean(dim=0) for word in words]) @ same
first = shares[[word[0] for word in words]]
scores = (totals * (first / (first @ same).clamp(1e-12))).clamp(1e-12).log()
begun = {f"I-{label[2:]}": label for label in labels if label.startswith("B-")}
follows = [[b not in begun or a in (b, begun[b]) for b in labels] for a in labels]
steps = torch.where(torch.tensor(follows), 0.0, -torch.inf)
best, ways = scores[0] + steps.min(dim=0).values, []
for row in scores[1:]:
    best, way = (best[:, None] + steps).max(dim=0)
    best, ways = best + row, [way, *ways]
path = [best.argmax().item()]
for way in ways:
    path.insert(0, way[path[0]].item())

# @neighbours
spans = []
for word, place, total in zip(words, path, totals):
    kind, share, end = kinds[place], total[place].item(), places[word[-1]][1]
    if spans and spans[-1][0] == kind and not labels[place].startswith("B-"):
        spans[-1][2] = end
        spans[-1][3].append(share)
    else:
        spans.append([kind, places[word[0]][0], end, [share]])
for kind, start, end, found in spans:
    name = text[start:end].strip()
    start = text.index(name, start)
    if kind != "O" and name:
        print(f"{start}–{start + len(name)} {name} {kind}: {sum(found) / len(found):.4f}")
"""
_OVERLAP = 4
"""Windows of a long text share this part of their tokens."""


def entities_code(asked: Asked, model: ModelCode) -> str:
    """Return the code of an answer of `/entities`."""
    usual = model.post.aggregation or Aggregation.SIMPLE
    aggregation = Aggregation(asked.given("aggregation") or usual)
    if aggregation is Aggregation.PATH:
        return _path_code(asked, model)
    is_cooled = model.post.temperature != 1
    cooler = filled(_COOLER, asked.language, temperature=repr(model.post.temperature))
    pipeline = filled(
        _PIPELINE,
        asked.language,
        cls="Cooler" if is_cooled else "TokenClassificationPipeline",
        aggregation=aggregation,
        stride="" if aggregation is Aggregation.NONE else f", stride={model.limit // _OVERLAP}",
    )
    return filled(
        _TEMPLATE,
        asked.language,
        imports=imports(
            *model.imports(_HEAD), "from transformers import TokenClassificationPipeline"
        ),
        load=model.load(_HEAD),
        cooler=cooler if is_cooled else "",
        text=assigned("text", asked.text, asked.language),
        pipeline=pipeline,
        label="entity" if aggregation is Aggregation.NONE else "entity_group",
    )


def _path_code(asked: Asked, model: ModelCode) -> str:
    temperature = model.post.temperature
    return filled(
        _PATH,
        asked.language,
        imports=imports("import re", *model.imports(_HEAD)),
        load=model.load(_HEAD),
        text=assigned("text", asked.text, asked.language),
        limit=str(model.limit),
        cooled="" if temperature == 1 else f" / {temperature!r}",
    )
