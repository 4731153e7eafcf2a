"""The pictures: well-formed, drawn from what Tokki answers today, and able to show all."""

import re
import struct
import zlib
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bot.on_discord.drawing.render import draw as render
from bot.on_slack.drawing.render import draw as render_for_slack
from docs.pictures import slack
from docs.pictures.__main__ import FOLDER, PLATFORMS, SCENES, of_the_loop
from docs.pictures.components import Sent
from docs.pictures.ink import THEMES
from docs.pictures.markdown import Kind, Run, Style, lines
from docs.pictures.message import WORDS, Typed, draw
from docs.pictures.pages import PEOPLE, addresses
from handlers.types import Bar, Button, Failure, File, Language, Reply, Select, Table

SVG = "{http://www.w3.org/2000/svg}"
FILES = sorted(FOLDER.glob("*.svg"))
README = Path(__file__).parents[1] / "README.md"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_picture_is_svg_that_needs_nothing_else(path):
    picture = ElementTree.fromstring(path.read_text("utf-8"))
    assert picture.tag == f"{SVG}svg"
    assert picture.findtext(f"{SVG}title")
    assert {each.tag.removeprefix(SVG) for each in picture.iter()}.isdisjoint({"script", "style"})
    assert not [each for each in picture.iter() if "href" in each.attrib]


def test_every_picture_is_shown():
    pages = [README, *README.parent.glob("docs/*.md")]
    shown = {one for page in pages for one in re.findall(r"([\w-]+\.svg)", page.read_text("utf-8"))}
    assert shown == {path.name for path in FILES}


def test_the_loop_is_the_one_of_the_tutorial():
    for path, picture in of_the_loop():
        assert path.read_text("utf-8") == f"{picture}\n", "run python -m docs.pictures"


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("language", SCENES)
async def test_the_pictures_show_what_tokki_answers_today(language, platform):
    pictures = [each async for each in PLATFORMS[platform](language)]
    assert pictures
    for path, picture in pictures:
        same = without_numbers(path.read_text("utf-8")) == without_numbers(f"{picture}\n")
        assert same, f"{path.name} is out of date: run python -m docs.pictures"


def test_each_page_has_small_pictures_in_both_languages_and_both_themes():
    for name in addresses():
        for language in PEOPLE:
            for theme in ("light", "dark"):
                picture = (FOLDER / f"web-{name}-{language}-{theme}.png").read_bytes()
                assert picture.startswith(b"\x89PNG") and len(picture) < 80_000


def without_numbers(picture: str) -> str:
    """Leave out what differs from run to run: the time, and what follows from its length."""
    return re.sub(r"\d[\d.,]*", "0", picture)


EVERYTHING = Reply(
    title="Labels of <this> & *that*",
    text="line one\n한국어 " * 30,
    bars=(Bar("세계", 0.62), Bar("IT <science>", 0.0001)),
    table=Table(("piece", "token", "id"), (("안", "##안", "12"), ("hello", "hell ##o", "7436"))),
    code="return x  # 한글" * 9,
    files=(File("notes.txt", b"x" * 2400), File("odd.webp", b"?")),
    controls=(
        *(
            Button(f"b{n}", f"Button {n}", style)
            for n, style in enumerate(("good", "bad", "plain"))
        ),
        Select("s", "Which label?", ("a", "b")),
    ),
    footer={"model": "sentiment@0", "time": "16 ms"},
)
FAILED = Reply(error=Failure("crash", "Something went wrong.", "ab12cd"))


