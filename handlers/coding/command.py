"""Which code a press of the button shows: of a question that the one who presses has asked."""

import re
from collections.abc import Callable, Mapping, Sequence

from handlers.asking.questions import questions_between
from handlers.coding.answers.classification import classification_code
from handlers.coding.answers.compare import compare_code
from handlers.coding.answers.entities import entities_code
from handlers.coding.answers.explain import explain_code
from handlers.coding.answers.fill_mask import fill_mask_code
from handlers.coding.answers.passage import passage_code
from handlers.coding.answers.tokens import tokens_code
from handlers.coding.answers.vectors import similar_code, vector_code
from handlers.coding.answers.written import why_not_the_same, written_code
from handlers.coding.answers.zero_shot import zero_shot_code
from handlers.coding.asked import Asked
from handlers.coding.model import ModelCode, model_code, tokenizer_code
from handlers.coding.scripts import show_loading, show_script
from handlers.coding.showing import code_reply
from handlers.services import Services
from handlers.table import ControlFamily
from handlers.texts import say
from handlers.types import Language, Press, Reply, UserError
from models.results import EngineReport
from storage.records import Query

_ID = re.compile(r"code:(?P<first>\d{1,15})(?:-(?P<last>\d{1,15}))?")
_OF_SCRIPTS = re.compile(r"code:(?P<what>job|dataset):(?P<number>\d{1,15})")
_SCRIPTS = {"job": show_script, "dataset": show_loading}
_BY_COMMAND: Mapping[str, Callable[[Asked, ModelCode], str]] = {
    "classify": classification_code,
    "fillmask": fill_mask_code,
    "entities": entities_code,
    "vector": vector_code,
    "similar": similar_code,
    "zeroshot": zero_shot_code,
    "explain": explain_code,
    "ask": passage_code,
    "generate": written_code,
    "summarize": written_code,
    "translate": written_code,
}
_NEEDED = {"ask": "context", **dict.fromkeys(("generate", "summarize", "translate"), "settings")}
"""What is kept only of answers whose code can be shown."""


async def show_code(press: Press, services: Services) -> Reply:
    """Show the code of an answer to whoever asked for it; that of a training or a dataset to all.

    Raises:
        UserError: the id is not ours, somebody else asked, or the model is there no more.
        ModelError: the model cannot be read.
    """
    if found := _OF_SCRIPTS.fullmatch(press.control):
        return await _SCRIPTS[found["what"]](press, services, int(found["number"]))
    asked = Asked(await _questions(press, services), press.actor.language)
    query, language = asked.query, asked.language
    if query.command == "tokenize":
        names = [query.model, *filter(None, [asked.given("compared")])]
        tokenizers = [await tokenizer_code(services, press, name) for name in names]
        return code_reply(tokens_code(asked, tokenizers), query.command, language)
    if query.command == "compare":
        models = [await model_code(services, press, name) for name in _compared(query)]
        return code_reply(compare_code(asked, models), query.command, language)
    needed = _NEEDED.get(query.command)
    if query.command not in _BY_COMMAND or (needed and needed not in query.result):
        raise UserError("answer_gone", query=str(query.number))
    model = await model_code(services, press, query.model)
    code = _BY_COMMAND[query.command](asked, model)
    note = why_not_the_same(asked) or _of_engine(model, language)
    return code_reply(code, query.command, language, note)


CODE = ControlFamily("code", show_code)


async def _questions(press: Press, services: Services) -> Sequence[Query]:
    """Return the question of an id, or those of a batch that belong together."""
    found = _ID.fullmatch(press.control)
    first = int(found["first"]) if found else 0
    last = int(found["last"] or first) if found else -1
    return await questions_between(press, services, first, last, "code_of_others")


def _compared(query: Query) -> Sequence[str]:
    names = query.result.get("compared")
    return names if isinstance(names, list) else [query.model]


def _of_engine(model: ModelCode, language: Language) -> str | None:
    """Say by how much a faster engine may have answered otherwise."""
    engine: EngineReport | None = model.info.state.engine
    if engine is None or not engine.largest_difference:
        return None
    difference = f"{engine.largest_difference:.2g}"
    return say(language, "code.engine", engine=engine.name, difference=difference)
