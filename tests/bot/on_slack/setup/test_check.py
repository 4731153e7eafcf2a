"""`tokki check`: each thing that may be wrong on Slack, with what puts it right."""

import re
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web

from bot import checking
from bot.on_discord.setup import check as discord_check
from bot.on_slack.setup import check as slack_check
from bot.on_slack.setup.check import check
from bot.on_slack.setup.manifest import SCOPES, manifest
from bot.settings import Settings
from handlers.texts import sentences
from handlers.types import Language
from tests.servers.slack_server import LoopbackSlack

ROOT = Path(__file__).parents[4]
APPS = "api.slack.com/apps"


@pytest_asyncio.fixture
async def server() -> AsyncIterator[LoopbackSlack]:
    async with LoopbackSlack() as server:
        server.manifest = manifest()
        yield server


@pytest.fixture
def given(server: LoopbackSlack, tmp_path: Path) -> dict[str, object]:
    """Return settings with which all is well."""
    return {
        "data_dir": tmp_path,
        "slack_bot_token": server.bot_token,
        "slack_app_token": server.app_token,
        "slack_config_token": server.config_token,
        "slack_api_url": server.api_url,
    }


async def run(
    given: dict[str, object], language: Language = Language.ENGLISH, **changes: object
) -> tuple[int, list[str]]:
    said: list[str] = []
    settings = {**given, **changes}
    code = await check(Settings(**settings), language, said.append)
    secrets = [str(value) for name, value in settings.items() if name.endswith(("token", "secret"))]
    for line in said:
        assert line.startswith(("✓ ", "✗ ", "· ")) and "\n" not in line
        assert not any(secret in line for secret in secrets if len(secret) > 9)
    return code, said


def bad(said: list[str]) -> list[str]:
    return [line for line in said if line.startswith("✗ ")]


async def test_all_is_well(server, given):
    assert await run(given) == (
        0,
        [
            "✓ Bot token: Slack knows this bot as tokki, in the workspace Loopback.",
            f"✓ Scopes: all {len(SCOPES)} that Tokki needs are granted.",
            f"✓ App id: {server.world.app_id}. Its settings: https://{APPS}/{server.world.app_id}",
            "✓ Socket Mode: it is on, and SLACK_APP_TOKEN may use it.",
            "✓ Manifest: the app on Slack is as it should be.",
        ],
    )


async def test_it_only_looks(server, given):
    await run(given)
    asked = [received.method for received in server.requests]
    assert asked == [
        *("auth.test", "bots.info", "auth.test", "apps.connections.open", "apps.manifest.export")
    ]
    assert server.world.socket.connections == []


async def test_without_a_config_token_it_says_how_to_compare(given):
    code, said = await run(given, slack_config_token=None)
    assert code == 0
    assert said[-1] == (
        "· Manifest: to compare it by hand, hold api.slack.com/apps (your app, App Manifest) "
        "against tokki slack manifest. With SLACK_CONFIG_TOKEN, tokki check does it."
    )


@pytest.mark.parametrize("token", ["xoxb-wrong", " xoxb-wrong\n"])
async def test_a_wrong_bot_token(given, token):
    code, said = await run(given, slack_bot_token=token)
    assert code == 2
    assert said[0].startswith("✗ Slack refuses SLACK_BOT_TOKEN (invalid_auth). Install the app")
    assert "✓ Socket Mode: it is on, and SLACK_APP_TOKEN may use it." in said
    assert "✓ Manifest: the app on Slack is as it should be." in said


@pytest.mark.parametrize("error", ["token_revoked", "account_inactive", "token_expired"])
async def test_a_bot_token_that_is_good_no_more(server, given, error):
    server.revoke(error=error)
    code, said = await run(given)
    assert (code, len(bad(said))) == (2, 1)
    assert f"SLACK_BOT_TOKEN ({error})" in bad(said)[0]


@pytest.mark.parametrize(
    "token", ["xoxp-1-2-3-4567890", "xapp-1-A0-1-ab", "토큰", "a\nb", "xoxb-é"]
)
async def test_no_bot_token_at_all_is_not_sent(server, given, token):
    code, said = await run(given, slack_bot_token=token)
    assert code == 2
    assert said[0].startswith("✗ SLACK_BOT_TOKEN is not a bot token; one begins with xoxb-.")
    assert "bots.info" not in {received.method for received in server.requests}


