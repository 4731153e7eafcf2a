"""`tokki slack manifest`, as somebody types it."""

import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from typer.testing import CliRunner, Result

from bot.command_line.cli import cli
from bot.on_slack.setup.drift import differences
from bot.on_slack.setup.manifest import manifest

LINK = "https://api.slack.com/apps?new_app=1"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no .env."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TOKKI_LANGUAGE", "en")
    monkeypatch.delenv("TOKKI_SLACK_PREFIX", raising=False)


def tokki(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["slack", "manifest", *arguments])


def linked(stderr: str) -> dict:
    link = next(word for word in stderr.split() if word.startswith(LINK))
    return yaml.safe_load(parse_qs(urlsplit(link).query)["manifest_yaml"][0])


def test_the_manifest_can_be_piped_and_the_link_stands_beside_it():
    done = tokki()
    assert done.exit_code == 0
    assert json.loads(done.stdout) == manifest()
    assert differences(manifest(), linked(done.stderr)) == []
    assert "choose the workspace, Next, Create" in done.stderr
    assert "TOKKI_SLACK_PREFIX" not in done.stderr


def test_it_needs_no_account_and_no_data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("TOKKI_DATA_DIR", str(tmp_path / "data"))
    assert tokki().exit_code == 0
    assert not (tmp_path / "data").exists()


def test_a_prefix_has_to_be_kept():
    done = tokki("--prefix", "tokki-")
    assert json.loads(done.stdout) == manifest("tokki-")
    assert "Put TOKKI_SLACK_PREFIX=tokki- into .env" in done.stderr


def test_the_prefix_comes_from_the_settings(monkeypatch):
    monkeypatch.setenv("TOKKI_SLACK_PREFIX", "tokki-")
    done = tokki()
    assert json.loads(done.stdout) == manifest("tokki-")
    assert "TOKKI_SLACK_PREFIX" not in done.stderr
    done = tokki("--prefix", "")
    assert json.loads(done.stdout) == manifest()
    assert "Put TOKKI_SLACK_PREFIX= into .env" in done.stderr


@pytest.mark.parametrize("prefix", ["Tokki-", "/x", "a b", "x" * 17, "é", "-\n"])
def test_a_prefix_that_is_no_part_of_a_name_is_told(prefix, capfd):
    done = tokki("--prefix", prefix)
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"Setting TOKKI_SLACK_PREFIX: “{prefix}” cannot begin a command's name: " in done.stderr


def test_by_http_and_for_several_workspaces():
    done = tokki("--request-url", "https://t.example", "--redirect-url", "https://t.example/")
    app = json.loads(done.stdout)
    assert "Put TOKKI_SLACK_REDIRECT_URL=https://t.example/slack/oauth_redirect" in done.stderr
    assert app["settings"]["socket_mode_enabled"] is False
    assert app["settings"]["interactivity"]["request_url"] == "https://t.example/slack/events"
    assert app["oauth_config"]["redirect_urls"] == ["https://t.example/slack/oauth_redirect"]
    done = tokki("--request-url", "https://t.example:8443/tokki?x=1")
    events = json.loads(done.stdout)["settings"]["event_subscriptions"]
    assert events["request_url"] == "https://t.example:8443/tokki?x=1"


def test_the_address_after_an_installation_comes_from_the_settings(monkeypatch):
    back = "https://t.example/slack/oauth_redirect"
    monkeypatch.setenv("TOKKI_SLACK_REDIRECT_URL", back)
    done = tokki()
    assert json.loads(done.stdout)["oauth_config"]["redirect_urls"] == [back]
    assert "TOKKI_SLACK_REDIRECT_URL" not in done.stderr


@pytest.mark.parametrize("option", ["--request-url", "--redirect-url"])
@pytest.mark.parametrize(
    "url", ["http://t.example", "t.example", "https://", "https://[", "https://a b"]
)
@pytest.mark.parametrize(("language", "said"), [("en", "Slack takes"), ("ko", "주소만 받아요")])
def test_an_address_that_slack_would_not_take_is_told(option, url, language, said):
    done = tokki(option, url, "--language", language)
    assert (done.exit_code, done.stdout) == (2, "")
    assert option in done.stderr and "Traceback" not in done.stderr
    assert said in " ".join(done.stderr.replace("│", " ").split())


def test_a_manifest_that_is_too_long_for_a_link_is_pasted():
    done = tokki("--request-url", f"https://t.example/{'x' * 500}")
    assert "It is too long for a link. Open https://api.slack.com/apps?new_app=1," in done.stderr


def test_in_korean():
    done = tokki("--language", "ko", "--prefix", "토끼-")
    assert "/토끼-분류" in done.stdout
    assert "워크스페이스를 고르고" in done.stderr
