import unicodedata
from dataclasses import replace

import pytest

from handlers.dispatch import Dispatcher
from storage.records import Verdict
from tests.handlers.conftest import ELSEWHERE, Bot, running


async def test_all_labels_come_most_likely_first(bot):
    reply = await bot.ok("/classify good movie")
    scores = [bar.score for bar in reply.bars]
    assert sorted(bar.label for bar in reply.bars) == ["negative", "neutral", "positive"]
    assert scores == sorted(scores, reverse=True)
    assert sum(scores) == pytest.approx(1, abs=1e-4)
    assert reply.footer["model"] == "sentiment@0" and reply.footer["engine"] == "torch"
    judging = ["fb:1:right", "fb:1:wrong", "fb:1:undo"]
    assert [control.id for control in reply.controls] == [*judging, "numbers:1", "code:1"]


async def test_top_shows_fewer_but_all_are_remembered(bot):
    reply = await bot.ok("/classify good movie top:1")
    assert len(reply.bars) == 1
    query = await bot.services.storage.queries.get("terminal:local", 1)
    assert len(query.result["labels"]) == 3
    assert (query.command, query.text, query.model) == ("classify", "good movie", "sentiment@0")


async def test_several_labels_need_not_sum_to_one(bot):
    reply = await bot.ok("/classify good movie model:moods")
    likely = ", ".join(bar.label for bar in reply.bars if bar.score >= 0.5)
    assert reply.title == (likely or "No label fits")


async def test_judgements_of_one_label_and_of_several_are_learned_from(bot):
    said = await bot.ok("/classify good movie model:moods")
    labels = ", ".join(bar.label for bar in said.bars if bar.score >= 0.5)
    thanks = (await bot.press("fb:1:right")).text
    assert labels in thanks and "learns from it" in thanks
    await bot.ok("/classify good movie")
    assert "learns from it" in (await bot.press("fb:2:right")).text


async def test_a_long_text_says_how_much_was_used(bot):
    reply = await bot.ok("/classify " + "movie " * 1338)
    assert "only the first 40 of its 1,340 tokens counted" in reply.text


async def test_a_doubtful_answer_says_so(bot):
    score = (await bot.ok("/classify good")).bars[0].score
    for unsure_below, is_unsure in ((score + 0.001, True), (score - 0.001, False)):
        rules = replace(bot.services.rules, unsure_below=unsure_below)
        services = replace(bot.services, rules=rules)
        reply = await Bot(Dispatcher(services), services).ok("/classify good")
        assert reply.title.startswith("Unsure") == is_unsure


def thresholds(bot, monkeypatch, **kept):
    """Let every answer bring thresholds that were measured for its checkpoint."""
    ask = bot.services.models.ask

    async def ask_with(checkpoint, question, asker):
        return replace(await ask(checkpoint, question, asker), **kept)

    monkeypatch.setattr(bot.services.models, "ask", ask_with)


async def test_a_checkpoints_own_threshold_comes_before_the_setting(bot, monkeypatch):
    score = (await bot.ok("/classify good")).bars[0].score
    thresholds(bot, monkeypatch, unsure_below=score + 0.001)
    assert (await bot.ok("/classify good")).title.startswith("Unsure")
    thresholds(bot, monkeypatch, unsure_below=score - 0.001)
    assert not (await bot.ok("/classify good")).title.startswith("Unsure")


async def test_several_labels_hold_from_the_checkpoints_own_threshold(bot, monkeypatch):
    bars = (await bot.ok("/classify good movie model:moods")).bars
    thresholds(bot, monkeypatch, likely_from=bars[1].score)
    reply = await bot.ok("/classify good movie model:moods")
    assert reply.title == f"{bars[0].label}, {bars[1].label}"
    thresholds(bot, monkeypatch, likely_from=1.0)
    assert (await bot.ok("/classify good movie model:moods")).title == "No label fits"


async def test_korean_is_answered_in_korean(bot):
    reply = await bot.korean().ok("/분류 오늘 밥")
    assert [control.label for control in reply.controls] == [
        *("맞아요", "틀려요", "되돌리기"),
        *("수치", "코드 보기"),
    ]


