"""Names that are no setting though they look like one."""

import os

import pytest

from bot.configuration.names import UnknownName, fields_by_name, secret_names, unknown_names


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch):
    for name in os.environ:
        if name.startswith(("TOKKI_", "DISCORD_", "SLACK_", "HF_")):
            monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("DISCORD_TOKE", "DISCORD_TOKEN"),
        ("DISCORD_BOT_TOKEN", "DISCORD_TOKEN"),
        ("SLACK_TOKEN", "SLACK_BOT_TOKEN"),
        ("SLACK_SIGNING_SECRETS", "SLACK_SIGNING_SECRET"),
        ("TOKKI_LANGAUGE", "TOKKI_LANGUAGE"),
        ("TOKKI_MODEL", "TOKKI_MODELS"),
        ("TOKI_LANGUAGE", "TOKKI_LANGUAGE"),
        ("TOKKI_SOMETHING_ELSE", None),
        ("TOKKI_DISCORD_TOKEN", "DISCORD_TOKEN"),
    ],
)
def test_a_misspelt_name_is_told_wherever_it_stands(monkeypatch, name, meant):
    assert list(unknown_names([name])) == [UnknownName(name, meant)]
    monkeypatch.setenv(name, "x")
    assert list(unknown_names([])) == [UnknownName(name, meant)]


@pytest.mark.parametrize(
    "name",
    [
        "DISCORD_CLIENT_SECRET",
        "DISCORD_CLIENT_ID",
        "SLACK_WEBHOOK_URL",
        "HF_HOME",
        "HF_HUB_OFFLINE",
        "HF_TOKEN_PATH",
        "SLACK_CHANNEL",
        "LANGUAGE",
        "PATH",
        "TOKKI",
    ],
)
def test_what_is_somebody_elses_is_left_alone(monkeypatch, name):
    monkeypatch.setenv(name, "x")
    assert not list(unknown_names([]))


def test_every_setting_is_known_in_any_case():
    names = [name.lower() for name in fields_by_name()]
    assert not list(unknown_names(names))


def test_what_is_set_rightly_was_not_meant_by_another_name():
    assert not list(unknown_names(["DISCORD_TOKEN", "DISCORD_BOT_TOKEN"]))


def test_secrets_are_known():
    assert {
        "DISCORD_TOKEN",
        "SLACK_SIGNING_SECRET",
        "HF_TOKEN",
        "TOKKI_SECRET_KEY",
    } <= secret_names()
    assert not {"TOKKI_LANGUAGE", "HF_ENDPOINT", "SLACK_CLIENT_ID"} & secret_names()