async def test_no_bot_token(given):
    code, said = await run(given, slack_bot_token=None)
    assert code == 2
    assert bad(said) == [
        "✗ SLACK_BOT_TOKEN is not set. docs/slack.md says how to get it, in under five minutes."
    ]


async def test_spaces_around_the_tokens_do_no_harm(server, given):
    tokens = {
        "slack_bot_token": f" {server.bot_token}\n",
        "slack_app_token": f"{server.app_token} ",
    }
    assert (await run(given, **tokens))[0] == 0


@pytest.mark.parametrize("scope", SCOPES)
async def test_each_missing_scope_says_what_it_is_for(server, given, scope):
    server.scopes().discard(scope)
    code, said = await run(given)
    assert code == 2
    (line,) = bad(said)
    assert line.startswith(f"✗ The scope {scope} is missing ({SCOPES[scope].en}). Add it and")
    assert APPS in line


async def test_surplus_scopes_are_noted(server, given):
    server.scopes().update({"channels:history", "admin"})
    code, said = await run(given)
    assert code == 0
    assert any("could be taken away: admin, channels:history (" in line for line in said)


@pytest.mark.parametrize("token", ["xoxb-1-2-34567890", "secret-secret", "앱"])
async def test_no_app_token_at_all_is_not_sent(server, given, token):
    code, said = await run(given, slack_app_token=token)
    assert code == 2
    (line,) = bad(said)
    assert line.startswith("✗ SLACK_APP_TOKEN is not an app-level token; one begins with xapp-.")
    assert server.count("apps.connections.open") == 0


async def test_a_wrong_app_token(given):
    code, said = await run(given, slack_app_token="xapp-1-wrong-wrong")
    assert code == 2
    assert bad(said)[0].startswith("✗ Slack refuses SLACK_APP_TOKEN (invalid_auth). Generate")


async def test_an_app_token_that_may_not_connect(server, given):
    server.scopes(server.app_token).clear()
    code, said = await run(given)
    assert code == 2
    assert bad(said)[0].startswith("✗ SLACK_APP_TOKEN lacks the scope connections:write.")


async def test_socket_mode_is_off(server, given):
    server.world.socket.is_enabled = False
    code, said = await run(given)
    assert code == 2
    assert bad(said) == [
        "✗ Socket Mode is off, so Tokki hears nothing. "
        "Turn it on: api.slack.com/apps, your app, Socket Mode."
    ]


async def test_tokens_of_two_apps(server, given):
    async with LoopbackSlack() as other:
        other.world.app_id = "A0OTHER"
        server.world.tokens[other.app_token] = other.world.tokens[other.app_token]
        own = server.team.bot.app_id
        server.team.bot.app_id = "A0OTHER"
        code, said = await run(given)
    assert code == 2
    assert f"✗ SLACK_APP_TOKEN is of the app {own}, SLACK_BOT_TOKEN of the app A0OTHER." in said[3]


async def test_by_http(server, given):
    server.manifest = manifest(request_url="https://t.example/slack/events", socket_mode=False)
    secret = {"slack_app_token": None, "slack_signing_secret": server.signing_secret}
    code, said = await run(given, **secret)
    assert code == 0
    assert any(line.startswith("· HTTP: without SLACK_APP_TOKEN, Slack sends") for line in said)
    assert server.count("apps.connections.open") == 0
    assert said[-1] == "✓ Manifest: the app on Slack is as it should be."


async def test_no_way_to_hear_anything(given):
    code, said = await run(given, slack_app_token=None)
    assert code == 2
    assert bad(said)[0].startswith("✗ Neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is set")


async def test_several_workspaces_have_no_use_for_a_bot_token(server, given):
    back = "https://t.example/slack/oauth_redirect"
    server.manifest = manifest(redirect_url=back)
    several = {
        "slack_bot_token": "xoxb-of-the-time-before",
        "slack_client_id": server.world.client_id,
        "slack_client_secret": server.world.client_secret,
        "slack_redirect_url": back,
    }
    code, said = await run(given, **several)
    assert code == 0
    assert said == [
        "· Several workspaces: each adds Tokki at https://t.example/slack/install",
        "✓ Socket Mode: it is on, and SLACK_APP_TOKEN may use it.",
        "✓ Manifest: the app on Slack is as it should be.",
    ]
    server.manifest = manifest()
    code, said = await run(given, **several)
    assert "✗ Manifest: Set otherwise on Slack: OAuth redirect URL." in bad(said)[0]
    code, said = await run(given, **several | {"slack_client_secret": None})
    assert code == 2
    assert said[0].startswith("✗ SLACK_CLIENT_SECRET is missing: api.slack.com/apps")


