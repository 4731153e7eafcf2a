"""What a bot asks of the cluster: how its replicas are made. The cluster gets it as one word."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace

from models.engines.choice import EngineChoice
from models.on_ray.wire import WIRE
from models.package_version import package_version

_SHORT = 10


@dataclass(frozen=True, slots=True)
class Deployment:
    """What decides how replicas answer. Bots that agree in all of it share them."""

    store_url: str | None = None
    """Where checkpoints come from that did not come with Tokki."""
    engine: EngineChoice = "auto"
    most_replicas: int = 8
    cores: float = 1.0
    """Of each replica; and of each training, at least one."""
    gpus: float = 0.0
    """The share of a graphics card that each replica has."""
    memory_mb: int = 2048
    """How much the models of a replica may take."""
    port: int = 8000
    """Where Serve listens, if it does not yet."""

    @property
    def name(self) -> str:
        """Of the application: another version of Tokki, or other settings, is another one."""
        facts = [WIRE, package_version("tokki"), asdict(replace(self, port=0))]
        digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
        return f"tokki-{digest[:_SHORT]}"

    def as_word(self) -> str:
        """Return it for a command line."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def of(cls, word: str) -> "Deployment":
        """Return what `as_word` was said of."""
        return cls(**json.loads(word))