def png(wide: int, high: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", wide, high, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + bytes(wide)) * high)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def sent(reply: Reply, flags: int = 0) -> Sent:
    drawn = render(reply, Language.KOREAN, is_shareable=True)
    message = {
        "flags": flags,
        "author": {"username": "Tokki"},
        "components": drawn.view.to_components(),
    }
    return Sent(message, {each.name: each.content for each in drawn.files}, "<mina>", "classify")


def words(svg: str) -> list[str]:
    picture = ElementTree.fromstring(svg)
    return ["".join(each.itertext()) for each in picture.iter(f"{SVG}text")]


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
async def test_all_that_tokki_can_send_is_drawn(theme):
    chart = File("chart.png", png(30, 12))
    reply = replace(EVERYTHING, files=(*EVERYTHING.files, chart))
    svg = draw([sent(reply, flags=1 << 6), sent(FAILED)], theme, WORDS["ko"], "all")
    said = set(words(svg))
    assert said >= {"Labels of <this> & *that*", " 세계", " IT <science>", "62.0", "0.1"}
    assert said >= {"7436", "Button 2", "Which label?", "notes.txt", "2.4 kB", "odd.webp"}
    assert said >= {"<mina> 님이 사용한 명령어: /classify", "나만 볼 수 있어요"}
    assert 'fill="#da4453"' in svg and 'href="data:image/png;base64,' in svg


def posted(reply: Reply) -> slack.Posted:
    return slack.Posted(render_for_slack(reply, Language.KOREAN, is_shareable=True).blocks, True)


@pytest.mark.parametrize("theme", slack.THEMES.values(), ids=slack.THEMES)
def test_all_that_tokki_can_post_on_slack_is_drawn(theme):
    pages = [slack.Typed("/classify <x>"), posted(EVERYTHING), posted(FAILED)]
    said = set(words(slack.draw(pages, theme, slack.WORDS["ko"], "all")))
    assert said >= {"/classify <x>", "Labels of <this> & *that*", " 세계", " IT <science>"}
    assert said >= {"Button 2", "Which label?", "공유하기", "나에게만 표시"}
    assert "sentiment@0 · 16 ms" in said


@pytest.mark.parametrize(
    "block",
    [
        {"type": "video"},
        {"type": "section", "text": {"type": "plain_text", "text": "x"}, "accessory": {}},
        {"type": "actions", "elements": [{"type": "timepicker"}]},
    ],
)
def test_a_block_that_nobody_knows_is_refused(block):
    with pytest.raises(ValueError, match="is not known"):
        slack.draw([slack.Posted([block], False)], slack.DARK, slack.WORDS["en"], "")


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_nothing_is_drawn_outside(platform):
    if platform == "slack":
        page = [slack.Typed("/classify x"), posted(EVERYTHING)]
        svg = slack.draw(page, slack.DARK, slack.WORDS["en"], "")
    else:
        typed = Typed("classify", "text", "x")
        svg = draw([typed, sent(EVERYTHING)], THEMES["dark"], WORDS["en"], "")
    picture = ElementTree.fromstring(svg)
    wide, high = float(picture.attrib["width"]), float(picture.attrib["height"])
    for each in picture.iter(f"{SVG}rect"):
        x, y = (float(each.attrib.get(name, 0)) for name in "xy")
        assert 0 <= x <= x + float(each.attrib["width"]) <= wide, each.attrib
        assert 0 <= y <= y + float(each.attrib["height"]) <= high, each.attrib


def test_a_component_that_nobody_knows_is_refused():
    message = {"author": {"username": "Tokki"}, "components": [{"type": 99}]}
    with pytest.raises(ValueError, match="99"):
        draw([Sent(message)], THEMES["dark"], WORDS["en"], "")


def test_a_separator_is_drawn():
    parts = [{"type": 10, "content": "a"}, {"type": 14, "spacing": 2}, {"type": 10, "content": "b"}]
    message = {"author": {"username": "Tokki"}, "components": parts}
    assert words(draw([Sent(message)], THEMES["dark"], WORDS["en"], ""))[-2:] == ["a", "b"]


def test_what_xml_does_not_take_is_left_out():
    message = {"author": {"username": "\x00<&\ud800"}, "components": []}
    assert words(draw([Sent(message)], THEMES["dark"], WORDS["en"], "\x01"))[0] == "<&"


def test_markdown_is_read_as_discord_reads_it():
    read = list(lines("### a **b**\n-# small \\*\n`x y` \\# **b\\*c**\n```\n# **code**\n```\n"))
    plain, bold, code = Style.PLAIN, Style.BOLD, Style.CODE
    assert [(each.kind, each.runs) for each in read] == [
        (Kind.LARGE, (Run("a ", plain), Run("b", bold))),
        (Kind.SMALL, (Run("small *", plain),)),
        (Kind.BODY, (Run("x y", code), Run(" # ", plain), Run("b*c", bold))),
        (Kind.CODE, (Run("# **code**", code),)),
        (Kind.BODY, ()),
    ]
