"""The code of `/generate`, `/summarize` and `/translate`: the same text, token by token."""

from collections.abc import Mapping
from typing import Any

from handlers.coding.asked import Asked
from handlers.coding.model import ModelCode
from handlers.coding.snippet import assigned, filled, imports, literal
from handlers.texts import say
from models.results import StopReason, Way

_TEMPLATE = """$imports

$load

# @$step
$text
$ids

# @how_written
model.generation_config = GenerationConfig(
$settings
)

# @write
${chance}with torch.no_grad():
    written = model.generate(ids, attention_mask=torch.ones_like(ids))

# @only_new
print(tokenizer.decode(written[0$new], skip_special_tokens=True))
"""
_STEPS = {Way.PROMPT: "go_on", Way.CHAT: "chat", Way.TEXT: "read_whole"}
_PROMPT = 'ids = tokenizer(text, return_tensors="pt").input_ids[:, -$most:]'
_CHAT = """messages = [{"role": "user", "content": text}]
chat = tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False)
ids = tokenizer(chat, add_special_tokens=False, return_tensors="pt").input_ids[:, :$most]"""
_CUT = """own = tokenizer(text, add_special_tokens=False).input_ids
text = tokenizer.decode(own[:$kept])
"""
_PREFIX = "text = $prefix + text\n"
_TEXT = 'ids = tokenizer(text, truncation=True, max_length=$most, return_tensors="pt").input_ids'
_SPOKEN = "\n# @source_language"


def written_code(asked: Asked, model: ModelCode) -> str:
    """Return the code of a text that was written."""
    reading = _mapping(asked, "reading")
    way = Way(reading["way"])
    head = "AutoModelForSeq2SeqLM" if way is Way.TEXT else "AutoModelForCausalLM"
    settings = _mapping(asked, "settings")
    chance = f"torch.manual_seed({asked.query.result['seed']})\n" if settings["do_sample"] else ""
    return filled(
        _TEMPLATE,
        asked.language,
        step=_STEPS[way],
        imports=imports(*model.imports(head, "GenerationConfig")),
        load=model.load(head),
        text=assigned("text", asked.text, asked.language),
        ids=_ids(way, reading, asked),
        chance=chance,
        settings="\n".join(f"    {name}={_python(each)}," for name, each in settings.items()),
        new="" if way is Way.TEXT else ", ids.shape[1] :",
    )


def why_not_the_same(asked: Asked) -> str | None:
    """Say why the code may write another text than what was answered, if so."""
    result, language = asked.query.result, asked.language
    if "settings" not in result:
        return None
    if result["reason"] not in (StopReason.END, StopReason.LENGTH):
        return say(language, "code.stopped")
    dtype = str(result["dtype"])
    return None if dtype == "float32" else say(language, "code.half", dtype=dtype)


def _ids(way: Way, reading: Mapping[str, Any], asked: Asked) -> str:
    given = {"most": str(reading["most_tokens"]), "kept": str(reading["kept"])}
    if way is Way.PROMPT:
        return filled(_PROMPT, asked.language, **given)
    if way is Way.CHAT:
        cut = "" if reading["kept"] is None else _CUT
        return filled(cut + _CHAT, asked.language, **given)
    replaced = [f"\nids[0, {place}] = {id_}" for place, id_ in reading["replaced"]]
    before, behind = _PREFIX if reading["prefix"] else "", _SPOKEN if replaced else ""
    template = "".join((before, _TEXT, behind, *replaced))
    return filled(template, asked.language, prefix=literal(reading["prefix"]), **given)


def _mapping(asked: Asked, key: str) -> Mapping[str, Any]:
    found = asked.query.result[key]
    assert isinstance(found, dict)
    return found


def _python(value: object) -> str:
    return literal(value) if isinstance(value, str) else repr(value)
