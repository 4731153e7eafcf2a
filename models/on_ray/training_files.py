"""What a training keeps in the store: its plan, how far it is, where it can go on, what came of it.

All of it lies below one name, which goes when the training is cleared: there are texts in it.
"""

import hashlib
import json
import os
import shutil
from pathlib import Path

from models.finetune.kept_files import has_epoch, kept_files
from models.finetune.plan import TrainingOutcome, TrainingPlan, TrainingProgress
from models.finetune.wire import (
    TrainingFailure,
    decode_event,
    decode_plan,
    encode_event,
    encode_plan,
    with_paths,
)
from models.on_ray.store import Store, StoreFailed
from models.reasons import Reason

_NEW = "new"
_SHORT = 12
_PARTS = 2


def key_of(plan: TrainingPlan) -> str:
    """Return the name of a plan in the store, the same after a restart."""
    anywhere = encode_plan(with_paths(plan, lambda path: Path(path.name)))
    return f"{plan.output.name}-{hashlib.sha256(anywhere).hexdigest()[:_SHORT]}"


class TrainingFiles:
    """Of one training. Its calls wait for the network: for threads; each may raise StoreFailed."""

    def __init__(self, store: Store, key: str) -> None:
        self._store = store
        self._place = f"trainings/{key}"

    def send(self, plan: TrainingPlan) -> None:
        """Keep a plan, and all that it begins from."""

        def sent(path: Path) -> Path:
            if path == plan.output:
                return Path(_NEW) / path.name
            return Path(self._store.put(path)) / path.name

        self._store.write(f"{self._place}/plan.json", encode_plan(with_paths(plan, sent)))

    def fetch(self, folder: Path) -> TrainingPlan:
        """Return the plan, with all that it begins from in a folder here."""
        line = self._store.read(f"{self._place}/plan.json")
        if line is None:
            raise StoreFailed(Reason.STORE_CHANGED)

        def fetched(path: Path) -> Path:
            if len(path.parts) != _PARTS or ".." in path.parts:
                raise StoreFailed(Reason.STORE_CHANGED)
            digest, name = path.parts
            if digest != _NEW:
                self._store.get(digest, folder / digest / name)
            return folder / digest / name

        return with_paths(decode_plan(line), fetched)

    def keep_state(self, folder: Path) -> None:
        """Keep the last finished epoch, with all that a training goes on with, which writes there.

        Raises:
            OSError: some of it was replaced just now.
        """
        beside = folder / "sent"
        shutil.rmtree(beside, ignore_errors=True)
        for name in kept_files(folder):
            (beside / name).parent.mkdir(parents=True, exist_ok=True)
            os.link(folder / name, beside / name)  # the next epoch takes only the name
        before, now = self._state(), self._store.put(beside)
        if before != now:
            self._store.write(f"{self._place}/state.json", json.dumps(now).encode())
            if before:
                self._store.remove(before)

    def fetch_state(self, folder: Path) -> bool:
        """Bring the last finished epoch and what belongs to it, if one is kept and none is here."""
        digest = self._state()
        if digest is None or has_epoch(folder):
            return False
        came = folder / "came"
        shutil.rmtree(came, ignore_errors=True)
        self._store.get(digest, came)
        for name in reversed(list(kept_files(came))):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (came / name).replace(folder / name)
        shutil.rmtree(came)
        return True

    def tell(self, progress: TrainingProgress) -> None:
        """Say how far it is."""
        self._store.write(f"{self._place}/progress.json", encode_event(progress))

    def progress(self) -> TrainingProgress | None:
        """Return how far it is; what is being written just now is read the next time."""
        try:
            line = self._store.read(f"{self._place}/progress.json")
        except StoreFailed:
            return None
        event = decode_event(line) if line else None
        return event if isinstance(event, TrainingProgress) else None

    def end(self, event: TrainingOutcome | TrainingFailure, folder: Path | None = None) -> None:
        """Say what came of it, with the checkpoint if there is one."""
        digest = self._store.put(folder) if folder else None
        said = {"event": encode_event(event).decode(), "checkpoint": digest}
        self._store.write(f"{self._place}/outcome.json", json.dumps(said).encode())

    def outcome(self) -> tuple[TrainingOutcome | TrainingFailure, str | None] | None:
        """Return what came of it, with the digest of the checkpoint; None: it has not ended."""
        line = self._store.read(f"{self._place}/outcome.json")
        if line is None:
            return None
        said = json.loads(line)
        event = decode_event(said["event"].encode())
        assert not isinstance(event, TrainingProgress)
        return event, said["checkpoint"]

    def checkpoint(self) -> str | None:
        """Return the digest of the new checkpoint, if it is there and can be told."""
        try:
            ended = self.outcome()
        except StoreFailed:
            return None
        return ended[1] if ended else None

    def fetch_checkpoint(self, digest: str, folder: Path) -> None:
        """Bring the new checkpoint here."""
        self._store.get(digest, folder)

    def clear(self) -> None:
        """Forget all but the checkpoint."""
        if before := self._state():
            self._store.remove(before)
        self._store.forget(self._place)

    def _state(self) -> str | None:
        line = self._store.read(f"{self._place}/state.json")
        return None if line is None else str(json.loads(line))
