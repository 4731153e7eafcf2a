"""What may be decided about a training besides its recipe, for who wants to."""

from collections.abc import Mapping
from dataclasses import replace

from handlers.table import Bilingual, Kind, Option
from handlers.types import Request, UserError
from models.finetune.plan import RecipeName, Tuning

DEFAULT_SEED = 20261121
_HUNDRED = 100
_LONGEST_NUMBER = 20

_OPTIONS = (
    Option(
        Bilingual("learning_rate", "학습률"),
        Bilingual("The peak of the learning rate, such as 5e-5", "학습률의 최댓값 (예: 5e-5)"),
        Kind.TEXT,
        maximum=_LONGEST_NUMBER,
    ),
    Option(
        Bilingual("batch_size", "배치"),
        Bilingual("Texts of one step", "한 단계에 배우는 글의 수"),
        Kind.INTEGER,
        minimum=1,
        maximum=64,
    ),
    Option(
        Bilingual("seed", "시드"),
        Bilingual("Where chance begins: the same, the same model", "같은 시드는 같은 모델이 돼요"),
        Kind.INTEGER,
        minimum=0,
        maximum=2**31 - 1,
    ),
    Option(
        Bilingual("warmup", "워밍업"),
        Bilingual("Percent of the steps before the peak (10)", "최댓값까지 단계의 % (기본 10)"),
        Kind.INTEGER,
        minimum=0,
        maximum=90,
    ),
    Option(
        Bilingual("weight_decay", "가중치감쇠"),
        Bilingual("How fast weights shrink (0.01)", "가중치가 줄어드는 정도 (기본 0.01)"),
        Kind.TEXT,
        maximum=_LONGEST_NUMBER,
    ),
    Option(
        Bilingual("max_length", "최대길이"),
        Bilingual("Tokens of a text that are learned from (512)", "글에서 배울 토큰 수 (기본 512)"),
        Kind.INTEGER,
        minimum=8,
        maximum=512,
    ),
)
TUNING_OPTIONS = tuple(replace(option, is_more=True) for option in _OPTIONS)
EPOCHS = Bilingual("epochs", "에폭")
_NAMES = {name.en: name for name in (EPOCHS, *(option.name for option in _OPTIONS))}
_OF_STEPS = ("epochs", "learning_rate", "batch_size", "warmup", "weight_decay", "max_length")
"""What `head` has no use for: it takes no steps."""


def recipe_of(request: Request) -> RecipeName:
    """Return the recipe that is asked for: `full` where only that is meant by the other options.

    Raises:
        UserError: `head` with options that it has no use for.
    """
    given = [name for name in _OF_STEPS if name in request.options]
    typed = request.options.get("recipe")
    if typed is None:
        return RecipeName.FULL if given or "model" in request.options else RecipeName.AUTO
    recipe = RecipeName(str(typed))
    if recipe is RecipeName.HEAD and given:
        raise UserError("recipe_without_steps", recipe=recipe, keys=[_NAMES[one] for one in given])
    return recipe


def tuning_of(request: Request) -> Tuning:
    """Return what is to be otherwise than usual.

    Raises:
        UserError: a number that is none, or that no training bears.
    """
    options = request.options
    return Tuning(
        learning_rate=_number(options, "learning_rate", 1e-7, 1e-2),
        batch_size=_count(options, "batch_size"),
        warmup=None if "warmup" not in options else request.number("warmup", 0) / _HUNDRED,
        weight_decay=_number(options, "weight_decay", 0.0, 1.0),
        max_length=_count(options, "max_length"),
    )


def seed_of(request: Request) -> int:
    """Return where chance begins."""
    return request.number("seed", DEFAULT_SEED)


def _count(options: Mapping[str, object], name: str) -> int | None:
    return int(str(options[name])) if name in options else None


def _number(options: Mapping[str, object], name: str, least: float, most: float) -> float | None:
    if name not in options:
        return None
    typed = str(options[name]).strip()
    try:
        found = float(typed)
    except ValueError:
        found = float("nan")
    if not least <= found <= most:
        limits = {"least": f"{least:g}", "most": f"{most:g}"}
        raise UserError("bad_tuning", key=_NAMES[name], value=typed, **limits)
    return found
