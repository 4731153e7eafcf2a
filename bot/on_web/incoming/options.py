"""What a command's form was filled in with; it is hostile until the table has checked it."""

from collections.abc import Sequence

from bot.on_web.connection.bodies import Form
from bot.on_web.drawing.fields import PERSON
from handlers.table import Action, Kind, Option
from handlers.types import Group, NamesOfPeople, OptionValue, UserError


async def read_options(
    form: Form, command: Action, groups: Sequence[Group], names: NamesOfPeople
) -> dict[str, OptionValue]:
    """Return the options of a command; what was left empty is left out.

    Args:
        form: as it was sent.
        command: whose form it is.
        groups: of the community.
        names: says what a person is called.

    Raises:
        UserError: both a group and a person are chosen.
    """
    options: dict[str, OptionValue] = {}
    for option in command.options:
        value = await _value(form, option, groups, names)
        if value is not None:
            options[option.name.en] = value
    return options


async def _value(
    form: Form, option: Option, groups: Sequence[Group], names: NamesOfPeople
) -> OptionValue | None:
    name = option.name.en
    if option.kind is Kind.FILE:
        return form.files.get(name)
    if option.kind is Kind.GROUP:
        return await _group(form, option, groups, names)
    value = form.get(name)
    return value if value.strip() else None


async def _group(
    form: Form, option: Option, groups: Sequence[Group], names: NamesOfPeople
) -> Group | None:
    chosen = form.get(option.name.en).strip()
    person = form.get(option.name.en + PERSON).strip().removeprefix("@")
    if chosen and person:
        raise UserError("group_twice", key=option.name)
    if person:
        return Group(person, (await names([person])).get(person, person))
    known = {each.id: each for each in groups}
    return known.get(chosen, Group(chosen, chosen)) if chosen else None
