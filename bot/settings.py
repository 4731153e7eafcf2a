"""Every setting of Tokki, read once from the environment and `.env`, frozen.

Built in `bot/command_line/` only. `.env.example` is generated from this class: see
`bot/env_example.py`.
"""

from typing import Literal

from platformdirs import user_data_path
from pydantic import BaseModel, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.configuration.door_settings import DoorSettings
from bot.configuration.engine_settings import EngineSettings
from bot.configuration.env_file import ENCODING, ENV_FILE
from bot.configuration.values import DatabaseUrl, Folder, Limits
from models.errors import BadValue


class BadSetting(Exception):
    """A setting that is well written but does not fit what there is."""

    def __init__(self, name: str, problem: BadValue) -> None:
        super().__init__(name, problem)
        self.name = name
        self.problem = problem


class HouseSettings(BaseModel):
    """Where Tokki remembers, what it says of that, and what people may ask of it."""

    data_dir: Folder = Field(
        default_factory=lambda: user_data_path("tokki", appauthor=False),
        description="Folder of the database, models and logs. Default: the platform's own.",
    )
    database_url: DatabaseUrl = Field(
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
    limits: Limits = Field(
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
            "which share out Discord's shards, what Slack delivers, and the jobs: "
            "docs/scale-processes.md"
        ),
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="What the log in the data folder keeps."
    )
    log_format: Literal["human", "json"] = Field(
        default="human",
        description="How the log is written: lines for people, or an object a line for a program.",
    )


class Settings(DoorSettings, EngineSettings, HouseSettings, BaseSettings):
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