async def test_what_is_wrong_is_said_in_ones_own_words(bot):
    korean = bot.korean()
    assert "/분류 명령에는 글/파일 값이 필요해요. 예: /분류 이" in (await korean.say("/분류")).text
    unknown = (await korean.say("/분류 x 모댈:y")).text
    assert "글, 파일, 짝, 모델, 개수" in unknown and "모델:" in unknown
    assert "멤버, 중재자, 관리자" in (await korean.say("/설정 권한:멤바")).text
    assert "쓸 수 있는 옵션: 모델, 에폭, 이름" in (await korean.say("/학습 취쇼")).text
    assert "개수: 값은 1부터" in (await korean.say("/기록 0")).text


async def test_right_wrong_label_and_undo(bot):
    first = await bot.ok("/classify good movie")
    best, second, _ = (bar.label for bar in first.bars)
    stored = bot.services.storage.votes

    told = await bot.press("fb:1:right")
    assert best in told.text
    assert [control.id for control in told.controls] == [c.id for c in first.controls[:3]]
    assert (await stored.get("terminal:local", 1, "admin")).label == best

    asked = await bot.press("fb:1:wrong")
    assert asked.controls[0].options == tuple(bar.label for bar in first.bars[1:])
    assert (await stored.get("terminal:local", 1, "admin")).label is None

    assert second in (await bot.press("fb:1:label", f" {second.upper()}\u200b")).text
    feedback = await stored.get("terminal:local", 1, "admin")
    assert (feedback.verdict, feedback.label) == (Verdict.WRONG, second)

    await bot.press("fb:1:undo")
    assert (await stored.get("terminal:local", 1, "admin")).verdict is Verdict.UNDONE
    assert (await bot.press("fb:1:undo")).error.code == "nothing_to_undo"


async def test_choosing_the_answers_own_label_makes_it_right(bot):
    best = (await bot.ok("/classify good movie")).bars[0].label
    await bot.press("fb:1:label", best)
    feedback = await bot.services.storage.votes.get("terminal:local", 1, "admin")
    assert feedback.verdict is Verdict.RIGHT


async def test_a_label_behind_wrong_corrects(bot):
    best, second, _ = (bar.label for bar in (await bot.ok("/classify good movie")).bars)
    assert second in (await bot.press("fb:1:wrong", second)).text
    feedback = await bot.services.storage.votes.get("terminal:local", 1, "admin")
    assert (feedback.verdict, feedback.label) == (Verdict.WRONG, second)
    assert best in (await bot.press("fb:1:wrong", best)).text  # they were wrong themselves
    feedback = await bot.services.storage.votes.get("terminal:local", 1, "admin")
    assert (feedback.verdict, feedback.label) == (Verdict.RIGHT, best)


@pytest.mark.parametrize("control", ["fb:1:right", "fb:1:undo", "me:learn:no"])
async def test_a_value_that_is_not_taken_is_refused_and_nothing_done(bot, control):
    await bot.ok("/classify good movie")
    reply = await bot.press(control, "negative")
    assert reply.error.code in ("label_elsewhere", "no_value")
    assert "negative" in reply.text
    assert await bot.services.storage.votes.get("terminal:local", 1, "admin") is None
    assert (await bot.services.storage.choices.of("terminal:local", "admin")).may_train


async def holding(bot, monkeypatch, labels):
    """Let the next answers of the model with several labels hold these; return all labels."""
    every = [bar.label for bar in (await bot.ok("/classify good movie model:moods")).bars]
    ask = bot.services.models.ask

    async def ask_with(checkpoint, question, asker):
        answer = await ask(checkpoint, question, asker)
        chosen = [replace(each, score=0.9) for each in answer.scores if each.label in labels]
        others = [replace(each, score=0.1) for each in answer.scores if each.label not in labels]
        return replace(answer, scores=(*chosen, *others))

    monkeypatch.setattr(bot.services.models, "ask", ask_with)
    return every


