"""Forms: opened by the bot, filled in by people."""

from typing import Any

import discord
import pytest

from tests.servers.discord_server import UserAction
from tests.servers.discord_tests.bot import Interaction, Place

SELECT = {"type": 3, "custom_id": "label", "options": [{"label": "joy", "value": "joy"}]}


class Form(discord.ui.Modal, title="Correct it"):
    """A form with every kind of field that discord.py has."""

    text: Any = discord.ui.Label(
        text="Text", component=discord.ui.TextInput(custom_id="text", default="as it was")
    )
    label: Any = discord.ui.Label(
        text="Label",
        component=discord.ui.Select(
            custom_id="label",
            options=[discord.SelectOption(label=one) for one in ("joy", "anger")],
            max_values=2,
        ),
    )
    who: Any = discord.ui.Label(
        text="Who", component=discord.ui.UserSelect(custom_id="who", required=False, min_values=0)
    )
    file: Any = discord.ui.Label(
        text="File", component=discord.ui.FileUpload(custom_id="file", required=False)
    )

    async def on_submit(self, interaction: Interaction, /) -> None:
        parts = [self.text.component.value, *self.label.component.values]
        parts += [one.name for one in self.who.component.values]
        parts += [(await one.read()).decode() for one in self.file.component.values]
        await interaction.response.send_message(" ".join(parts), ephemeral=True)


async def opened(place: Place) -> UserAction:
    async def on(interaction: Interaction) -> None:
        if interaction.type is discord.InteractionType.application_command:
            await interaction.response.send_modal(Form(custom_id="correct"))

    asked = await place.ask(on)
    await asked.acknowledged()
    return asked


async def test_a_form_goes_there_and_back(place: Place) -> None:
    asked = await opened(place)
    assert asked.callbacks == [9]
    assert asked.modal is not None
    assert asked.modal["title"] == "Correct it"
    fields = {
        "label": ["joy", "anger"],
        "who": [place.mina],
        "file": [("a.txt", "text/plain", b"content")],
    }
    submitted = await place.mina.submit(asked.modal, fields)
    message = await submitted.answered()
    assert message.text == "as it was joy anger mina content"
    assert message.is_ephemeral


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "'label' is required"),
        ({"label": ["joy"], "text": ""}, "'text' is required"),
        ({"label": ["fear"]}, "has no"),
        ({"label": ["joy"], "text": "x" * 4001}, "characters"),
        ({"label": ["joy"], "texts": "x"}, "no fields"),
    ],
)
async def test_the_client_keeps_people_from_it(
    place: Place, fields: dict[str, Any], told: str
) -> None:
    asked = await opened(place)
    with pytest.raises(AssertionError, match=told):
        await place.mina.submit(asked.modal, fields)


def label(component: dict[str, Any], text: str = "x") -> dict[str, Any]:
    return {"type": 18, "label": text, "component": component}


def written(**more: Any) -> dict[str, Any]:
    return {"type": 4, "custom_id": "t", "style": 1, **more}


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "long title": ({"title": "x" * 46}, "data.title"),
    "no title": ({"title": ""}, "data.title"),
    "long custom id": ({"custom_id": "x" * 101}, "data.custom_id"),
    "nothing": ({"components": []}, "data.components"),
    "six": (
        {"components": [label(written(custom_id=str(one))) for one in range(6)]},
        "between 1 and 5",
    ),
    "same custom id": ({"components": [label(written())] * 2}, "duplicated"),
    "long label": ({"components": [label(written(), "x" * 46)]}, "components.0.label"),
    "long placeholder": (
        {"components": [label(written(placeholder="x" * 101))]},
        "component.placeholder",
    ),
    "long value": ({"components": [label(written(value="xx", max_length=1))]}, "component.value"),
    "backward range": (
        {"components": [label(written(min_length=3, max_length=2))]},
        "max_length",
    ),
    "26 options": (
        {
            "components": [
                label(
                    {**SELECT, "options": [{"label": str(n), "value": str(n)} for n in range(26)]}
                )
            ]
        },
        "options",
    ),
    "button": ({"components": [label({"type": 2, "style": 1, "custom_id": "b"})]}, "no field"),
    "select in a row": ({"components": [{"type": 2, "style": 1}]}, "no component 2"),
}


@pytest.mark.parametrize(("body", "told"), BAD.values(), ids=BAD)
async def test_a_bad_form_is_refused(place: Place, body: dict[str, Any], told: str) -> None:
    place.discord.allow_violations = True
    form = {"title": "x", "custom_id": "x", "components": [label(written())], **body}

    async def on(interaction: Interaction) -> None:
        path = f"/interactions/{interaction.id}/{interaction.token}/callback"
        await place.http("POST", path, {"type": 9, "data": form})

    asked = await place.ask(on)
    assert (await place.bot.failed()).code == 50035
    assert asked.callbacks == []
    by_hand = [one for one in place.discord.violations if "(OpenAPI)" not in one]
    assert told.lower() in "\n".join(by_hand).lower()
    assert asked.modal is None


async def test_a_form_opens_no_form(place: Place) -> None:
    place.discord.allow_violations = True
    asked = await opened(place)

    async def on(interaction: Interaction) -> None:
        path = f"/interactions/{interaction.id}/{interaction.token}/callback"
        form = {"title": "x", "custom_id": "x", "components": [label(written())]}
        await place.http("POST", path, {"type": 9, "data": form})

    place.bot.on = on
    place.bot._connection._view_store._modals.clear()
    submitted = await place.mina.submit(asked.modal, {"label": ["joy"]})
    assert (await place.bot.failed()).code == 50035
    assert submitted.callbacks == []
    assert "callback 9 is not for" in place.discord.violations[0]
