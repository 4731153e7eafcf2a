"""Forms as people fill them in, and as somebody forges them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.on_slack.drawing import form
from bot.on_slack.incoming import submission, typeahead
from handlers.asking.classifying.classify import CLASSIFY
from handlers.asking.tokenize_text import TOKENIZE
from handlers.commands import COMMANDS, HISTORY, TABLE
from handlers.people.settings import SETTINGS
from handlers.table import Command, Kind
from handlers.training.command import FINETUNE
from handlers.types import Group, Language, OptionValue, UserError
from models.errors import UnknownModel
from models.results import Task
from tests.bot.on_slack.limits import assert_view
from tests.bot.on_slack.replies import TEXT
from tests.servers.slack_server.checks import text

EN, KO = Language.ENGLISH, Language.KOREAN
WITH_OPTIONS = [command for command in COMMANDS if command.options]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)


def blocks(view: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {block["block_id"]: block for block in view["blocks"]}


def submitted(command: str, **fields: object) -> dict[str, Any]:
    """A submitted view, as Slack sends it."""
    values = {
        f"option:{name.replace('__', ':')}": {"value": field} for name, field in fields.items()
    }
    return {"type": "modal", "callback_id": f"form:{command}", "state": {"values": values}}


def typed(value: str | None) -> dict[str, Any]:
    return {"type": "plain_text_input", "value": value}


def picked(value: str, label: str = "") -> dict[str, Any]:
    text = {"type": "plain_text", "text": label or value}
    return {"type": "static_select", "selected_option": {"text": text, "value": value}}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("command", WITH_OPTIONS, ids=lambda c: c.name.en)
def test_every_form_is_within_every_limit(command: Command, language: Language) -> None:
    assert_view(form.command_form(command, {}, language, "x" * 3_000))
    view = form.command_form(command, {}, language, "x" * 3_000, is_whole=True)
    assert_view(view)
    assert view["callback_id"] == f"form:{command.name.en}"
    assert len(view["blocks"]) >= len(command.options)


@given(
    st.sampled_from(WITH_OPTIONS),
    st.sampled_from(Language),
    st.data(),
)
def test_whatever_was_given_fits_the_form(
    command: Command, language: Language, data: st.DataObject
) -> None:
    value = TEXT | st.integers() | st.builds(Group, TEXT.filter(bool), TEXT)
    given_values = {o.name.en: data.draw(st.none() | value) for o in command.options}
    given_values = {name: value for name, value in given_values.items() if value is not None}
    assert_view(form.command_form(command, given_values, language))


def test_what_few_people_want_is_behind_a_button() -> None:
    short = form.command_form(FINETUNE, {"seed": 7}, KO)
    *asked, more = short["blocks"]
    assert [one["block_id"].removeprefix("option:") for one in asked] == [
        *("model", "epochs", "name", "recipe", "dataset", "seed")
    ]
    (button,) = more["elements"]
    assert (button["action_id"], button["text"]["text"]) == ("whole:finetune", "더 보기")
    assert submission.opened_command(button["action_id"], TABLE) is FINETUNE
    whole = form.command_form(FINETUNE, {"seed": 7}, KO, is_whole=True)
    assert len(whole["blocks"]) == len(FINETUNE.options)
    assert blocks(whole)["option:seed"]["element"]["initial_value"] == "7"


def test_the_form_of_classify() -> None:
    given_values = {"text": "so <good>\nreally", "model": "topics", "top": "3"}
    view = form.command_form(CLASSIFY, given_values, EN, "C1")
    text, file, pair, model, top = view["blocks"]
    assert (view["title"]["text"], view["private_metadata"]) == ("classify", "C1")
    assert text["element"] == {
        "type": "plain_text_input",
        "action_id": "value",
        "max_length": 3_000,
        "multiline": True,
        "initial_value": "so <good>\nreally",
    }
    assert all(each["optional"] for each in view["blocks"]), "a text or a file, who knows which"
    assert file["element"]["type"] == "file_input" and pair["element"]["multiline"]
    assert file["element"]["max_files"] == 1 and file["element"]["filetypes"]
    assert model["element"]["type"] == "external_select"
    assert model["element"]["action_id"] == "named:model"
    assert model["element"]["initial_option"]["value"] == "topics"
    assert top["element"]["min_value"] == "1" and top["element"]["initial_value"] == "3"


def test_a_form_in_korean() -> None:
    view = form.command_form(SETTINGS, {"may": "중재자"}, KO)
    may = blocks(view)["option:may"]
    assert (view["title"]["text"], may["label"]["text"]) == ("설정", "권한")
    shown = [o["text"]["text"] for o in may["element"]["options"]]
    assert shown == ["멤버", "중재자", "관리자", "질문만", "차단", "원래대로"]
    assert may["element"]["initial_option"]["value"] == "moderator"


def test_what_a_form_cuts_is_told() -> None:
    text = form.command_form(CLASSIFY, {"text": "가" * 4_000}, EN)["blocks"][0]
    assert text["element"]["initial_value"] == "가" * 3_000
    assert "3,000 characters" in text["hint"]["text"]


def test_a_person_or_a_user_group_may_be_chosen() -> None:
    person, group, *_ = form.command_form(SETTINGS, {"who": Group("U1", "mina")}, EN)["blocks"]
    assert person["element"]["type"] == "users_select"
    assert person["element"]["initial_user"] == "U1"
    assert group["element"]["action_id"] == "group:who"
    _, group, *_ = form.command_form(SETTINGS, {"who": Group("S1", "nlp")}, EN)["blocks"]
    assert group["element"]["initial_option"]["text"]["text"] == "nlp"


class TestReading:
    def test_what_was_filled_in(self) -> None:
        view = submitted(
            "classify",
            text=typed(" two\nlines "),
            model={**picked("topics"), "type": "external_select"},
            top={"type": "number_input", "value": "3"},
        )
        view["state"]["values"]["option:model"] = {
            "named:model": view["state"]["values"]["option:model"]["value"]
        }
        options = {"text": " two\nlines ", "model": "topics", "top": "3"}
        assert read_form(view) == (CLASSIFY, options)

    def test_what_was_left_empty_is_left_out(self) -> None:
        view = submitted(
            "tokenize",
            text=typed("a"),
            pair=typed(None),
            model={"type": "external_select", "selected_option": None},
        )
        assert read_form(view) == (TOKENIZE, {"text": "a"})

    def test_groups(self) -> None:
        user = {"type": "users_select", "selected_user": "U1"}
        view = submitted("settings", who=user, may=picked("admin"))
        assert read_form(view)[1] == {"who": Group("U1", "U1"), "may": "admin"}
        view = submitted("settings", who__group=picked("S1", "nlp"))
        assert read_form(view)[1] == {"who": Group("S1", "nlp")}
        both = submitted("settings", who=user, who__group=picked("S1", "nlp"))
        with pytest.raises(UserError, match="group_twice"):
            read_form(both)

    @given(JSON)
    def test_a_forged_form_is_an_error_of_ours(self, view: object) -> None:
        for read in (
            read_form,
            submission.read_label_form,
            lambda view: typeahead.read_lookup(view, TABLE),
        ):
            with pytest.raises(UserError, match="unknown_control"):
                read(view)

    @given(JSON, JSON)
    def test_a_forged_field_raises_nothing_else(self, values: object, state: object) -> None:
        for forged in ({"values": values}, {"values": {"option:text": state}}, state):
            view = {"callback_id": "form:classify", "state": forged}
            try:
                command, options = read_form(view)
            except UserError as error:
                assert error.code == "unknown_control"
            else:
                assert command is CLASSIFY
                assert all(isinstance(value, str) for value in options.values())

    @pytest.mark.parametrize(
        "callback_id", ["form:", "form:nope", "form:분류", "ask:form:classify"]
    )
    def test_forms_of_no_command(self, callback_id: str) -> None:
        with pytest.raises(UserError, match="unknown_control"):
            submission.form_command({"callback_id": callback_id}, TABLE)

    def test_a_button_opens_the_form_of_its_command(self) -> None:
        assert submission.opened_command("form:history", TABLE) is HISTORY


async def never(file_id: str, name: str, most_bytes: int) -> bytes:
    raise AssertionError("no form of today has a file")


def read_form(view: object) -> tuple[Command, dict[str, OptionValue]]:
    command = submission.form_command(view, TABLE)
    return command, submission.read_options(view, command, never)


class TestErrors:
    def test_each_stands_at_its_field(self) -> None:
        view = submitted("classify", text=typed("a"), top=typed("999"))
        assert submission.refusal(view, CLASSIFY, EN) == {
            "response_action": "errors",
            "errors": {"option:top": "top: takes a whole number from 1 to 100, not “999”."},
        }
        assert submission.refusal(submitted("classify", top=typed("3")), CLASSIFY, KO) == {
            "response_action": "errors",
            "errors": {
                "option:text": "/분류 명령에는 글/파일 값이 필요해요. "
                "예: /분류 이 영화 정말 재미있어요"
            },
        }

    def test_a_form_that_is_right_is_not_refused(self) -> None:
        assert submission.refusal(submitted("classify", text=typed("a")), CLASSIFY, EN) is None

    def test_an_error_of_no_field_stands_at_the_first(self) -> None:
        error = UnknownModel(name="x", nearest=[])
        response = submission.error_response(TOKENIZE, error, EN)
        assert list(response["errors"]) == ["option:text"]

    def test_errors_name_blocks_that_the_form_has(self) -> None:
        for command in WITH_OPTIONS:
            ids = set(blocks(form.command_form(command, {}, EN, is_whole=True)))
            for option in command.options:
                error = UserError("option_without_value", key=option.name)
                assert set(submission.error_response(command, error, EN)["errors"]) <= ids


class TestLabels:
    def test_the_form(self) -> None:
        view = form.label_form("fb:12:label", KO, "C1")
        assert_view(view)
        assert view["callback_id"] == "ask:fb:12:label"

    def test_what_was_filled_in(self) -> None:
        view = {
            "callback_id": "ask:fb:12:label",
            "state": {"values": {"label": {"value": typed(" 긍정 ")}}},
        }
        assert submission.read_label_form(view) == ("fb:12:label", "긍정")
        view["state"] = {"values": {"label": {"value": typed(None)}}}
        with pytest.raises(UserError, match="unknown_control"):
            submission.read_label_form(view)


class TestLookups:
    def test_models_are_looked_up_by_what_they_are_for(self) -> None:
        payload = {
            "type": "block_suggestion",
            "action_id": "named:model",
            "block_id": "option:model",
            "value": "top",
            "view": {"callback_id": "form:classify"},
        }
        found = typeahead.read_lookup(payload, TABLE)
        assert found.option and found.option.task is Task.CLASSIFY and found.typed == "top"
        asked = {"action_id": "named:dataset", "view": {"callback_id": "form:finetune"}}
        found = typeahead.read_lookup(payload | asked, TABLE)
        assert found.option and found.option.kind is Kind.DATASET
        assert typeahead.read_lookup(payload | {"action_id": "group:who"}, TABLE).is_group
        with pytest.raises(UserError, match="unknown_control"):
            typeahead.read_lookup(payload | {"action_id": "named:nope"}, TABLE)

    @given(st.lists(TEXT, max_size=120))
    def test_suggestions_fit_a_select(self, names: list[str]) -> None:
        groups = [Group(name, name) for name in names]
        for options in (typeahead.suggestions(names), typeahead.group_suggestions(groups)):
            assert text.options((), options["options"], 100, least=0) == []
