"""Forms: what is asked, and what comes back."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.on_discord.drawing.form import command_form, label_form, read_command_form, read_label_form
from handlers.asking.classifying.classify import CLASSIFY
from handlers.collecting.command import DATASET
from handlers.commands import COMMANDS
from handlers.people.settings import SETTINGS
from handlers.table import Kind
from handlers.training.command import FINETUNE
from handlers.types import Group, Language, UserError

EN, KO = Language.ENGLISH, Language.KOREAN
MODELS = ["sentiment", "topics", "우리"]


def names_of(option):
    return ["의견"] if option.kind is Kind.DATASET else MODELS


def nothing(_):
    return []


def asked(form: Any) -> dict[str, dict[str, Any]]:
    """The inputs of a form by their ids, each with its label and description."""
    labels = form.to_dict()["components"]
    said = ("label", "description")
    return {
        each["component"]["custom_id"]: each["component"] | {key: each[key] for key in said}
        for each in labels
    }


async def test_a_command_is_asked_for_in_the_readers_language() -> None:
    form = command_form(CLASSIFY, {}, KO, names_of)
    assert (form.title, form.custom_id) == ("/분류", "form:classify")
    fields = asked(form)
    assert [each["label"] for each in form.to_dict()["components"]] == [
        *("글", "짝"),
        *("모델", "개수"),
    ]
    assert fields["text"]["style"] == 2
    assert fields["text"]["required"]
    assert fields["text"]["max_length"] == 4000
    assert [option["value"] for option in fields["model"]["options"]] == MODELS
    assert (fields["model"]["min_values"], fields["model"]["required"]) == (0, False)
    assert fields["top"]["style"] == 1
    assert "default" not in str(fields["model"]["options"][0].get("default", ""))


async def test_what_was_given_stands_in_the_form() -> None:
    fields = asked(
        command_form(CLASSIFY, {"text": "a" * 5000, "model": "x", "top": 3}, EN, names_of)
    )
    assert fields["text"]["value"] == "a" * 4000
    assert fields["top"]["value"] == "3"
    first = fields["model"]["options"][0]
    assert (first["value"], first["default"]) == ("x", True)


async def test_what_was_given_is_asked_again_where_there_is_no_room_for_all() -> None:
    create = next(run for run in DATASET.runs if run.name.en == "create")
    assert list(asked(command_form(create, {"name": "x"}, EN, nothing))) == [
        *("name", "labels", "guideline", "kind", "open_to")
    ]
    given = {"name": "x", "votes": 3, "kind": "multi"}
    fields = asked(command_form(create, given, EN, nothing))
    assert list(fields) == ["name", "labels", "guideline", "kind", "votes"]
    assert fields["votes"]["value"] == "3"


async def test_choices_and_names() -> None:
    may = asked(command_form(SETTINGS, {"may": "moderator"}, KO, nothing))["may"]["options"]
    assert [(each["label"], each["value"]) for each in may][:2] == [
        ("멤버", "member"),
        ("중재자", "moderator"),
    ]
    assert [each["value"] for each in may if each["default"]] == ["moderator"]
    fields = asked(command_form(FINETUNE, {}, KO, nothing))
    assert (fields["name"]["type"], fields["name"]["max_length"]) == (4, 32)
    assert fields["model"]["type"] == 4


async def test_no_form_asks_for_a_role_or_person() -> None:
    form = command_form(SETTINGS, {"who": Group("1", "x")}, EN, nothing)
    assert list(asked(form)) == ["may", "limit", "to"]


@pytest.mark.parametrize("language", Language)
async def test_every_form_is_within_discords_limits(language: Language) -> None:
    models = [f"org/model-{n}" for n in range(100)] + ["x" * 200, ""]
    for command in COMMANDS:
        form = command_form(
            command, {"text": "😀" * 3000, "model": "y" * 200}, language, lambda _: models
        )
        assert form.is_finished()
        assert len(form.title) <= 45
        assert len(form.custom_id) <= 100
        for each in asked(form).values():
            assert 1 <= len(each["label"]) <= 45
            assert 1 <= len(each["description"]) <= 100
            assert len(each.get("value", "").encode("utf-16-le")) // 2 <= 4000
            assert len(each.get("options", [])) <= 25


async def test_a_label_that_no_list_has_room_for() -> None:
    form = label_form("fb:1:label", KO)
    assert (form.custom_id, form.title) == ("ask:fb:1:label", "다른 라벨…")
    [field] = form.to_dict()["components"]
    submitted = {
        "custom_id": form.custom_id,
        "components": [
            {"type": 18, "component": {"type": 4, "custom_id": "label", "value": " 긍정\n"}}
        ],
    }
    assert field["component"]["custom_id"] == "label"
    assert read_label_form(submitted) == ("fb:1:label", "긍정")


def in_label(custom_id: str, **rest: Any) -> dict[str, Any]:
    return {"type": 18, "id": 1, "component": {"type": 4, "custom_id": custom_id, **rest}}


def in_row(custom_id: str, **rest: Any) -> dict[str, Any]:
    return {"type": 1, "components": [{"type": 4, "custom_id": custom_id, **rest}]}


def test_reading_a_command() -> None:
    data = {
        "custom_id": "form:classify",
        "components": [
            in_label("text", value="  안녕\n세상 "),
            in_label("model", values=["topics"]),
            in_label("top", value=" "),
            in_label("other", values=[]),
            in_row("old", value="way"),
        ],
    }
    given_options = {"text": "  안녕\n세상 ", "model": "topics", "old": "way"}
    assert read_command_form(data) == ("classify", given_options)


@pytest.mark.parametrize(
    "components",
    [
        None,
        "text",
        [None],
        [{"type": 18, "component": None}],
        [{"type": 18}],
        [{"type": 1, "components": {"custom_id": "text"}}],
        [in_label("text", value=5)],
        [in_label("text", value=None)],
        [in_label("text")],
        [in_label("text", values="abc")],
        [in_label("model", values=["a", "b"])],
        [in_label("model", values=[["a"]])],
        [{"type": 18, "component": {"value": "x"}}],
        [in_label("text", value="a"), in_label("text", value="b")],
        [in_label(str(n), value="a") for n in range(6)],
    ],
)
def test_what_is_not_as_we_sent_it_is_refused(components: object) -> None:
    for read, custom_id in ((read_command_form, "form:classify"), (read_label_form, "ask:x")):
        with pytest.raises(UserError, match="unknown_control"):
            read({"custom_id": custom_id, "components": components})


def test_a_form_of_somebody_else_is_refused() -> None:
    components = [in_label("label", value="x")]
    for custom_id in (None, 5, "", "fb:1:right", "classify"):
        data = {"custom_id": custom_id, "components": components}
        for read in (read_command_form, read_label_form):
            with pytest.raises(UserError):
                read(data)
    with pytest.raises(UserError):
        read_label_form({"custom_id": "ask:x", "components": [in_label("text", value="x")]})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["custom_id", "components", "component", "value", "values", "type"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["components", "x"]), JSON))
def test_nothing_from_outside_breaks_a_reader(data: dict[str, Any]) -> None:
    for read, custom_id in ((read_command_form, "form:classify"), (read_label_form, "ask:x")):
        try:
            first, *_ = read(data | {"custom_id": custom_id})
        except UserError:
            continue
        assert isinstance(first, str)
