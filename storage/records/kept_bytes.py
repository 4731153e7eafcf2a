"""How much a community keeps in the database."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeptBytes:
    """Bytes that were written, without the indexes of them."""

    questions: int
    """With their answers."""
    texts: int
    """Of datasets, with all that was made of them."""
    imports: int
    """Files that somebody has yet to confirm, or that are being put in."""
    hub_models: int
    """On the disk; those that another community has, too, count for both."""
