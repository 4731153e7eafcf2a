"""Every setting of Tokki, read once from the environment and `.env`, frozen.

Built in `bot/app.py` only. `.env.example` is generated from this class: see `bot/env_example.py`.
"""

import shlex
from pathlib import Path
from typing import Annotated, Literal

from platformdirs import user_data_path
from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from models.catalog import AllowedModel, parse_allowed


def _named(name: str) -> AliasChoices:
    """A setting under the name that the ecosystem gives it, without our prefix."""
    return AliasChoices(name)


class BadSetting(Exception):
    """A setting that is well written but does not fit what there is."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(name, problem)
        self.name = name
        self.problem = problem


class Settings(BaseSettings):
    """What an operator may decide. Each field's description is its documentation."""

    model_config = SettingsConfigDict(
        env_prefix="TOKKI_",
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        frozen=True,
        extra="ignore",
        populate_by_name=True,
    )

    data_dir: Path = Field(
        default_factory=lambda: user_data_path("tokki", appauthor=False),
        description="Folder of the database, models and logs. Default: the platform's own.",
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
    model_memory_mb: int = Field(
        default=2048,
        ge=64,
        description="How much memory loaded models may take together, in MB.",
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
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="What the log in the data folder keeps."
    )
    hf_token: SecretStr | None = Field(
        default=None,
        validation_alias=_named("HF_TOKEN"),
        description="Token of the Hugging Face Hub, for gated and private models.",
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
            return tuple(parse_allowed(entry) for entry in shlex.split(value))
        return value

    @field_validator("data_dir")
    @classmethod
    def _expand(cls, value: Path) -> Path:
        try:
            return value.expanduser().absolute()
        except RuntimeError as error:
            raise ValueError(f"“{value}”: there is no such home folder.") from error
