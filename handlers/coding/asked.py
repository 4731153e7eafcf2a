"""An answer whose code is wanted."""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.types import Language
from models.canonical import legible
from storage.records import Query


@dataclass(frozen=True, slots=True)
class Asked:
    """The question as it was kept, or those of a batch, and in which language to comment."""

    queries: Sequence[Query]
    language: Language

    @property
    def query(self) -> Query:
        """The first of them."""
        return self.queries[0]

    @property
    def text(self) -> str:
        """The text as the model read it."""
        return legible(self.query.text)

    @property
    def texts(self) -> list[str]:
        """Those of all questions."""
        return [legible(query.text) for query in self.queries]

    def given(self, option: str) -> str:
        """Return what was kept of an option; empty where it was not given."""
        found = self.query.result.get(option)
        return found if isinstance(found, str) else ""
