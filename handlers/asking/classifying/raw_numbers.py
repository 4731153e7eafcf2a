"""The button *Numbers* under a classification: what the network gave, and what became of it."""

from handlers.asking.classifying.kept_answer import kept_answer
from handlers.asking.classifying.untrained import untrained_button
from handlers.services import Services
from handlers.table import ControlFamily
from handlers.texts import say
from handlers.types import Button, Language, Press, Reply, Table
from models.reports import Postprocessing, ProblemType
from models.results import Classification


def numbers_button(query_number: int, language: Language) -> Button:
    """Return the button of one answer."""
    return Button(f"numbers:{query_number}", say(language, "numbers.show"))


async def press_numbers(press: Press, services: Services) -> Reply:
    """Show the logit and the probability of each label.

    Raises:
        UserError: the id is not ours, or the answer or its model is gone.
        ModelError: the model cannot be used.
    """
    language = press.actor.language
    kept = await kept_answer(press, services)
    answer = await services.models.ask(kept.checkpoint, kept.question, press.place.community)
    post = await services.models.postprocessing(kept.checkpoint)
    columns = ("label", "logit", "probability")
    untrained = () if answer.is_regression else (untrained_button(kept.number, language),)
    return Reply(
        title=say(language, "numbers.title", query=kept.number),
        text=_said(post, language),
        table=Table(tuple(say(language, f"numbers.{column}") for column in columns), _rows(answer)),
        controls=untrained,
        footer={"model": kept.checkpoint.full_name, "query": f"#{kept.number}"},
    )


NUMBERS = ControlFamily("numbers", press_numbers)


def _rows(answer: Classification) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (each.label, "–" if each.logit is None else f"{each.logit:.4f}", f"{each.score:.6f}")
        for each in answer.scores
    )


def _said(post: Postprocessing, language: Language) -> str:
    if post.problem_type is ProblemType.REGRESSION:
        return say(language, "classify.on_a_scale")
    is_multi = post.problem_type is ProblemType.MULTI_LABEL
    said = [say(language, "numbers.sigmoid" if is_multi else "code.softmax")]
    if post.temperature != 1:
        said.append(say(language, "numbers.temperature", temperature=f"{post.temperature:g}"))
    if post.has_letters:
        said.append(say(language, "numbers.letters"))
    return " ".join(said)