async def test_the_judgement_of_several_labels_is_of_all_of_them(bot, monkeypatch):
    every = await holding(bot, monkeypatch, ())
    stored = bot.services.storage.votes
    none = await bot.ok("/classify good movie model:moods")
    assert none.title == "No label fits"
    assert "no label fits #2" in (await bot.press("fb:2:right")).text
    assert (await stored.get("terminal:local", 2, "admin")).label == ""
    assert "some label fits #2" in (await bot.press("fb:2:wrong")).text
    assert (await stored.get("terminal:local", 2, "admin")).label is None
    assert "No label fits" in (await bot.ok("/history")).table.rows[0][4]

    await holding(bot, monkeypatch, every[:2])
    assert (await bot.ok("/classify good movie model:moods")).title == ", ".join(every[:2])
    assert f"#4 is {every[0]}, {every[1]}." in (await bot.press("fb:4:right")).text
    feedback = await stored.get("terminal:local", 4, "admin")
    assert (feedback.verdict, feedback.label) == (Verdict.RIGHT, f"{every[0]}\n{every[1]}")


async def test_several_labels_are_corrected_one_by_one_or_at_once(bot, monkeypatch):
    one, two, *rest = await holding(bot, monkeypatch, ())
    three = rest[0]
    await holding(bot, monkeypatch, (one, two))
    await bot.ok("/classify good movie model:moods")
    asked = await bot.press("fb:3:wrong")
    assert f"{one}, {two}" in asked.text
    assert asked.controls[0].id == "fb:3:toggle" and three in asked.controls[0].options

    assert f"#3: {two}" in (await bot.press("fb:3:toggle", one)).text
    assert f"#3: {two}, {three}" in (await bot.press("fb:3:toggle", three)).text
    feedback = await bot.services.storage.votes.get("terminal:local", 3, "admin")
    assert (feedback.verdict, feedback.label) == (Verdict.WRONG, f"{two}\n{three}")
    assert f"→ {two}, {three}" in (await bot.ok("/history")).table.rows[0][5]

    for control, value, said in (
        ("fb:3:label", f"{three}, {one}", f"#3 is {one}, {three}."),
        ("fb:3:label", one, f"#3 is {one}."),
        ("fb:3:wrong", f"{three}", f"#3 is {three}."),
        ("fb:3:none", None, "no label fits #3"),
    ):
        assert said in (await bot.press(control, value)).text
    assert (await bot.press("fb:3:label", f"{one}, nothing")).error.code == "unknown_label"
    assert (await bot.press("fb:3:toggle")).error.code == "label_missing"


async def test_what_is_of_several_labels_alone_is_none_of_ours_elsewhere(bot):
    await bot.ok("/classify good movie")
    assert (await bot.press("fb:1:none")).error.code == "unknown_control"
    assert (await bot.press("fb:1:toggle", "positive")).error.code == "unknown_control"


@pytest.mark.parametrize(
    ("control", "value", "code"),
    [
        ("fb:1:label", None, "label_missing"),
        ("fb:1:label", "positiv", "unknown_label"),
        ("fb:1:label", "\ud800", "unknown_label"),
        ("fb:2:right", None, "unknown_answer"),
        ("fb:999999999999999:right", None, "unknown_answer"),
        ("fb:1:delete", None, "unknown_control"),
        ("fb:1:right:", None, "unknown_control"),
        ("fb:-1:right", None, "unknown_control"),
        ("fb:1;DROP TABLE queries:right", None, "unknown_control"),
        ("xx:1:right", None, "unknown_control"),
        ("", None, "unknown_control"),
        ("fb:" + "9" * 400 + ":right", None, "unknown_control"),
    ],
)
async def test_a_forged_or_damaged_control_is_refused(bot, control, value, code):
    await bot.ok("/classify good movie")
    reply = await bot.press(control, value)
    assert reply.error.code == code
    assert reply.text.encode()


async def test_an_answer_of_another_kind_cannot_be_judged(bot):
    await bot.ok("/tokenize good movie")
    assert (await bot.press("fb:1:right")).error.code == "unknown_answer"


