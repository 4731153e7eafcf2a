"""Settings of the doors: Discord, Slack, and the one port of everything over HTTP."""

from pydantic import AliasChoices, BaseModel, Field, SecretStr

from bot.configuration.values import Origin, Prefix, SafeUrl


class DoorSettings(BaseModel):
    """Where people meet Tokki; a door without its token stays shut."""

    discord_token: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("DISCORD_TOKEN"),
        description="Token of the Discord bot; set, `tokki run` serves Discord: docs/discord.md",
    )
    discord_api_url: SafeUrl = Field(
        default=None,
        validation_alias=AliasChoices("DISCORD_API_URL"),
        description=(
            "Another server that speaks Discord's API, such as http://127.0.0.1:4400/api/v10. "
            "Default: Discord itself."
        ),
    )
    slack_bot_token: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("SLACK_BOT_TOKEN"),
        description="Token of the Slack app, xoxb-…; set, `tokki run` serves Slack: docs/slack.md",
    )
    slack_app_token: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("SLACK_APP_TOKEN"),
        description="App-level token, xapp-…, with connections:write: Slack's Socket Mode.",
    )
    slack_signing_secret: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("SLACK_SIGNING_SECRET"),
        description="Without an app-level token, Slack sends over HTTP, signed with this.",
    )
    slack_config_token: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("SLACK_CONFIG_TOKEN"),
        description=(
            "App configuration token, xoxe.xoxp-…, good for 12 hours: with it `tokki check` "
            "compares the Slack app with the manifest."
        ),
    )
    slack_client_id: str | None = Field(
        default=None,
        validation_alias=AliasChoices("SLACK_CLIENT_ID"),
        description=(
            "For several workspaces, which install Tokki by OAuth; their tokens are then used "
            "instead of SLACK_BOT_TOKEN: docs/slack.md"
        ),
    )
    slack_client_secret: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("SLACK_CLIENT_SECRET"),
        description="Goes with SLACK_CLIENT_ID; both are among the app's credentials.",
    )
    slack_redirect_url: SafeUrl = Field(
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
        description=(
            "Where Tokki listens for Slack over HTTP, for installations, for browsers and for "
            "/metrics."
        ),
    )
    http_port: int = Field(
        default=8080,
        ge=1,
        le=65535,
        description="The port of that; TLS is for a proxy in front.",
    )
    web_url: Origin = Field(
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
    slack_prefix: Prefix = Field(
        default="",
        description="Stands before the names of the Slack commands, as in the app's manifest.",
    )
    slack_api_url: SafeUrl = Field(
        default=None,
        validation_alias=AliasChoices("SLACK_API_URL"),
        description=(
            "Another server that speaks Slack's Web API, such as http://127.0.0.1:4300/api/. "
            "Default: Slack itself."
        ),
    )
