"""`tokki slack manifest`: what is pasted once to make Tokki's Slack app, and what comes next."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.on_slack.connection.paths import EVENTS_PATH, REDIRECT_PATH
from bot.on_slack.setup.manifest import Manifest, as_json, manifest, open_link
from bot.settings import Settings
from handlers.texts import say
from handlers.types import Language


class BadAddress(Exception):
    """Slack would not take an address."""

    def __init__(self, option: str, given: str, path: str) -> None:
        super().__init__(option, given)
        self.option = option
        self._facts = {"given": given, "path": path}

    def sentence(self, language: Language) -> str:
        """Say what Slack takes instead."""
        return say(language, "check.slack_bad_address", **self._facts)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where Slack finds Tokki, and where an installation ends; None: not needed."""

    request_url: str | None = None
    redirect_url: str | None = None

    @classmethod
    def given(
        cls, request_url: str | None, redirect_url: str | None, kept_redirect_url: str | None
    ) -> "Addresses":
        """Take what an operator typed, where the path may be left out, or has set.

        Raises:
            BadAddress: Slack would not take it.
        """
        return cls(
            request_url and _address("--request-url", request_url, EVENTS_PATH),
            _address("--redirect-url", redirect_url, REDIRECT_PATH)
            if redirect_url
            else kept_redirect_url,
        )


def new_app(prefix: str, addresses: Addresses) -> Manifest:
    """Return the manifest: Socket Mode unless Slack is given an address."""
    return manifest(
        prefix,
        request_url=addresses.request_url,
        redirect_url=addresses.redirect_url,
        socket_mode=addresses.request_url is None,
    )


def told(
    app: Manifest, kept: Settings, prefix: str, addresses: Addresses, language: Language
) -> tuple[str, list[str]]:
    """Return the manifest to print, and the sentences that say what to do with it.

    Args:
        app: the manifest.
        kept: the settings as they will be when Tokki runs, unless somebody changes them.
        prefix: in the manifest.
        addresses: in the manifest.
        language: of the sentences.
    """
    link = open_link(app)
    is_filled_in = "manifest_yaml=" in link
    next_steps = [say(language, f"check.slack_{'open' if is_filled_in else 'paste'}", link=link)]
    if prefix != kept.slack_prefix:
        next_steps.append(say(language, "check.slack_keep_prefix", prefix=prefix))
    if addresses.redirect_url and addresses.redirect_url != kept.slack_redirect_url:
        next_steps.append(say(language, "check.slack_keep_redirect", url=addresses.redirect_url))
    return as_json(app), next_steps


def _address(option: str, given: str, path: str) -> str:
    try:
        parts = urlsplit(given)
    except ValueError as error:
        raise BadAddress(option, given, path) from error
    if parts.scheme != "https" or not parts.hostname or any(c.isspace() for c in given):
        raise BadAddress(option, given, path)
    return given if parts.path.strip("/") else f"https://{parts.netloc}{path}"
