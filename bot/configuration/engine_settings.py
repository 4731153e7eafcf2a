"""Settings of what answers: the models, the cluster, and the Hugging Face Hub."""

from pydantic import AliasChoices, BaseModel, Field, SecretStr

from bot.configuration.values import AllowedModels, HubUrl, ModelNames, RayAddress, StoreUrl, Words
from models.engines.choice import EngineChoice


class EngineSettings(BaseModel):
    """What answers, and where models come from."""

    models: AllowedModels = Field(
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
    pinned_models: ModelNames = Field(
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
    ray_address: RayAddress = Field(
        default=None,
        validation_alias=AliasChoices("RAY_ADDRESS"),
        description=(
            "The HTTP address of a Ray cluster, such as http://head:8265: it answers and trains "
            "as long as it is there: docs/scale.md"
        ),
    )
    ray_auth_token: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("RAY_AUTH_TOKEN"),
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
    store_url: StoreUrl = Field(
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
    hf_token: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("HF_TOKEN"),
        description=(
            "Token of the Hugging Face Hub, for gated and private models; the terminal also reads "
            "data sets with it, and publishes them if it may write."
        ),
    )
    hub_communities: Words = Field(
        default=(),
        description=(
            "Communities that may use HF_TOKEN as the terminal does, to read data sets and publish "
            "them, separated by spaces: discord:SERVER_ID or slack:WORKSPACE_ID."
        ),
    )
    hub_adding_communities: Words = Field(
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
    hub_licenses: Words = Field(
        default=(),
        description=(
            "Licences of models that may be added in chat, as the Hub writes them, separated by "
            "spaces: apache-2.0 mit. Default: any, and none."
        ),
    )
    hf_endpoint: HubUrl = Field(
        default=None,
        validation_alias=AliasChoices("HF_ENDPOINT"),
        description="Another server that speaks the Hub's API. Default: the Hub itself.",
    )
