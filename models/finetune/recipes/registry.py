"""Which recipe a name means. Each is imported when it is wanted: some bring seconds of imports."""

from importlib import import_module

from models.finetune.plan import RecipeName
from models.finetune.recipes.recipe import Recipe

_PLACES = {
    RecipeName.FULL: ("models.finetune.recipes.full", "full"),
    RecipeName.LOOP: ("models.finetune.recipes.loop", "loop"),
    RecipeName.TRAINER: ("models.finetune.recipes.trainer", "trainer"),
    RecipeName.AUTO: ("models.finetune.recipes.auto", "auto"),
    RecipeName.HEAD: ("models.finetune.recipes.head", "head"),
}


def recipe_of(name: RecipeName) -> Recipe:
    """Return what carries out the plans that name it."""
    module, function = _PLACES[name]
    found: Recipe = getattr(import_module(module), function)
    return found