async def test_a_press_from_another_community_finds_nothing(bot):
    await bot.ok("/classify good movie")
    stranger = bot.by("stranger", place=ELSEWHERE)
    assert (await stranger.press("fb:1:right")).error.code == "unknown_answer"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("", "not_a_command"),
        (" ", "not_a_command"),
        ("/classify", "option_missing"),
        ("/classify    ", "option_missing"),
        ("/classify text:\u200d\u200d", "text_empty"),
        ("/classify " + "a" * 100_001, "text_too_long"),
        ("/classify x model:sentimant", "unknown_model"),
        ("/classify x model:sentiment@7", "unknown_model"),
        ("/classify x model:sentiment@99999999999999999999", "unknown_model"),
        ("/classify x model:../../etc/passwd", "model_not_allowed"),
        ("/classify x model:evil/repo", "model_not_allowed"),
        ("/classify x model:fillmask", "wrong_task"),
        ("/classify x model:body", "fresh_head"),
        ("/fillmask x ___ model:sentiment", "wrong_task"),
        ("/fillmask nothing hidden", "no_mask"),
        ("/fillmask ___ " + "movie " * 10 + "top:0", "bad_number"),
        ("/fillmask " + "movie " * 100 + "___", "mask_cut"),
    ],
)
async def test_bad_input_gets_a_sentence_and_the_next_command_works(bot, line, code):
    assert await bot.code(line) == code
    await bot.ok("/classify good movie")


@pytest.mark.parametrize(
    "text",
    [
        "👩‍👩‍👧‍👦 🐰",
        "\ud800 lone",
        "\u202eright to left\u202c",
        "bell\x07 and \x1b[31mred",
        "nul\x00here",
        "@everyone",
        "'; DROP TABLE queries; --",
        "{0.__class__} {percent} %s",
        "a" * 100_000,
        "한" * 100_000,
    ],
)
async def test_odd_text_is_answered_and_remembered(bot, text):
    await bot.ok(f"/classify {text}")
    await bot.ok(f"/tokenize {text}")
    history = await bot.ok("/history")
    assert len(history.table.rows) == 2


async def test_each_line_is_a_text_of_its_own(bot):
    alone = [await bot.ok(f"/classify {text}") for text in ("good movie", "bad movie")]
    reply = await bot.ok("/classify good movie\n\n bad movie \n\u200b\n이 영화")
    assert reply.title == "3 lines, each by itself"
    assert [row[:2] for row in reply.table.rows] == [
        ("#3", "good movie"),
        ("#4", "bad movie"),
        ("#5", "이 영화"),
    ]
    for row, one in zip(reply.table.rows, alone, strict=False):
        assert row[2:] == (one.title, f"{one.bars[0].score:.1%}")
    assert reply.footer["query"] == "#3–#5"
    stored = [await bot.services.storage.queries.get("terminal:local", n) for n in (3, 4, 5)]
    assert [query.text for query in stored] == ["good movie", " bad movie ", "이 영화"]


async def test_a_row_is_judged_like_any_other_answer(bot):
    reply = await bot.ok("/classify good movie\nbad movie")
    choice, as_one, _ = reply.controls
    assert as_one.id == "lines:1-2"
    assert choice.id == "fb:1:row" and choice.options == ("#1 good movie", "#2 bad movie")
    shown = await bot.press(choice.id, choice.options[1])
    assert shown.text == "bad movie" and len(shown.bars) == 3
    assert [control.id for control in shown.controls] == ["fb:2:right", "fb:2:wrong", "fb:2:undo"]
    other = shown.bars[1].label
    assert f"#2 is {other}" in (await bot.press("fb:2:wrong", other)).text
    votes = bot.services.storage.votes
    assert (await votes.get("terminal:local", 2, "admin")).label == other
    assert await votes.get("terminal:local", 1, "admin") is None
    for value in ("#99", "x", None):
        assert (await bot.press(choice.id, value)).error.code == "unknown_answer"
    stranger = bot.by("stranger", place=ELSEWHERE)
    assert (await stranger.press("fb:1:row", "#2")).error.code == "unknown_answer"


