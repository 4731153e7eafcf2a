from hypothesis import given, settings
from hypothesis import strategies as st

from bot.on_slack.drawing.home import HomeData, chosen, home_view
from handlers.types import Language, Reply, Role, Table
from storage.records import Choices
from tests.bot.on_slack.limits import assert_view, elements
from tests.bot.on_slack.replies import REPLIES

EN, KO = Language.ENGLISH, Language.KOREAN
CHOICES = st.builds(Choices, st.none() | st.sampled_from(["en", "ko"]), st.booleans())


def said(view: dict) -> str:
    texts = [b.get("text", {"text": ""})["text"] for b in view["blocks"]]
    return "\n".join(texts)


@settings(deadline=None, max_examples=50)
@given(
    st.sampled_from(Role),
    CHOICES,
    st.none() | REPLIES,
    st.none() | REPLIES,
    st.none() | REPLIES,
    st.sampled_from(Language),
)
def test_any_home_is_within_every_limit(
    role: Role,
    choices: Choices,
    models: Reply | None,
    trainings: Reply | None,
    queries: Reply | None,
    language: Language,
) -> None:
    data = HomeData(role, choices, "tokki-", models, trainings, queries)
    assert_view(home_view(data, language))


def test_a_home_tells_what_one_may_do_here() -> None:
    queries = Reply(table=Table(("no.", "text"), (("#12", "I love this"),)))
    empty = Reply(text="Nothing has been trained here yet.")
    data = HomeData(Role.MEMBER, Choices(), "tokki-", None, empty, queries)
    text = said(home_view(data, EN))
    assert "*/tokki-classify text [model] [top]*" in text
    assert "finetune" not in text, "only admins may"
    assert "Nothing has been trained here yet." in text and "*#12* I love this" in text
    assert "/tokki-finetune" in said(home_view(HomeData(Role.ADMIN, Choices(), "tokki-"), EN))
    assert "*/분류 글 [모델] [개수]*" in said(home_view(HomeData(Role.MEMBER, Choices()), KO))


def test_commands_with_options_open_a_form() -> None:
    view = home_view(HomeData(Role.MEMBER, Choices()), EN)
    ids = [e["action_id"] for b in view["blocks"] for e in elements(b)]
    assert "form:classify" in ids and "form:models" not in ids
    assert ids[-2:] == ["home:language", "home:privacy"]


def test_the_selects_show_what_was_chosen() -> None:
    view = home_view(HomeData(Role.MEMBER, Choices(KO, False)), EN)
    selects = [e for b in view["blocks"][-2:] for e in elements(b)]
    assert [s["initial_option"]["value"] for s in selects] == ["ko", "no"]


def test_choosing() -> None:
    before = Choices(KO, False)
    assert chosen("home:language", "auto", before) == Choices(None, False)
    assert chosen("home:language", "en", before) == Choices(EN, False)
    assert chosen("home:privacy", "yes", before) == Choices(KO, True)
    for control, value in (("home:language", "yes"), ("home:privacy", ""), ("home:x", "en")):
        assert chosen(control, value, before) is None