async def test_drift_in_words_with_its_fix(server, given):
    app = manifest()
    commands = app["features"]["slash_commands"]
    commands[0]["description"] = "Old"
    commands[1]["command"] = "/ping"
    app["settings"]["event_subscriptions"]["bot_events"] = ["app_home_opened", "message.channels"]
    app["features"]["app_home"]["home_tab_enabled"] = False
    server.world.manifest.json = app
    code, said = await run(given)
    assert code == 2
    fix = (
        " Paste what tokki slack manifest prints: api.slack.com/apps, your app, App Manifest; "
        "reinstall where Slack asks for it."
    )
    assert bad(said) == [
        f"✗ Manifest: Missing on Slack: commands /fillmask.{fix}",
        f"✗ Manifest: Slack has what Tokki does not know: commands /ping.{fix}",
        f"✗ Manifest: Not the same on Slack: commands /classify (description).{fix}",
        f"✗ Manifest: Missing on Slack: events app_uninstalled, tokens_revoked.{fix}",
        f"✗ Manifest: Slack has what Tokki does not know: events message.channels.{fix}",
        f"✗ Manifest: Set otherwise on Slack: Home tab.{fix}",
    ]


async def test_another_prefix_is_one_finding(given):
    code, said = await run(given, slack_prefix="tokki-")
    assert code == 2
    (line,) = bad(said)
    assert line.startswith("✗ The commands on Slack begin with “/”, but by TOKKI_SLACK_PREFIX with")
    assert "Set TOKKI_SLACK_PREFIX=, or paste" in line


async def test_in_korean(server, given):
    server.scopes().discard("files:write")
    code, said = await run(given, Language.KOREAN)
    assert code == 2
    assert bad(said) == [
        "✗ files:write 권한이 없어요 (그래프와, 메시지에 다 들어가지 않는 것을 파일로 붙이기). "
        "api.slack.com/apps 페이지의 앱에서 OAuth & Permissions, Bot Token Scopes로 들어가 더하고 "
        "앱을 다시 설치해 주세요."
    ]


@pytest.mark.parametrize(
    ("token", "said"),
    [
        ("xoxe.xoxp-wrong", "✗ Slack refuses SLACK_CONFIG_TOKEN (invalid_auth). It is good for 12"),
        ("xoxe-1-refresh", "✗ SLACK_CONFIG_TOKEN is not an app configuration token; one begins"),
    ],
)
async def test_a_wrong_config_token(given, token, said):
    code, lines = await run(given, slack_config_token=token)
    assert code == 2
    assert lines[-1].startswith(said)


async def test_a_config_token_of_somebody_else(server, given):
    server.fail("apps.manifest.export", error="app_not_found")
    code, said = await run(given)
    assert code == 2
    assert bad(said)[0].startswith("✗ Slack does not show the manifest (app_not_found).")


# What stands between


async def test_nothing_listens(given):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/api/"
        code, (said,) = await run(given, slack_api_url=url)
    assert code == 2
    assert said.startswith(f"✗ Slack cannot be reached at {url}: ")
    assert "SLACK_API_URL" in said


@pytest.mark.parametrize(
    ("status", "kind", "text", "said"),
    [
        (200, "text/html", "<h1>Hello</h1>", "✗ What answers at {url} is not Slack. Correct"),
        (404, "text/html", "<h1>Hello</h1>", "✗ What answers at {url} is not Slack. Correct"),
        (200, "text/plain", "hello", "✗ What answers at {url} is not Slack. Correct"),
        (200, "application/json", "[1]", "✗ What answers at {url} is not Slack. Correct"),
        (200, "application/json", "{", "✗ What answers at {url} is not Slack. Correct"),
        (200, "application/json", '{"a": 1}', "✗ What answers at {url} is not Slack. Correct"),
        (
            407,
            "text/html",
            "<h1>Proxy</h1>",
            "✗ Something before Slack answers with error 407. Check",
        ),
        (502, "text/html", "<h1>Bad</h1>", "✗ Slack has trouble of its own (502). Try again"),
    ],
)
async def test_something_else_listens(given, unused_tcp_port, status, kind, text, said):
    async def hello(_request: web.Request) -> web.Response:
        return web.Response(status=status, text=text, content_type=kind)

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", hello)
    runner = web.AppRunner(application)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", unused_tcp_port).start()
        url = f"http://127.0.0.1:{unused_tcp_port}/api/"
        code, (line,) = await run(given, slack_api_url=url)
    finally:
        await runner.cleanup()
    assert code == 2
    assert line.startswith(said.format(url=url))


