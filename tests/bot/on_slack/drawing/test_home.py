from hypothesis import given, settings
from hypothesis import strategies as st

from bot.on_slack.drawing.home import HomeData, home_view
from handlers.types import Button, Language, Reply, Role, Table
from tests.bot.on_slack.limits import assert_view, elements
from tests.bot.on_slack.replies import REPLIES

EN, KO = Language.ENGLISH, Language.KOREAN


def said(view: dict) -> str:
    texts = [b.get("text", {"text": ""})["text"] for b in view["blocks"]]
    return "\n".join(texts)


@settings(max_examples=50)
@given(
    st.sampled_from(Role),
    st.none() | REPLIES,
    st.none() | REPLIES,
    st.none() | REPLIES,
    st.none() | REPLIES,
    st.sampled_from(Language),
)
def test_any_home_is_within_every_limit(
    role: Role,
    models: Reply | None,
    trainings: Reply | None,
    queries: Reply | None,
    choices: Reply | None,
    language: Language,
) -> None:
    data = HomeData(role, "tokki-", models, trainings, queries, choices)
    assert_view(home_view(data, language))


def test_a_home_tells_what_one_may_do_here() -> None:
    queries = Reply(table=Table(("no.", "text"), (("#12", "I love this"),)))
    empty = Reply(text="Nothing has been trained here yet.")
    data = HomeData(Role.MEMBER, "tokki-", None, empty, queries)
    text = said(home_view(data, EN))
    assert "*/tokki-classify text/file [pair] [model] [top]*" in text
    assert "finetune" not in text, "only admins may"
    assert "Nothing has been trained here yet." in text and "*#12* I love this" in text
    assert "/tokki-finetune" in said(home_view(HomeData(Role.ADMIN, "tokki-"), EN))
    assert "*/분류 글/파일 [짝] [모델] [개수]*" in said(home_view(HomeData(Role.MEMBER), KO))


def test_a_korean_home_names_the_commands_that_slack_has():
    empty = Reply(table=Table(("no.",), (("#1",),)))
    view = home_view(HomeData(Role.ADMIN, "tokki-", trainings=empty), KO)
    text = said(view) + str([block.get("elements") for block in view["blocks"]])
    for name in ("hub", "jobs", "audit", "status"):
        assert f"/tokki-{name}" in text
    assert "/tokki-분류" in text and "모두 보기: /tokki-jobs" in text
    for name in ("허브", "작업", "변경기록", "상태"):
        assert f"*/{name}" not in text and f" /{name}" not in text and f"/tokki-{name}" not in text


def test_what_is_left_out_is_told() -> None:
    view = home_view(HomeData(Role.MEMBER, left_out="Try again in 5 s."), EN)
    assert "Some of this page is missing just now. Try again in 5 s." in said(view)
    assert "missing" not in said(home_view(HomeData(Role.MEMBER), EN))


def test_commands_with_options_open_a_form() -> None:
    view = home_view(HomeData(Role.MEMBER), EN)
    ids = [e["action_id"] for b in view["blocks"] for e in elements(b)]
    assert "form:classify" in ids and "form:models" not in ids


def test_the_choices_stand_with_their_buttons() -> None:
    buttons = (Button("me:language:korean", "한국어"), Button("me:learn:no", "Do not"))
    table = Table(("what", "now"), (("models learn", "yes"),))
    view = home_view(
        HomeData(Role.MEMBER, choices=Reply("Kept", "Why.", (), table, controls=buttons)), EN
    )
    assert "Your choices here" in said(view) and "Why." in said(view) and "yes" in said(view)
    ids = [e["action_id"] for b in view["blocks"] for e in elements(b)]
    assert ids[-2:] == ["me:language:korean", "me:learn:no"]


def test_a_choice_that_failed_says_why() -> None:
    view = home_view(HomeData(Role.MEMBER, choices=Reply(text="Not so often.")), EN)
    assert said(view).endswith("Not so often.")