async def test_many_rows_fit_the_selects_of_every_platform(bot):
    lines = "\n".join(f"movie {n} {'so good ' * 20}" for n in range(64))
    reply = await bot.ok(f"/classify {lines}")
    choices = reply.controls[:-2]
    assert [len(choice.options) for choice in choices] == [25, 25, 14]
    assert len({choice.id for choice in choices}) == 3
    assert all(len(option) <= 60 for choice in choices for option in choice.options)
    assert await bot.code("/classify " + "movie\n" * 65) == "too_many_lines"


async def test_top_shows_so_many_labels_of_each_line(bot):
    reply = await bot.ok("/classify good\nmovie top:2")
    assert len(reply.table.columns) == 3 and reply.table.rows[0][2].count("%") == 2


async def test_lines_are_one_text_if_whoever_asked_says_so(bot):
    await bot.ok("/classify good\nmovie model:moods")
    one = await bot.press("lines:1-2")
    assert one.footer["model"] == "moods@0" and len(one.bars) == 3 and one.table is None
    query = await bot.services.storage.queries.get("terminal:local", 3)
    assert (query.text, query.user) == ("good\nmovie", "admin")
    assert (await bot.by("mina").press("lines:1-2")).error.code == "lines_of_others"
    for control in ("lines:2-1", "lines:1-99999999", "lines:1", "lines:1-2:x"):
        assert (await bot.press(control)).error.code == "unknown_control"
    assert (await bot.press("lines:8-9")).error.code == "answer_gone"
    await bot.ok("/tokenize good\nmovie")
    assert (await bot.press("lines:4-5")).error.code == "answer_gone"
    await bot.by("mina").ok("/classify secret model:moods")
    mixed = await bot.press("lines:1-5")
    assert mixed.error is None
    query = await bot.services.storage.queries.get("terminal:local", 6)
    assert "secret" not in query.text


async def test_a_row_shows_no_text_that_was_not_chosen(bot):
    await bot.ok("/classify secret")
    shown = await bot.by("mina").press("fb:1:row", "#1")
    assert shown.text is None and shown.error is None


async def test_labels_of_several_are_judged_by_row_too(bot):
    reply = await bot.ok("/classify good movie\nbad movie model:moods")
    shown = await bot.press("fb:1:row", "2")
    assert shown.title == f"#2: {reply.table.rows[1][2]}"


async def test_a_command_is_never_taken_for_a_line(bot):
    assert await bot.code("/classify good\n/classify bad") == "command_in_text"
    assert await bot.code("/tokenize good\n/도움말") == "command_in_text"
    assert await bot.services.storage.queries.get("terminal:local", 1) is None
    await bot.ok('/classify "good\n/classify bad"')
    await bot.ok("/classify good\n/etc/passwd")


async def test_spellings_that_are_read_alike_get_one_answer(tmp_path, checkpoints):
    async with running(tmp_path, checkpoints, answers_bytes=1_000_000) as bot:
        first = await bot.ok("/classify 오늘 밥")
        for text in (unicodedata.normalize("NFD", "오늘 밥"), "오늘\u200b 밥\ufeff"):
            assert (await bot.ok(f"/classify {text}")).bars == first.bars
        checkpoint = bot.services.models.find("sentiment")
        assert bot.services.models.state(checkpoint).reused == 2


async def test_a_judgement_says_whether_it_is_learned_from(bot):
    """Nobody is thanked for what a second person has still to say, or what people disagree on."""
    number = (await bot.ok("/classify good movie model:sentiment")).footer["query"].lstrip("#")
    press = f"fb:{number}:label"
    assert "once more people" in (await bot.by("ann").press(press, "positive")).text
    assert "settled" in (await bot.by("bob").press(press, "negative")).text
    for user in ("cid", "dan", "eve", "fay"):
        last = await bot.by(user).press(press, "negative")
    assert "learns from it." in last.text and "Thank you" in last.text
    assert "another label" in (await bot.by("ann").press(press, "positive")).text
    alone = (await bot.ok("/classify bad movie model:sentiment")).footer["query"].lstrip("#")
    assert "Thank you" in (await bot.press(f"fb:{alone}:label", "negative")).text