@pytest.mark.parametrize("how", [{"status": 503}, {"error": "internal_error"}])
async def test_slack_is_down(server, given, how):
    server.fail("auth.test", times=None, **how)
    code, (said,) = await run(given)
    assert code == 2
    assert said.startswith("✗ Slack has trouble of its own (")
    assert "slack-status.com" in said


async def test_slack_refuses_for_another_reason(server, given):
    server.fail("auth.test", error="org_login_required")
    code, said = await run(given)
    assert code == 2
    assert bad(said)[0].startswith("✗ Slack refuses (org_login_required). docs.slack.dev/")


async def test_too_many_requests_are_told_at_once(server, given):
    server.fail("apps.connections.open", status=429, retry_after=30)
    code, said = await run(given)
    assert code == 2
    assert bad(said) == ["✗ Slack wants fewer requests. Try again in a minute."]


async def test_slack_does_not_answer(server, given, monkeypatch):
    monkeypatch.setattr(slack_check, "_PATIENCE_S", 0.2)
    server.fail("auth.test", delay_s=1)
    code, (said,) = await run(given)
    assert code == 2
    assert said.startswith("✗ Slack does not answer in time.")


async def test_slack_hangs_up(server, given):
    server.fail("auth.test", cuts=True)
    code, (said,) = await run(given)
    assert code == 2
    assert said.startswith("✗ Slack cannot be reached at ")


# Which platforms are looked at


async def test_with_nothing_set_both_ways_are_told(tmp_path):
    said: list[str] = []
    nothing = Settings(data_dir=tmp_path, discord_token=None, slack_bot_token=None)
    assert await checking.check(nothing, Language.ENGLISH, said.append) == 2
    (line,) = bad(said)
    assert line.startswith("✗ No platform is set up yet.")
    for named in ("DISCORD_TOKEN", "docs/discord.md", "SLACK_BOT_TOKEN", "docs/slack.md"):
        assert named in line


async def test_slack_alone_and_both(given, monkeypatch):
    looked_at: list[str] = []

    async def discord_is_bad(*_: object) -> int:
        looked_at.append("discord")
        return 2

    monkeypatch.setattr(discord_check, "check", discord_is_bad)
    said: list[str] = []
    assert await checking.check(Settings(**given), Language.ENGLISH, said.append) == 0
    assert looked_at == []
    both = Settings(**given, discord_token="x")
    assert await checking.check(both, Language.ENGLISH, said.append) == 2
    assert looked_at == ["discord"]
    assert sum("Socket Mode" in line for line in said) == 2


PROBLEMS = (
    *("slack_no_bot_token", "slack_bot_wrong_kind", "slack_bad_bot_token", "slack_scope_missing"),
    *("slack_app_wrong_kind", "slack_bad_app_token", "slack_app_scope", "slack_socket_off"),
    *("slack_other_app", "slack_no_delivery", "slack_config_wrong_kind", "slack_bad_config_token"),
    *("slack_hidden_manifest", "slack_other_prefix", "slack_drift_missing", "slack_drift_unknown"),
    *("slack_drift_changed", "slack_drift_settings", "slack_refused", "slack_down"),
    *("slack_too_many", "slack_blocked", "slack_not_slack", "slack_too_slow", "slack_unreachable"),
)


@pytest.mark.parametrize("key", PROBLEMS)
@pytest.mark.parametrize("language", Language)
def test_the_guide_has_every_problem(key, language):
    guide = (ROOT / "docs" / "slack.md").read_text("utf-8")
    first_sentence = re.split(r"[.;] |요[. ]", sentences(language)[f"check.{key}"])[0]
    literal = re.split(r"\{[^}]+\}", first_sentence)
    assert max(literal, key=len).strip(" .:()") in guide


def test_the_guide_has_all_of_them():
    source = (ROOT / "bot" / "on_slack" / "setup" / "check.py").read_text("utf-8")
    bad_ones = set(re.findall(r'\.bad\("(\w+)"', source)) - {"slack_drift"}
    assert bad_ones <= set(PROBLEMS)
