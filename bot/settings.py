"""Every setting of Tokki, read once from the environment and `.env`, frozen.

Built in `bot/app.py` only. `.env.example` is generated from this class: see `bot/env_example.py`.
"""

import re
import shlex
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import SplitResult, urlsplit

from platformdirs import user_data_path
from pydantic import AliasChoices, Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.configuration.env_file import ENCODING, ENV_FILE
from handlers.guard.limits import LIMITS
from models.canonical import lowered
from models.checkpoints.catalog import AllowedModel, parse_allowed
from models.engines.choice import EngineChoice
from models.errors import BadValue

_PREFIX = re.compile(r"[a-z0-9가-힣_-]{0,16}")
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_NO_MODEL = "none"
_STORES = ("file", "s3", "gs")
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def _named(name: str) -> AliasChoices:
    """A setting under the name that the ecosystem gives it, without our prefix."""
    return AliasChoices(name)


class BadSetting(Exception):
    """A setting that is well written but does not fit what there is."""

    def __init__(self, name: str, problem: BadValue) -> None:
        super().__init__(name, problem)
        self.name = name
        self.problem = problem


class Settings(BaseSettings):
    """What an operator may decide. Each field's description is its documentation."""

    model_config = SettingsConfigDict(
        env_prefix="TOKKI_",
        env_file=ENV_FILE,
        env_file_encoding=ENCODING,
        env_ignore_empty=True,
        frozen=True,
        extra="ignore",
        populate_by_name=True,
    )

    data_dir: Path = Field(
        default_factory=lambda: user_data_path("tokki", appauthor=False),
        description="Folder of the database, models and logs. Default: the platform's own.",
    )
    database_url: SecretStr | None = Field(
        default=None,
        description=(
            "Where Tokki remembers, instead of a file in that folder, for several processes: "
            "postgresql://USER:PASSWORD@HOST:PORT/DATABASE; needs tokki[postgresql]: "
            "docs/operating.md"
        ),
    )
    language: Literal["auto", "en", "ko"] = Field(
        default="auto",
        description="Language of the terminal: auto (from LANG), en or ko.",
    )
    models: Annotated[tuple[AllowedModel, ...], NoDecode] = Field(
        default=(),
        description=(
            "Allow-list beyond the bundled models, separated by spaces: org/repo@COMMIT "
            "(40 digits), NAME=org/repo@COMMIT, /a/folder or NAME=/a/folder. Quote spaces."
        ),
    )
    model_memory_mb: int | None = Field(
        default=None,
        ge=64,
        description=(
            "How much memory loaded models may take together, in MB. "
            "Default: half of the machine's, 2048 at the most."
        ),
    )
    pinned_models: Annotated[tuple[str, ...], NoDecode] = Field(
        default=("sentiment",),
        description=(
            "Models that are loaded at the start and stay in memory, separated by spaces: "
            "NAME or NAME@VERSION. none: no model."
        ),
    )
    answers_cache_mb: int = Field(
        default=32,
        ge=0,
        description="How much memory remembered answers may take, in MB; 0 remembers none.",
    )
    engine: EngineChoice = Field(
        default="auto",
        description=(
            "What runs the models: auto (the fastest that agreed with torch), torch, onnx-fp32 "
            "or onnx-int8."
        ),
    )
    ray_address: str | None = Field(
        default=None,
        validation_alias=_named("RAY_ADDRESS"),
        description=(
            "The HTTP address of a Ray cluster, such as http://head:8265: it answers and trains "
            "as long as it is there: docs/scale.md"
        ),
    )
    ray_auth_token: SecretStr | None = Field(
        default=None,
        validation_alias=_named("RAY_AUTH_TOKEN"),
        description="Where Ray asks for a token (RAY_AUTH_MODE=token), that one.",
    )
    ray_replicas: int = Field(
        default=8,
        ge=1,
        description="How many replicas Ray starts at the most, each with the engine on one core.",
    )
    ray_gpus: float = Field(
        default=0.0,
        ge=0,
        description="The share of a graphics card that each replica gets, such as 0.25.",
    )
    ray_port: int = Field(
        default=8000,
        ge=1,
        le=65535,
        description="Where Ray Serve listens on each of its machines, unless it does so already.",
    )
    store_url: str | None = Field(
        default=None,
        description=(
            "Where Ray's machines get models from that are not bundled, and trainings keep what "
            "they need: file:///mnt/shared, s3://bucket/folder (pip install s3fs) or "
            "gs://bucket/folder (pip install gcsfs)."
        ),
    )
    max_download_mb: int = Field(
        default=2048, ge=1, description="Largest model that is downloaded, in MB."
    )
    unsure_below: float = Field(
        default=0.6,
        ge=0,
        le=1,
        description="A classification whose top probability is under this is called unsure, "
        "unless its checkpoint brings a measured threshold of its own.",
    )
    labels_needed: int = Field(
        default=5,
        ge=2,
        description="How many labelled texts of each label /finetune needs at the least.",
    )
    trainings_at_once: int = Field(
        default=1,
        ge=1,
        description="How many trainings run at once, of all communities; the others wait in turn.",
    )
    commands_a_minute: int = Field(
        default=30,
        ge=1,
        description="How many commands one person may give in a minute on Discord and Slack; "
        "in a day a hundred times as many, and all of a community forty times in a minute.",
    )
    limits: Annotated[tuple[tuple[str, int], ...], NoDecode] = Field(
        default=(),
        description=(
            "How much a community may keep and ask, and the most that its admins may set in "
            "/settings, separated by spaces. What is not named: days=90 (admins may set up to 365) "
            "letters=1000000 waiting=250000 texts=200000 trainings=20 versions=20 downloads=20 "
            "megabytes=5000."
        ),
    )
    shards: Literal["all", "auto"] = Field(
        default="all",
        description=(
            "all: one tokki run serves everybody. auto: it is one of several on the database, "
            "which share out Discord's shards, what Slack delivers, and the jobs: docs/scale.md"
        ),
    )
    discord_token: SecretStr | None = Field(
        default=None,
        validation_alias=_named("DISCORD_TOKEN"),
        description="Token of the Discord bot; set, `tokki run` serves Discord: docs/discord.md",
    )
    discord_api_url: str | None = Field(
        default=None,
        validation_alias=_named("DISCORD_API_URL"),
        description=(
            "Another server that speaks Discord's API, such as http://127.0.0.1:4400/api/v10. "
            "Default: Discord itself."
        ),
    )
    slack_bot_token: SecretStr | None = Field(
        default=None,
        validation_alias=_named("SLACK_BOT_TOKEN"),
        description="Token of the Slack app, xoxb-…; set, `tokki run` serves Slack: docs/slack.md",
    )
    slack_app_token: SecretStr | None = Field(
        default=None,
        validation_alias=_named("SLACK_APP_TOKEN"),
        description="App-level token, xapp-…, with connections:write: Slack's Socket Mode.",
    )
    slack_signing_secret: SecretStr | None = Field(
        default=None,
        validation_alias=_named("SLACK_SIGNING_SECRET"),
        description="Without an app-level token, Slack sends over HTTP, signed with this.",
    )
    slack_config_token: SecretStr | None = Field(
        default=None,
        validation_alias=_named("SLACK_CONFIG_TOKEN"),
        description=(
            "App configuration token, xoxe.xoxp-…, good for 12 hours: with it `tokki check` "
            "compares the Slack app with the manifest."
        ),
    )
    slack_client_id: str | None = Field(
        default=None,
        validation_alias=_named("SLACK_CLIENT_ID"),
        description=(
            "For several workspaces, which install Tokki by OAuth; their tokens are then used "
            "instead of SLACK_BOT_TOKEN: docs/slack.md"
        ),
    )
    slack_client_secret: SecretStr | None = Field(
        default=None,
        validation_alias=_named("SLACK_CLIENT_SECRET"),
        description="Goes with SLACK_CLIENT_ID; both are among the app's credentials.",
    )
    slack_redirect_url: str | None = Field(
        default=None,
        description=(
            "Where an installation ends, such as https://tokki.example/slack/oauth_redirect. "
            "Default: the first redirect URL of the app on Slack."
        ),
    )
    secret_key: SecretStr | None = Field(
        default=None,
        description=(
            "Encrypts the tokens of the workspaces: 32 random bytes in base64, such as "
            "openssl rand -base64 32 says; to change it, the new one and then the old one. "
            "Default: a key in the file secret.key of the data folder."
        ),
    )
    http_host: str = Field(
        default="127.0.0.1",
        description="Where Tokki listens for Slack over HTTP, for installations and for browsers.",
    )
    http_port: int = Field(
        default=8080,
        ge=1,
        le=65535,
        description="The port of that; TLS is for a proxy in front.",
    )
    web_url: str | None = Field(
        default=None,
        description=(
            "Set, /web gives people a private link to pages for a browser; where it finds that "
            "port: https://tokki.example behind a proxy, or http://127.0.0.1:8080 on this machine "
            "alone. Default: no pages. docs/web.md"
        ),
    )
    metrics_token: SecretStr | None = Field(
        default=None,
        description=(
            "Set, /metrics on that port tells Prometheus how Tokki fares, to whoever brings this "
            "as a bearer token: docs/operating.md"
        ),
    )
    slack_prefix: str = Field(
        default="",
        description="Stands before the names of the Slack commands, as in the app's manifest.",
    )
    slack_api_url: str | None = Field(
        default=None,
        validation_alias=_named("SLACK_API_URL"),
        description=(
            "Another server that speaks Slack's Web API, such as http://127.0.0.1:4300/api/. "
            "Default: Slack itself."
        ),
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="What the log in the data folder keeps."
    )
    log_format: Literal["human", "json"] = Field(
        default="human",
        description="How the log is written: lines for people, or an object a line for a program.",
    )
    hf_token: SecretStr | None = Field(
        default=None,
        validation_alias=_named("HF_TOKEN"),
        description=(
            "Token of the Hugging Face Hub, for gated and private models; the terminal also reads "
            "data sets with it, and publishes them if it may write."
        ),
    )
    hub_communities: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description=(
            "Communities that may use HF_TOKEN as the terminal does, to read data sets and publish "
            "them, separated by spaces: discord:SERVER_ID or slack:WORKSPACE_ID."
        ),
    )
    hub_adding_communities: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description=(
            "Communities whose admins may add models of the Hub, as the terminal does, separated "
            "by spaces: discord:SERVER_ID or slack:WORKSPACE_ID."
        ),
    )
    hub_models_mb: int = Field(
        default=4096,
        ge=1,
        description="How much all models that were added in chat may take on the disk, in MB.",
    )
    hub_file_mb: int = Field(
        default=2048, ge=1, description="Largest file of a model that is added in chat, in MB."
    )
    hub_licenses: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description=(
            "Licences of models that may be added in chat, as the Hub writes them, separated by "
            "spaces: apache-2.0 mit. Default: any, and none."
        ),
    )
    hf_endpoint: str | None = Field(
        default=None,
        validation_alias=_named("HF_ENDPOINT"),
        description="Another server that speaks the Hub's API. Default: the Hub itself.",
    )

    @field_validator("models", mode="before")
    @classmethod
    def _split_models(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(parse_allowed(entry) for entry in _entries(value))
        return value

    @field_validator("pinned_models", mode="before")
    @classmethod
    def _split_names(cls, value: object) -> object:
        if isinstance(value, str):
            names = (lowered(name) for name in value.replace(",", " ").split())
            return tuple(name for name in names if name != _NO_MODEL)
        return value

    @field_validator("limits", mode="before")
    @classmethod
    def _split_limits(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(_limit(entry) for entry in value.replace(",", " ").split())
        return value

    @field_validator("hub_communities", "hub_adding_communities", "hub_licenses", mode="before")
    @classmethod
    def _split_communities(cls, value: object) -> object:
        return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value

    @field_validator("discord_api_url", "slack_api_url", "slack_redirect_url")
    @classmethod
    def _safe_url(cls, value: str | None) -> str | None:
        """A secret goes there, so it travels in the open on this machine only."""
        parts = _parts(value or "https://discord.com")
        if parts.username or parts.password:
            raise BadValue("url_with_password")
        is_safe = parts.scheme == "https" or parts.hostname in _LOOPBACK
        if parts.scheme in ("http", "https") and parts.hostname and is_safe:
            return value
        raise BadValue("url_unsafe")

    @field_validator("web_url")
    @classmethod
    def _origin(cls, value: str | None) -> str | None:
        """Who is signed in is told by a cookie, which travels in the open on this machine only."""
        origin = cls._safe_url(value)
        if origin is None:
            return None
        parts = _parts(origin)
        if parts.path.strip("/") or parts.query or parts.fragment:
            raise BadValue("url_with_path")
        return f"{parts.scheme}://{parts.netloc.lower()}"

    @field_validator("ray_address")
    @classmethod
    def _ray_over_http(cls, value: str | None) -> str | None:
        """Ray has addresses of three kinds; jobs and Serve are asked at one of them."""
        parts = _parts(value or "http://localhost:8265")
        if parts.username or parts.password:
            raise BadValue("url_with_password")
        if parts.scheme in ("http", "https") and parts.hostname:
            return value
        raise BadValue("ray_not_http", value=value)

    @field_validator("store_url")
    @classmethod
    def _a_store(cls, value: str | None) -> str | None:
        """Jobs are shown it, so no password is in there; each kind has its own way to bring one."""
        parts = _parts(value or "file:///")
        if parts.username or parts.password:
            raise BadValue("url_with_password")
        if parts.scheme in _STORES and (parts.scheme == "file") == (not parts.netloc):
            return value
        raise BadValue("no_store", value=value)

    @field_validator("hf_endpoint")
    @classmethod
    def _any_url(cls, value: str | None, info: ValidationInfo) -> str | None:
        """A token goes there if there is one; else it may be another machine of the house."""
        if info.data.get("hf_token"):
            return cls._safe_url(value)
        parts = _parts(value or "https://huggingface.co")
        if parts.scheme in ("http", "https") and parts.hostname:
            return value
        raise BadValue("no_url", value=value)

    @field_validator("slack_prefix")
    @classmethod
    def _part_of_a_name(cls, value: str) -> str:
        if _PREFIX.fullmatch(value):
            return value
        raise BadValue("bad_prefix", value=value)

    @field_validator("database_url")
    @classmethod
    def _url_of_a_server(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            from storage.postgresql.address import Address, NoAddress  # noqa: PLC0415 - seldom

            try:
                Address.parse(value.get_secret_value())
            except NoAddress as error:
                raise BadValue("bad_database_url") from error
        return value

    @field_validator("data_dir")
    @classmethod
    def _expand(cls, value: Path) -> Path:
        try:
            return value.expanduser().absolute()
        except RuntimeError as error:
            raise BadValue("no_home", value=value) from error


def _entries(text: str) -> list[str]:
    r"""Split at spaces; quotes hold some together, and a `\` is a part of a path of Windows."""
    words = shlex.shlex(text, posix=True)
    words.whitespace_split, words.commenters, words.escape = True, "", ""
    try:
        return list(words)
    except ValueError as error:
        raise BadValue("open_quote", value=text) from error


def _limit(entry: str) -> tuple[str, int]:
    name, _, number = entry.partition("=")
    if name in LIMITS and _NUMBER.fullmatch(number):
        return name, int(number)
    raise BadValue("bad_limit", value=entry, names=", ".join(LIMITS))


def _parts(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError as error:  # such as an open bracket
        raise BadValue("no_url", value=url) from error
